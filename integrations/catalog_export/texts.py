"""Values as cells from which the import reads the same values again."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from decimal import Decimal

from integrations.catalog_import.cells import MARKUP

_SEPARATORS = re.compile(r"[›»|\\/]")


def number(value: Decimal | int | None, decimal: str) -> str:
    """A number; three decimals get a fourth, because they might be thousands."""
    if value is None:
        return ""
    text = f"{Decimal(value).normalize():f}"
    whole, _point, decimals = text.partition(".")
    if len(decimals) == 3:
        decimals += "0"
    return f"{whole}{decimal}{decimals}" if decimals else whole


def text(value: str) -> str:
    """A text; what looks like HTML is written so that it comes back as it is."""
    return html.escape(value, quote=False) if MARKUP.search(value) else value


def percent(rate: Decimal, decimal: str) -> str:
    """A rate of tax: a percentage, below one per cent a fraction."""
    rate = Decimal(rate)
    return number(rate * 100 if rate >= Decimal("0.01") else rate, decimal)


def path(names: Sequence[str]) -> str:
    """Names of categories from the root on. One name that could be read as several gets the separator behind it."""
    cleaned = [name.replace(">", "›").strip() for name in names]
    only = cleaned[0] if len(cleaned) == 1 else ""
    return f"{only} >" if only and _SEPARATORS.search(only) else " > ".join(cleaned)
