"""A recurring order that begins with the present cart or with a past order: a list is made of it, and ordered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.queries import variants_by_id
from core import formatting
from core.actor import Actor
from core.db import atomic
from customers.queries import CustomerInfo
from orders import carts
from orders.again import past_order
from orders.policies import require_order
from orders.purchase_lists.services import free_name, save_wishes
from orders.recurring.errors import NothingOnList
from orders.recurring.models import QuotePrices
from orders.recurring.quoting import keep_prices
from orders.recurring.services import Wanted, create
from orders.wishes import NewLine


@dataclass(frozen=True, slots=True)
class Begun:
    """The new recurring order, and how many lines could not be kept for it."""

    recurring_id: UUID
    left_out: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the new list is called, and what is on it."""

    name: str
    wishes: Sequence[NewLine]


@atomic
def begin_with_cart(*, actor: Actor, customer: CustomerInfo, wanted: Wanted, today: date) -> Begun:
    """Order regularly what is in the actor's cart, which stays as it is; ``wanted`` names no list yet.

    Raises what :func:`orders.recurring.services.create` raises, TooManyLists, ListFull.
    """
    require_order(actor, customer)
    wishes = [wish for _line_id, wish in carts.wishes_of(actor, customer)]
    name = _("Cart of %(day)s") % {"day": formatting.day(today)}
    return _begin(actor, customer, _Kept(name, wishes), wanted, today=today)


@atomic
def begin_with_order(
    *,
    actor: Actor,
    customer: CustomerInfo,
    order_id: UUID,
    wanted: Wanted,
    today: date,
    at_quote: bool = False,
) -> Begun:
    """Order regularly what was in a past order, as far as it is still sold; ``wanted`` names no list yet.

    With ``at_quote`` at the prices of the quote that the order came of, while these hold. Raises what
    :func:`orders.recurring.services.create` raises, NotFound, TooManyLists, ListFull.
    """
    past = past_order(actor, customer, order_id)
    require_order(actor, customer)
    infos = variants_by_id({line.bought.variant_id for line in past.lines if line.bought}, customer.view)
    found = [line.wish(infos.get(line.bought.variant_id) if line.bought else None) for line in past.lines]
    wishes = [wish for wish in found if wish is not None]
    name = _("Order %(number)s") % {"number": past.number}
    prices = keep_prices(actor, customer, order_id, today=today) if at_quote else None
    begun = _begin(actor, customer, _Kept(name, wishes), wanted, today=today, prices=prices)
    return replace(begun, left_out=begun.left_out + len(found) - len(wishes))


def _begin(
    actor: Actor, customer: CustomerInfo, kept: _Kept, wanted: Wanted, *, today: date, prices: QuotePrices | None = None
) -> Begun:
    if not kept.wishes:
        raise NothingOnList(field="list")
    name = free_name(actor, customer, kept.name)
    list_id, outcome = save_wishes(actor=actor, customer=customer, name=name, wishes=kept.wishes)
    wanted = replace(wanted, list_id=list_id)
    recurring_id = create(actor=actor, customer=customer, wanted=wanted, today=today, prices=prices)
    return Begun(recurring_id, len(outcome.problems))
