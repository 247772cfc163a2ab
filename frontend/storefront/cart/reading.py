"""Quantities as people type them into lists of lines; what cannot be read is said at its line, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.parsing import AmbiguousNumber, parse_decimal
from orders.lines import NewLine
from orders.wishes import Said

QUANTITY, UNIT, PACK = "quantity-", "unit-", "pack-"
NOTE, WANTED, ADDRESS = "note-", "wanted-", "address-"
_LONGEST = 40
_PACK = re.compile(r"[0-9a-f]{32}:[A-Z0-9-]{0,700}:[0-9a-f]{0,16}")


@dataclass
class Typed:
    """Lines that could be read as (key, unit, quantity); texts, units and messages by key of all that were typed.

    ``packs`` are the lines that are packs, as :func:`pack_field` wrote them. ``said`` is what was said about lines,
    and ``said_texts`` the same as it was typed: note, day, address.
    """

    lines: list[tuple[UUID, str, Decimal]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    packs: dict[str, str] = field(default_factory=dict)
    said: dict[UUID, Said] = field(default_factory=dict)
    said_texts: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def wishes(self) -> list[NewLine]:
        """The lines to be added; a key is the variant's, but for packs, which say it themselves."""
        found = []
        for key, unit, quantity in self.lines:
            digest = self.packs.get(key.hex, "").rpartition(":")[2]
            found.append(NewLine(self.variant_of(key.hex), unit, quantity, self.choice_of(key.hex), digest))
        return found

    def variant_of(self, key: str) -> UUID:
        """The variant of a line."""
        named = self.packs.get(key, "").partition(":")[0]
        return UUID(hex=named or key)

    def choice_of(self, key: str) -> str:
        """The options of a line that is a pack."""
        return self.packs.get(key, "").partition(":")[2].partition(":")[0]


def read_lines(data: QueryDict, *, with_zero: bool = False) -> Typed:
    """Read ``quantity-<hex>`` and ``unit-<hex>`` fields; empty ones (and zero, unless ``with_zero``) are no lines.

    Of a list with boxes to tick (``ticked``) only those lines count whose key is in ``take``, unless a button says
    ``all``. A line with a field
    ``pack-<hex>`` is a pack. Buttons: ``fix`` is a repair of a line (``<hex>:<quantity>``), ``drop`` leaves a line out,
    ``remove`` makes it zero.
    """
    typed = Typed()
    fixed, _colon, quantity_text = data.get("fix", "").partition(":")
    for key, typed_text in _fields(data):
        if key.hex == data.get("drop"):
            continue
        text = quantity_text if key.hex == fixed else typed_text
        text = "0" if key.hex == data.get("remove") else text
        unit = data.get(f"{UNIT}{key.hex}", "")[:3]
        typed.texts[key.hex], typed.units[key.hex] = text, unit
        pack = data.get(f"{PACK}{key.hex}", "")
        if _PACK.fullmatch(pack):
            typed.packs[key.hex] = pack
        quantity, error = read_quantity(text)
        if error:
            typed.errors[key.hex] = error
        elif quantity != 0 or with_zero:
            typed.lines.append((key, unit, quantity))
        else:
            del typed.texts[key.hex], typed.units[key.hex]
    if (removed := _removed(data)) is not None and removed.hex not in typed.texts and with_zero:
        typed.lines.append((removed, "", Decimal(0)))
    return typed


def _removed(data: QueryDict) -> UUID | None:
    """The line that is to be taken out; what is no longer sold has no quantity to be typed."""
    try:
        return UUID(hex=data.get("remove", ""))
    except ValueError:
        return None


def read_said(data: QueryDict, typed: Typed) -> None:
    """Read ``note-<hex>``, ``wanted-<hex>`` and ``address-<hex>`` into what was typed, errors at their lines."""
    for name, note in data.items():
        try:
            key = UUID(hex=name.removeprefix(NOTE)) if name.startswith(NOTE) else None
        except ValueError:
            continue
        if key is None:
            continue
        texts = (str(note).strip(), data.get(f"{WANTED}{key.hex}", "").strip(), data.get(f"{ADDRESS}{key.hex}", ""))
        typed.said_texts[key.hex] = texts
        try:
            day = date.fromisoformat(texts[1]) if texts[1] else None
            address_id = UUID(hex=texts[2]) if texts[2] else None
        except ValueError:
            typed.errors[key.hex] = _("Write the day as 2030-12-31, and choose an address that is offered.")
            continue
        typed.said[key] = Said(texts[0].replace("\r\n", "\n"), day, address_id)


def read_taken(data: QueryDict) -> tuple[UUID | None, str]:
    """The line whose new price is taken, and which change that is: the button ``take`` says ``<hex>:<token>``."""
    key, _colon, token = data.get("take", "").partition(":")
    try:
        return UUID(hex=key), token
    except ValueError:
        return None, ""


def pack_field(variant_id: UUID, choice: str, digest: str) -> str:
    """A pack as a line of a form says it in its field ``pack-<key>``."""
    return f"{variant_id.hex}:{choice}:{digest}"


def read_quantity(text: str) -> tuple[Decimal, str]:
    """The quantity, and an error text when there is none to be read."""
    try:
        value = parse_decimal(text)
    except AmbiguousNumber:
        return Decimal(0), _("“%(text)s” can be read in two ways: write it without separator.") % {"text": text}
    except ValueError:
        return Decimal(0), _("“%(text)s” is not a quantity.") % {"text": text}
    return (value, "") if value >= 0 else (Decimal(0), _("A quantity is not negative."))


def _fields(data: QueryDict) -> Iterator[tuple[UUID, str]]:
    taken = set(data.getlist("take")) if "ticked" in data and "all" not in data else None
    for name, value in data.items():
        text = str(value).strip()[:_LONGEST]
        if not name.startswith(QUANTITY) or not text:
            continue
        if taken is not None and name.removeprefix(QUANTITY) not in taken:
            continue
        try:
            yield UUID(hex=name.removeprefix(QUANTITY)), text
        except ValueError:
            continue
