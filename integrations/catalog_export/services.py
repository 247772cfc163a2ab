"""The use case: a set of products into a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from catalog.models import Variant
from catalog.policies import require_manage
from core.actor import Actor
from integrations.catalog_export.columns import Column, Manner, columns, manner_of
from integrations.catalog_export.goods import exported, portions, shape_of
from integrations.catalog_export.writing import write_csv, write_xlsx
from pricing.errors import PriceListNotFound
from pricing.listing import price_list


class Form(StrEnum):
    """What is written: CSV with semicolons (as a French Excel opens it) or commas, or a workbook."""

    SEMICOLON = "semicolon"
    COMMA = "comma"
    XLSX = "xlsx"

    @property
    def suffix(self) -> str:
        return "xlsx" if self is Form.XLSX else "csv"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    row_count: int
    targets: tuple[str, ...]


def export(
    *, rows: QuerySet[Variant], price_list_id: UUID | None, form: Form, file: IO[bytes], actor: Actor
) -> Written:
    """Write products with the prices of one list (or without any) in the active language's words.

    Archived ones are left out. Memory and statements are those of a portion. Raises NotAllowed, PriceListNotFound.
    """
    require_manage(actor)
    info = price_list(price_list_id) if price_list_id else None
    if price_list_id and info is None:
        raise PriceListNotFound(field="list")
    rows = exported(rows)
    shape = shape_of(rows, info.currency if info else "")
    written = columns(shape, has_prices=info is not None)
    is_french = (get_language() or "").startswith("fr")
    manner = manner_of(shape, decimal="," if is_french and form is not Form.XLSX else ".")
    header, counted = [column.header for column in written], _Counted()
    lines = counted.through(_lines(rows, price_list_id, written, manner))
    if form is Form.XLSX:
        write_xlsx(file, header, lines, numbers=[column.is_number or column.target == "price" for column in written])
    else:
        write_csv(file, header, lines, delimiter=";" if form is Form.SEMICOLON else ",")
    return Written(counted.count, tuple(column.target for column in written))


class _Counted:
    """Counts what goes through."""

    count = 0

    def through(self, lines: Iterator[list[str]]) -> Iterator[list[str]]:
        for line in lines:
            self.count += 1
            yield line


def _lines(
    rows: QuerySet[Variant], price_list_id: UUID | None, written: Sequence[Column], manner: Manner
) -> Iterator[list[str]]:
    for portion in portions(rows, price_list_id):
        for goods in portion:
            yield [column.value(goods, manner) for column in written]
