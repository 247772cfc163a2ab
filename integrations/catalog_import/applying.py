"""Applying a checked file: a thousand rows per transaction, each with the count of what is done.

A killed worker leaves whole chunks; the next one goes on behind them. Equal values are not written again, so that a
second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from catalog import reverting
from catalog import services as catalog
from catalog.differences import Difference
from catalog.enums import AttributeKind
from catalog.models import OrderUnit, Product, Variant
from core.db import Lock, advisory_lock, atomic
from core.errors import Refused
from core.scope import current_scope
from core.statistics import refresh_statistics
from integrations.catalog_import import changes, jobs, lifecycle, price_lists, relating, uses
from integrations.catalog_import.cells import Row
from integrations.catalog_import.jobs import OvertakenError
from integrations.catalog_import.mapping import label_and_unit, parse
from integrations.catalog_import.rows import ImportRow
from integrations.catalog_import.targets import attribute_name, split_language
from integrations.media_import import references
from integrations.models import CatalogImport, ImportState
from inventory import counting
from inventory.models import Stock, StockMovement
from pricing import services as pricing
from pricing.models import Price

#: So many new and changed rows, and statistics are stale.
_LARGE = 1000


def run(import_id: UUID) -> None:
    """Apply a file chunk by chunk from where it stands, until done or cancelled."""
    catalog_import = lifecycle.find_in(import_id, ImportState.APPLYING)
    if catalog_import is None:
        return
    try:
        with jobs.opened(catalog_import) as job:
            price_list_id = _prepare(catalog_import, job)
            done = catalog_import.done_count
            for portion in jobs.chunks(job.rows(), skip=done):
                if not _apply_chunk(import_id, job, portion, done, price_list_id):
                    lifecycle.finish_cancelled(import_id=import_id)
                    return
                done += len(portion)
                jobs.tell(import_id)
            if not relating.run(import_id, job):
                lifecycle.finish_cancelled(import_id=import_id)
                return
            _refresh_statistics(import_id)
            _start_media(import_id)
            lifecycle.finish(import_id=import_id, to=ImportState.APPLIED)
    except OvertakenError:
        return
    except Refused as refusal:
        lifecycle.fail(import_id=import_id, code=refusal.code)
    except Exception:
        lifecycle.fail(import_id=import_id, code="internal")
        raise


@atomic
def _start_media(import_id: UUID) -> None:
    references.start(import_id)


def _refresh_statistics(import_id: UUID) -> None:
    """After a large import the planner knows of it at once."""
    written = CatalogImport.objects.annotate(written=F("created_count") + F("changed_count"))
    if written.values_list("written", flat=True).get(pk=import_id) >= _LARGE:
        refresh_statistics(Product, Variant, OrderUnit, Price, Stock, StockMovement)


@atomic
def _prepare(catalog_import: CatalogImport, job: jobs.Job) -> UUID | None:
    """The price list and the attributes that the file needs."""
    targets = job.reader.targets
    catalog.define_attributes(attributes=_attributes(catalog_import, job.survey.numeric_attributes))
    if targets & {"price", "tiers", "tier_price"}:
        return price_lists.ensure(catalog_import.price_list_code, actor=jobs.worker_for(catalog_import.created_by_name))
    return None


@atomic
def _apply_chunk(import_id: UUID, job: jobs.Job, portion: Sequence[Row], done: int, price_list_id: UUID | None) -> bool:
    """Apply one portion with its counts; False when somebody cancelled. Emits CatalogChanged. Raises OvertakenError."""
    locked = CatalogImport.objects.select_for_update().get(pk=import_id)
    if locked.state != ImportState.APPLYING or locked.done_count != done:
        raise OvertakenError
    if locked.is_cancel_requested:
        return False
    advisory_lock(Lock.CATALOG_IMPORT, str(current_scope().tenant_id))
    readings = job.reader.read_all(portion)
    refused = relating.refused_lines(import_id, job, portion)
    rows = [reading.row for reading in readings if reading.row and reading.row.line not in refused]
    actor = jobs.worker_for(locked.created_by_name)
    upserted = catalog.upsert(rows=[row.catalog for row in rows], actor=actor, announce_change=False, skip_refused=True)
    taken = {upserted.ids[row.catalog.sku]: row for row in rows if row.catalog.sku in upserted.ids}
    differences = _write_conditions(taken, price_list_id, locked)
    for variant_id, found in upserted.differences.items():
        differences[variant_id] = [*found, *differences.get(variant_id, ())]
    for variant_id, one in reverting.restore_many(variant_ids=uses.archived_by_undo(taken), actor=actor).items():
        differences[variant_id] = [one, *differences.get(variant_id, ())]
    created = frozenset(upserted.ids[sku] for sku in upserted.created)
    changes.record(import_id, rows=taken, created=created, differences=differences)
    named = references.note(locked, {row.catalog.sku: row.media for row in taken.values()})
    ids = created | differences.keys() | {upserted.ids[sku] for sku in named}
    catalog.announce(sorted(ids))
    ids |= relating.differing(taken).keys()  # written when all rows are in
    left_out = sum(reading.is_left_out for reading in readings)
    warnings = sum(not issue.blocks for reading in readings for issue in reading.issues) + len(upserted.drafts)
    CatalogImport.objects.filter(pk=import_id).update(
        done_count=F("done_count") + len(portion),
        created_count=F("created_count") + len(created),
        changed_count=F("changed_count") + len(ids) - len(created),
        unchanged_count=F("unchanged_count") + len(taken) - len(ids),
        refused_count=F("refused_count") + len(portion) - left_out - len(taken),
        ignored_count=F("ignored_count") + left_out,
        warning_count=F("warning_count") + warnings,
        alive_at=timezone.now(),
    )
    return True


def _write_conditions(
    taken: dict[UUID, ImportRow], price_list_id: UUID | None, catalog_import: CatalogImport
) -> dict[UUID, list[Difference]]:
    """Prices and stock; what changed by variant."""
    found: dict[UUID, list[Difference]] = {}
    if price_list_id is not None:
        prices, _packs = price_lists.prices_of(taken)
        actor = jobs.worker_for(catalog_import.created_by_name)
        moved = pricing.set_prices(price_list_id=price_list_id, prices=prices, actor=actor, announce_change=False)
        found = {key: changes.of_prices(price_list_id, moves) for key, moves in moved.items()}
    counts = {key: row.count for key, row in taken.items() if row.count != counting.NO_COUNT}
    reference = f"import {catalog_import.pk.hex[-12:]}"
    for key, move in counting.set_counts(counts=counts, reference=reference).items():
        found[key] = [*found.get(key, ()), *changes.of_count(move)]
    return found


def _attributes(catalog_import: CatalogImport, numeric: frozenset[str]) -> list[catalog.AttributeRow]:
    """What the file's attributes are called: by the names of their columns."""
    headers = catalog_import.detected["headers"]
    labels: dict[str, dict[str, str]] = {}
    for index, target in jobs.mapping_of(catalog_import).items():
        chosen = parse(target)
        if chosen is not None and chosen.key == "attr":
            label, language = attribute_name(headers[index]) or split_language(headers[index])
            labels.setdefault(chosen.code, {})[chosen.language or language or "fr"] = label
    return [_attribute(code, names, is_number=code in numeric) for code, names in labels.items()]


def _attribute(code: str, names: dict[str, str], *, is_number: bool) -> catalog.AttributeRow:
    french, unit = label_and_unit(names.get("fr") or names["en"])
    english, _unit = label_and_unit(names.get("en", ""))
    kind = AttributeKind.NUMBER if is_number else AttributeKind.TEXT
    return catalog.AttributeRow(code, french[:80], english[:80], kind.value, unit[:20])
