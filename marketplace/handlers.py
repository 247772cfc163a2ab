"""The index of documents follows orders, parcels, invoices and quotes in their own transaction: the two never disagree.

The directory of suppliers follows tenants; who has an account, customers; who sells the same goods, catalogues.
"""

from __future__ import annotations

from uuid import UUID

from agreements.enums import AgreementState
from agreements.events import AgreementClosed, AgreementSigned, ExtensionDecided
from catalog.events import CatalogChanged
from core.events import handles
from core.scope import OPERATOR
from core.tenancy import use_tenant
from customers.events import AccountRequested
from marketplace import accounts, directory, goods, services, tasks
from marketplace.models import DocumentKind
from orders.enums import OrderState
from orders.events import OrderPlaced, OrderRevised, OrderStateChanged
from payments.enums import InvoiceState
from payments.events import CreditNoteIssued, InvoiceIssued, InvoicePaid
from rfq.closing import offered_amounts
from rfq.enums import InvitationState, VersionState
from rfq.events import (
    DeadlinePassed,
    InvitationChanged,
    QuoteCountered,
    QuoteSent,
    QuoteWithdrawn,
    RFQAwarded,
    RFQCancelled,
    RFQClosed,
)
from shipping.events import ShipmentChanged
from tenants.events import TenantChanged

LARGEST = 2_000
"""Above this many variants a worker does it."""


@handles(CatalogChanged)
def show_goods(event: CatalogChanged) -> None:
    """Goods that visitors see at a tenant stand beside the same ones of others. Reads what is true now."""
    if event.variant_ids and len(event.variant_ids) <= LARGEST:
        goods.publish_goods(tenant_id=event.tenant_id, variant_ids=event.variant_ids)
    else:
        tasks.publish_all_goods.delay(str(event.tenant_id))


@handles(AccountRequested, in_transaction=True)
def note_account(event: AccountRequested) -> None:
    """From now on the company may have prices of its own there."""
    accounts.note_accounts(tenant_id=event.tenant_id, company_ids=[event.company_id])


@handles(TenantChanged)
def read_directory_anew(_event: TenantChanged) -> None:
    """A supplier opened, changed or closed: buyers see it at once."""
    directory.forget()


@handles(OrderPlaced, in_transaction=True)
def enter_order(event: OrderPlaced) -> None:
    """A new order."""
    services.add_document(
        kind=DocumentKind.ORDER,
        object_id=event.order_id,
        company_id=event.company_id,
        tenant_id=event.tenant_id,
        number=event.number,
        state=OrderState.PLACED,
        amount=event.total,
        currency=event.currency,
        unit_id=event.unit_id,
        order_id=event.order_id,
        po_number=event.po_number,
    )


@handles(OrderStateChanged, in_transaction=True)
def follow_order(event: OrderStateChanged) -> None:
    """An order moved on."""
    services.change_state(
        kind=DocumentKind.ORDER, object_id=event.order_id, tenant_id=event.tenant_id, state=event.state
    )


@handles(OrderRevised, in_transaction=True)
def follow_amount(event: OrderRevised) -> None:
    """An order was amended, or a part of it cancelled: it is about another amount."""
    services.change_order(
        order_id=event.order_id, tenant_id=event.tenant_id, amount=event.total, po_number=event.po_number
    )


@handles(ShipmentChanged, in_transaction=True)
def follow_parcel(event: ShipmentChanged) -> None:
    """A parcel is packed, or moved on."""
    if not event.before:
        services.add_parcel(
            shipment_id=event.shipment_id,
            order_id=event.order_id,
            tenant_id=event.tenant_id,
            number=event.number,
            state=event.state,
            promised_on=event.promised_on,
        )
    elif event.before != event.state:
        services.move_parcel(
            shipment_id=event.shipment_id,
            tenant_id=event.tenant_id,
            state=event.state,
            arrived_on=event.arrived_on,
        )


@handles(InvoiceIssued, in_transaction=True)
def enter_invoice(event: InvoiceIssued) -> None:
    """A new invoice."""
    services.add_document(
        kind=DocumentKind.INVOICE,
        object_id=event.invoice_id,
        company_id=event.company_id,
        tenant_id=event.tenant_id,
        number=event.number,
        state=InvoiceState.ISSUED,
        amount=event.total,
        currency=event.currency,
        due_on=event.due_on,
        unit_id=event.unit_id,
        order_id=event.order_id,
        po_number=event.po_number,
    )


@handles(InvoicePaid, in_transaction=True)
def follow_invoice(event: InvoicePaid) -> None:
    """An invoice was paid."""
    services.change_state(
        kind=DocumentKind.INVOICE, object_id=event.invoice_id, tenant_id=event.tenant_id, state=InvoiceState.PAID
    )


@handles(CreditNoteIssued, in_transaction=True)
def follow_credit_note(event: CreditNoteIssued) -> None:
    """A credit note is a document of its own, taken off; it may leave nothing to pay of its invoice."""
    services.add_document(
        kind=DocumentKind.CREDIT_NOTE,
        object_id=event.credit_note_id,
        company_id=event.company_id,
        tenant_id=event.tenant_id,
        number=event.number,
        state=InvoiceState.CREDITED,
        amount=-event.total,
        currency=event.currency,
        unit_id=event.unit_id,
    )
    services.change_state(
        kind=DocumentKind.INVOICE, object_id=event.invoice_id, tenant_id=event.tenant_id, state=event.invoice_state
    )


@handles(QuoteSent, in_transaction=True)
def enter_quote(event: QuoteSent) -> None:
    """A supplier's answer to a request, which the buyer finds it by; the next version takes its place.

    What a sealed one comes to is entered when it is opened.
    """
    services.add_document(
        kind=DocumentKind.QUOTE,
        object_id=event.rfq_id,
        company_id=event.company_id,
        tenant_id=event.tenant_id,
        number=event.number,
        state=VersionState.SENT,
        amount=event.net if event.sealed_until is None else None,
        currency=event.currency,
    )


@handles(DeadlinePassed)
def open_quotes(event: DeadlinePassed) -> None:
    """What sealed offers come to is known now. Reads what is true now."""
    if event.was_sealed:
        with use_tenant(OPERATOR):
            services.fill_quote_amounts(rfq_id=event.rfq_id, amounts=offered_amounts(event.rfq_id))


@handles(QuoteCountered, in_transaction=True)
def follow_counter_offer(event: QuoteCountered) -> None:
    """The buyer asked for other prices."""
    _follow_quote(event.rfq_id, event.tenant_id, VersionState.COUNTERED)


@handles(QuoteWithdrawn, in_transaction=True)
def follow_withdrawal(event: QuoteWithdrawn) -> None:
    """A supplier takes back what it had offered."""
    _follow_quote(event.rfq_id, event.tenant_id, VersionState.WITHDRAWN)


@handles(InvitationChanged, in_transaction=True)
def follow_invitation(event: InvitationChanged) -> None:
    """A supplier that declines takes back what it had offered."""
    if event.state == InvitationState.DECLINED:
        _follow_quote(event.rfq_id, event.tenant_id, VersionState.WITHDRAWN)


@handles(AgreementSigned, in_transaction=True)
def enter_agreement(event: AgreementSigned) -> None:
    """A new agreement, which the company finds with what comes of it."""
    services.add_document(
        kind=DocumentKind.AGREEMENT,
        object_id=event.agreement_id,
        company_id=event.company_id,
        tenant_id=event.tenant_id,
        number=event.number,
        state=AgreementState.ACTIVE,
        amount=event.total,
        currency=event.currency,
        due_on=event.ends_on,
        unit_id=event.unit_id,
        po_number=event.po_number,
    )


@handles(AgreementClosed, in_transaction=True)
def follow_agreement(event: AgreementClosed) -> None:
    """An agreement was ended before its time."""
    services.change_state(
        kind=DocumentKind.AGREEMENT, object_id=event.agreement_id, tenant_id=event.tenant_id, state=event.state
    )


@handles(ExtensionDecided, in_transaction=True)
def follow_extension(event: ExtensionDecided) -> None:
    """An agreement lasts longer."""
    services.change_due_day(
        kind=DocumentKind.AGREEMENT, object_id=event.agreement_id, tenant_id=event.tenant_id, due_on=event.ends_on
    )


@handles(RFQAwarded, in_transaction=True)
def follow_award(event: RFQAwarded) -> None:
    """A quote is taken; with the last one the others are not."""
    _follow_quote(event.rfq_id, event.tenant_id, VersionState.ORDERED)
    for tenant_id in event.lost_tenant_ids:
        _follow_quote(event.rfq_id, tenant_id, VersionState.DECLINED)


@handles(RFQCancelled, in_transaction=True)
def follow_cancellation(event: RFQCancelled) -> None:
    """None is taken."""
    _follow_end(event.rfq_id, event.tenant_ids)


@handles(RFQClosed, in_transaction=True)
def follow_closing(event: RFQClosed) -> None:
    """None is taken any more."""
    _follow_end(event.rfq_id, event.tenant_ids)


def _follow_end(rfq_id: UUID, tenant_ids: tuple[UUID, ...]) -> None:
    for tenant_id in tenant_ids:
        _follow_quote(rfq_id, tenant_id, VersionState.DECLINED)


def _follow_quote(rfq_id: UUID, tenant_id: UUID, state: VersionState) -> None:
    services.change_state(kind=DocumentKind.QUOTE, object_id=rfq_id, tenant_id=tenant_id, state=state)
