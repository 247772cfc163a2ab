"""Credit notes: what was invoiced and comes back is taken off what is to pay, to the cent.

A note refers to one invoice and credits quantities of its lines. Nets and taxes are computed on *all that is credited
so far* and what earlier notes credited is taken off: however an invoice is credited in parts, its notes add up to it
exactly, and each differs from the tax of its own net by a cent at most, which EN 16931 allows (BR-S-09 and its likes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed, NotFound
from core.events import emit
from core.money import ZERO, TaxedLine, Totals, round_amount, totals
from core.numbers import next_number
from core.scope import current_scope
from payments import credit
from payments.enums import InvoiceState
from payments.errors import InvalidCreditQuantity, NothingToCredit
from payments.events import CreditNoteIssued
from payments.models import (
    CreditNote,
    CreditNoteLine,
    CreditNoteTax,
    CustomerCredit,
    Invoice,
    InvoiceLine,
    PaymentsCounter,
)
from payments.states import INVOICE


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """A quantity of an invoice's line that is credited, and the net amount that this is."""

    line: InvoiceLine
    quantity: Decimal
    net: Decimal


@atomic
def issue_credit_note(*, invoice_id: UUID, quantities: Mapping[UUID, Decimal], reason: str, actor: Actor) -> UUID:
    """Credit base quantities of an invoice's lines; answers the note's id.

    What the note settles of the invoice is no longer to pay, and no longer counts against the credit limit. The rest –
    where the invoice was paid – is owed to the customer (:mod:`payments.owed`), and goes back to the card that paid
    once this is committed. Raises NotAllowed, NotFound,
    NothingToCredit, InvalidCreditQuantity (which names the line). Emits CreditNoteIssued.
    """
    tenant_id = current_scope().tenant_id
    if tenant_id is None or not (actor.kind == "system" or (actor.kind == "staff" and actor.tenant_id == tenant_id)):
        raise NotAllowed
    invoice = Invoice.objects.select_for_update(of=("self",)).filter(pk=invoice_id).first()
    if invoice is None:
        raise NotFound
    lines = list(InvoiceLine.objects.select_for_update(of=("self",)).filter(invoice=invoice).order_by("pk"))
    before = sums_of(lines, invoice.currency)
    credited = credit_lines(lines, quantities, invoice.currency)
    after = sums_of(lines, invoice.currency)
    note = _write(invoice, credited, before=before, after=after, reason=reason, actor=actor)
    InvoiceLine.objects.bulk_update([row.line for row in credited], ["credited_quantity"])
    _settle(invoice, note, actor)
    if note.total_amount > note.settled_amount:
        CustomerCredit.objects.create(
            credit_note=note,
            customer_id=note.customer_id,
            currency=note.currency,
            amount=note.total_amount - note.settled_amount,
        )
    emit(
        CreditNoteIssued(
            credit_note_id=note.pk,
            invoice_id=invoice.pk,
            order_id=invoice.order_id,
            company_id=invoice.company_id,
            tenant_id=tenant_id,
            number=note.number,
            total=note.total_amount,
            currency=note.currency,
            invoice_state=invoice.state,
            unit_id=invoice.unit_id,
        )
    )
    return note.pk


def credit_lines(lines: Sequence[InvoiceLine], quantities: Mapping[UUID, Decimal], currency: str) -> list[CreditedLine]:
    """The lines with what is credited of them now; their credited quantities are raised, in memory."""
    by_id = {line.pk: line for line in lines}
    found: list[CreditedLine] = []
    for key in sorted(quantities):
        line, quantity = by_id.get(key), quantities[key]
        if line is None:
            raise NotFound(field=str(key))
        left = line.base_quantity - line.credited_quantity
        if not quantity.is_finite() or quantity != round(quantity, 4) or not ZERO <= quantity <= left:
            raise InvalidCreditQuantity(field=str(key), left=left)
        if quantity > ZERO:
            before = _net(line, currency)
            line.credited_quantity += quantity
            found.append(CreditedLine(line, quantity, _net(line, currency) - before))
    if not found:
        raise NothingToCredit
    return found


def _net(line: InvoiceLine, currency: str) -> Decimal:
    """The net amount of all that is credited of a line."""
    return round_amount(line.net_amount * line.credited_quantity / line.base_quantity, currency)


def sums_of(lines: Sequence[InvoiceLine], currency: str) -> Totals:
    """What is credited of an invoice so far; its tax groups are those of the invoice."""
    return totals((TaxedLine(_net(line, currency), line.tax_category, line.tax_rate) for line in lines), currency)


def _write(
    invoice: Invoice, credited: Sequence[CreditedLine], *, before: Totals, after: Totals, reason: str, actor: Actor
) -> CreditNote:
    total = after.gross - before.gross
    note = CreditNote.objects.create(
        number=next_number(PaymentsCounter, "AV"),
        invoice=invoice,
        customer_id=invoice.customer_id,
        company_id=invoice.company_id,
        issued_on=timezone.localdate(),
        currency=invoice.currency,
        net_amount=after.net - before.net,
        tax_amount=after.tax - before.tax,
        total_amount=total,
        settled_amount=min(total, invoice.open_amount),
        reason=reason[:240],
        seller=invoice.seller,
        buyer=invoice.buyer,
        issued_by_name=actor.name[:120],
    )
    CreditNoteLine.objects.bulk_create(
        CreditNoteLine(
            credit_note=note,
            invoice_line=row.line,
            position=position,
            sku=row.line.sku,
            name_fr=row.line.name_fr,
            name_en=row.line.name_en,
            base_quantity=row.quantity,
            base_unit_code=row.line.base_unit_code,
            unit_price=row.line.unit_price,
            net_amount=row.net,
            tax_category=row.line.tax_category,
            tax_rate=row.line.tax_rate,
        )
        for position, row in enumerate(sorted(credited, key=lambda row: row.line.position), 1)
    )
    CreditNoteTax.objects.bulk_create(
        CreditNoteTax(
            credit_note=note,
            tax_category=now.tax_category,
            tax_rate=now.tax_rate,
            net_amount=now.net - then.net,
            tax_amount=now.tax - then.tax,
        )
        for then, now in zip(before.groups, after.groups, strict=True)
        if now.net != then.net
    )
    return note


def _settle(invoice: Invoice, note: CreditNote, actor: Actor) -> None:
    if note.settled_amount <= ZERO:
        return
    invoice.credited_amount += note.settled_amount
    invoice.save(update_fields=["credited_amount"])
    credit.credit_back(
        customer_id=invoice.customer_id,
        invoice_id=invoice.pk,
        amount=note.settled_amount,
        currency=invoice.currency,
        note=note.number,
        actor=actor,
    )
    if invoice.open_amount == ZERO:
        is_paid = invoice.paid_amount > ZERO
        INVOICE.move(invoice, to=InvoiceState.PAID if is_paid else InvoiceState.CREDITED, actor=actor, note=note.number)
