"""Values of attributes as they are stored: read by what the attribute can hold, as far as the product's family has it.

What no family has stays the text of the file. A list or a yes or no outside of the family is read where it fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from catalog.attributes import WrongValue, read_value
from catalog.enums import AttributeKind
from catalog.keys import any_text_of
from catalog.models import Product, Variant
from catalog.outline import AttributeInfo, Outline
from core.formatting import plain
from integrations.catalog_import.cells import BadCell, Cell, Oddity, printable, shown
from integrations.catalog_import.numbers import number

_MEASURED = re.compile(r"(?P<number>[-+]?\d[\d\s.,'’]*?)\s*(?P<unit>[^\d\s.,'’+-].*)")
#: Units that can be converted, by what they measure: how many of the first one each is.
_MEASURES: tuple[Mapping[str, str], ...] = (
    {"mm": "1", "µm": "0.001", "cm": "10", "dm": "100", "m": "1000", "km": "1000000"},
    {"g": "1", "mg": "0.001", "kg": "1000", "t": "1000000"},
    {"ml": "1", "cl": "10", "dl": "100", "l": "1000", "mL": "1", "cL": "10", "dL": "100", "L": "1000"},
    {"mm²": "1", "cm²": "100", "m²": "1000000", "mm2": "1", "cm2": "100", "m2": "1000000"},
    {"V": "1", "mV": "0.001", "kV": "1000"},
    {"A": "1", "mA": "0.001", "kA": "1000"},
    {"W": "1", "mW": "0.001", "kW": "1000", "MW": "1000000"},
    {"Hz": "1", "kHz": "1000", "MHz": "1000000", "GHz": "1000000000"},
)


@dataclass(frozen=True, slots=True)
class _Read:
    """A value as it is stored, or the issue's code that says why there is none."""

    value: str = ""
    refusal: str = ""
    params: tuple[tuple[str, str], ...] = ()


class Schema:
    """What the attributes of a file can hold; looked up once per import, the families of products once per chunk."""

    def __init__(self, known: Outline, units: Mapping[str, str], decimal: str) -> None:
        """``units`` gives the attributes of the file, each with the unit that its column's name carries."""
        described = {code: known.attributes[code] for code in units if code in known.attributes}
        self.infos = {code: info for code, info in described.items() if info.kind != AttributeKind.TEXT}
        self.units = units
        self.decimal = decimal
        self.members = {code: frozenset(known.codes_of(code)) & self.infos.keys() for code in known.families}
        self.families: dict[str, str] = {}
        self._read = lru_cache(maxsize=16_384)(self._read_text)

    @property
    def has_members(self) -> bool:
        """Whether any family has any attribute of the file."""
        return any(self.members.values())

    def look_up(self, skus: Iterable[str], product_codes: Iterable[str]) -> None:
        """The families that products have: by reference, else by the code of the product; two statements."""
        with_family = Product.objects.filter(family__isnull=False, code__in=any_text_of(product_codes))
        self.families = dict(with_family.order_by().values_list("code", "family__code"))
        goods = Variant.objects.filter(product__family__isnull=False, sku__in=any_text_of(skus))
        self.families |= dict(goods.order_by().values_list("sku", "product__family__code"))

    def family_of(self, sku: str, product_code: str) -> str:
        """The family that the product has now; "" for none."""
        return self.families.get(sku) or self.families.get(product_code, "")

    def read(self, code: str, cells: Mapping[str, Cell], family: str) -> str | None:
        """The value of one product, from its cell by language; None where the text of the file stays.

        Raises BadCell when the family has the attribute and the cell says none of its values.
        """
        info = self.infos.get(code)
        is_member = code in self.members.get(family, ())
        if info is None or (not is_member and info.kind == AttributeKind.NUMBER):
            return None
        found = {self._read(code, _text(cell), isinstance(cell, str)) for cell in cells.values()}
        if len(found) == 1 and not (one := next(iter(found))).refusal:
            return one.value
        if not is_member:
            return None
        wrong = next((one for one in found if one.refusal), _Read(refusal="attribute_two_values"))
        raise BadCell(wrong.refusal, **dict(wrong.params))

    def _read_text(self, code: str, text: str, is_text: bool) -> _Read:  # noqa: FBT001 - part of the memory's key
        info = self.infos[code]
        try:
            if info.kind == AttributeKind.NUMBER:
                return _Read(self._number(info, text if is_text else Decimal(text)))
            return _Read(str(read_value(info, text)))
        except BadCell as error:
            return _Read(refusal=error.code, params=tuple(error.params.items()))
        except WrongValue:
            return _Read(refusal="yes_no_unclear" if info.kind == AttributeKind.BOOLEAN else "attribute_option")

    def _number(self, info: AttributeInfo, said: str | Decimal) -> str:
        unit, written = "", said
        if isinstance(said, str) and (match := _MEASURED.fullmatch(said)):
            unit, written = match["unit"].strip(), match["number"]
        amount = number(written, self.decimal)
        factor = _factor(unit, info.unit) if unit else _factor(self.units[info.code], info.unit) or Decimal(1)
        if factor is None:
            raise BadCell("attribute_unit", unit=info.unit) if info.unit else BadCell("number_unreadable")
        return plain(amount * factor)


def _text(cell: Cell) -> str:
    if isinstance(cell, Oddity):
        raise BadCell(f"cell_{cell.kind}")
    return printable(shown(cell)).strip()


@lru_cache(maxsize=1024)
def _factor(unit: str, wanted: str) -> Decimal | None:
    """How many of the wanted unit one of this unit is; None where they measure different things."""
    for measure in _MEASURES:
        if unit in measure and wanted in measure:
            return Decimal(measure[unit]) / Decimal(measure[wanted])
    return Decimal(1) if unit.casefold() == wanted.casefold() else None
