"""Credit notes as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from customers.vat.wording import sentences, tax_label
from payments.credit_balances import OwedDetail, owed_of
from payments.models import CreditNote, CreditNoteLine
from payments.policies import seen_invoices
from payments.queries import InvoiceLineRow, Party, party


@dataclass(frozen=True, slots=True)
class CreditNoteName:
    """A credit note as a link."""

    id: UUID
    number: str
    total_text: str
    invoice_id: UUID
    invoice_number: str


@dataclass(frozen=True, slots=True)
class CreditNoteDetail:
    """All that a credit note prints. ``owed_text`` is what it did not take off the invoice: the customer's money."""

    name: CreditNoteName
    issued_text: str
    invoice_issued_text: str
    order_id: UUID
    order_number: str
    po_number: str
    reason: str
    seller: Party
    buyer: Party
    lines: tuple[InvoiceLineRow, ...]
    taxes: tuple[tuple[str, str, str], ...]
    net_text: str
    settled_text: str
    owed_text: str
    owed: OwedDetail | None
    mentions: tuple[str, ...]


def credit_note_name(actor: Actor, note_id: UUID) -> CreditNoteName | None:
    """A credit note's name and amount, where the actor may see its invoice; one statement."""
    row = _visible(actor, note_id)
    return _name(row) if row else None


def credit_note_detail(actor: Actor, note_id: UUID) -> CreditNoteDetail:
    """One credit note with everything that it prints. Raises NotFound for who may not see its invoice."""
    row = _visible(actor, note_id)
    if row is None:
        raise NotFound
    owed = row.total_amount - row.settled_amount
    taxes = row.invoice.taxes.values_list("tax_category", "tax_rate", "tax_mention")
    mentions = {(category, rate): key for category, rate, key in taxes}
    return CreditNoteDetail(
        name=_name(row),
        issued_text=formatting.day(row.issued_on),
        invoice_issued_text=formatting.day(row.invoice.issued_on),
        order_id=row.invoice.order_id,
        order_number=row.invoice.order_number,
        po_number=row.invoice.po_number,
        reason=row.reason,
        seller=party(row.seller),
        buyer=party(row.buyer),
        lines=tuple(_line(line, row.currency) for line in row.lines.all()),
        taxes=tuple(
            (
                tax_label(tax.tax_rate, mentions.get((tax.tax_category, tax.tax_rate), "")),
                formatting.money(tax.net_amount, row.currency),
                formatting.money(tax.tax_amount, row.currency),
            )
            for tax in row.taxes.all()
        ),
        net_text=formatting.money(row.net_amount, row.currency),
        settled_text=formatting.money(row.settled_amount, row.currency),
        owed_text=formatting.money(owed, row.currency) if owed else "",
        owed=owed_of(actor, row) if owed else None,
        mentions=sentences(mentions.values(), row.issued_on),
    )


def _visible(actor: Actor, note_id: UUID) -> CreditNote | None:
    rows = CreditNote.objects.select_related("invoice").filter(invoice__in=seen_invoices(actor))
    return rows.filter(pk=note_id).first()


def _name(row: CreditNote) -> CreditNoteName:
    total = formatting.money(row.total_amount, row.currency)
    return CreditNoteName(row.pk, row.number, total, row.invoice_id, row.invoice.number)


def _line(line: CreditNoteLine, currency: str) -> InvoiceLineRow:
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
