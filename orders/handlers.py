"""Reactions: long work goes to the worker."""

from __future__ import annotations

from core.events import handles
from orders.events import QuickLinesGiven
from orders.tasks import look_up_quick_lines


@handles(QuickLinesGiven)
def start_looking_up(event: QuickLinesGiven) -> None:
    """Ring the worker."""
    look_up_quick_lines.delay(str(event.quick_order_id))
