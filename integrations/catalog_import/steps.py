"""How each kind of column is read into the draft of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from catalog.enums import MediaKind
from catalog.keywords import keyword_line
from catalog.tree import path_of, slug_of
from integrations.catalog_import import goods, limits, links, numbers, units
from integrations.catalog_import.cells import (
    BadCell,
    Cell,
    Oddity,
    code_of,
    is_empty,
    line_of_text,
    lines_of_text,
    printable,
    shown,
)
from integrations.catalog_import.issues import Issue
from integrations.catalog_import.mapping import Chosen
from integrations.catalog_import.pricing import PriceCells
from integrations.catalog_import.survey import Survey
from integrations.catalog_import.units import UnitCells

_BETWEEN_FILES = re.compile(r"[|\n]|[;,](?=\s|https?://)")
_MEDIA = {
    "image": MediaKind.IMAGE.value,
    "data_sheet": MediaKind.DATA_SHEET.value,
    "safety_sheet": MediaKind.SAFETY_SHEET.value,
    "cad": MediaKind.CAD.value,
    "document": "",
}
_MAX_QUANTITY = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class Rules:
    """How the values of a file are read."""

    decimal: str
    price_per: Decimal
    currency: str
    list_currency: str
    category_separator: str
    base_unit: str = "H87"


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may know of the file: its rules, what the survey saw, the kinds of its columns."""

    rules: Rules
    survey: Survey
    targets: frozenset[str]


@dataclass
class Draft:
    """A row while it is read; ``columns`` are the names, ``positions`` the places of the columns by target."""

    line: int
    columns: Mapping[str, str]
    cells: Sequence[Cell] = ()
    positions: Mapping[str, int] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    attribute_cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    prices: PriceCells = field(default_factory=PriceCells)
    units: UnitCells = field(default_factory=UnitCells)
    media: list[tuple[str, str]] = field(default_factory=list)
    related: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def issue(self, code: str, target: str, cell: Cell = "", **params: object) -> None:
        """Say something about a column; what is shown is what stands in the file, ``cell`` where it is no column."""
        column = self.columns.get(target, "")
        position = self.positions.get(target, len(self.cells))
        original = self.cells[position] if position < len(self.cells) else cell
        self.issues.append(Issue(self.line, code, column, printable(shown(original)), params))

    @property
    def is_refused(self) -> bool:
        return any(issue.blocks for issue in self.issues)


_TEXTS = {
    "name_fr": ("name_fr", limits.NAME),
    "name_en": ("name_en", limits.NAME),
    "description_fr": ("description_fr", limits.DESCRIPTION),
    "description_en": ("description_en", limits.DESCRIPTION),
    "product_code": ("product_code", limits.SKU),
    "brand": ("brand", limits.BRAND),
}


def _sku(file: Context, draft: Draft, cell: Cell, target: str, _chosen: Chosen) -> None:
    sku = code_of(cell)
    if not sku:
        return
    _check_length(sku, limits.SKU)
    draft.values["sku"] = sku
    repeated = file.survey.repeated.get(sku)
    if repeated:
        draft.issue("sku_repeated", target, cell, lines=", ".join(str(line) for line in repeated))
    if sku in file.survey.similar:
        draft.issue("sku_similar", target, cell, line=file.survey.similar[sku])


def _gtin(file: Context, draft: Draft, cell: Cell, target: str, _chosen: Chosen) -> None:
    gtin = goods.gtin(cell)
    if not gtin:
        return
    draft.values["gtin"] = gtin
    first = file.survey.gtin_lines.get(code_of(cell), draft.line)
    if first != draft.line:
        draft.issue("gtin_repeated", target, cell, line=first)


def _text(_file: Context, draft: Draft, cell: Cell, target: str, chosen: Chosen) -> None:
    name, limit = _TEXTS[chosen.key]
    text, mended = lines_of_text(cell) if name.startswith("description") else line_of_text(cell)
    for code in mended:
        draft.issue(code, target, cell)
    _check_length(text, limit)
    if text:
        draft.values[name] = text


def _keywords(_file: Context, draft: Draft, cell: Cell, target: str, chosen: Chosen) -> None:
    text, mended = lines_of_text(cell)
    for code in mended:
        draft.issue(code, target, cell)
    line = keyword_line(text)
    _check_length(line, limits.KEYWORDS)
    draft.values[chosen.key] = line


def _part_number(_file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    text = code_of(cell)
    _check_length(text, limits.PART_NUMBER)
    draft.values["manufacturer_part_number"] = text


def _brand(file: Context, draft: Draft, cell: Cell, target: str, chosen: Chosen) -> None:
    _text(file, draft, cell, target, chosen)
    brand = draft.values.get("brand", "")
    usual = file.survey.brands.get(slug_of(brand), brand) if brand else ""
    if usual != brand:
        draft.values["brand"] = usual
        draft.issue("brand_spelling", target, cell, used=usual)


def _category(file: Context, draft: Draft, cell: Cell, target: str, chosen: Chosen) -> None:
    text, mended = line_of_text(cell)
    for code in mended:
        draft.issue(code, target, cell)
    is_path = chosen.key == "category_en" or "category_2" not in file.targets
    draft.values[chosen.key] = _levels(text, file.rules.category_separator if is_path else "")


@lru_cache(maxsize=4096)
def _levels(text: str, separator: str) -> tuple[str, ...]:
    """The names of a category's path, from the root on. Raises BadCell."""
    names = tuple(name for part in (text.split(separator) if separator else [text]) if (name := part.strip()))
    for name in names:
        _check_length(name, limits.CATEGORY)
    _check_length(path_of(names), limits.CATEGORY_PATH)
    return names


def _attribute(_file: Context, draft: Draft, cell: Cell, target: str, chosen: Chosen) -> None:
    text, mended = line_of_text(cell)
    for code in mended:
        draft.issue(code, target, cell)
    _check_length(text, limits.ATTRIBUTE)
    if not text:
        return
    draft.attribute_cells.setdefault(chosen.code, {})[chosen.language] = text if isinstance(cell, str) else cell
    if chosen.language:
        draft.attributes[chosen.code] = {**draft.attributes.get(chosen.code, {}), chosen.language: text}
    else:
        draft.attributes[chosen.code] = text


def _tax_rate(file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    if is_empty(cell):
        return
    text = shown(cell).replace("%", "").strip()
    try:
        rate = numbers.number(text, file.rules.decimal or ",")
    except BadCell as error:
        raise BadCell("tax_unreadable") from error
    rate = rate / 100 if rate >= 1 else rate
    if not 0 <= rate < Decimal("0.5"):
        raise BadCell("tax_unreadable")
    draft.values["tax_rate"] = rate.quantize(Decimal("0.000001"))


def _measure(file: Context, draft: Draft, cell: Cell, target: str, chosen: Chosen) -> None:
    if not is_empty(cell):
        read = goods.weight if chosen.key == "weight_kg" else goods.size
        draft.values[chosen.key] = read(cell, draft.columns[target], file.rules.decimal)


def _for_customs(_file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    if not is_empty(cell):
        draft.values[chosen.key] = _FOR_CUSTOMS[chosen.key](cell)


def _family(_file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    code = code_of(cell)
    _check_length(code, limits.FAMILY)
    draft.values["family"] = code


def _stock(file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    count = numbers.stock(cell, file.rules.decimal)
    if count is not None:
        draft.values["stock"] = _bounded(count)


def _lead_time(_file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    draft.values["lead_time"] = numbers.lead_time(cell)


def _restock_on(_file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    if links.says_none(cell):
        draft.values["restock_on"] = None
    elif not is_empty(cell):
        try:
            draft.values["restock_on"] = numbers.day(cell)
        except BadCell as error:
            raise BadCell("restock_unclear") from error


def _price(file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    draft.prices.is_read = draft.prices.is_none = numbers.is_no_price(cell)
    if draft.prices.is_none:
        return
    draft.prices.amount = numbers.amount(cell, file.rules.decimal)
    draft.prices.is_read = True


def _tier_price(file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    tier = draft.prices.tier(chosen.number)
    if not is_empty(cell):
        tier.amount = numbers.amount(cell, file.rules.decimal)
    tier.price_is_read = True


def _tier_quantity(file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    tier = draft.prices.tier(chosen.number)
    tier.quantity = _quantity(file, cell)
    tier.quantity_is_read = True


def _tiers(file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    draft.prices.list_has_issue = True
    if isinstance(cell, Oddity):
        raise BadCell(f"cell_{cell.kind}")
    draft.prices.read_list(shown(cell), file.rules.decimal)
    draft.prices.list_has_issue = False


def _price_basis(_file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    if not is_empty(cell):
        draft.prices.basis = units.price_basis(cell)


def _currency(_file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    if not is_empty(cell):
        draft.prices.currency = numbers.currency_code(shown(cell))
        if not draft.prices.currency:
            raise BadCell("currency_unknown")


def _base_unit(_file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    if not is_empty(cell):
        draft.units.base = units.unit_code(cell)


def _minimum(file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    setattr(draft.units, chosen.key, _quantity(file, cell))


def _pack_unit(_file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    if not is_empty(cell):
        draft.units.pack(chosen.number).code = units.unit_code(cell)


def _pack_factor(file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    draft.units.pack(chosen.number).factor = _quantity(file, cell, "factor_not_positive")


def _pack_limit(file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    setattr(draft.units.pack(chosen.number), chosen.key.removeprefix("pack_"), _quantity(file, cell))


def _pack_gtin(_file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    draft.units.pack(chosen.number).gtin = goods.gtin(cell)


def _unit_list(file: Context, draft: Draft, cell: Cell, _target: str, _chosen: Chosen) -> None:
    draft.units.listed.extend(units.unit_list(cell, file.rules.decimal))


def _media(_file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    """Addresses or names of files, several apart by ``|``, or by a comma or semicolon before a space or address."""
    if isinstance(cell, Oddity):
        raise BadCell(f"cell_{cell.kind}")
    for part in _BETWEEN_FILES.split(shown(cell)):
        if source := printable(part).strip():
            _check_length(source, limits.SOURCE)
            draft.media.append((_MEDIA[chosen.key], source))


def _related(_file: Context, draft: Draft, cell: Cell, _target: str, chosen: Chosen) -> None:
    if links.says_none(cell):
        draft.related[chosen.key] = ()
    elif others := links.skus(cell):
        draft.related[chosen.key] = others


def _quantity(file: Context, cell: Cell, refusal: str = "quantity_not_positive") -> Decimal | None:
    """A quantity above zero, None when the cell is empty. Raises BadCell."""
    if is_empty(cell):
        return None
    quantity = numbers.number(cell, file.rules.decimal, counts=True)
    if quantity <= 0:
        raise BadCell(refusal)
    return _bounded(quantity)


def _check_length(text: str, limit: int) -> None:
    if len(text) > limit:
        raise BadCell("too_long", length=str(len(text)), limit=str(limit))


def _bounded(quantity: Decimal) -> Decimal:
    """A quantity that the column can hold. Raises BadCell."""
    if quantity >= _MAX_QUANTITY:
        raise BadCell("number_too_big")
    return quantity.quantize(Decimal("0.0001"))


_FOR_CUSTOMS: dict[str, Callable[[Cell], str | bool]] = {
    "origin_country": goods.country,
    "customs_code": goods.customs_code,
    "un_number": goods.un_number,
    "is_dangerous": goods.yes_or_no,
    "is_oversize": goods.yes_or_no,
    "is_service": goods.is_service,
}
Step = Callable[[Context, Draft, Cell, str, Chosen], None]
STEPS: dict[str, Step] = {
    **dict.fromkeys(_MEDIA, _media),
    **dict.fromkeys(links.KINDS, _related),
    "sku": _sku,
    "gtin": _gtin,
    "mpn": _part_number,
    "brand": _brand,
    "category": _category,
    "category_en": _category,
    "category_2": _category,
    "category_3": _category,
    "attr": _attribute,
    "tax_rate": _tax_rate,
    "stock": _stock,
    "lead_time": _lead_time,
    "restock_on": _restock_on,
    "price": _price,
    "tier_price": _tier_price,
    "tier_quantity": _tier_quantity,
    "tiers": _tiers,
    "price_basis": _price_basis,
    "currency": _currency,
    "base_unit": _base_unit,
    "minimum": _minimum,
    "multiple": _minimum,
    "maximum": _minimum,
    "family": _family,
    **dict.fromkeys(("weight_kg", "length_mm", "width_mm", "height_mm"), _measure),
    **dict.fromkeys(_FOR_CUSTOMS, _for_customs),
    **dict.fromkeys(("pack_minimum", "pack_multiple", "pack_maximum"), _pack_limit),
    "pack_gtin": _pack_gtin,
    "pack_unit": _pack_unit,
    "pack_factor": _pack_factor,
    "units": _unit_list,
    **dict.fromkeys(("keywords_fr", "keywords_en"), _keywords),
    **dict.fromkeys(("name_fr", "name_en", "description_fr", "description_en", "product_code"), _text),
}
