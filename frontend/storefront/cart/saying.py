"""What is said about the lines of a cart, as texts: a note, a day, an address; lines that go together as groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.queries import AddressRow
from core import formatting
from frontend.storefront.cart.basket import Basket, BasketLine
from frontend.storefront.cart.reading import Typed
from orders.wishes import Said


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are delivered to one address on one day, with what all of them cost, also those on other pages."""

    address: str
    day: str
    net_text: str
    lines: tuple[BasketLine, ...]


def with_details(basket: Basket, addresses: Sequence[AddressRow], typed: Typed | None = None) -> Basket:
    """The basket with what is said of its lines; what was refused stands there as it was typed."""
    labels = {row.id: row.label for row in addresses}
    return replace(basket, lines=tuple(_with_texts(line, labels, typed) for line in basket.lines))


def groups_of(basket: Basket, addresses: Sequence[AddressRow], chosen: str) -> list[Group]:
    """The lines of the page by address and day; ``chosen`` is the order's own address."""
    labels = {row.id: row.label for row in addresses}
    found: dict[tuple[UUID | None, date | None], list[BasketLine]] = {}
    for line in basket.lines:
        found.setdefault(_place(line.said, chosen), []).append(line)
    nets: dict[tuple[UUID | None, date | None], Decimal] = {}
    for said, net in basket.nets:
        place = _place(said, chosen)
        nets[place] = nets.get(place, Decimal(0)) + net
    return [
        Group(
            labels.get(place[0], _("an address that is gone")) if place[0] else _("To the address of the order"),
            formatting.day(place[1]) if place[1] else "",
            formatting.money(nets.get(place, Decimal(0)), basket.currency),
            tuple(lines),
        )
        for place, lines in found.items()
    ]


def _place(said: Said, chosen: str) -> tuple[UUID | None, date | None]:
    is_own = said.address_id is not None and said.address_id.hex != chosen
    return (said.address_id if is_own else None), said.wanted_on


def _with_texts(line: BasketLine, labels: dict[UUID, str], typed: Typed | None) -> BasketLine:
    said = line.said
    day, address = said.wanted_on, said.address_id
    texts = (said.note, day.isoformat() if day else "", address.hex if address else "")
    texts = typed.said_texts.get(line.key, texts) if typed else texts
    label = labels.get(address, _("an address that is gone")) if address else ""
    shown = (said.note, formatting.day(day) if day else "", label)
    return replace(line, said_fields=texts, said_text=" · ".join(filter(None, shown)))
