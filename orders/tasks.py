"""Celery entry points."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from orders import lookups


@shared_task
def look_up_quick_lines(quick_order_id: str) -> None:
    """Look up the lines of a quick order that wait; where it was interrupted, what is left."""
    lookups.run(UUID(quick_order_id))
