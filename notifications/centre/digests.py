"""The daily digest: what came for a person until its hour, gathered once a day.

Whoever asks again for the same day, or at the same time, does nothing: a day has one row for a person. After a time in
which nothing ran, one digest has all that waited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import CompanyUser, StaffMembership
from core.db import atomic
from core.events import emit
from core.scope import OPERATOR
from core.tenancy import use_tenant
from notifications.centre.preferences import preferences_of
from notifications.centre.queries import title_of
from notifications.enums import Channel, Reader, SubjectKind
from notifications.events import DigestGathered
from notifications.kinds import KINDS
from notifications.models import Digest, Notification

#: When the day's digest is gathered, in the platform's time zone: people have none of their own.
HOUR = 7


@dataclass(frozen=True, slots=True)
class Document:
    """A document in a digest, and what was told about it."""

    label: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What came from one supplier; without a name it is the person's own matter."""

    supplier: str
    documents: tuple[Document, ...]


def due(*, now: datetime) -> list[UUID]:
    """People for whom something waits, once the day's hour has come; one statement."""
    day, until = _day(now)
    if now < until:
        return []
    with use_tenant(OPERATOR):
        had = Digest.objects.filter(user_id=OuterRef("user_id"), day=day)
        return list(_waiting(until).filter(~Exists(had)).values_list("user_id", flat=True).distinct())


@atomic
def gather(*, user_id: UUID, now: datetime) -> None:
    """Put together what waits for a person, once a day. Emits DigestGathered."""
    day, until = _day(now)
    with use_tenant(OPERATOR):
        digest, is_new = Digest.objects.get_or_create(user_id=user_id, day=day)
        if is_new and _waiting(until).filter(user_id=user_id).update(digest=digest):
            emit(DigestGathered(digest.pk, user_id, day))


def entries_of(digest_id: UUID, user_id: UUID) -> list[Notification]:
    """What the letter tells: nothing that was read or turned off meanwhile, nor of a company that the person left."""
    channels = preferences_of(user_id)
    with use_tenant(OPERATOR):
        is_member = CompanyUser.objects.filter(user_id=user_id, company_id=OuterRef("company_id"))
        is_staff = StaffMembership.objects.filter(user_id=user_id, tenant_id=OuterRef("tenant_id"))
        rows = Notification.objects.select_related("tenant").filter(
            Q(reader=Reader.STAFF) & Exists(is_staff)
            | Q(reader=Reader.BUYER) & (Q(company_id=None) | Exists(is_member)),
            digest_id=digest_id,
            read_at=None,
        )
        found = list(rows.order_by("id"))
    return [row for row in found if row.kind in KINDS and channels[KINDS[row.kind].group] != Channel.NONE]


def parts_of(rows: list[Notification]) -> list[Part]:
    """Entries by supplier and document, in words of the active language."""
    suppliers: dict[str, dict[tuple[str, UUID], list[Notification]]] = {}
    for row in rows:
        of_supplier = suppliers.setdefault(row.tenant.name if row.tenant else "", {})
        of_supplier.setdefault((row.subject_kind, row.subject_id), []).append(row)
    return [Part(name, tuple(map(_document, suppliers[name].values()))) for name in sorted(suppliers)]


def _document(rows: list[Notification]) -> Document:
    kind = str(SubjectKind(rows[0].subject_kind).label)
    return Document(f"{kind} {rows[0].subject_label}".strip(), tuple(title_of(row) for row in rows))


def _waiting(until: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(for_digest=True, digest=None, created_at__lt=until)


def _day(now: datetime) -> tuple[date, datetime]:
    """The day of a moment, and the moment of that day's digest."""
    day = timezone.localdate(now)
    return day, timezone.make_aware(datetime.combine(day, time(HOUR)))
