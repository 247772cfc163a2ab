"""The centre as its reader sees it: news by the document that they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, F, Max, Q, Window
from django.db.models.functions import RowNumber

from core import formatting
from core.actor import Actor
from notifications.centre.policies import seen_notifications
from notifications.enums import Place, SubjectKind
from notifications.kinds import KINDS
from notifications.models import Notification
from notifications.values import written_out

#: More than that are not counted for the bell.
MOST = 99
#: So many entries of one document are shown.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news."""

    id: UUID
    title: str
    at: datetime
    when_text: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """A document and what was told about it, the latest first."""

    subject_id: UUID
    kind_text: str
    label: str
    supplier: str
    entries: tuple[Entry, ...]
    count: int
    unread: int

    @property
    def more(self) -> int:
        """Entries that are not shown."""
        return self.count - len(self.entries)


def unread_count(actor: Actor) -> int:
    """How many entries are not read, up to one more than :data:`MOST`; one statement."""
    return seen_notifications(actor).filter(read_at=None).order_by()[: MOST + 1].count()


def topics_page(actor: Actor, *, only_unread: bool, limit: int, offset: int = 0) -> tuple[list[Topic], int]:
    """Documents by their latest news, and how many there are; three statements."""
    rows = seen_notifications(actor)
    if only_unread:
        rows = rows.filter(read_at=None)
    groups = rows.order_by().values("subject_kind", "subject_id")
    total = groups.distinct().count()
    counted = groups.annotate(last=Max("created_at"), count=Count("id"), unread=Count("id", filter=Q(read_at=None)))
    page = list(counted.order_by("-last", "subject_id")[offset : offset + limit])
    nth = Window(RowNumber(), partition_by=[F("subject_kind"), F("subject_id")], order_by=F("id").desc())
    shown = rows.filter(subject_id__in=[group["subject_id"] for group in page]).select_related("tenant")
    entries: dict[tuple[str, UUID], list[Notification]] = {}
    for row in shown.annotate(nth=nth).filter(nth__lte=SHOWN).order_by("-id"):
        entries.setdefault((row.subject_kind, row.subject_id), []).append(row)
    found = [(entries.get((group["subject_kind"], group["subject_id"])), group) for group in page]
    return [_topic(rows, group["count"], group["unread"]) for rows, group in found if rows], total


def title_of(row: Notification) -> str:
    """An entry in words of the active language."""
    kind = KINDS.get(row.kind)
    return str(kind.title) % written_out(row.words) if kind else row.subject_label


def address_of(row: Notification, tenant_id: UUID | None) -> str:
    """Where an entry leads from the host of a tenant, or from the platform's; a sign-in comes along."""
    elsewhere = urlencode({"next": row.path})
    if row.place == Place.TENANT and row.tenant_id != tenant_id:
        return f"/go/{row.tenant_id}/?{elsewhere}"
    if row.place == Place.PLATFORM and tenant_id is not None:
        return f"/go/platform/?{elsewhere}"
    return row.path


def _topic(rows: list[Notification], count: int, unread: int) -> Topic:
    first = rows[0]
    return Topic(
        subject_id=first.subject_id,
        kind_text=str(SubjectKind(first.subject_kind).label),
        label=first.subject_label,
        supplier=first.tenant.name if first.tenant else "",
        entries=tuple(_entry(row) for row in rows),
        count=count,
        unread=unread,
    )


def _entry(row: Notification) -> Entry:
    return Entry(row.id, title_of(row), row.created_at, formatting.moment(row.created_at), row.read_at is not None)
