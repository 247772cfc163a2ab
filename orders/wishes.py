"""What somebody asks for, before anything is known about it: goods, unit, quantity, what is said about the line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

LONGEST_NOTE = 500

#: Variant, unit, choice, address, day, note: what makes two lines one.
Key = tuple[UUID, str, str, UUID | None, date | None, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """The net price per base unit that a buyer saw, for this base quantity."""

    price: Decimal
    currency: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class NewLine:
    """A wish: ``quantity`` counts ``unit_code`` units; an empty code is the base unit.

    Of a pack, ``choice`` are its options (``A2-B1``) and ``digest`` what they consisted of when they were chosen.
    ``address_id`` and ``wanted_on`` are only there where they are other than the order's. ``seen`` is the price that
    its buyer knows.
    """

    variant_id: UUID
    unit_code: str
    quantity: Decimal
    choice: str = ""
    digest: str = ""
    note: str = ""
    wanted_on: date | None = None
    address_id: UUID | None = None
    seen: Seen | None = None

    @property
    def key(self) -> Key:
        """Wishes with the same one are one line."""
        return self.variant_id, self.unit_code, self.choice, self.address_id, self.wanted_on, self.note


@dataclass(frozen=True, slots=True)
class AgreedPrice:
    """Net per base unit and of the whole line, whatever the customer's lists say."""

    price: Decimal
    currency: str
    net: Decimal


@dataclass(frozen=True, slots=True)
class Said:
    """What a buyer says about a line besides its quantity; no address and no day are those of the order."""

    note: str = ""
    wanted_on: date | None = None
    address_id: UUID | None = None


def seen_from(price: Decimal | None, currency: str, quantity: Decimal | None) -> Seen | None:
    """What a row's three columns say."""
    return Seen(price, currency, quantity) if price is not None and quantity is not None else None
