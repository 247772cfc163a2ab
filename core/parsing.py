"""Numbers as people type them. An ambiguous one is an error, never a guess."""

from __future__ import annotations

import re
from decimal import Decimal

_SPACES = "\u00a0\u202f\u2009"
_GROUPED = re.compile(r"^[+-]?\d{1,3}( \d{3})+([.,]\d+)?$")
_PLAIN = re.compile(r"^[+-]?\d+([.,]\d+)?$")
_BOTH = re.compile(r"^[+-]?\d{1,3}(([.]\d{3})+,\d+|(,\d{3})+\.\d+)$")


class AmbiguousNumber(ValueError):
    """It could be read in two ways, such as ``1,250`` or ``1.000``: in thousands or in thousandths."""


def parse_decimal(text: str, *, decimal_separator: str | None = None) -> Decimal:
    """The number that ``text`` says: ``1 000``, ``12,5``, ``1.234,56``; spaces may be non-breaking.

    ``decimal_separator`` settles what one separator before exactly three digits means; without it such a text raises
    AmbiguousNumber. Raises ValueError when it is no number.
    """
    plain = text.strip()
    for space in _SPACES:
        plain = plain.replace(space, " ")
    if _BOTH.match(plain):
        last = max(plain.rfind(","), plain.rfind("."))
        return Decimal(re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :])
    if not (_GROUPED.match(plain) or _PLAIN.match(plain)):
        raise ValueError(text)
    plain = plain.replace(" ", "")
    match = re.match(r"^[+-]?(\d+)([.,])(\d+)$", plain)
    if match and decimal_separator is None and len(match[3]) == 3 and match[1] != "0" and len(match[1]) <= 3:
        raise AmbiguousNumber(text)
    if match and decimal_separator is not None and match[2] != decimal_separator:
        raise AmbiguousNumber(text)
    return Decimal(plain.replace(",", "."))
