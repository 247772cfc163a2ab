"""What checking and applying share: the file opened as rows, chunks, signs of life."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from uuid import UUID

from redis.exceptions import RedisError

from catalog.outline import outline
from core import live
from core.actor import Actor
from core.scope import current_scope
from integrations.catalog_import import price_lists
from integrations.catalog_import.cells import Row
from integrations.catalog_import.mapping import label_and_unit, parse
from integrations.catalog_import.reading import Format, Source, local_copy, open_source
from integrations.catalog_import.rows import RowReader
from integrations.catalog_import.schema import Schema
from integrations.catalog_import.steps import Rules
from integrations.catalog_import.survey import Survey, body_of, survey
from integrations.catalog_import.targets import attribute_name, split_language
from integrations.models import CatalogImport

CHUNK = 1000


class OvertakenError(Exception):
    """Another worker applies this import and is further on."""


@dataclass(frozen=True)
class Job:
    """An opened import: its rows, the reader made for them, and what the survey saw."""

    source: Source
    header_line: int
    reader: RowReader
    survey: Survey
    price_list: price_lists.PriceTarget

    def rows(self) -> Iterable[Row]:
        return body_of(self.source.rows(), self.header_line)


@contextmanager
def opened(catalog_import: CatalogImport) -> Iterator[Job]:
    """Open the file of an import as its settings say and walk through it once. Raises UnreadableFile and its kinds."""
    detected, mapping = catalog_import.detected, mapping_of(catalog_import)
    target = price_lists.find(catalog_import.price_list_code)
    with local_copy(catalog_import.file) as path:
        wanted = Format(detected["kind"], detected["encoding"], detected["delimiter"], detected["sheet"])
        source = open_source(path, wanted)
        seen = survey(body_of(source.rows(), detected["header_line"]), mapping, detected["headers"])
        rules = rules_of(catalog_import, target.currency)
        reader = RowReader(
            headers=detected["headers"],
            mapping=mapping,
            rules=rules,
            survey=seen,
            schema=Schema(outline(), units_of(detected["headers"], mapping), rules.decimal),
            is_text=detected["kind"] == "text",
        )
        yield Job(source, detected["header_line"], reader, seen, target)


def mapping_of(catalog_import: CatalogImport) -> dict[int, str]:
    """Targets by position of column."""
    return {int(index): target for index, target in catalog_import.mapping.items()}


def rules_of(catalog_import: CatalogImport, list_currency: str) -> Rules:
    """How values are read: what was detected, corrected by the person."""
    chosen = {**catalog_import.detected, **catalog_import.settings}
    return Rules(
        decimal=chosen["decimal"],
        price_per=Decimal(chosen["price_per"]),
        currency=chosen["currency"],
        list_currency=list_currency,
        category_separator=chosen["category_separator"],
        base_unit=chosen.get("base_unit", "H87"),
    )


def units_of(headers: Sequence[str], mapping: Mapping[int, str]) -> dict[str, str]:
    """The attributes of a file, each with the unit in its column's name: ``Longueur (mm)``."""
    chosen = {index: parse(target) for index, target in mapping.items()}
    return {
        one.code: label_and_unit((attribute_name(headers[index]) or split_language(headers[index]))[0])[1]
        for index, one in chosen.items()
        if one is not None and one.key == "attr"
    }


def chunks(rows: Iterable[Row], *, skip: int = 0) -> Iterator[list[Row]]:
    """Rows in portions of a thousand, after those that are done."""
    remaining = islice(rows, skip, None)
    while portion := list(islice(remaining, CHUNK)):
        yield portion


def tell(import_id: UUID) -> None:
    """Let open pages know that there is news. Without Redis they find out by asking."""
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        name = live.topic("import", import_id)
        with contextlib.suppress(RedisError, OSError):
            live.push(live.tenant_group(tenant_id, name), name)


def worker_for(name: str) -> Actor:
    """The job as an actor; ``name`` is the person that it works for."""
    return Actor(kind="system", name=name)
