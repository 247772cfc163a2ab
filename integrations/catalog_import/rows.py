"""One row of the file into one row of the catalogue with its prices and stock, or into the reasons why not."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.services import CatalogRow, UnitRow
from integrations.catalog_import.cells import BadCell, Row, code_of, is_empty, printable, shown
from integrations.catalog_import.issues import Issue
from integrations.catalog_import.mapping import Chosen, parse
from integrations.catalog_import.pricing import read_prices
from integrations.catalog_import.schema import Schema
from integrations.catalog_import.steps import STEPS, Context, Draft, Rules
from integrations.catalog_import.survey import Survey
from integrations.catalog_import.units import UNIT_TARGETS, read_units
from inventory.counting import KEEP, NO_COUNT, Count
from pricing.services import PriceSet


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A good row: what goes into the catalogue, the price list and the stock."""

    line: int
    catalog: CatalogRow
    prices: PriceSet | None = None
    count: Count = NO_COUNT
    media: tuple[tuple[str, str], ...] = ()
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a row: a good row or none, with everything that there is to say about it."""

    row: ImportRow | None
    issues: tuple[Issue, ...]
    is_left_out: bool = False


class RowReader:
    """Reads the rows of one file: compiled once from the mapping, the rules and the survey."""

    def __init__(
        self,
        *,
        headers: Sequence[str],
        mapping: Mapping[int, str],
        rules: Rules,
        survey: Survey,
        schema: Schema,
        is_text: bool,
    ) -> None:
        self.headers = headers
        self.schema = schema
        self.rules = rules
        self.is_text = is_text
        self.columns = {target: headers[index] for index, target in mapping.items()}
        self.positions = {target: index for index, target in mapping.items()}
        self.steps = [
            (index, target, chosen, STEPS[chosen.key])
            for index, target in sorted(mapping.items())
            if (chosen := parse(target))
        ]
        self.targets = frozenset(chosen.key for _index, _target, chosen, _step in self.steps)
        self.has_tiers = bool(self.targets & {"tiers", "tier_price"})
        self.has_prices = self.has_tiers or "price" in self.targets
        self.has_units = bool(self.targets & UNIT_TARGETS)
        self.context = Context(rules, survey, self.targets)
        self.width = max((index for index, text in enumerate(headers) if text), default=-1) + 1

    def read_all(self, rows: Sequence[Row]) -> list[Reading]:
        """Read a portion of the file; at most two statements, for the families that its products have."""
        if self.schema.has_members:
            self.schema.look_up(self._codes(rows, "sku"), self._codes(rows, "product_code"))
        return [self._read(row) for row in rows]

    def _read(self, row: Row) -> Reading:
        code = self.context.survey.left_out.get(row.line)
        if code:
            return Reading(None, (Issue(row.line, code, value=_whole(row)),), is_left_out=True)
        draft = Draft(row.line, self.columns, row.cells, self.positions)
        if not self._check_width(row, draft):
            return Reading(None, tuple(draft.issues))
        for index, target, chosen, step in self.steps:
            cell = row.cells[index] if index < len(row.cells) else ""
            try:
                step(self.context, draft, cell, target, chosen)
            except BadCell as error:
                draft.issue(error.code, target, cell, **error.params)
        return self._finished(draft)

    def original(self, row: Row, target: str) -> str:
        """What stands in the column of a target."""
        index = self.positions.get(target, len(row.cells))
        return printable(shown(row.cells[index])) if index < len(row.cells) else ""

    def _check_width(self, row: Row, draft: Draft) -> bool:
        """Whether the row is as wide as the table. Only a ladder of tiers may end earlier than the others."""
        found = len(row.cells)
        if any(not is_empty(cell) for cell in row.cells[len(self.headers) :]):
            draft.issue("long_row", "", found=found, wanted=len(self.headers))
            return False
        if found >= self.width or not self.is_text:
            return True
        missing = [chosen for index, _target, chosen, _step in self.steps if index >= found]
        if not missing:
            return True
        if _is_end_of_ladder(missing):
            draft.issue("shorter_ladder", "")
            return True
        draft.issue("short_row", "", _whole(row), found=found, wanted=self.width)
        return False

    def _finished(self, draft: Draft) -> Reading:
        if not draft.values.get("sku") and not any(issue.column == self.columns["sku"] for issue in draft.issues):
            draft.issue("sku_missing", "sku")
        if draft.values.get("un_number") and not draft.values.setdefault("is_dangerous", True):
            draft.issue("un_number_without_danger", "un_number")
        for kind, others in draft.related.items():
            if draft.values.get("sku") in others:
                draft.issue("relation_self", kind)
        prices = self._prices(draft)
        order_units = self._units(draft)
        self._read_attributes(draft)
        if draft.is_refused:
            return Reading(None, tuple(draft.issues))
        values = dict(draft.values)
        catalog = CatalogRow(
            category=_levels(values),
            units=tuple(order_units),
            attributes=draft.attributes,
            unit_if_new=self.rules.base_unit,
            **{name: value for name, value in values.items() if name in _CATALOG_VALUES},
        )
        count = Count(values.get("stock"), values.get("lead_time"), values.get("restock_on", KEEP))
        row = ImportRow(draft.line, catalog, prices, count, tuple(draft.media), dict(draft.related))
        return Reading(row, tuple(draft.issues))

    def _read_attributes(self, draft: Draft) -> None:
        values = draft.values
        family = values.get("family") or self.schema.family_of(values.get("sku", ""), values.get("product_code", ""))
        for code, cells in draft.attribute_cells.items():
            try:
                value = self.schema.read(code, cells, family)
            except BadCell as error:
                language = next(iter(cells))
                draft.issue(error.code, f"attr:{code}:{language}" if language else f"attr:{code}", **error.params)
            else:
                draft.attributes[code] = draft.attributes[code] if value is None else value

    def _codes(self, rows: Sequence[Row], target: str) -> list[str]:
        """What stands in a column of codes, as far as it can be read."""
        found: list[str] = []
        if target not in self.positions:
            return found
        index = self.positions[target]
        for row in rows:
            with contextlib.suppress(BadCell, IndexError):
                found.append(code_of(row.cells[index]))
        return found

    def _prices(self, draft: Draft) -> PriceSet | None:
        if not self.has_prices:
            return None
        rules = self.rules
        return read_prices(
            draft.prices,
            basis=draft.prices.basis or rules.price_per,
            has_price="price" in self.targets,
            has_tiers=self.has_tiers,
            currencies=(rules.currency, rules.list_currency),
            report=draft.issue,
        )

    def _units(self, draft: Draft) -> Sequence[UnitRow]:
        if not self.has_units:
            return ()
        return read_units(draft.units, self.columns, report=draft.issue)


_CATALOG_VALUES = frozenset(CatalogRow.__dataclass_fields__) - {"category", "units", "attributes", "unit_if_new"}


def _is_end_of_ladder(missing: Sequence[Chosen]) -> bool:
    """Whether only whole tiers after the first are missing."""
    kinds = {(chosen.key, chosen.number) for chosen in missing}
    tiers = {number for _key, number in kinds}
    return all(chosen.key in ("tier_price", "tier_quantity") and chosen.number > 1 for chosen in missing) and all(
        {("tier_price", number), ("tier_quantity", number)} <= kinds for number in tiers
    )


def _levels(values: dict[str, Any]) -> tuple[str, ...]:
    names: tuple[str, ...] = ()
    for key in ("category", "category_2", "category_3"):
        names += values.get(key, ())
    return names


def _whole(row: Row) -> str:
    return " · ".join(shown(cell) for cell in row.cells if not is_empty(cell))
