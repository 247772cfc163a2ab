"""Carts: what a user is about to order. They hold variants, units and quantities, never a price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from customers.queries import CustomerInfo
from orders.errors import LinesRefused
from orders.lines import NewLine, check_lines, merged
from orders.models import Cart, CartLine
from orders.policies import require_order


@atomic
def add_lines(*, actor: Actor, customer: CustomerInfo, lines: Sequence[NewLine]) -> int:
    """Add to the actor's cart; what is there already in the same unit grows. Answers how many lines were added.

    All or none. Raises MayNotOrder, LinesRefused. The number of statements does not depend on the lines.
    """
    require_order(actor, customer)
    checked = check_lines(customer, merged(lines))
    problems = [line.problem for line in checked if line.problem is not None]
    if problems:
        raise LinesRefused(problems)
    cart = _open_cart(actor, customer)
    rows = [
        CartLine(cart=cart, variant_id=line.wish.variant_id, unit_code=line.unit.code, quantity=line.wish.quantity)
        for line in checked
        if line.unit is not None
    ]
    _grow(cart, rows)
    Cart.objects.filter(pk=cart.pk).update(updated_at=timezone.now())
    return len(rows)


@atomic
def set_quantities(*, actor: Actor, customer: CustomerInfo, quantities: Mapping[UUID, tuple[str, Decimal]]) -> None:
    """Set unit and quantity of lines of the actor's cart; zero takes a line out.

    All or none. Raises MayNotOrder, NotFound, LinesRefused.
    """
    require_order(actor, customer)
    rows = {row.pk: row for row in _lines(actor, customer).select_for_update(of=("self",)).order_by("pk")}
    if any(line_id not in rows for line_id in quantities):
        raise NotFound
    kept = {line_id: value for line_id, value in quantities.items() if value[1] != 0}
    wishes = [NewLine(rows[line_id].variant_id, unit, quantity) for line_id, (unit, quantity) in kept.items()]
    problems = [line.problem for line in check_lines(customer, wishes) if line.problem is not None]
    if problems:
        raise LinesRefused(problems)
    CartLine.objects.filter(pk__in=[line_id for line_id in quantities if line_id not in kept]).delete()
    for line_id, (unit, quantity) in kept.items():
        rows[line_id].unit_code, rows[line_id].quantity = unit, quantity
    CartLine.objects.bulk_update([rows[line_id] for line_id in kept], ["unit_code", "quantity"])


@atomic
def remove_line(*, actor: Actor, customer: CustomerInfo, line_id: UUID) -> None:
    """Take a line out of the actor's cart. Raises NotFound."""
    deleted, _by_table = _lines(actor, customer).filter(pk=line_id).delete()
    if not deleted:
        raise NotFound


@atomic
def clear(*, actor: Actor, customer: CustomerInfo) -> None:
    """Empty the actor's cart."""
    _lines(actor, customer).delete()


def wishes_of(actor: Actor, customer: CustomerInfo) -> list[tuple[UUID, NewLine]]:
    """The lines of the actor's open cart with their ids, in the order in which they were added; one statement."""
    rows = _lines(actor, customer).order_by("added_at", "pk").values_list("pk", "variant_id", "unit_code", "quantity")
    return [(line_id, NewLine(variant_id, unit, quantity)) for line_id, variant_id, unit, quantity in rows]


def line_count(actor: Actor, customer: CustomerInfo) -> int:
    """How many lines the actor's open cart has; one statement."""
    return _lines(actor, customer).count()


@atomic
def take_cart(*, actor: Actor, customer: CustomerInfo) -> list[NewLine]:
    """Lock the actor's open cart, close it, and answer its lines: the one cart becomes one order."""
    cart = (
        Cart.objects.select_for_update(of=("self",))
        .filter(customer_id=customer.id, user_id=actor.require_user(), is_open=True)
        .first()
    )
    if cart is None:
        return []
    wishes = [wish for _line_id, wish in wishes_of(actor, customer)]
    cart.is_open = False
    cart.save(update_fields=["is_open"])
    return wishes


def _open_cart(actor: Actor, customer: CustomerInfo) -> Cart:
    found = Cart.objects.filter(customer_id=customer.id, user_id=actor.require_user(), is_open=True).first()
    if found is not None:
        return found
    cart = Cart(customer_id=customer.id, user_id=actor.require_user())
    Cart.objects.bulk_create([cart], ignore_conflicts=True)  # another request may be opening it at this moment
    return Cart.objects.get(customer_id=customer.id, user_id=actor.require_user(), is_open=True)


def _grow(cart: Cart, rows: Sequence[CartLine]) -> None:
    """Insert lines; those that are there grow by the quantity. Two statements at most."""
    keys = {(row.variant_id, row.unit_code): row for row in rows}
    existing = {
        (row.variant_id, row.unit_code): row
        for row in CartLine.objects.select_for_update(of=("self",))
        .filter(cart=cart, variant_id__in={row.variant_id for row in rows})
        .order_by("pk")
    }
    grown = []
    for key, row in keys.items():
        if key in existing:
            existing[key].quantity += row.quantity
            grown.append(existing[key])
    CartLine.objects.bulk_update(grown, ["quantity"])
    CartLine.objects.bulk_create([row for key, row in keys.items() if key not in existing])


def _lines(actor: Actor, customer: CustomerInfo) -> QuerySet[CartLine]:
    return CartLine.objects.filter(
        cart__customer_id=customer.id, cart__user_id=actor.require_user(), cart__is_open=True
    )
