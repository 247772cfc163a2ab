"""Documents of a company over all its suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from core import formatting
from core.actor import Actor
from marketplace.models import Document, DocumentKind
from marketplace.purchases.queries import purchases_of_orders
from orders.enums import OrderState
from payments.enums import InvoiceState
from rfq.enums import VersionState

_STATES = {
    DocumentKind.ORDER: OrderState,
    DocumentKind.INVOICE: InvoiceState,
    DocumentKind.QUOTE: VersionState,
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
    "sent": "info",
    "accepted": "ok",
}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: UUID
    kind: str
    kind_text: str
    number: str
    object_id: UUID
    tenant_id: UUID
    tenant_name: str
    state_text: str
    tone: str
    amount_text: str
    happened_text: str
    due_text: str
    is_overdue: bool
    purchase_id: UUID | None = None
    purchase_number: str = ""


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Choices of the page; an empty one does not narrow."""

    kind: str = ""
    tenant_id: UUID | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class DocumentPage:
    rows: tuple[DocumentRow, ...]
    total: int
    kinds: tuple[tuple[str, str, int], ...]
    suppliers: tuple[tuple[str, str], ...]


def documents_of_company(
    actor: Actor, chosen: DocumentFilter | None = None, *, limit: int = 50, offset: int = 0
) -> DocumentPage:
    """A page of the company's documents, newest first, with what can be chosen. Five statements."""
    chosen = chosen or DocumentFilter()
    mine = _seen(actor)
    by_kind = dict(mine.order_by().values_list("kind").annotate(Count("id")))
    suppliers = mine.order_by("tenant_name").values_list("tenant_id", "tenant_name").distinct()
    rows = _narrowed(mine, chosen)
    kinds = (DocumentKind.ORDER, DocumentKind.QUOTE, DocumentKind.INVOICE)
    shown = list(rows[offset : offset + limit])
    ordered = [row.object_id for row in shown if row.kind == DocumentKind.ORDER]
    purchases = purchases_of_orders(actor, ordered)
    return DocumentPage(
        rows=tuple(_row(row, purchases.get(row.object_id)) for row in shown),
        total=rows.count(),
        kinds=tuple((kind.value, _plural(kind), by_kind.get(kind.value, 0)) for kind in kinds),
        suppliers=tuple((tenant_id.hex, name) for tenant_id, name in suppliers),
    )


def _seen(actor: Actor) -> QuerySet[Document]:
    """Those of the company that the role shows: prices with orders and quotes, invoices, other sites' orders."""
    if actor.kind != "buyer" or actor.company_id is None:
        return Document.objects.none()
    rows = Document.objects.filter(company_id=actor.company_id)
    if not actor.may(Permission.SEE_PRICES):
        rows = rows.filter(kind=DocumentKind.INVOICE)
    if not actor.may(Permission.SEE_INVOICES):
        rows = rows.exclude(kind=DocumentKind.INVOICE)
    if actor.unit_ids is not None:  # a request for quotes is the whole company's
        rows = rows.filter(Q(kind=DocumentKind.QUOTE) | Q(unit_id__in=actor.unit_ids))
    return rows


def _narrowed(rows: QuerySet[Document], chosen: DocumentFilter) -> QuerySet[Document]:
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.tenant_id:
        rows = rows.filter(tenant_id=chosen.tenant_id)
    if chosen.number:
        rows = rows.filter(number__icontains=chosen.number)
    return rows


def _row(row: Document, purchase: tuple[UUID, str] | None = None) -> DocumentRow:
    kind = DocumentKind(row.kind)
    overdue = bool(row.due_on and row.state == InvoiceState.ISSUED and row.due_on < timezone.localdate())
    return DocumentRow(
        id=row.id,
        kind=row.kind,
        kind_text=str(kind.label),
        number=row.number,
        object_id=row.object_id,
        tenant_id=row.tenant_id,
        tenant_name=row.tenant_name,
        state_text=_("Overdue") if overdue else _state_text(kind, row.state),
        tone="bad" if overdue else _TONES.get(row.state, "mute"),
        amount_text=formatting.money(row.amount, row.currency) if row.amount is not None else "—",
        happened_text=formatting.day(timezone.localdate(row.happened_at)),
        due_text=formatting.day(row.due_on) if row.due_on else "",
        is_overdue=overdue,
        purchase_id=purchase[0] if purchase else None,
        purchase_number=purchase[1] if purchase else "",
    )


def _state_text(kind: DocumentKind, state: str) -> str:
    states = _STATES.get(kind)
    return str(states(state).label) if states and state in states.values else state


def _plural(kind: DocumentKind) -> str:
    return {
        DocumentKind.ORDER: _("Orders"),
        DocumentKind.QUOTE: _("Quotes"),
        DocumentKind.INVOICE: _("Invoices"),
        DocumentKind.SHIPMENT: _("Shipments"),
    }[kind]
