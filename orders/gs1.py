"""Labels by the GS1 rules: which trade item, how many of it, which lot (General Specifications, chapter 3).

A scanner may say what it has read (``]C1``, ``]d2``, ``]Q3``, ``]e0``), may send the separator FNC1 as the control
character 29 or as a text for it, and may leave both out at the beginning. People write brackets: ``(01)…(37)12``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from biip import ParseError
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

SEPARATOR = "\x1d"
_PREFIX = re.compile(r"\](?:C1|d2|Q3|e0|J1)")
_SPELT = re.compile(r"\{GS\}|<GS>|\[GS\]|\{FNC1\}|<FNC1>|\[FNC1\]|␝", re.IGNORECASE)
_BEGINS = re.compile(r"0[12]\d{14}")
_HUMAN = re.compile(r"\(0[12]\)\s*\d{14}")
_COUNTS = frozenset({"30", "37"})
#: Measures of goods that are sold by them (AI 310n … 315n), and the unit that they count (UN/ECE Rec 20).
_MEASURES = {"310": "KGM", "311": "MTR", "314": "MTK", "315": "LTR"}


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says: ``quantity`` counts ``unit`` units, pieces of the trade item when it is empty."""

    gtin: str
    quantity: Decimal | None = None
    unit: str = ""
    lot: str = ""


def read_label(text: str) -> Label | None:
    """The label that a scan or a typed line is; None for everything else, a bare GTIN too."""
    plain = _SPELT.sub(SEPARATOR, text.strip(" \t\r\n"))
    bare = _PREFIX.sub("", plain, count=1).lstrip(SEPARATOR)
    try:
        if _HUMAN.match(bare):
            elements = GS1Message.parse_hri(re.sub(r"\s", "", bare)).element_strings
        elif _BEGINS.match(bare):
            elements = GS1Message.parse(bare).element_strings
        else:
            return None
    except ParseError:
        return None
    return _label(elements)


def _label(elements: list[GS1ElementString]) -> Label | None:
    values = {element.ai.ai: element for element in elements}
    item = values.get("01") or values.get("02")
    if item is None or item.gtin is None:
        return None
    lot = values["10"].value if "10" in values else ""
    count = next((values[ai].value for ai in sorted(_COUNTS, reverse=True) if ai in values), None)
    if count is not None:
        return Label(item.value, Decimal(count), lot=lot)
    for ai, element in values.items():
        unit = _MEASURES.get(ai[:3])
        if unit is not None and element.decimal is not None:
            return Label(item.value, element.decimal, unit, lot)
    return Label(item.value, lot=lot)
