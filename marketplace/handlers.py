"""The index of documents follows orders, invoices and quotes in their own transaction: the two never disagree.

The directory of suppliers follows tenants; who has an account, customers; who sells the same goods, catalogues.
"""

from __future__ import annotations

from uuid import UUID

from catalog.events import CatalogChanged
from core.events import handles
from customers.events import AccountRequested
from marketplace import accounts, directory, goods, services, tasks
from marketplace.models import DocumentKind
from orders.enums import OrderState
from orders.events import OrderPlaced, OrderRevised, OrderStateChanged
from payments.enums import InvoiceState
from payments.events import InvoiceIssued, InvoicePaid
from rfq.enums import InvitationState, VersionState
from rfq.events import InvitationChanged, QuoteCountered, QuoteSent, RFQAwarded, RFQCancelled
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
    services.change_amount(
        kind=DocumentKind.ORDER, object_id=event.order_id, tenant_id=event.tenant_id, amount=event.total
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
    )


@handles(InvoicePaid, in_transaction=True)
def follow_invoice(event: InvoicePaid) -> None:
    """An invoice was paid."""
    services.change_state(
        kind=DocumentKind.INVOICE, object_id=event.invoice_id, tenant_id=event.tenant_id, state=InvoiceState.PAID
    )


@handles(QuoteSent, in_transaction=True)
def enter_quote(event: QuoteSent) -> None:
    """A supplier's answer to a request, which the buyer finds it by; the next version takes its place."""
    services.add_document(
        kind=DocumentKind.QUOTE,
        object_id=event.rfq_id,
        company_id=event.company_id,
        tenant_id=event.tenant_id,
        number=event.number,
        state=VersionState.SENT,
        amount=event.net,
        currency=event.currency,
    )


@handles(QuoteCountered, in_transaction=True)
def follow_counter_offer(event: QuoteCountered) -> None:
    """The buyer asked for other prices."""
    _follow_quote(event.rfq_id, event.tenant_id, VersionState.COUNTERED)


@handles(InvitationChanged, in_transaction=True)
def follow_invitation(event: InvitationChanged) -> None:
    """A supplier that declines takes back what it had offered."""
    if event.state == InvitationState.DECLINED:
        _follow_quote(event.rfq_id, event.tenant_id, VersionState.WITHDRAWN)


@handles(RFQAwarded, in_transaction=True)
def follow_award(event: RFQAwarded) -> None:
    """One quote is taken, the others are not."""
    for tenant_id in event.invited_tenant_ids:
        won = tenant_id == event.tenant_id
        _follow_quote(event.rfq_id, tenant_id, VersionState.ACCEPTED if won else VersionState.DECLINED)


@handles(RFQCancelled, in_transaction=True)
def follow_cancellation(event: RFQCancelled) -> None:
    """None is taken."""
    for tenant_id in event.invited_tenant_ids:
        _follow_quote(event.rfq_id, tenant_id, VersionState.DECLINED)


def _follow_quote(rfq_id: UUID, tenant_id: UUID, state: VersionState) -> None:
    services.change_state(kind=DocumentKind.QUOTE, object_id=rfq_id, tenant_id=tenant_id, state=state)
