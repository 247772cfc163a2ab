"""Documents of a company over all its suppliers: the list, its choices and sums, and all of it for a file."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, OrderBy, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.organisation import units_for
from agreements.enums import AgreementState, Standing
from core import formatting
from core.actor import Actor
from marketplace.models import Document, DocumentKind
from marketplace.policies import TALKED_ABOUT, seen_documents
from marketplace.purchases.queries import purchases_of_orders
from orders.enums import OrderState
from payments.enums import InvoiceState
from rfq.enums import VersionState
from shipping.enums import ShipmentState

_STATES = {
    DocumentKind.ORDER: OrderState,
    DocumentKind.QUOTE: VersionState,
    DocumentKind.SHIPMENT: ShipmentState,
    DocumentKind.INVOICE: InvoiceState,
    DocumentKind.CREDIT_NOTE: InvoiceState,
    DocumentKind.AGREEMENT: AgreementState,
}
_TONES = {
    "placed": "info",
    "confirmed": "info",
    "shipping": "info",
    "shipped": "info",
    "delivered": "ok",
    "cancelled": "mute",
    "issued": "warn",
    "paid": "ok",
    "credited": "ok",
    "sent": "info",
    "accepted": "ok",
    "ordered": "ok",
    "active": "ok",
    "exception": "bad",
}
#: What the list can be sorted by, as the address names it; amounts only within their currency.
SORTS: dict[str, tuple[str, ...]] = {
    "date": ("happened_at",),
    "number": ("number",),
    "supplier": ("tenant_name",),
    "state": ("state",),
    "due": ("due_on",),
    "amount": ("currency", "amount"),
}
NEWEST = "-date"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: UUID
    kind: str
    kind_text: str
    number: str
    po_number: str
    object_id: UUID
    order_id: UUID | None
    tenant_id: UUID
    tenant_name: str
    unit_name: str
    state_text: str
    tone: str
    amount: Decimal | None
    currency: str
    amount_text: str
    happened_on: date
    happened_text: str
    due_on: date | None
    due_text: str
    is_overdue: bool
    message_count: int
    unread_count: int
    purchase_id: UUID | None = None
    purchase_number: str = ""


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Choices of the page; an empty one does not narrow.

    ``search`` is how a number or the buyer's reference begins, signs and capitals aside, or the digits at its end.
    """

    kind: str = ""
    tenant_id: UUID | None = None
    state: str = ""
    unit_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    search: str = ""
    only_overdue: bool = False
    only_unread: bool = False
    sort: str = NEWEST


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page of rows; ``sums`` are what documents of a kind come to in a currency: kind, number, amount."""

    rows: tuple[DocumentRow, ...]
    total: int
    kinds: tuple[tuple[str, str, int], ...]
    suppliers: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    sums: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next piece of a file begins: after this document, newest first."""

    happened_at: datetime
    document_id: UUID


def documents_of_company(
    actor: Actor, chosen: DocumentFilter | None = None, *, limit: int = 50, offset: int = 0
) -> DocumentPage:
    """A page of the company's documents with what can be chosen and what they come to. Six statements."""
    chosen = chosen or DocumentFilter()
    mine = seen_documents(actor)
    by_kind = dict(mine.order_by().values_list("kind").annotate(Count("id")))
    suppliers = mine.order_by("tenant_name").values_list("tenant_id", "tenant_name").distinct()
    units = units_for(actor) if actor.company_id else []
    rows = narrowed(mine, chosen)
    shown = list(rows.order_by(*_order(chosen.sort))[offset : offset + limit])
    counted = list(
        rows.order_by("kind", "currency").values_list("kind", "currency").annotate(Count("id"), Sum("amount"))
    )
    return DocumentPage(
        rows=_rows(actor, shown, {unit.id: unit.name for unit in units}),
        total=sum(count for _kind, _currency, count, _amount in counted),
        kinds=tuple((kind.value, _plural(kind), by_kind.get(kind.value, 0)) for kind in _STATES),
        suppliers=tuple((tenant_id.hex, name) for tenant_id, name in suppliers),
        units=tuple((unit.id.hex, unit.trail) for unit in units),
        sums=tuple(
            (_plural(DocumentKind(kind)), count, formatting.money(amount, currency))
            for kind, currency, count, amount in counted
            if amount is not None
        ),
    )


def documents_after(
    actor: Actor, chosen: DocumentFilter, place: Place | None, *, limit: int
) -> tuple[tuple[DocumentRow, ...], Place | None]:
    """A piece of all documents that the choices leave, newest first, and where the next begins. Three statements."""
    rows = narrowed(seen_documents(actor), chosen)
    if place is not None:
        later = Q(happened_at=place.happened_at, pk__lt=place.document_id)
        rows = rows.filter(Q(happened_at__lt=place.happened_at) | later, happened_at__lte=place.happened_at)
    found = list(rows.order_by("-happened_at", "-pk")[:limit])
    units = {unit.id: unit.name for unit in units_for(actor)} if actor.company_id else {}
    last = found[-1] if len(found) == limit else None
    return _rows(actor, found, units), Place(last.happened_at, last.pk) if last else None


def state_choices(kind: str) -> list[tuple[str, str]]:
    """The states of documents of a kind, or of any, with their names."""
    kinds = [DocumentKind(kind)] if kind in DocumentKind.values else list(_STATES)
    return list({value: str(label) for each in kinds for value, label in _STATES[each].choices}.items())


def narrowed(rows: QuerySet[Document], chosen: DocumentFilter) -> QuerySet[Document]:
    """Those of the documents that the choices leave."""
    exact = {"kind": chosen.kind, "tenant_id": chosen.tenant_id, "state": chosen.state, "unit_id": chosen.unit_id}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if chosen.since:
        rows = rows.filter(happened_at__gte=_midnight(chosen.since))
    if chosen.until:
        rows = rows.filter(happened_at__lte=timezone.make_aware(datetime.combine(chosen.until, time.max)))
    if chosen.search:
        rows = rows.filter(_found(chosen.search))
    if chosen.only_overdue:
        rows = rows.filter(kind=DocumentKind.INVOICE, state=InvoiceState.ISSUED, due_on__lt=timezone.localdate())
    if chosen.only_unread:
        rows = rows.filter(company_unread__gt=0, kind__in=TALKED_ABOUT)
    return rows


def _found(search: str) -> Q:
    """Ranges and equal values alone: an index serves them behind row security, which it does not do for patterns."""
    key = re.sub("[^A-Za-z0-9]", "", search).lower()
    if not key:  # letters of another script: what they are is not in the keys
        return Q(number__icontains=search) | Q(po_number__icontains=search)
    ends_before = f"{key}~"  # after every letter and digit
    begins = Q(number_key__gte=key, number_key__lt=ends_before)
    begins |= Q(reference_key__gte=key, reference_key__lt=ends_before)
    digits = key.lstrip("0") if key.isdigit() else ""
    return begins | Q(number_tail=digits) | Q(reference_tail=digits) if digits else begins


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _order(sort: str) -> list[OrderBy]:
    """By the column, what has none at the end, then by key, so that pages do not overlap."""
    is_down = sort.startswith("-")
    names = (*SORTS.get(sort.removeprefix("-"), SORTS["date"]), "id")
    if names[0] == "happened_at":  # never empty: the index has its order
        return [F(name).desc() if is_down else F(name).asc() for name in names]
    return [F(name).desc(nulls_last=True) if is_down else F(name).asc(nulls_last=True) for name in names]


def _rows(actor: Actor, rows: Collection[Document], units: dict[UUID, str]) -> tuple[DocumentRow, ...]:
    purchases = purchases_of_orders(actor, [row.object_id for row in rows if row.kind == DocumentKind.ORDER])
    return tuple(_row(row, units, purchases.get(row.object_id)) for row in rows)


def _row(row: Document, units: dict[UUID, str], purchase: tuple[UUID, str] | None) -> DocumentRow:
    kind = DocumentKind(row.kind)
    is_due = kind == DocumentKind.INVOICE and row.state == InvoiceState.ISSUED
    overdue = bool(is_due and row.due_on and row.due_on < timezone.localdate())
    happened_on = timezone.localdate(row.happened_at)
    return DocumentRow(
        id=row.id,
        kind=row.kind,
        kind_text=str(kind.label),
        number=row.number,
        po_number=row.po_number,
        object_id=row.object_id,
        order_id=row.order_id,
        tenant_id=row.tenant_id,
        tenant_name=row.tenant_name,
        unit_name=units.get(row.unit_id, "") if row.unit_id else "",
        state_text=_("Overdue") if overdue else _state_text(row, kind),
        tone="bad" if overdue else "mute" if _is_over(row, kind) else _TONES.get(row.state, "mute"),
        amount=row.amount,
        currency=row.currency,
        amount_text=formatting.money(row.amount, row.currency) if row.amount is not None else "—",
        happened_on=happened_on,
        happened_text=formatting.day(happened_on),
        due_on=row.due_on,
        due_text=formatting.day(row.due_on) if row.due_on else "",
        is_overdue=overdue,
        message_count=row.message_count,
        unread_count=row.company_unread,
        purchase_id=purchase[0] if purchase else None,
        purchase_number=purchase[1] if purchase else "",
    )


def _state_text(row: Document, kind: DocumentKind) -> str:
    if _is_over(row, kind):
        return str(Standing.EXPIRED.label)
    states = _STATES[kind]
    return str(states(row.state).label) if row.state in states.values else row.state


def _is_over(row: Document, kind: DocumentKind) -> bool:
    """Whether an agreement's last day has passed; no job writes that down."""
    is_active = kind == DocumentKind.AGREEMENT and row.state == AgreementState.ACTIVE
    return bool(is_active and row.due_on and row.due_on < timezone.localdate())


def _plural(kind: DocumentKind) -> str:
    return {
        DocumentKind.ORDER: _("Orders"),
        DocumentKind.QUOTE: _("Quotes"),
        DocumentKind.SHIPMENT: _("Shipments"),
        DocumentKind.INVOICE: _("Invoices"),
        DocumentKind.CREDIT_NOTE: _("Credit notes"),
        DocumentKind.AGREEMENT: _("Agreements"),
    }[kind]
