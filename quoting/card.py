"""The customer as whoever answers its request needs to know it: account, terms, credit, orders, earlier quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from core.actor import Actor
from customers.enums import CustomerState
from customers.queries import STATE_TONES, CustomerInfo, customer_of
from orders.enums import OrderState
from orders.models import Order
from payments import credit
from rfq.conditions import USUAL
from rfq.enums import InvitationState, Side
from rfq.history import INVITATION_TONES
from rfq.models import Quote, QuoteVersion
from rfq.policies import require_supplier

_QUOTES = 5
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class EarlierQuote:
    """A quote to the company: what it last came to, and what became of it."""

    invitation_id: UUID
    number: str
    title: str
    amount_text: str
    state_text: str
    tone: str


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """``facts`` are pairs of a word and a text; without ``customer_id`` the company has no account.

    ``term_value`` names the term that an offer to it has where none is said, as forms name it.
    """

    customer_id: UUID | None
    state_text: str
    tone: str
    facts: tuple[tuple[str, str], ...]
    quotes: tuple[EarlierQuote, ...]
    term_value: str = ""


def card_of(actor: Actor, company_id: UUID, *, besides: UUID, currency: str = "") -> CustomerCard:
    """The card of a company; ``besides`` is the invitation that is being answered, in a ``currency``. Six statements.

    Raises NotAllowed for anybody but the tenant's staff.
    """
    quotes = _quotes(require_supplier(actor), company_id, besides)
    customer = customer_of(company_id)
    if customer is None:
        return CustomerCard(None, _("no account with you"), "mute", (), quotes)
    return CustomerCard(
        customer_id=customer.id,
        state_text=str(CustomerState(customer.state).label),
        tone=STATE_TONES[customer.state],
        facts=(*_terms(customer), *_credit(customer, currency), *_orders(customer)),
        quotes=quotes,
        term_value=USUAL.as_agreed_with(customer).term_value,
    )


def _terms(customer: CustomerInfo) -> list[tuple[str, str]]:
    facts = [(_("Customer number"), customer.number)]
    if customer.group_name:
        facts.append((_("Group"), customer.group_name))
    if customer.payment_term_text:
        facts.append((_("Payment term"), customer.payment_term_text))
    return facts


def _credit(customer: CustomerInfo, currency: str) -> list[tuple[str, str]]:
    """In the customer's currency; and in the one that it is offered in: an order in it is covered by no other."""
    found = [credit.status(customer.id)]
    if currency not in ("", customer.currency):
        found.append(credit.status(customer.id, currency))
    return [
        fact
        for status in found
        for fact in (
            (_("Credit limit"), formatting.money(status.limit, status.currency)),
            (_("Credit left"), formatting.money(status.available, status.currency)),
        )
    ]


def _orders(customer: CustomerInfo) -> list[tuple[str, str]]:
    """How many orders in all, and what those of the last twelve months came to; cancelled ones are none."""
    recent = Q(placed_at__gte=timezone.now() - _YEAR, currency=customer.currency)
    sums = (
        Order.objects.filter(customer_id=customer.id)
        .exclude(state=OrderState.CANCELLED)
        .aggregate(count=Count("pk"), turnover=Sum("net_amount", filter=recent))
    )
    count = ngettext("%(count)s order", "%(count)s orders", sums["count"]) % {"count": formatting.number(sums["count"])}
    turnover = formatting.money(sums["turnover"] or Decimal(0), customer.currency)
    return [(_("Past orders"), count), (_("Net, 12 months"), turnover)]


def _quotes(tenant_id: UUID, company_id: UUID, besides: UUID) -> tuple[EarlierQuote, ...]:
    """The tenant's last quotes to a company; one statement."""
    latest = QuoteVersion.objects.filter(quote=OuterRef("pk"), side=Side.SUPPLIER).order_by("-number")
    rows = (
        Quote.objects.filter(company_id=company_id, tenant_id=tenant_id)
        .exclude(invitation_id=besides)
        .select_related("invitation__rfq")
        .annotate(
            net=Subquery(latest.values("net_amount")[:1]),
            freight=Subquery(latest.values("freight_amount")[:1]),
            currency=Subquery(latest.values("currency")[:1]),
        )
        .order_by("-created_at", "-pk")
    )
    return tuple(_quote(row, formatting.money(row.net + row.freight, row.currency)) for row in rows[:_QUOTES])


def _quote(row: Quote, amount_text: str) -> EarlierQuote:
    state = InvitationState(row.invitation.state)
    is_lost = state == InvitationState.CLOSED
    return EarlierQuote(
        invitation_id=row.invitation_id,
        number=row.number,
        title=row.invitation.rfq.title,
        amount_text=amount_text,
        state_text=_("Not taken") if is_lost else str(state.label),
        tone=INVITATION_TONES[row.invitation.state],
    )
