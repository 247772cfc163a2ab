"""Letters that are due on a day: the digest, and what is usually ordered again by now."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.utils import timezone

from core import formatting
from core.events import handles
from notifications import mail, recipients
from notifications.centre import digests, reminders
from notifications.centre.unsubscribing import DIGEST
from notifications.centre.writing import Subject
from notifications.enums import Reader, SubjectKind
from notifications.events import DigestGathered, ReminderDue
from notifications.handlers.letters import supplier_of
from notifications.models import Notification


@handles(DigestGathered)
def digest_gathered(event: DigestGathered) -> None:
    """One letter about everything; none where all of it was read meanwhile."""
    rows = digests.entries_of(event.digest_id, event.user_id)
    if not rows:
        return
    mail.send(
        "digest",
        event=event,
        to=recipients.user(event.user_id),
        values={
            "count": len(rows),
            "day": lambda: formatting.day(event.day),
            "parts": lambda: digests.parts_of(rows),
            "link": _centre(rows),
        },
        stop=DIGEST,
    )


@handles(ReminderDue)
def reminder_due(event: ReminderDue) -> None:
    """What the buyer usually has ordered again by now; nothing is no letter."""
    goods = reminders.goods_due(user_id=event.user_id, company_id=event.company_id, today=timezone.localdate())
    if not goods:
        return
    supplier, origin = supplier_of(event.tenant_id)
    mail.send(
        "reorder_due",
        event=event,
        about=Subject(SubjectKind.GOODS, event.company_id, company_id=event.company_id),
        to=recipients.user(event.user_id),
        values={
            "supplier": supplier,
            "goods": lambda: [
                (f"{one.sku} {one.name}", formatting.day(timezone.localdate(one.last_at)), one.every_days or 0)
                for one in goods
            ],
            "link": f"{origin}/again/?again=due",
        },
    )


def _centre(rows: list[Notification]) -> str:
    """The centre that has all of it: a supplier's own where everything came from there, else the marketplace's."""
    places: set[tuple[UUID | None, str]] = {(row.tenant_id, row.reader) for row in rows}
    tenant_id, reader = next(iter(places))
    if len(places) > 1 or tenant_id is None:
        return f"{mail.origin(settings.PLATFORM_DOMAIN)}/notifications/"
    _supplier, origin = supplier_of(tenant_id)
    return f"{origin}{'/portal' if reader == Reader.STAFF else ''}/notifications/"
