"""Opening a customer's account: what customers, pricing and payments each grant, decided together or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from core.actor import Actor
from core.db import atomic
from customers.models import Customer
from customers.services import Conditions, approve_customer, change_conditions, create_group, ensure_term
from payments.credit import open_account
from pricing.services import assign_lists


@dataclass(frozen=True, slots=True)
class Terms:
    """What a supplier grants: group (an existing one, or the name of a new one), lists by priority, term, credit, rep.

    Without lists the customer pays its group's prices, or the list price. Credit is in the customer's own currency;
    ``other_limits`` are for orders in others, by currency.
    """

    term_kind: str
    term_days: int
    credit_limit: Decimal
    group_id: UUID | None = None
    new_group: str = ""
    price_list_ids: tuple[UUID, ...] = ()
    sales_rep_id: UUID | None = None
    other_limits: Mapping[str, Decimal] = field(default_factory=dict)


@atomic
def open_customer(*, customer_id: UUID, terms: Terms, actor: Actor) -> None:
    """Approve a company with all its conditions.

    Raises NotAllowed, NotFound, IllegalMove, TermTooLong, PriceListNotFound, UnknownSalesRep, InvalidInput; then
    nothing of it is granted. Emits AccountDecided.
    """
    conditions = _conditions(terms, actor)
    approve_customer(customer_id=customer_id, conditions=conditions, actor=actor)
    _grant(customer_id, terms, actor)


@atomic
def change_terms(*, customer_id: UUID, terms: Terms, actor: Actor) -> None:
    """Give an approved or blocked customer other conditions. Raises what :func:`open_customer` raises."""
    change_conditions(customer_id=customer_id, conditions=_conditions(terms, actor), actor=actor)
    _grant(customer_id, terms, actor)


def _conditions(terms: Terms, actor: Actor) -> Conditions:
    term_id = ensure_term(kind=terms.term_kind, days=terms.term_days, actor=actor)
    group_id = create_group(name=terms.new_group, actor=actor) if terms.new_group else terms.group_id
    return Conditions(payment_term_id=term_id, group_id=group_id, sales_rep_id=terms.sales_rep_id)


def _grant(customer_id: UUID, terms: Terms, actor: Actor) -> None:
    assign_lists(customer_id=customer_id, price_list_ids=terms.price_list_ids, actor=actor)
    own = Customer.objects.values_list("currency", flat=True).get(pk=customer_id)
    for currency, limit in {**terms.other_limits, own: terms.credit_limit}.items():
        open_account(customer_id=customer_id, limit=limit, currency=currency, actor=actor)
