"""Quantities as people type them into lists of lines; what cannot be read is said at its line, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.parsing import AmbiguousNumber, parse_decimal

QUANTITY, UNIT = "quantity-", "unit-"


@dataclass
class Typed:
    """Lines that could be read as (key, unit, quantity), and messages by key for those that could not."""

    lines: list[tuple[UUID, str, Decimal]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_lines(data: QueryDict, *, with_zero: bool = False) -> Typed:
    """Read ``quantity-<hex>`` and ``unit-<hex>`` fields; empty ones (and zero, unless ``with_zero``) are no lines."""
    typed = Typed()
    for key, text in _fields(data):
        typed.texts[key.hex] = text
        quantity, error = read_quantity(text)
        if error:
            typed.errors[key.hex] = error
        elif quantity != 0 or with_zero:
            typed.lines.append((key, data.get(f"{UNIT}{key.hex}", ""), quantity))
    return typed


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
    for name, value in data.items():
        text = str(value).strip()
        if not name.startswith(QUANTITY) or not text:
            continue
        try:
            yield UUID(hex=name.removeprefix(QUANTITY)), text
        except ValueError:
            continue
