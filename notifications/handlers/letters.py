"""After commit: e-mails. Each handler gathers values in the event's scope, then writes to people in their language."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.permissions import Permission
from core import formatting
from core.events import handles
from customers.enums import CustomerState
from customers.events import AccountDecided
from customers.models import Customer
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.values import Amount, Day
from orders.events import OrderPlaced
from orders.line_details import said_of_line
from orders.models import Order
from payments.events import InvoiceIssued, InvoicePaid
from payments.models import Invoice
from shipping.enums import ShipmentState
from shipping.events import ShipmentChanged
from shipping.models import Shipment
from tenants import directory
from vendors.events import ApplicationDecided
from vendors.models import Application

_ON_ITS_WAY = frozenset(
    {ShipmentState.HANDED_OVER, ShipmentState.IN_TRANSIT, ShipmentState.OUT_FOR_DELIVERY, ShipmentState.DELIVERED}
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of goods in a letter."""

    quantity: str
    item: str
    amount: str = ""
    said: tuple[str, ...] = ()


@handles(OrderPlaced)
def order_placed(event: OrderPlaced) -> None:
    """Tell the supplier's staff, and confirm to whoever placed the order, or to whom it is for."""
    order = Order.objects.prefetch_related("lines").get(pk=event.order_id)
    supplier, origin = supplier_of(event.tenant_id)
    common = {
        "number": order.number,
        "total": Amount(order.total_amount, order.currency),
        "po_number": order.po_number,
    }
    about = Subject(SubjectKind.ORDER, order.id, order.number, event.company_id)
    mail.send(
        "order_placed",
        event=event,
        about=about,
        to=recipients.staff(event.tenant_id),
        values={**common, "company": order.company_name, "link": f"{origin}/portal/orders/{order.id}/"},
    )
    mail.send(
        "order_confirmation",
        event=event,
        about=about,
        to=recipients.of_order(order),
        values={
            **common,
            "supplier": supplier,
            "lines": lambda: _order_lines(order),
            "link": f"{origin}/orders/{order.id}/",
        },
    )


@handles(ShipmentChanged)
def shipment_sent(event: ShipmentChanged) -> None:
    """Tell whoever placed the order, or whom it is for, when a parcel leaves the house."""
    if event.before != ShipmentState.PREPARED or event.state not in _ON_ITS_WAY:
        return
    shipment = Shipment.objects.prefetch_related("lines").get(pk=event.shipment_id)
    order = Order.objects.get(pk=event.order_id)
    supplier, origin = supplier_of(event.tenant_id)
    mail.send(
        "shipment_sent",
        event=event,
        about=Subject(SubjectKind.ORDER, order.id, order.number, event.company_id),
        to=recipients.of_order(order),
        values={
            "supplier": supplier,
            "shipment": shipment.number,
            "number": order.number,
            "carrier": shipment.carrier,
            "tracking_number": shipment.tracking_number,
            "lines": lambda: [
                Line(formatting.number(line.base_quantity), formatting.localised(line.name_fr, line.name_en))
                for line in shipment.lines.all()
            ],
            "link": f"{origin}/orders/{order.id}/",
        },
    )


@handles(InvoiceIssued)
def invoice_issued(event: InvoiceIssued) -> None:
    """Send those who see the invoice the amount and the day by which to pay."""
    supplier, origin = supplier_of(event.tenant_id)
    mail.send(
        "invoice_issued",
        event=event,
        about=Subject(SubjectKind.INVOICE, event.invoice_id, event.number, event.company_id),
        to=recipients.of_invoice(Invoice.objects.get(pk=event.invoice_id)),
        values={
            "supplier": supplier,
            "invoice": event.number,
            "number": Order.objects.values_list("number", flat=True).get(pk=event.order_id),
            "total": Amount(event.total, event.currency),
            "due": Day(event.due_on),
            "link": f"{origin}/invoices/{event.invoice_id}/",
        },
    )


@handles(InvoicePaid)
def invoice_paid(event: InvoicePaid) -> None:
    """Tell the supplier's staff that the money is there."""
    invoice = Invoice.objects.get(pk=event.invoice_id)
    _name, origin = supplier_of(event.tenant_id)
    mail.send(
        "invoice_paid",
        event=event,
        about=Subject(SubjectKind.INVOICE, event.invoice_id, event.number, event.company_id),
        to=recipients.staff(event.tenant_id),
        values={
            "invoice": event.number,
            "company": invoice.buyer["name"],
            "total": Amount(event.total, event.currency),
            "link": f"{origin}/portal/orders/{event.order_id}/",
        },
    )


@handles(AccountDecided)
def account_decided(event: AccountDecided) -> None:
    """Tell the company what the supplier decided about its account."""
    if event.state not in (CustomerState.APPROVED, CustomerState.REFUSED, CustomerState.BLOCKED):
        return
    customer = Customer.objects.get(pk=event.customer_id)
    supplier, origin = supplier_of(event.tenant_id)
    mail.send(
        "account_decided",
        event=event,
        about=Subject(SubjectKind.COMPANY, event.company_id, customer.company_name, event.company_id),
        kind="account_opened" if event.state == CustomerState.APPROVED else "account_decided",
        to=recipients.company(event.company_id, lambda actor: actor.may(Permission.OPEN_ACCOUNTS)),
        values={
            "state": event.state,
            "supplier": supplier,
            "company": customer.company_name,
            "reason": customer.decision_note,
            "link": f"{origin}/",
        },
    )


@handles(ApplicationDecided)
def application_decided(event: ApplicationDecided) -> None:
    """Tell the applicant what the operator decided."""
    application = Application.objects.get(pk=event.application_id)
    tenant = directory.find_by_id(application.tenant_id) if application.tenant_id else None
    mail.send(
        "application_decided",
        event=event,
        about=Subject(
            SubjectKind.COMPANY,
            application.pk,
            application.portal_name,
            path=f"/go/{tenant.id}/?next=/portal/" if tenant else "/",
        ),
        kind="application_approved" if event.is_approved else "application_decided",
        to=recipients.user(application.applicant_id),
        values={
            "is_approved": event.is_approved,
            "storefront": application.portal_name,
            "reason": application.decision_note,
            "link": f"{mail.origin(tenant.primary_domain)}/portal/" if tenant else "",
        },
    )


def supplier_of(tenant_id: UUID) -> tuple[str, str]:
    """A tenant's name and the address of its storefront."""
    tenant = directory.find_by_id(tenant_id)
    if tenant is None:
        raise LookupError(f"no tenant {tenant_id}")
    return tenant.name, mail.origin(tenant.primary_domain)


def _order_lines(order: Order) -> list[Line]:
    return [
        Line(
            f"{formatting.number(line.quantity)} {formatting.unit_name(line.unit_code, line.quantity)}",
            formatting.localised(line.name_fr, line.name_en),
            formatting.money(line.net_amount, order.currency),
            said_of_line(line.note, line.wanted_on, line.address),
        )
        for line in order.lines.all()
    ]
