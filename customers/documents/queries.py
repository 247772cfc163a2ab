"""Documents of requests for an account: what is asked for, what was given, who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from core import formatting
from core.actor import Actor
from core.errors import NotFound
from customers.documents.files import content_of
from customers.models import AccountDocument, Customer, DocumentKind
from customers.policies import can_decide


@dataclass(frozen=True, slots=True)
class KindRow:
    """A document that is asked for."""

    id: UUID
    label: str
    is_required: bool
    fresh_months: int | None
    note: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What was given of a kind; without ``id`` nothing was. ``warning`` is what the supplier looks at."""

    kind: KindRow
    id: UUID | None = None
    file_name: str = ""
    given_text: str = ""
    warning: str = ""
    again_reason: str = ""

    @property
    def is_wanted(self) -> bool:
        """Whether the company is waited for."""
        return bool(self.again_reason) or (self.id is None and self.kind.is_required)


@dataclass(frozen=True, slots=True)
class Download:
    name: str
    content_type: str
    content: bytes


def kinds() -> list[KindRow]:
    """What companies are asked for; one statement."""
    return [_kind(row) for row in DocumentKind.objects.filter(is_asked=True)]


def documents_of(customer_id: UUID) -> list[DocumentRow]:
    """What is asked of a customer and what it gave, by kind; two statements."""
    latest: dict[UUID, AccountDocument] = {}
    for row in AccountDocument.objects.filter(customer_id=customer_id).select_related("kind"):
        latest.setdefault(row.kind_id, row)
    asked = {row.pk: row for row in DocumentKind.objects.filter(is_asked=True)}
    given = {key: row.kind for key, row in latest.items() if key not in asked}
    return [_document(_kind(kind), latest.get(key)) for key, kind in (asked | given).items()]


def download(*, document_id: UUID, actor: Actor) -> Download:
    """A document for the supplier's staff that decide, and for the company's administrators. Raises NotFound."""
    row = AccountDocument.objects.select_related("customer").filter(pk=document_id).first()
    if row is None or not (can_decide(actor) or _is_own(actor, row.customer)):
        raise NotFound
    content = content_of(row.digest)
    if content is None:
        raise NotFound
    return Download(row.file_name, row.content_type, content)


def basis_of(customer_id: UUID) -> list[dict[str, Any]]:
    """What a decision that is taken now is based on: the documents that count, with their dates and digests."""
    found: dict[UUID, AccountDocument] = {}
    for row in AccountDocument.objects.filter(customer_id=customer_id).select_related("kind"):
        found.setdefault(row.kind_id, row)
    return [
        {
            "document_id": str(row.pk),
            "label_fr": row.kind.label_fr,
            "label_en": row.kind.label_en,
            "file_name": row.file_name,
            "digest": row.digest,
            "given_at": row.given_at.isoformat(),
            "dated_on": row.dated_on.isoformat() if row.dated_on else "",
        }
        for row in found.values()
    ]


def basis_texts(customer_id: UUID) -> list[tuple[str, str]]:
    """What the last decision was based on, as (label, text); one statement."""
    rows = Customer.objects.filter(pk=customer_id).values_list("decision_basis", flat=True).first() or []
    return [
        (
            formatting.localised(row["label_fr"], row["label_en"]),
            " · ".join(filter(None, (row["file_name"], _dated(row["dated_on"])))),
        )
        for row in rows
    ]


def is_stale(dated_on: date | None, fresh_months: int | None, today: date) -> bool:
    """Whether a document is older than it may be; months as on a calendar."""
    if dated_on is None or fresh_months is None:
        return False
    months = (today.year - dated_on.year) * 12 + today.month - dated_on.month
    return months > fresh_months or (months == fresh_months and today.day > dated_on.day)


def may_give(actor: Actor) -> bool:
    """Whether the actor gives and reads its company's documents: its administrators."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.MANAGE_PEOPLE)


def _is_own(actor: Actor, customer: Customer) -> bool:
    return may_give(actor) and actor.company_id == customer.company_id


def _dated(text: str) -> str:
    return _("dated %(day)s") % {"day": formatting.day(date.fromisoformat(text))} if text else ""


def _kind(row: DocumentKind) -> KindRow:
    parts = [_("Required") if row.is_required else _("Optional")]
    if row.fresh_months:
        parts.append(_("not older than %(count)s months") % {"count": row.fresh_months})
    label = formatting.localised(row.label_fr, row.label_en)
    return KindRow(row.pk, label, row.is_required, row.fresh_months, " · ".join(parts))


def _document(kind: KindRow, row: AccountDocument | None) -> DocumentRow:
    if row is None:
        return DocumentRow(kind, warning=_("Missing") if kind.is_required else "")
    stale = is_stale(row.dated_on, kind.fresh_months, timezone.localdate())
    given = (
        formatting.moment(row.given_at),
        row.given_by_name,
        _dated(row.dated_on.isoformat() if row.dated_on else ""),
    )
    return DocumentRow(
        kind,
        id=row.pk,
        file_name=row.file_name,
        given_text=" · ".join(filter(None, given)),
        warning=_("Older than %(count)s months") % {"count": kind.fresh_months} if stale else "",
        again_reason=row.again_reason,
    )
