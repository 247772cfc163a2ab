"""Columns for shipping and customs: weight, size, country of origin, customs code, danger, barcodes."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale

from catalog import trade
from core.errors import InvalidInput
from integrations.catalog_import import numbers
from integrations.catalog_import.cells import BadCell, Cell, code_of, fold, shown

_TO_KG = {"mg": "0.000001", "g": "0.001", "gr": "0.001", "kg": "1", "kilo": "1", "kilos": "1", "t": "1000"}
_TO_MM = {"mm": "1", "cm": "10", "dm": "100", "m": "1000"}
_UNITS = {name: Decimal(factor) for name, factor in {**_TO_KG, **_TO_MM}.items()}
_MEASURED = re.compile(r"(?P<number>[^A-Za-z]+?)\s*(?P<unit>[A-Za-z]+)")
_YES = frozenset(["oui", "o", "yes", "y", "1", "x", "true", "vrai", "ja", "si"])
_NO = frozenset(["non", "n", "no", "0", "false", "faux", "nein"])
_SERVICE = frozenset(["service", "services", "prestation", "prestations", "prestation de service"])
_GOODS = frozenset(["bien", "biens", "marchandise", "marchandises", "goods", "good", "produit", "product", "article"])


def gtin(cell: Cell) -> str:
    """A barcode without spaces; empty for none. Raises BadCell ``gtin_invalid``."""
    digits = code_of(cell).replace(" ", "").replace("-", "")
    if digits and not trade.is_gtin(digits):
        raise BadCell("gtin_invalid")
    return digits


def weight(cell: Cell, header: str, decimal: str) -> Decimal:
    """Kilograms, from a number with its unit in the cell or in the column's name. Raises BadCell."""
    return _measure(cell, header, decimal, frozenset(_TO_KG), Decimal("0.000001"), most=Decimal(10) ** 6)


def size(cell: Cell, header: str, decimal: str) -> Decimal:
    """Millimetres, read like a weight. Raises BadCell."""
    millimetres = _measure(cell, header, decimal, frozenset(_TO_MM), Decimal("0.01"), most=Decimal(10) ** 8)
    if not millimetres:
        raise BadCell("quantity_not_positive")
    return millimetres


def country(cell: Cell) -> str:
    """ISO 3166-1 code of a country, named by its code or in French or English. Raises BadCell ``country_unknown``."""
    text = code_of(cell)
    try:
        return trade.country(_country_names().get(fold(text), text))
    except InvalidInput as error:
        raise BadCell("country_unknown") from error


def customs_code(cell: Cell) -> str:
    """Eight digits of the Combined Nomenclature. Raises BadCell ``customs_code_unreadable``."""
    try:
        return trade.customs_code(code_of(cell))
    except InvalidInput as error:
        raise BadCell("customs_code_unreadable") from error


def un_number(cell: Cell) -> str:
    """Four digits. Raises BadCell ``un_number_unreadable``."""
    try:
        return trade.un_number(code_of(cell), is_dangerous=True)
    except InvalidInput as error:
        raise BadCell("un_number_unreadable") from error


def yes_or_no(cell: Cell) -> bool:
    """Raises BadCell ``yes_no_unclear``."""
    word = fold(shown(cell))
    if word not in _YES | _NO:
        raise BadCell("yes_no_unclear")
    return word in _YES


def is_service(cell: Cell) -> bool:
    """Yes or no, or which of the two it is: goods or a service. Raises BadCell ``yes_no_unclear``."""
    word = fold(shown(cell))
    return word in _SERVICE or (word not in _GOODS and yes_or_no(cell))


def _measure(cell: Cell, header: str, decimal: str, units: frozenset[str], step: Decimal, *, most: Decimal) -> Decimal:
    text = shown(cell).strip()
    match = _MEASURED.fullmatch(text)
    if match and match["unit"].lower() not in units:
        raise BadCell("number_unreadable")
    unit = match["unit"].lower() if match else next((word for word in fold(header).split()[::-1] if word in units), "")
    value = numbers.number(match["number"] if match else cell, decimal) * _UNITS.get(unit, Decimal(1))
    if value < 0:
        raise BadCell("quantity_not_positive")
    if value >= most:
        raise BadCell("number_too_big")
    return value.quantize(step, rounding=ROUND_HALF_UP)


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    """Codes by folded name, in the languages of price lists."""
    return {
        fold(str(name)): code
        for language in ("en", "fr")
        for code, name in Locale(language).territories.items()
        if len(code) == 2
    }
