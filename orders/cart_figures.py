"""All lines of a cart in few numbers: what it costs at the prices of this moment, what cannot be ordered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from django.db import connection

from agreements.calling import Agreed, agreed_goods
from catalog.enums import ON_SALE, VariantState
from catalog.queries import seen_of
from core.actor import Actor
from core.money import ZERO, TaxedLine, Totals, line_net, totals
from customers.queries import CustomerInfo
from inventory.queries import Availability, availability
from orders.call_offs import NO_PORTIONS, Portion, Portions, beyond
from orders.details import FEE_RATE
from orders.packs import Chosen, Packs, packs_of
from orders.seen_prices import PriceChange, change_of, token_of
from orders.vat import Taxing, kinds_of, usual
from orders.wishes import NewLine, Seen, seen_from
from pricing.prices import ResolvedPrice
from pricing.queries import KnownPrices, price_context, resolve, unit_prices_known

#: A cart of more lines is counted, not added up, where only its sum is shown.
ADDED_UP = 200


@dataclass(frozen=True, slots=True)
class CartSum:
    """How full a cart is: its lines, and the net total of those that have a price; None where it is not added up."""

    count: int
    net: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class CartFigures:
    """All lines of a cart in few numbers: ``pairs`` as :func:`wishes_of`, ``wrong`` those that cannot be ordered.

    ``together`` is the base quantity of each variant over all of its lines: prices are for it. ``goods_net`` is what
    the lines cost; the totals have the ``fee`` of a small order in them. ``changes`` are the prices that are not those
    which were seen; ``nets`` what each line that can be ordered costs. ``mentions`` say why there is no VAT, by
    category and rate, ``vat_doubt`` why there may be too much (:meth:`orders.vat.Taxing.doubt`). ``portions`` are what
    lines take from agreements.
    """

    pairs: tuple[tuple[UUID, NewLine], ...]
    wrong: frozenset[UUID]
    together: Mapping[UUID, Decimal]
    totals: Totals
    currency: str
    goods_net: Decimal = ZERO
    fee: Decimal = ZERO
    changes: Mapping[UUID, PriceChange] = field(default_factory=dict)
    nets: Mapping[UUID, Decimal] = field(default_factory=dict)
    mentions: Mapping[tuple[str, Decimal], str] = field(default_factory=dict)
    vat_doubt: str = ""
    portions: Mapping[UUID, Portion] = field(default_factory=dict)

    @property
    def prices_token(self) -> str:
        """Says which changes these are (:mod:`orders.seen_prices`)."""
        return token_of((wish, self.changes[key]) for key, wish in self.pairs if key in self.changes)

    def price_token(self, line_id: UUID) -> str:
        """Says which change that of one line is; empty when its price has not changed."""
        found = [(wish, self.changes[key]) for key, wish in self.pairs if key == line_id and key in self.changes]
        return token_of(found)

    @property
    def sum(self) -> CartSum:
        return CartSum(len(self.pairs), self.totals.net, self.currency)


# A cart that is only counted, or empty, is one row without a line.
_FIGURES = """
SELECT c.id, n.lines, l.id, l.variant_id, l.unit_code, l.quantity, l.choice, coalesce(l.pack->>'digest', ''),
       l.note, l.wanted_on, l.address_id, l.seen_price, l.seen_currency, l.seen_quantity,
       p.id IS NOT NULL OR l.pack IS NOT NULL, v.is_service, u.factor, v.tax_rate,
       v.state = ANY(%s) AND l.quantity >= u.minimum AND l.quantity %% u.multiple = 0
       AND (u.maximum IS NULL OR l.quantity <= u.maximum) IS TRUE
       AND (p.id IS NULL OR l.quantity * u.factor %% 1 = 0),
       CASE WHEN v.state = %s AND p.id IS NULL AND NOT v.is_service THEN coalesce(
            (SELECT s.on_hand - s.reserved FROM inventory_stock s WHERE s.variant_id = v.id), 0) END
  FROM orders_cart c
 CROSS JOIN LATERAL (SELECT count(*) AS lines FROM orders_cartline WHERE cart_id = c.id) AS n
  LEFT JOIN orders_cartline l ON l.cart_id = c.id AND (%s::int IS NULL OR n.lines <= %s)
  LEFT JOIN catalog_variant v ON v.id = l.variant_id
  LEFT JOIN catalog_pack p ON p.variant_id = v.id
  LEFT JOIN catalog_orderunit u ON u.variant_id = l.variant_id AND u.code = l.unit_code
 WHERE c.customer_id = %s AND """
_IN_ORDER = """
 ORDER BY l.added_at, l.id
"""
_CURRENT = _FIGURES + "c.user_id = %s AND c.is_open" + _IN_ORDER
_NAMED = _FIGURES + "c.id = ANY(%s)" + _IN_ORDER


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
    note: str
    wanted_on: date | None
    address_id: UUID | None
    seen_price: Decimal | None
    seen_currency: str
    seen_quantity: Decimal | None
    is_pack: bool
    is_service: bool
    factor: Decimal | None
    tax_rate: Decimal
    is_fine: bool | None
    left: Decimal | None

    @property
    def base_quantity(self) -> Decimal:
        return self.quantity * (self.factor or ZERO)

    @property
    def wish(self) -> NewLine:
        said = (self.note, self.wanted_on, self.address_id, self.seen)
        return NewLine(self.variant_id, self.unit_code, self.quantity, self.choice, self.digest, *said)

    @property
    def seen(self) -> Seen | None:
        return seen_from(self.seen_price, self.seen_currency, self.seen_quantity)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read about the goods of carts: packs and what was chosen of them by line, prices, stocks.

    ``usual`` are the prices without agreements of what is ``agreed``.
    """

    packs: Packs
    chosen: Mapping[UUID, Chosen]
    prices: KnownPrices
    seen: Collection[UUID]
    stocks: Mapping[UUID, Availability]
    agreed: Mapping[UUID, Agreed]
    usual: Mapping[UUID, ResolvedPrice]


def cart_figures(
    actor: Actor, customer: CustomerInfo, how: Taxing | None = None, cart_id: UUID | None = None
) -> CartFigures:
    """The actor's open cart at the prices of this moment; three statements, whatever its size, eight more for packs.

    Two more where something is called off from agreements. ``how`` is where it goes, for its VAT; as usual when nothing
    is said. ``cart_id`` is another cart of the customer, which the caller has found that the actor may open.
    """
    rows = [row for _count, lines in _read(actor, customer, cart_id=cart_id).values() for row in lines]
    return _figures(customer, rows, how or usual(customer), _known(customer, [rows]))


def cart_sum(actor: Actor, customer: CustomerInfo) -> CartSum:
    """Lines and net total of the actor's open cart at the prices of this moment; statements as for its figures.

    A large cart is only counted: adding it up takes as long as it is large, and every page shows the sum.
    """
    found = _read(actor, customer, most=ADDED_UP)
    return next(iter(_sums(customer, found).values()), None) or _sum(customer, 0, [], _known(customer, []))


def cart_sums(customer: CustomerInfo, cart_ids: Collection[UUID]) -> dict[UUID, CartSum]:
    """Lines and net total of these carts of the customer, by their keys; as many statements as for one of them."""
    return _sums(customer, _rows_by_cart(_NAMED, customer, list(cart_ids), ADDED_UP)) if cart_ids else {}


_CartRows = dict[UUID, tuple[int, list[_FigureRow]]]


def _sums(customer: CustomerInfo, found: _CartRows) -> dict[UUID, CartSum]:
    known = _known(customer, [rows for _count, rows in found.values()])
    return {key: _sum(customer, count, rows, known) for key, (count, rows) in found.items()}


def _sum(customer: CustomerInfo, count: int, rows: Sequence[_FigureRow], known: _Known) -> CartSum:
    if count != len(rows):
        return CartSum(count, None, customer.currency)
    return _figures(customer, rows, usual(customer), known).sum


def _read(actor: Actor, customer: CustomerInfo, *, cart_id: UUID | None = None, most: int | None = None) -> _CartRows:
    if cart_id is not None:
        return _rows_by_cart(_NAMED, customer, [cart_id], most)
    return _rows_by_cart(_CURRENT, customer, actor.require_user(), most)


def _rows_by_cart(sql: LiteralString, customer: CustomerInfo, which: UUID | list[UUID], most: int | None) -> _CartRows:
    """How many lines each cart has, and all of them, or none where there are more than ``most``."""
    on_sale, ending = [state.value for state in ON_SALE], VariantState.ENDING.value
    with connection.cursor() as cursor:
        cursor.execute(sql, [on_sale, ending, most, most, customer.id, which])
        rows = cursor.fetchall()
    found: _CartRows = {}
    for cart_id, count, *line in rows:
        lines = found.setdefault(cart_id, (count, []))[1]
        if line[0] is not None:
            lines.append(_FigureRow(*line))
    return found


def _known(customer: CustomerInfo, carts: Sequence[Sequence[_FigureRow]]) -> _Known:
    """What there is to know about the goods of all these carts, read at once."""
    every = [row for rows in carts for row in rows]
    packs = packs_of({row.variant_id for row in every if row.is_pack}, customer.view)
    chosen = _chosen(every, packs)
    asked: dict[UUID, set[Decimal]] = {}
    for rows in carts:
        for key, quantities in _asked(rows, chosen, _together(rows, chosen)).items():
            asked.setdefault(key, set()).update(quantities)
    context = price_context(customer)
    prices = unit_prices_known(context, asked)
    agreed = agreed_goods(prices.agreements) if prices.agreements else {}
    rests: dict[UUID, Decimal] = {}
    for rows in carts if prices.agreements else ():
        for key, rest in beyond(agreed, prices.agreements, _alone(rows), _together(rows, chosen)).items():
            rests[key] = max(rest, rests.get(key, ZERO))
    ending = {key for pack in chosen.values() for key in packs.ending(pack)}
    return _Known(
        packs=packs,
        chosen=chosen,
        prices=prices,
        seen=seen_of(asked, customer.view),
        stocks=availability(ending) if ending else {},
        agreed=agreed,
        usual=resolve(context, rests, usual=True) if rests else {},
    )


def _figures(customer: CustomerInfo, rows: Sequence[_FigureRow], how: Taxing, known: _Known) -> CartFigures:
    together = _together(rows, known.chosen)
    costs = _costs(customer.currency, rows, together, known)
    wrong: set[UUID] = set()
    nets: dict[UUID, Decimal] = {}
    taxed: list[TaxedLine] = []
    mentions: dict[tuple[str, Decimal], str] = {}
    for row in rows:
        net = costs.net_of(row) if row.is_fine else None
        if net is not None:
            nets[row.id] = net
            vat = how.of(row.tax_rate, is_service=row.is_service)
            mentions[vat.category, vat.rate] = vat.mention
            taxed.append(TaxedLine(net, vat.category, vat.rate))
        else:
            wrong.add(row.id)
    goods_net, kinds = sum((line.net for line in taxed), ZERO), kinds_of(rows)
    if fee := customer.order_terms.fee_for(goods_net):
        fee_vat = how.of(FEE_RATE, is_service=False not in kinds)
        mentions[fee_vat.category, fee_vat.rate] = fee_vat.mention
        taxed.append(TaxedLine(fee, fee_vat.category, fee_vat.rate))
    return CartFigures(
        tuple((row.id, row.wish) for row in rows),
        frozenset(wrong),
        together,
        totals(taxed, customer.currency),
        customer.currency,
        goods_net,
        fee,
        costs.changes(rows),
        nets,
        mentions=mentions,
        vat_doubt=how.doubt(kinds),
        portions=costs.taken,
    )


@dataclass(frozen=True, slots=True)
class _Costs:
    """What lines cost: ``shown`` by variant and quantity, ``usual`` without agreements, which packs are made of.

    Lines take their part of what is left of agreements in their turn; ``taken`` says what they took.
    """

    currency: str
    known: _Known
    together: Mapping[UUID, Decimal]
    shown: Mapping[tuple[UUID, Decimal], Decimal]
    usual: Mapping[tuple[UUID, Decimal], Decimal]
    pack_prices: Mapping[UUID, Decimal]
    portions: Portions
    taken: dict[UUID, Portion] = field(default_factory=dict)

    def net_of(self, row: _FigureRow) -> Decimal | None:
        """What a line costs; None where it cannot be ordered."""
        if row.is_pack:
            price = self.known.packs.net(self.known.chosen[row.id], self.pack_prices, self.currency)
            is_there = not self.known.packs.short(self.known.chosen[row.id], self.together, self.known.stocks)
            return line_net(price, row.base_quantity, self.currency) if is_there and price is not None else None
        wanted = self.together.get(row.variant_id, ZERO)
        if row.variant_id not in self.known.seen or (row.left is not None and wanted > row.left):
            return None
        portion = self.portions.take(row.variant_id, row.base_quantity)
        if portion is not None:
            self.taken[row.id] = portion
            return portion.net(self.currency) if portion.is_possible else None
        price = self.shown.get((row.variant_id, wanted))
        return line_net(price, row.base_quantity, self.currency) if price is not None else None

    def changes(self, rows: Iterable[_FigureRow]) -> dict[UUID, PriceChange]:
        """The lines that cost another price, for the quantity of then, than the one that was seen."""
        found = {}
        for row in rows:
            if row.seen is None or not (row.is_pack or row.variant_id in self.known.seen):
                continue
            now = self.shown.get((row.variant_id, row.seen.quantity))
            if row.is_pack:
                goods = {key: count * row.seen.quantity for key, count in self.known.chosen[row.id].components.items()}
                alone = {key: self.usual[key, wanted] for key, wanted in goods.items() if (key, wanted) in self.usual}
                now = self.known.packs.net(self.known.chosen[row.id], alone, self.currency)
            if (change := change_of(row.seen, now, self.currency)) is not None:
                found[row.id] = change
        return found


def _costs(currency: str, rows: Sequence[_FigureRow], together: Mapping[UUID, Decimal], known: _Known) -> _Costs:
    """What the lines of one cart cost, of what is known about several."""
    asked = _asked(rows, known.chosen, together)
    shown = usual = known.prices.prices
    portions = NO_PORTIONS
    if agreements := known.prices.agreements.keys() & asked.keys():
        rests = beyond(known.agreed, agreements, _alone(rows), together)
        prices = {key: known.usual[key] for key in rests if key in known.usual}
        portions = Portions(
            {key: found for key, found in known.agreed.items() if key in agreements},
            {
                key: replace(price, quantity=rests[key], unit_price=price.at(rests[key]))
                for key, price in prices.items()
            },
        )
        usual = {pair: price for pair, price in shown.items() if pair[0] not in agreements}
        usual |= {(key, wanted): price.at(wanted) for key, price in prices.items() for wanted in asked[key]}
        over = {key for key in agreements if key not in portions.agreed or portions.is_spent(key)}
        shown = {pair: price for pair, price in shown.items() if pair[0] not in over}
        shown |= {pair: price for pair, price in usual.items() if pair[0] in over}
    return _Costs(
        currency=currency,
        known=known,
        together=together,
        shown=shown,
        usual=usual,
        pack_prices={key: usual[key, wanted] for key, wanted in together.items() if (key, wanted) in usual},
        portions=portions,
    )


def _asked(
    rows: Iterable[_FigureRow], chosen: Mapping[UUID, Chosen], together: Mapping[UUID, Decimal]
) -> dict[UUID, set[Decimal]]:
    """The quantities that prices are asked for: those of now, and those for which prices were seen."""
    asked = {key: {quantity} for key, quantity in together.items()}
    for row in rows:
        if row.seen_quantity is None:
            continue
        contents = chosen[row.id].components if row.is_pack else {row.variant_id: Decimal(1)}
        for key, count in contents.items():
            asked.setdefault(key, set()).add(count * row.seen_quantity)
    return asked


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


def _alone(rows: Iterable[_FigureRow]) -> dict[UUID, Decimal]:
    """Base quantities of goods that are no packs."""
    found: dict[UUID, Decimal] = {}
    for row in rows:
        if not row.is_pack:
            found[row.variant_id] = found.get(row.variant_id, ZERO) + row.base_quantity
    return found
