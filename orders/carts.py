"""Carts: what a user is about to order. They hold variants, units and quantities, never a price.

Every change locks the cart's row first, so that two windows, or a window and a checkout, follow one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from catalog.enums import ON_SALE, VariantState
from catalog.packs.snapshots import PackSnapshot
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.ids import uuid7
from core.money import ZERO, TaxedLine, Totals, line_net, totals
from customers.queries import CustomerInfo
from inventory.queries import availability
from orders.cart_rows import Key, Row, delete, quantities_of, replace_rows, row_of, write
from orders.details import FEE_RATE
from orders.errors import LinesRefused
from orders.lines import NewLine, check_lines, is_quantity, merged, seen_of, too_much
from orders.models import Cart, CartLine
from orders.packs import Chosen, Packs, packs_of
from orders.policies import require_order
from pricing.queries import price_context, unit_prices

#: A cart of more lines is counted, not added up, where only its sum is shown.
ADDED_UP = 200


@dataclass(frozen=True, slots=True)
class CartSum:
    """How full a cart is: its lines, and the net total of those that have a price; None where it is not added up."""

    count: int
    net: Decimal | None
    currency: str


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
    cart = _opened(actor, customer)
    there = quantities_of(cart, {line.wish.variant_id for line in checked})
    rows: dict[Key, Row] = {}
    for index, line in enumerate(checked):
        row = row_of(line)
        quantity = (rows[row.key].quantity if row.key in rows else there.get(row.key, ZERO)) + line.wish.quantity
        if not is_quantity(quantity):
            problems.append(too_much(index, line))
        rows[row.key] = replace(row, quantity=quantity)
    if problems:
        raise LinesRefused(problems)
    write(cart, rows.values())
    return len(checked)


@atomic
def choose_again(*, actor: Actor, customer: CustomerInfo, line_id: UUID, line: NewLine) -> None:
    """Put another choice of a pack in the place of a line of the actor's cart; equal choices become one line.

    Raises MayNotOrder, LinesRefused, NotFound when the line is no longer in the cart.
    """
    require_order(actor, customer)
    cart = _locked(actor, customer)
    old = cart.lines.filter(pk=line_id, variant_id=line.variant_id).first() if cart is not None else None
    if cart is None or old is None:
        raise NotFound
    old.delete()
    there = quantities_of(cart, {line.variant_id})
    (checked,) = check_lines(customer, [line])
    row = row_of(checked)
    row = replace(row, quantity=there.get(row.key, ZERO) + line.quantity)
    problem = checked.problem if checked.problem or is_quantity(row.quantity) else too_much(0, checked)
    if problem is not None:
        raise LinesRefused([problem])
    write(cart, [row], added_at=old.added_at)
    _touch(cart)


@atomic
def set_quantities(*, actor: Actor, customer: CustomerInfo, quantities: Mapping[UUID, tuple[str, Decimal]]) -> None:
    """Set unit and quantity of lines of the actor's cart; zero takes a line out, the same unit twice makes one line.

    All or none; lines that are no longer in the cart are passed over. Raises MayNotOrder, LinesRefused, whose problems
    count the lines given with a quantity.
    """
    require_order(actor, customer)
    cart = _locked(actor, customer)
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
    replace_rows(rows.values(), [key for key, (_unit, quantity) in quantities.items() if quantity == 0])
    _touch(cart)


@atomic
def remove_line(*, actor: Actor, customer: CustomerInfo, line_id: UUID) -> None:
    """Take a line out of the actor's cart. Raises MayNotOrder, NotFound."""
    require_order(actor, customer)
    cart = _locked(actor, customer)
    if cart is None or not cart.lines.filter(pk=line_id).delete()[0]:
        raise NotFound


@atomic
def clear(*, actor: Actor, customer: CustomerInfo) -> None:
    """Empty the actor's cart. Raises MayNotOrder."""
    require_order(actor, customer)
    cart = _locked(actor, customer)
    if cart is not None:
        delete("cart_id = %s", cart.pk)


@atomic
def take_cart(
    *, actor: Actor, customer: CustomerInfo, cart_id: UUID | None = None
) -> tuple[UUID | None, list[NewLine]]:
    """Lock the actor's open cart, close it, and answer its key and lines: the one cart becomes one order.

    Nothing is taken when ``cart_id`` names another cart than the one that is open.
    """
    cart = _locked(actor, customer)
    if cart is None or cart_id not in (None, cart.pk):
        return None, []
    wishes = [wish for _line_id, wish in wishes_of(actor, customer)]
    cart.is_open = False
    cart.save(update_fields=["is_open"])
    return cart.pk, wishes


@atomic
def reopen(*, actor: Actor, customer: CustomerInfo, cart: Cart) -> None:
    """Open a closed cart of the actor again, whose row is locked; into one that was begun since its lines are added."""
    other = _locked(actor, customer)
    if other is None or not other.lines.exists():
        if other is not None:
            other.delete()
        cart.is_open = True
        cart.save(update_fields=["is_open"])
        return
    columns = cart.lines.values_list("variant_id", "unit_code", "quantity", "choice", "pack__digest")
    add_lines(actor=actor, customer=customer, lines=[NewLine(*row[:4], row[4] or "") for row in columns])


def cart_id_of(actor: Actor, customer: CustomerInfo) -> UUID | None:
    """The key of the actor's open cart; one statement."""
    return _open_carts(actor, customer).values_list("pk", flat=True).first()


def wishes_of(actor: Actor, customer: CustomerInfo) -> list[tuple[UUID, NewLine]]:
    """The lines of the actor's open cart with their ids, in the order in which they were added; one statement."""
    rows = _lines_of(actor, customer).order_by("added_at", "pk")
    columns = rows.values_list("pk", "variant_id", "unit_code", "quantity", "choice", "pack__digest")
    return [
        (line_id, NewLine(variant_id, unit, quantity, choice, digest or ""))
        for line_id, variant_id, unit, quantity, choice, digest in columns
    ]


def kept_packs(actor: Actor, customer: CustomerInfo, line_ids: Iterable[UUID]) -> dict[UUID, PackSnapshot]:
    """What packs in the actor's open cart consisted of when they were chosen, by line; two statements at most.

    Those with goods that the customer may no longer see are left out.
    """
    rows = _lines_of(actor, customer).filter(pk__in=list(line_ids), pack__isnull=False)
    kept = {row.pk: PackSnapshot.from_json(row.pack) for row in rows if row.pack is not None}
    seen = seen_of({line.variant_id for pack in kept.values() for line in pack.lines}, customer.view)
    return {key: pack for key, pack in kept.items() if all(line.variant_id in seen for line in pack.lines)}


def line_count(actor: Actor, customer: CustomerInfo) -> int:
    """How many lines the actor's open cart has; one statement."""
    lines = CartLine.objects.filter(cart__customer_id=customer.id, cart__user_id=actor.require_user())
    return lines.filter(cart__is_open=True).count()


@dataclass(frozen=True, slots=True)
class CartFigures:
    """All lines of a cart in few numbers: ``pairs`` as :func:`wishes_of`, ``wrong`` those that cannot be ordered.

    ``together`` is the base quantity of each variant over all of its lines: prices are for it. ``goods_net`` is what
    the lines cost; the totals have the ``fee`` of a small order in them.
    """

    pairs: tuple[tuple[UUID, NewLine], ...]
    wrong: frozenset[UUID]
    together: Mapping[UUID, Decimal]
    totals: Totals
    currency: str
    goods_net: Decimal = ZERO
    fee: Decimal = ZERO

    @property
    def sum(self) -> CartSum:
        return CartSum(len(self.pairs), self.totals.net, self.currency)


# A cart that is only counted, or empty, is one row without a line.
_FIGURES = """
SELECT n.lines, l.id, l.variant_id, l.unit_code, l.quantity, l.choice, coalesce(l.pack->>'digest', ''),
       p.id IS NOT NULL OR l.pack IS NOT NULL, u.factor, v.tax_rate,
       v.state = ANY(%s) AND l.quantity >= u.minimum AND l.quantity %% u.multiple = 0
       AND (u.maximum IS NULL OR l.quantity <= u.maximum) IS TRUE
       AND (p.id IS NULL OR l.quantity * u.factor %% 1 = 0),
       CASE WHEN v.state = %s AND p.id IS NULL THEN coalesce(
            (SELECT s.on_hand - s.reserved FROM inventory_stock s WHERE s.variant_id = v.id), 0) END
  FROM orders_cart c
 CROSS JOIN LATERAL (SELECT count(*) AS lines FROM orders_cartline WHERE cart_id = c.id) AS n
  LEFT JOIN orders_cartline l ON l.cart_id = c.id AND (%s::int IS NULL OR n.lines <= %s)
  LEFT JOIN catalog_variant v ON v.id = l.variant_id
  LEFT JOIN catalog_pack p ON p.variant_id = v.id
  LEFT JOIN catalog_orderunit u ON u.variant_id = l.variant_id AND u.code = l.unit_code
 WHERE c.customer_id = %s AND c.user_id = %s AND c.is_open
 ORDER BY l.added_at, l.id
"""


@dataclass(frozen=True, slots=True)
class _FigureRow:
    """A line of a cart; ``is_fine`` when it is on sale and its quantity is allowed.

    ``left`` is what there is of goods of which no more come.
    """

    id: UUID
    variant_id: UUID
    unit_code: str
    quantity: Decimal
    choice: str
    digest: str
    is_pack: bool
    factor: Decimal | None
    tax_rate: Decimal
    is_fine: bool | None
    left: Decimal | None

    @property
    def base_quantity(self) -> Decimal:
        return self.quantity * (self.factor or ZERO)

    @property
    def wish(self) -> NewLine:
        return NewLine(self.variant_id, self.unit_code, self.quantity, self.choice, self.digest)


def cart_figures(actor: Actor, customer: CustomerInfo) -> CartFigures:
    """The actor's open cart at the prices of this moment; three statements, whatever its size, eight more for packs."""
    _count, rows = _figure_rows(actor, customer)
    return _figures(customer, rows)


def cart_sum(actor: Actor, customer: CustomerInfo) -> CartSum:
    """Lines and net total of the actor's open cart at the prices of this moment; statements as for its figures.

    A large cart is only counted: adding it up takes as long as it is large, and every page shows the sum.
    """
    count, rows = _figure_rows(actor, customer, ADDED_UP)
    return _figures(customer, rows).sum if count == len(rows) else CartSum(count, None, customer.currency)


def _figure_rows(actor: Actor, customer: CustomerInfo, most: int | None = None) -> tuple[int, list[_FigureRow]]:
    """How many lines there are, and all of them, or none where there are more than ``most``."""
    on_sale, ending = [state.value for state in ON_SALE], VariantState.ENDING.value
    values = [on_sale, ending, most, most, customer.id, actor.require_user()]
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, values)
        rows = cursor.fetchall()
    return rows[0][0] if rows else 0, [_FigureRow(*row[1:]) for row in rows if row[1] is not None]


def _figures(customer: CustomerInfo, rows: Sequence[_FigureRow]) -> CartFigures:
    packs = packs_of({row.variant_id for row in rows if row.is_pack}, customer.view)
    chosen = _chosen(rows, packs)
    together = _together(rows, chosen)
    prices = unit_prices(price_context(customer), together)
    seen = seen_of(together, customer.view)
    wrong: set[UUID] = set()
    taxed: list[TaxedLine] = []
    ending = {key for pack in chosen.values() for key in packs.ending(pack)}
    stocks = availability(ending) if ending else {}
    for row in rows:
        price = prices.get(row.variant_id) if row.variant_id in seen else None
        is_there = row.left is None or together.get(row.variant_id, ZERO) <= row.left
        if row.is_pack:
            price = packs.net(chosen[row.id], prices, customer.currency)
            is_there = not packs.short(chosen[row.id], together, stocks)
        if row.is_fine and is_there and price is not None:
            taxed.append(TaxedLine(line_net(price, row.base_quantity, customer.currency), "S", row.tax_rate))
        else:
            wrong.add(row.id)
    goods_net = sum((line.net for line in taxed), ZERO)
    if fee := customer.order_terms.fee_for(goods_net):
        taxed.append(TaxedLine(fee, "S", FEE_RATE))
    pairs = tuple((row.id, row.wish) for row in rows)
    sums = totals(taxed, customer.currency)
    return CartFigures(pairs, frozenset(wrong), together, sums, customer.currency, goods_net, fee)


def _chosen(rows: Iterable[_FigureRow], packs: Packs) -> dict[UUID, Chosen]:
    """The packs among the lines."""
    return {row.id: packs.choose(row.variant_id, row.choice, row.digest) for row in rows if row.is_pack}


def _together(rows: Iterable[_FigureRow], chosen: Mapping[UUID, Chosen]) -> dict[UUID, Decimal]:
    found: dict[UUID, Decimal] = {}
    for row in rows:
        contents = chosen[row.id].components if row.is_pack else {row.variant_id: Decimal(1)}
        for key, count in contents.items() if row.factor is not None else ():
            found[key] = found.get(key, ZERO) + row.base_quantity * count
    return found


# Two requests that open the cart at the same moment meet at its unique index, and at its lock.
_OPEN = """
INSERT INTO orders_cart (id, customer_id, user_id, is_open, created_at, updated_at) VALUES (%s, %s, %s, true, %s, %s)
    ON CONFLICT (customer_id, user_id) WHERE is_open DO UPDATE SET updated_at = excluded.updated_at
RETURNING id
"""


def _open_carts(actor: Actor, customer: CustomerInfo) -> QuerySet[Cart]:
    return Cart.objects.filter(customer_id=customer.id, user_id=actor.require_user(), is_open=True)


def _locked(actor: Actor, customer: CustomerInfo) -> Cart | None:
    return _open_carts(actor, customer).select_for_update(of=("self",)).first()


def _opened(actor: Actor, customer: CustomerInfo) -> Cart:
    """The open cart, locked and marked as changed now; a new one when there is none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [uuid7(), customer.id, actor.require_user(), timezone.now(), timezone.now()])
        (cart_id,) = cursor.fetchone()
    return Cart(pk=cart_id, customer_id=customer.id, user_id=actor.require_user())


def _touch(cart: Cart) -> None:
    Cart.objects.filter(pk=cart.pk).update(updated_at=timezone.now())


def _lines_of(actor: Actor, customer: CustomerInfo) -> QuerySet[CartLine]:
    return CartLine.objects.filter(
        cart__customer_id=customer.id, cart__user_id=actor.require_user(), cart__is_open=True
    )


def _wish(row: CartLine) -> NewLine:
    return NewLine(row.variant_id, row.unit_code, row.quantity, row.choice, row.pack["digest"] if row.pack else "")


def _rewished(row: CartLine, unit_code: str, quantity: Decimal) -> NewLine:
    return replace(_wish(row), unit_code=unit_code, quantity=quantity)


def _with_siblings(cart: Cart, keys: Iterable[UUID]) -> QuerySet[CartLine]:
    """These lines, and all others of their variants: they may come to the same unit."""
    variants = cart.lines.filter(pk__in=list(keys)).values("variant_id")
    return cart.lines.filter(variant_id__in=variants)
