"""Issuing invoices: numbers without a gap, totals by EN 16931, seller and buyer as they are on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from accounts.addresses import billing_address
from accounts.models import Company
from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed
from core.events import emit
from core.money import TaxedLine, Totals, totals
from core.numbers import next_number
from core.scope import current_scope
from customers.models import Customer
from customers.terms import due_date
from customers.vat.facts import seller_number
from customers.vat.settings import own_vat
from payments import credit
from payments.events import InvoiceIssued
from payments.models import Invoice, InvoiceLine, InvoiceTax, PaymentsCounter
from vendors.models import Vendor


@dataclass(frozen=True, slots=True)
class InvoiceLineDraft:
    """A line as it was ordered: the price is per base unit, the net amount is the order's."""

    sku: str
    name_fr: str
    name_en: str
    base_quantity: Decimal
    base_unit_code: str
    unit_price: Decimal
    net_amount: Decimal
    tax_category: str
    tax_rate: Decimal
    vatex: str = ""
    tax_mention: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """What an order has to be invoiced for. ``total`` is the order's own and must come out again."""

    customer_id: UUID
    company_id: UUID
    order_id: UUID
    order_number: str
    unit_id: UUID | None
    po_number: str
    currency: str
    payment_term_kind: str
    payment_term_days: int
    supplied_on: date
    total: Decimal
    lines: tuple[InvoiceLineDraft, ...]


@atomic
def issue_invoice(*, draft: InvoiceDraft, actor: Actor) -> UUID:
    """Issue the invoice of an order; its credit moves from reserved to invoiced.

    Raises NotAllowed; ValueError when the lines do not add up to the order's total. Emits InvoiceIssued.
    """
    tenant_id = _require_seller(actor)
    sums = totals(
        (TaxedLine(line.net_amount, line.tax_category, line.tax_rate) for line in draft.lines), draft.currency
    )
    if sums.gross != draft.total:
        raise ValueError(f"order {draft.order_number}: lines add up to {sums.gross}, the order says {draft.total}")
    invoice = _write(draft, sums, tenant_id)
    credit.invoice(
        customer_id=draft.customer_id,
        order_id=draft.order_id,
        invoice_id=invoice.id,
        amount=invoice.total_amount,
        currency=invoice.currency,
        actor=actor,
    )
    emit(
        InvoiceIssued(
            invoice_id=invoice.id,
            order_id=invoice.order_id,
            company_id=invoice.company_id,
            tenant_id=tenant_id,
            number=invoice.number,
            total=invoice.total_amount,
            currency=invoice.currency,
            due_on=invoice.due_on,
            unit_id=invoice.unit_id,
            po_number=invoice.po_number,
        )
    )
    return invoice.id


def _write(draft: InvoiceDraft, sums: Totals, tenant_id: UUID) -> Invoice:
    issued_on = timezone.localdate()
    invoice = Invoice.objects.create(
        number=next_number(PaymentsCounter, "FA"),
        customer_id=draft.customer_id,
        company_id=draft.company_id,
        order_id=draft.order_id,
        order_number=draft.order_number,
        unit_id=draft.unit_id,
        po_number=draft.po_number,
        issued_on=issued_on,
        due_on=due_date(draft.payment_term_kind, draft.payment_term_days, issued_on),
        supplied_on=draft.supplied_on,
        currency=draft.currency,
        net_amount=sums.net,
        tax_amount=sums.tax,
        total_amount=sums.gross,
        seller=_seller(tenant_id),
        buyer=_buyer(draft.company_id, draft.customer_id),
        payment_term_kind=draft.payment_term_kind,
        payment_term_days=draft.payment_term_days,
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            sku=line.sku,
            name_fr=line.name_fr,
            name_en=line.name_en,
            base_quantity=line.base_quantity,
            base_unit_code=line.base_unit_code,
            unit_price=line.unit_price,
            net_amount=line.net_amount,
            tax_category=line.tax_category,
            tax_rate=line.tax_rate,
            vatex=line.vatex,
            tax_mention=line.tax_mention,
        )
        for position, line in enumerate(draft.lines, start=1)
    )
    _write_taxes(invoice, draft, sums)
    return invoice


def _write_taxes(invoice: Invoice, draft: InvoiceDraft, sums: Totals) -> None:
    """The groups of VAT, each with the reason that its lines have."""
    reasons = {(line.tax_category, line.tax_rate): (line.vatex, line.tax_mention) for line in draft.lines}
    InvoiceTax.objects.bulk_create(
        InvoiceTax(
            invoice=invoice,
            tax_category=group.tax_category,
            tax_rate=group.tax_rate,
            vatex=reasons[group.tax_category, group.tax_rate][0],
            tax_mention=reasons[group.tax_category, group.tax_rate][1],
            net_amount=group.net,
            tax_amount=group.tax,
        )
        for group in sums.groups
    )


def _seller(tenant_id: UUID) -> dict[str, str]:
    """The legal seller behind the tenant (BG-4)."""
    vendor = Vendor.objects.select_related("tenant").get(tenant_id=tenant_id)
    registered = {"country": vendor.country, "vat_number": vendor.vat_number, "siren": vendor.siren}
    return {
        "name": vendor.legal_name,
        "trading_name": vendor.tenant.name,
        "siren": vendor.siren,
        "vat_number": seller_number(registered, own_vat()),
        "street": vendor.street,
        "postal_code": vendor.postal_code,
        "city": vendor.city,
        "country": vendor.country,
    }


def _buyer(company_id: UUID, customer_id: UUID) -> dict[str, str]:
    """The company that is invoiced (BG-7), at its billing address, with the VAT number that the seller has checked."""
    checked = Customer.objects.values_list("vat_number", flat=True).get(pk=customer_id)
    company = Company.objects.get(pk=company_id)
    place = billing_address(company_id)
    return {
        "name": company.legal_name,
        "siren": company.siren,
        "vat_number": checked or company.vat_number,
        "street": place.get("street", ""),
        "postal_code": place.get("postal_code", ""),
        "city": place.get("city", ""),
        "country": place.get("country") or company.country,
    }


def _require_seller(actor: Actor) -> UUID:
    tenant_id = current_scope().tenant_id
    if tenant_id is None or not (actor.kind == "system" or (actor.kind == "staff" and actor.tenant_id == tenant_id)):
        raise NotAllowed
    return tenant_id
