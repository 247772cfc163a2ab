"""Carts: what a user is about to order. They hold variants, units and quantities, never a price.

Every change locks the cart's row first, so that two windows, or a window and a checkout, follow one another. Without
more it is the actor's current cart that is changed; with ``shown`` the one that a page showed, and then NotFound,
CartGone, CartChanged and NotAllowed are raised too (:mod:`orders.cart_locks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.addresses import seen_addresses
from catalog.packs.snapshots import PackSnapshot
from catalog.queries import seen_of
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from customers.queries import CustomerInfo
from orders.cart_figures import ADDED_UP, CartFigures, CartSum, cart_figures, cart_sum
from orders.cart_locks import Shown, is_blank, locked, open_carts, opened, require_version, touch
from orders.cart_rows import Row, delete, renew_seen, replace_rows, row_of, rows_of, see, with_seen, write
from orders.errors import LineProblem, LinesRefused, PricesChangedAgain
from orders.line_details import fault_of
from orders.lines import NewLine, check_lines, is_quantity, merged, too_much
from orders.models import Cart, CartLine
from orders.named_carts.names import free_name
from orders.named_carts.policies import seen_carts
from orders.policies import require_order
from orders.wishes import Key, Said, Seen, seen_from

__all__ = [
    "ADDED_UP",
    "CartFigures",
    "CartSum",
    "Shown",
    "add_lines",
    "cart_figures",
    "cart_id_of",
    "cart_key_of",
    "cart_sum",
    "change_lines",
    "choose_again",
    "clear",
    "describe_lines",
    "kept_packs",
    "line_count",
    "remove_line",
    "reopen",
    "set_quantities",
    "take_cart",
    "take_prices",
    "wishes_of",
]


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
    cart = opened(actor, customer)
    there = rows_of(cart, {line.wish.variant_id for line in checked})
    rows: dict[Key, Row] = {}
    for index, line in enumerate(checked):
        row = row_of(line)
        before = rows.get(row.key) or there.get(row.key)
        row = before.grown(row) if before is not None else row
        if not is_quantity(row.quantity):
            problems.append(too_much(index, line))
        rows[row.key] = row
    if problems:
        raise LinesRefused(problems)
    write(cart, with_seen(checked, there, rows))
    return len(checked)


@atomic
def choose_again(*, actor: Actor, customer: CustomerInfo, line_id: UUID, line: NewLine) -> None:
    """Put another choice of a pack in the place of a line of the actor's cart; equal choices become one line.

    Raises MayNotOrder, LinesRefused, NotFound when the line is no longer in the cart.
    """
    require_order(actor, customer)
    cart = locked(actor, customer)
    old = cart.lines.filter(pk=line_id, variant_id=line.variant_id).first() if cart is not None else None
    if cart is None or old is None:
        raise NotFound
    old.delete()
    there = rows_of(cart, {line.variant_id})
    said = replace(line, note=old.note, wanted_on=old.wanted_on, address_id=old.address_id)
    (checked,) = check_lines(customer, [said])
    row = row_of(checked)
    row = there[row.key].grown(row) if row.key in there else row
    problem = checked.problem if checked.problem or is_quantity(row.quantity) else too_much(0, checked)
    if problem is not None:
        raise LinesRefused([problem])
    write(cart, with_seen([checked], there, {row.key: row}), added_at=old.added_at)
    touch(cart, actor)


@atomic
def set_quantities(
    *,
    actor: Actor,
    customer: CustomerInfo,
    quantities: Mapping[UUID, tuple[str, Decimal]],
    shown: Shown | None = None,
) -> None:
    """Set unit and quantity of lines of the actor's cart; zero takes a line out, the same unit twice makes one line.

    All or none; lines that are no longer in the cart are passed over. Raises MayNotOrder, LinesRefused, whose problems
    count the lines given with a quantity.
    """
    require_order(actor, customer)
    cart = locked(actor, customer, shown)
    if cart is None:
        return
    rows = {row.pk: row for row in _with_siblings(cart, quantities)}
    wanted = {key: (unit, quantity) for key, (unit, quantity) in quantities.items() if quantity != 0}
    known = {key: index for index, key in enumerate(wanted) if key in rows}
    checked = check_lines(customer, [_rewished(rows[key], *wanted[key]) for key in known])
    problems = [
        line.problem.at(index) for line, index in zip(checked, known.values(), strict=True) if line.problem is not None
    ]
    if problems:
        raise LinesRefused(problems)
    for key, line in zip(known, checked, strict=True):
        rows[key].unit_code = line.unit.code if line.unit else rows[key].unit_code
        rows[key].quantity = line.wish.quantity
    gone = [key for key, (_unit, quantity) in quantities.items() if quantity == 0]
    renew_seen(checked, [row for key, row in rows.items() if key not in gone])
    replace_rows(rows.values(), gone)
    touch(cart, actor)


@atomic
def describe_lines(
    *, actor: Actor, customer: CustomerInfo, said: Mapping[UUID, Said], shown: Shown | None = None
) -> None:
    """Say what is to be known about lines of the actor's cart; those that then equal one another become one.

    All or none; lines that are no longer in the cart are passed over, and what is as it was is not judged again.
    Raises MayNotOrder, LinesRefused, whose problems count the lines given.
    """
    require_order(actor, customer)
    cart = locked(actor, customer, shown)
    if cart is None:
        return
    rows = list(_with_siblings(cart, said))
    places = {key: index for index, key in enumerate(said)}
    changed = [row for row in rows if row.pk in said and said[row.pk] != Said(row.note, row.wanted_on, row.address_id)]
    wanted = {key for row in changed if (key := said[row.pk].address_id) is not None}
    addresses = seen_addresses(customer.company_id, actor.unit_ids).filter(pk__in=wanted) if wanted else ()
    book, problems = {address.pk for address in addresses}, []
    for row in changed:
        one = said[row.pk]
        row.note, row.wanted_on, row.address_id = one.note, one.wanted_on, one.address_id
        if fault := fault_of(one, book):
            problems.append(LineProblem(places[row.pk], *fault, variant_id=row.variant_id))
    if problems:
        raise LinesRefused(problems)
    if changed:
        replace_rows(rows, [])
        touch(cart, actor)


@atomic
def change_lines(
    *,
    actor: Actor,
    customer: CustomerInfo,
    quantities: Mapping[UUID, tuple[str, Decimal]],
    said: Mapping[UUID, Said],
    shown: Shown | None = None,
) -> Shown | None:
    """Set quantities and what is said of lines, both or none; answers the cart as it is then.

    Raises MayNotOrder, LinesRefused with the lines' keys.
    """
    keys = [key for key, (_unit, quantity) in quantities.items() if quantity != 0]
    try:
        set_quantities(actor=actor, customer=customer, quantities=quantities, shown=shown)
        keys = list(said)
        describe_lines(actor=actor, customer=customer, said=said, shown=shown and shown.anyway())
    except LinesRefused as refusal:
        problems = [replace(problem, line_id=keys[problem.index]) for problem in refusal.problems]
        raise LinesRefused(problems) from refusal
    if shown is None:
        return cart_key_of(actor, customer)
    return replace(shown, version=Cart.objects.values_list("version", flat=True).get(pk=shown.cart_id))


@atomic
def take_prices(
    *,
    actor: Actor,
    customer: CustomerInfo,
    token: str,
    line_id: UUID | None = None,
    shown: Shown | None = None,
) -> None:
    """Agree to the prices of this moment, or to that of one line, if they are those which the page showed (``token``).

    Raises MayNotOrder, PricesChangedAgain.
    """
    require_order(actor, customer)
    cart = locked(actor, customer, shown)
    if cart is None:
        return
    figures = cart_figures(actor, customer, cart_id=cart.pk)
    if (figures.prices_token if line_id is None else figures.price_token(line_id)) != token:
        raise PricesChangedAgain
    taken = {key: change for key, change in figures.changes.items() if line_id in (None, key)}
    rows = list(_with_siblings(cart, taken))
    for row in rows:
        if (change := taken.get(row.pk)) is not None:
            see(row, Seen(change.now, change.currency, change.before.quantity))
    renew_seen(check_lines(customer, [_wish(row) for row in rows]), rows)
    replace_rows(rows, [])
    touch(cart, actor)


@atomic
def remove_line(*, actor: Actor, customer: CustomerInfo, line_id: UUID, shown: Shown | None = None) -> None:
    """Take a line out of the actor's cart. Raises MayNotOrder, NotFound."""
    require_order(actor, customer)
    cart = locked(actor, customer, shown)
    if cart is None or not cart.lines.filter(pk=line_id).delete()[0]:
        raise NotFound
    touch(cart, actor)


@atomic
def clear(*, actor: Actor, customer: CustomerInfo, shown: Shown | None = None) -> None:
    """Empty the actor's cart. Raises MayNotOrder."""
    require_order(actor, customer)
    cart = locked(actor, customer, shown)
    if cart is not None:
        delete("cart_id = %s", cart.pk)
        touch(cart, actor)


@atomic
def take_cart(
    *, actor: Actor, customer: CustomerInfo, cart_id: UUID | None = None, version: int | None = None
) -> tuple[UUID | None, list[NewLine]]:
    """Lock the actor's open cart, close it, and answer its key and lines: the one cart becomes one order.

    Nothing is taken when ``cart_id`` names another cart than the one that is open. ``version`` is that which the page
    showed: raises CartChanged when anybody has changed it since, also oneself in another tab. What the page did not
    show is not ordered.
    """
    cart = locked(actor, customer)
    if cart is None or cart_id not in (None, cart.pk):
        return None, []
    require_version(cart, version, strictly=True)
    wishes = [wish for _line_id, wish in wishes_of(actor, customer)]
    cart.is_open = False
    cart.save(update_fields=["is_open"])
    return cart.pk, wishes


@atomic
def reopen(*, actor: Actor, customer: CustomerInfo, cart: Cart) -> None:
    """Open a closed cart of the actor again, whose row is locked; into one that was begun since its lines are added."""
    other = locked(actor, customer)
    if other is not None and not is_blank(other):
        lines = [wish for _line_id, wish in _wishes(cart.lines.all())]
        add_lines(actor=actor, customer=customer, lines=lines)
        return
    if other is not None:
        other.delete()
    cart.is_open, cart.name = True, free_name(cart)
    cart.save(update_fields=["is_open", "name"])


def cart_id_of(actor: Actor, customer: CustomerInfo) -> UUID | None:
    """The key of the actor's open cart; one statement."""
    return open_carts(actor, customer).values_list("pk", flat=True).first()


def cart_key_of(actor: Actor, customer: CustomerInfo) -> Shown | None:
    """The key and the version of the actor's open cart; one statement."""
    row = open_carts(actor, customer).values_list("pk", "version").first()
    return Shown(*row) if row is not None else None


def wishes_of(actor: Actor, customer: CustomerInfo, cart_id: UUID | None = None) -> list[tuple[UUID, NewLine]]:
    """The lines of the actor's open cart with their ids, in the order in which they were added; one statement.

    ``cart_id`` names another cart; nothing is answered of one that the actor may not open.
    """
    return _wishes(_lines_of(actor, customer, cart_id).order_by("added_at", "pk"))


def kept_packs(
    actor: Actor, customer: CustomerInfo, line_ids: Iterable[UUID], cart_id: UUID | None = None
) -> dict[UUID, PackSnapshot]:
    """What packs in the actor's open cart consisted of when they were chosen, by line; two statements at most.

    Those with goods that the customer may no longer see are left out. ``cart_id`` names another cart.
    """
    rows = _lines_of(actor, customer, cart_id).filter(pk__in=list(line_ids), pack__isnull=False)
    kept = {row.pk: PackSnapshot.from_json(row.pack) for row in rows if row.pack is not None}
    seen = seen_of({line.variant_id for pack in kept.values() for line in pack.lines}, customer.view)
    return {key: pack for key, pack in kept.items() if all(line.variant_id in seen for line in pack.lines)}


def line_count(actor: Actor, customer: CustomerInfo) -> int:
    """How many lines the actor's open cart has; one statement."""
    lines = CartLine.objects.filter(cart__customer_id=customer.id, cart__user_id=actor.require_user())
    return lines.filter(cart__is_open=True).count()


def _lines_of(actor: Actor, customer: CustomerInfo, cart_id: UUID | None = None) -> QuerySet[CartLine]:
    if cart_id is not None:
        return CartLine.objects.filter(cart__in=seen_carts(actor, customer).filter(pk=cart_id))
    return CartLine.objects.filter(
        cart__customer_id=customer.id, cart__user_id=actor.require_user(), cart__is_open=True
    )


_WISH = ("variant_id", "unit_code", "quantity", "choice", "note", "wanted_on", "address_id")


def _wishes(lines: QuerySet[CartLine]) -> list[tuple[UUID, NewLine]]:
    """Lines with their ids; one statement."""
    columns: Iterable[tuple[Any, ...]] = lines.values_list(
        "pk", *_WISH, "pack__digest", "seen_price", "seen_currency", "seen_quantity"
    )
    return [(row[0], _wish_of(row[1:5], row[8] or "", row[5:8], row[9:])) for row in columns]


def _wish_of(goods: tuple[Any, ...], digest: str, said: tuple[Any, ...], seen: tuple[Any, ...]) -> NewLine:
    variant_id, unit, quantity, choice = goods
    note, wanted_on, address_id = said
    return NewLine(variant_id, unit, quantity, choice, digest, note, wanted_on, address_id, seen_from(*seen))


def _wish(row: CartLine) -> NewLine:
    goods, digest = (row.variant_id, row.unit_code, row.quantity, row.choice), row.pack["digest"] if row.pack else ""
    seen = (row.seen_price, row.seen_currency, row.seen_quantity)
    return _wish_of(goods, digest, (row.note, row.wanted_on, row.address_id), seen)


def _rewished(row: CartLine, unit_code: str, quantity: Decimal) -> NewLine:
    return replace(_wish(row), unit_code=unit_code, quantity=quantity)


def _with_siblings(cart: Cart, keys: Iterable[UUID]) -> QuerySet[CartLine]:
    """These lines, and all others of their variants: they may come to the same unit."""
    variants = cart.lines.filter(pk__in=list(keys)).values("variant_id")
    return cart.lines.filter(variant_id__in=variants)
