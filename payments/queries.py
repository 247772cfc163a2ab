"""Invoices as pages and the API show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from customers.terms import term_text
from customers.vat.wording import sentences, tax_label
from payments import policies
from payments.enums import IntentState, InvoiceState
from payments.models import CreditNote, Invoice, InvoiceLine, PaymentIntent


@dataclass(frozen=True, slots=True)
class InvoiceSummary:
    """An invoice as a row of a list or a card of an order."""

    id: UUID
    number: str
    order_id: UUID
    order_number: str
    company_id: UUID
    company_name: str
    state: str
    state_text: str
    tone: str
    issued_text: str
    due_text: str
    due_on: date
    is_overdue: bool
    total: Decimal
    total_text: str
    open_text: str
    term_text: str


@dataclass(frozen=True, slots=True)
class InvoiceLineRow:
    position: int
    sku: str
    name: str
    quantity_text: str
    unit_text: str
    unit_price_text: str
    tax_text: str
    net_text: str


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer as printed."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    """A credit note of an invoice: what it is about, and how much less is to pay by it."""

    id: UUID
    number: str
    issued_text: str
    total_text: str
    settled_text: str


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    summary: InvoiceSummary
    seller: Party
    buyer: Party
    po_number: str
    supplied_text: str
    lines: tuple[InvoiceLineRow, ...]
    taxes: tuple[tuple[str, str, str], ...]
    net_text: str
    tax_text: str
    paid_text: str
    credits: tuple[CreditNoteRow, ...]
    mentions: tuple[str, ...]
    can_pay: bool
    payment_state: str


def invoice_detail(actor: Actor, invoice_id: UUID) -> InvoiceDetail:
    """One invoice with everything that it prints. Raises NotFound for anybody but its two parties."""
    row = _visible(actor).filter(pk=invoice_id).first()
    if row is None:
        raise NotFound
    taxes = tuple(
        (
            tax_label(tax.tax_rate, tax.tax_mention),
            formatting.money(tax.net_amount, row.currency),
            formatting.money(tax.tax_amount, row.currency),
        )
        for tax in row.taxes.all()
    )
    return InvoiceDetail(
        summary=_summary(row),
        seller=party(row.seller),
        buyer=party(row.buyer),
        po_number=row.po_number,
        supplied_text=formatting.day(row.supplied_on),
        lines=tuple(_line(line, row.currency) for line in row.lines.all()),
        taxes=taxes,
        net_text=formatting.money(row.net_amount, row.currency),
        tax_text=formatting.money(row.tax_amount, row.currency),
        paid_text=formatting.money(row.paid_amount, row.currency) if row.paid_amount else "",
        mentions=(*sentences((tax.tax_mention for tax in row.taxes.all()), row.issued_on), *_mentions()),
        credits=tuple(_credit(note) for note in row.credit_notes.all()),
        can_pay=row.state == InvoiceState.ISSUED and policies.can_pay(actor, row),
        payment_state=_payment_state(row),
    )


def invoice_of_order(actor: Actor, order_id: UUID) -> InvoiceSummary | None:
    """The invoice of an order, when there is one and the actor may see it."""
    row = _visible(actor).filter(order_id=order_id).first()
    return _summary(row) if row else None


def invoices_for(actor: Actor, *, only: str = "", limit: int = 50, offset: int = 0) -> list[InvoiceSummary]:
    """The actor's invoices, newest first; ``only`` is "", open, overdue or paid."""
    return [_summary(row) for row in _chosen(actor, only)[offset : offset + limit]]


def invoice_counts(actor: Actor) -> dict[str, int]:
    """How many invoices each choice of :func:`invoices_for` shows."""
    return {only: _chosen(actor, only).count() for only in ("", "open", "overdue", "paid")}


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """What the test gateway's page shows of an intent."""

    intent_id: UUID
    invoice_id: UUID
    invoice_number: str
    amount: Decimal
    currency: str
    amount_text: str
    is_open: bool


def checkout_view(actor: Actor, intent_id: UUID) -> CheckoutView:
    """A card payment that the actor may make. Raises NotFound."""
    row = PaymentIntent.objects.select_related("invoice").filter(pk=intent_id).first()
    if row is None or not policies.can_pay(actor, row.invoice):
        raise NotFound
    return CheckoutView(
        intent_id=row.id,
        invoice_id=row.invoice_id,
        invoice_number=row.invoice.number,
        amount=row.amount,
        currency=row.currency,
        amount_text=formatting.money(row.amount, row.currency),
        is_open=row.state in (IntentState.CREATED, IntentState.PENDING),
    )


def _visible(actor: Actor) -> QuerySet[Invoice]:
    return (
        policies.seen_invoices(actor).prefetch_related("lines", "taxes", "credit_notes").order_by("-issued_on", "-id")
    )


def _chosen(actor: Actor, only: str) -> QuerySet[Invoice]:
    today = timezone.localdate()
    conditions = {
        "open": Q(state=InvoiceState.ISSUED),
        "overdue": Q(state=InvoiceState.ISSUED, due_on__lt=today),
        "paid": ~Q(state=InvoiceState.ISSUED),
    }
    return _visible(actor).filter(conditions.get(only, Q())).prefetch_related(None)


def _summary(row: Invoice) -> InvoiceSummary:
    overdue = row.state == InvoiceState.ISSUED and row.due_on < timezone.localdate()
    state = InvoiceState(row.state)
    return InvoiceSummary(
        id=row.id,
        number=row.number,
        order_id=row.order_id,
        order_number=row.order_number,
        company_id=row.company_id,
        company_name=row.buyer.get("name", ""),
        state=row.state,
        state_text=_("Overdue") if overdue else str(state.label),
        tone="bad" if overdue else "warn" if state == InvoiceState.ISSUED else "ok",
        issued_text=formatting.day(row.issued_on),
        due_text=formatting.day(row.due_on),
        due_on=row.due_on,
        is_overdue=overdue,
        total=row.total_amount,
        total_text=formatting.money(row.total_amount, row.currency),
        open_text=formatting.money(row.open_amount, row.currency),
        term_text=term_text(row.payment_term_kind, row.payment_term_days),
    )


def _line(line: InvoiceLine, currency: str) -> InvoiceLineRow:
    return InvoiceLineRow(
        position=line.position,
        sku=line.sku,
        name=formatting.localised(line.name_fr, line.name_en),
        quantity_text=formatting.number(line.base_quantity),
        unit_text=formatting.unit_name(line.base_unit_code, line.base_quantity),
        unit_price_text=formatting.unit_price(line.unit_price, currency),
        tax_text=formatting.percent(line.tax_rate),
        net_text=formatting.money(line.net_amount, currency),
    )


def _credit(note: CreditNote) -> CreditNoteRow:
    return CreditNoteRow(
        id=note.id,
        number=note.number,
        issued_text=formatting.day(note.issued_on),
        total_text=formatting.money(note.total_amount, note.currency),
        settled_text=formatting.money(-note.settled_amount, note.currency),
    )


def party(snapshot: dict[str, str]) -> Party:
    """Seller or buyer as it was when the document was issued."""
    place = " ".join(part for part in (snapshot.get("postal_code", ""), snapshot.get("city", "")) if part)
    lines = [snapshot.get("street", ""), place, snapshot.get("country", "")]
    if snapshot.get("siren"):
        lines.append(_("SIREN %(number)s") % {"number": snapshot["siren"]})
    if snapshot.get("vat_number"):
        lines.append(_("VAT number %(number)s") % {"number": snapshot["vat_number"]})
    return Party(snapshot.get("name", ""), tuple(line for line in lines if line))


def _mentions() -> tuple[str, ...]:
    """What the law wants on invoices between companies (C. com. L441-9, L441-10, D441-5; CGI ann. II 242 nonies A)."""
    return (
        _(
            "Late payment: penalties at the European Central Bank’s latest refinancing rate plus 10 percentage points, "
            "due from the day after the due date without a reminder (French commercial code, L441-10)."
        ),
        _("Fixed compensation for recovery costs in case of late payment: €40 (French commercial code, D441-5)."),
        _("No discount for early payment."),
    )


def _payment_state(row: Invoice) -> str:
    """The state of the latest card payment: "", created, pending, succeeded or failed."""
    state = row.intents.order_by("-created_at", "-id").values_list("state", flat=True).first()
    return state or ""
