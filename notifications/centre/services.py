"""Entries are read, and forgotten after half a year."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.scope import OPERATOR
from core.tenancy import use_tenant
from notifications.centre.policies import seen_notifications
from notifications.models import Digest, Notification, Reminder

#: How long an entry is kept.
KEPT = timedelta(days=180)


@atomic
def open_entry(*, notification_id: UUID, actor: Actor) -> Notification:
    """Mark an entry read, and answer it. Raises NotFound for what is not the actor's."""
    row = seen_notifications(actor).filter(pk=notification_id).first()
    if row is None:
        raise NotFound
    seen_notifications(actor).filter(pk=notification_id, read_at=None).update(read_at=timezone.now())
    return row


@atomic
def mark_read(*, actor: Actor, notification_id: UUID | None = None, subject_id: UUID | None = None) -> int:
    """Mark one entry read, all about one document, or all that the actor sees here; answers how many."""
    rows = seen_notifications(actor).filter(read_at=None)
    if notification_id is not None:
        rows = rows.filter(pk=notification_id)
    if subject_id is not None:
        rows = rows.filter(subject_id=subject_id)
    return rows.update(read_at=timezone.now())


def forget_old() -> int:
    """Delete entries that are older than they are kept; answers how many.

    Which digests and reminders were sent is kept for twice as long: no entry is in a digest that is forgotten.
    """
    now = timezone.now()
    with use_tenant(OPERATOR):
        count, _by_model = Notification.objects.filter(created_at__lt=now - KEPT).delete()
        for letters in (Digest.objects.all(), Reminder.objects.all()):
            letters.filter(created_at__lt=now - 2 * KEPT).delete()
    return count
