"""A past order once more: each of its lines as it would be ordered now, what is lost of it, and into the cart.

Goods, unit, quantity and note are taken over, the day where it has not passed, and the address where it is still in
the book. The usual address is not named again: it is where the next order goes anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounts.addresses import seen_addresses
from accounts.models import CompanyAddress
from catalog.packs.snapshots import PackSnapshot
from catalog.queries import VariantInfo, variants_by_id
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotFound
from customers.queries import CustomerInfo
from orders import carts
from orders.bought import Bought, as_bought
from orders.details import FEE_NAMES
from orders.errors import LinesRefused
from orders.line_details import day_problem
from orders.lines import CheckedLine, NewLine, check_lines, is_allowed, merged, nearest_quantities
from orders.models import Order, OrderLine
from orders.offered import FREIGHT_NAMES, SETUP_NAMES
from orders.policies import require_order, seen_orders
from orders.quick import replacements_of
from orders.wishes import Said

_PLACE = ("street", "postal_code", "city", "country")


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line of a past order: what it was, and what is said about it if it is ordered again.

    ``lost_day`` has passed, ``lost_address`` is no longer in the book: neither is taken over. Without ``bought`` it was
    never an article of the catalogue; ``name`` is what it was called.
    """

    id: UUID
    name: str
    bought: Bought | None
    said: Said
    choice: str = ""
    digest: str = ""
    lost_day: date | None = None
    lost_address: str = ""

    def wish(self, info: VariantInfo | None) -> NewLine | None:
        """The line as it is asked for now; None where there is nothing to ask for."""
        if self.bought is None:
            return None
        quantity, unit = amount_now(self.bought, info)
        goods = NewLine(self.bought.variant_id, unit, quantity, self.choice, self.digest)
        return self.with_said(goods)

    def with_said(self, goods: NewLine) -> NewLine:
        """Other goods with what is said about this line."""
        said = self.said
        return replace(goods, note=said.note, wanted_on=said.wanted_on, address_id=said.address_id)


@dataclass(frozen=True, slots=True)
class PastOrder:
    """A past order of which its reader may order again what is still sold."""

    id: UUID
    number: str
    lines: tuple[PastLine, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """How many lines went into the cart; how many were left out, lost their day, lost their address."""

    added: int
    left_out: int
    without_day: int
    without_address: int


def past_order(actor: Actor, customer: CustomerInfo, order_id: UUID) -> PastOrder:
    """A past order of the company that the actor may see, charges left out; three statements. Raises NotFound."""
    order = seen_orders(actor).filter(pk=order_id, customer_id=customer.id).first()
    if order is None:
        raise NotFound
    rows = [line for line in order.lines.all() if not _is_charge(line)]
    has_address = bool(order.delivery_address) or any(line.address for line in rows)
    book = list(seen_addresses(customer.company_id, actor.unit_ids)) if has_address else []
    return PastOrder(order.pk, order.number, tuple(_past(order, line, book) for line in rows))


def checked_again(customer: CustomerInfo, lines: Sequence[PastLine]) -> list[CheckedLine | None]:
    """Each line at the prices and stock of now, with what is wrong with it; None for what was never in the catalogue.

    Five statements, eight more when there are packs.
    """
    infos = variants_by_id({line.bought.variant_id for line in lines if line.bought}, customer.view)
    wishes = [line.wish(infos.get(line.bought.variant_id) if line.bought else None) for line in lines]
    asked = [wish for wish in wishes if wish is not None]
    found = iter(check_lines(customer, asked, known=infos) if asked else [])
    return [next(found) if wish is not None else None for wish in wishes]


@atomic
def order_again(*, actor: Actor, customer: CustomerInfo, order_id: UUID) -> Done:
    """Put everything into the actor's cart that can be ordered as it was; the rest is left out.

    The number of statements does not depend on the lines. Raises MayNotOrder, NotFound.
    """
    past = past_order(actor, customer, order_id)
    require_order(actor, customer)
    pairs = [
        (line, checked.wish)
        for line, checked in zip(past.lines, checked_again(customer, past.lines), strict=True)
        if checked is not None and checked.problem is None
    ]
    while pairs:
        wishes = [wish for _line, wish in pairs]
        try:
            with savepoint():
                carts.add_lines(actor=actor, customer=customer, lines=wishes)
            break
        except LinesRefused as refusal:  # each can be ordered, but not all of them together
            known = merged(wishes)
            wrong = {known[problem.index].key for problem in refusal.problems}
            pairs = [pair for pair in pairs if pair[1].key not in wrong]
    return Done(
        added=len(pairs),
        left_out=len(past.lines) - len(pairs),
        without_day=sum(1 for line, _wish in pairs if line.lost_day),
        without_address=sum(1 for line, _wish in pairs if line.lost_address),
    )


@atomic
def take_again(
    *, actor: Actor, customer: CustomerInfo, order_id: UUID, chosen: Mapping[UUID, tuple[str, Decimal]]
) -> int:
    """Put some lines of a past order into the actor's cart, in the units and quantities given; all or none.

    Answers how many. Raises MayNotOrder, NotFound, LinesRefused with the keys of the order's lines.
    """
    lines = {line.id: line for line in past_order(actor, customer, order_id).lines if line.bought}
    require_order(actor, customer)
    if not chosen.keys() <= lines.keys():
        raise NotFound
    keys: dict[object, UUID] = {}
    wishes = []
    for key, (unit, quantity) in chosen.items():
        wish = lines[key].wish(None)
        if wish is not None:
            wishes.append(replace(wish, unit_code=unit, quantity=quantity))
            keys.setdefault(wishes[-1].key, key)
    try:
        return carts.add_lines(actor=actor, customer=customer, lines=wishes) if wishes else 0
    except LinesRefused as refusal:
        known = merged(wishes)
        raise LinesRefused(
            [replace(problem, line_id=keys[known[problem.index].key]) for problem in refusal.problems]
        ) from refusal


@atomic
def take_instead(*, actor: Actor, customer: CustomerInfo, order_id: UUID, line_id: UUID) -> NewLine:
    """Put what replaces the goods of a line into the actor's cart, with what was said about the line.

    Answers what was added. Raises MayNotOrder, NotFound where nothing replaces them, LinesRefused.
    """
    lines = past_order(actor, customer, order_id).lines
    require_order(actor, customer)
    line = next((line for line in lines if line.id == line_id and line.bought), None)
    if line is None or line.bought is None:
        raise NotFound
    old = line.bought.variant_id
    info = replacements_of([old], customer.view).get(old)
    own = variants_by_id([old], customer.view).get(old)
    if info is None or info.is_pack or (own is not None and own.is_active):
        raise NotFound
    quantity = instead_quantity(info, line.bought)
    wish = line.with_said(NewLine(info.id, info.base_unit.code, quantity))
    carts.add_lines(actor=actor, customer=customer, lines=[wish])
    return wish


def amount_now(before: Bought, info: VariantInfo | None) -> tuple[Decimal, str]:
    """Quantity and unit as ordered; in base units where that unit is no longer sold or holds another number."""
    unit = info.unit(before.unit_code) if info is not None else None
    if info is None or (unit is not None and unit.factor * before.quantity == before.base_quantity):
        return before.quantity, before.unit_code
    return before.base_quantity, info.base_unit.code


def instead_quantity(info: VariantInfo, before: Bought | None) -> Decimal:
    """As many of a replacement, in its base unit, as were ordered, or the next possible quantity."""
    unit = info.base_unit
    wanted = before.base_quantity if before else unit.minimum
    return wanted if is_allowed(wanted, unit) else nearest_quantities(wanted, unit)[-1]


def _is_charge(line: OrderLine) -> bool:
    """Whether it is what was charged beside the goods: a fee, transport, one-off costs."""
    names = (FEE_NAMES[0], FREIGHT_NAMES[0])
    return line.variant_id is None and (line.name_fr in names or line.name_fr.startswith(f"{SETUP_NAMES[0]} :"))


def _past(order: Order, line: OrderLine, book: Sequence[CompanyAddress]) -> PastLine:
    day, place = line.wanted_on or order.requested_on, line.address or order.delivery_address
    lost_day = day if day_problem(day) else None
    address = _in_book(place, book)
    is_usual = address is not None and bool(book) and address.pk == book[0].pk
    said = Said(line.note, None if lost_day else day, address.pk if address is not None and not is_usual else None)
    pack = PackSnapshot.from_json(line.pack) if line.pack else None
    return PastLine(
        id=line.pk,
        name=line.name_fr,
        bought=as_bought(order, line, line.variant_id) if line.variant_id else None,
        said=said,
        choice=pack.choice if pack else "",
        digest=pack.digest if pack else "",
        lost_day=lost_day,
        lost_address=place.get("label") or place.get("street", "") if place and address is None else "",
    )


def _in_book(place: Mapping[str, str], book: Sequence[CompanyAddress]) -> CompanyAddress | None:
    """The address of the book that a document was sent to, the one with the same label before its neighbours."""
    if not place:
        return None
    same = [row for row in book if all(getattr(row, name) == place.get(name, "") for name in _PLACE)]
    return next((row for row in same if row.label == place.get("label")), next(iter(same), None))
