"""The dry run: every row is read and laid over what is stored; nothing but the report is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from catalog import services as catalog
from catalog.merging import Verdict
from catalog.outline import outline
from core.db import atomic
from core.errors import Refused
from integrations.catalog_import import jobs, lifecycle, relating, uses
from integrations.catalog_import.cells import Row, format_number, shown
from integrations.catalog_import.issues import Issue
from integrations.catalog_import.limits import KEPT_CELL
from integrations.catalog_import.price_lists import prices_of
from integrations.catalog_import.rows import ImportRow, Reading
from integrations.media_import import references
from integrations.models import CatalogImport, CatalogImportIssue, ImportState
from inventory import counting
from pricing import services as pricing

_PRICES = ("price", "tiers", "tier_price:1")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a chunk would be created, changed, left alone, refused, left out; how many warnings."""

    created: int
    changed: int
    unchanged: int
    refused: int
    ignored: int
    warnings: int


def run(import_id: UUID) -> None:
    """Check a file row by row, in chunks, until done or cancelled. Starts afresh when it was interrupted."""
    catalog_import = lifecycle.find_in(import_id, ImportState.CHECKING)
    if catalog_import is None:
        return
    try:
        with jobs.opened(catalog_import) as job:
            _begin(import_id, job)
            if not _check_all(import_id, job):
                lifecycle.finish_cancelled(import_id=import_id)
                return
            lifecycle.finish(import_id=import_id, to=ImportState.CHECKED)
    except Refused as refusal:
        lifecycle.fail(import_id=import_id, code=refusal.code)
    except Exception:
        lifecycle.fail(import_id=import_id, code="internal")
        raise


def _check_all(import_id: UUID, job: jobs.Job) -> bool:
    """Check all rows, then what they name; False when somebody cancelled."""
    seen = relating.Seen()
    for portion in jobs.chunks(job.rows()):
        if not _check_chunk(import_id, job, portion, seen):
            return False
        jobs.tell(import_id)
    refused = relating.judge(seen) if seen.rows else {}
    lost = (row for row in job.rows() if row.line in refused) if refused else ()
    return all(_refuse_chunk(import_id, job, portion, seen, refused) for portion in jobs.chunks(lost))


@atomic
def _refuse_chunk(
    import_id: UUID,
    job: jobs.Job,
    portion: Sequence[Row],
    seen: relating.Seen,
    refused: Mapping[int, Sequence[relating.Refusal]],
) -> bool:
    """Refuse rows for what they name, though good by themselves; False when somebody cancelled."""
    locked = CatalogImport.objects.select_for_update().get(pk=import_id)
    if locked.is_cancel_requested or locked.state != ImportState.CHECKING:
        return False
    reader = job.reader
    issues = [
        Issue(row.line, one.code, reader.columns[one.target], reader.original(row, one.target), {"sku": one.sku})
        for row in portion
        for one in refused[row.line]
    ]
    _write_issues(import_id, {row.line: row for row in portion}, (), issues)
    verdicts = [seen.rows[row.line].verdict for row in portion]
    CatalogImport.objects.filter(pk=import_id).update(
        created_count=F("created_count") - verdicts.count(Verdict.CREATED),
        changed_count=F("changed_count") - verdicts.count(Verdict.CHANGED),
        unchanged_count=F("unchanged_count") - verdicts.count(Verdict.UNCHANGED),
        refused_count=F("refused_count") + len(portion),
        alive_at=timezone.now(),
    )
    return True


@atomic
def _begin(import_id: UUID, job: jobs.Job) -> None:
    CatalogImportIssue.objects.filter(catalog_import_id=import_id).delete()
    lifecycle.reset_counts(import_id, row_count=job.survey.row_count, alive_at=timezone.now())


@atomic
def _check_chunk(import_id: UUID, job: jobs.Job, portion: Sequence[Row], seen: relating.Seen) -> bool:
    """Check one portion and write its issues; False when somebody cancelled."""
    locked = CatalogImport.objects.select_for_update().get(pk=import_id)
    if locked.is_cancel_requested or locked.state != ImportState.CHECKING:
        return False
    readings = job.reader.read_all(portion)
    lines = {row.line: row for row in portion}
    rows = [reading.row for reading in readings if reading.row]
    verdicts, more = _compare(rows, job, lines)
    if relating.is_asked(job):
        for row in rows:
            seen.see(row, verdicts[row.line])
    _write_issues(import_id, lines, readings, more)
    tally = _tally(readings, verdicts, more)
    CatalogImport.objects.filter(pk=import_id).update(
        done_count=F("done_count") + len(portion),
        created_count=F("created_count") + tally.created,
        changed_count=F("changed_count") + tally.changed,
        unchanged_count=F("unchanged_count") + tally.unchanged,
        refused_count=F("refused_count") + tally.refused,
        ignored_count=F("ignored_count") + tally.ignored,
        warning_count=F("warning_count") + tally.warnings,
        alive_at=timezone.now(),
    )
    return True


def _compare(
    rows: Sequence[ImportRow], job: jobs.Job, lines: Mapping[int, Row]
) -> tuple[dict[int, Verdict], list[Issue]]:
    """What would become of good rows by line, and what only the stored data shows about them."""

    def issue(row: ImportRow, code: str, target: str, **params: str) -> Issue:
        original = job.reader.original(lines[row.line], target)
        return Issue(row.line, code, job.reader.columns.get(target, ""), original, params)

    compared = catalog.compare([row.catalog for row in rows])
    by_id = {compared.ids[row.catalog.sku]: row for row in rows if row.catalog.sku in compared.ids}
    priced, packs = prices_of(by_id)
    moved = pricing.compare_prices(price_list_id=job.price_list.id, prices=priced)
    counted, short = counting.compare_counts({key: row.count for key, row in by_id.items()})
    moving = moved | counted | uses.archived_by_undo(by_id)
    touched = {by_id[key].line for key in moving | relating.differing(by_id).keys()}
    named = references.unseen({row.catalog.sku: row.media for row in by_id.values()})
    touched |= {row.line for row in by_id.values() if row.catalog.sku in named}
    verdicts: dict[int, Verdict] = {}
    issues = []
    for row in rows:
        verdict = compared.verdicts[row.catalog.sku]
        if verdict is Verdict.UNCHANGED and row.line in touched:
            verdict = Verdict.CHANGED
        verdicts[row.line] = verdict
        if verdict.is_refusal:
            issues.append(issue(row, verdict.value, _blamed(job, verdict)))
        elif row.catalog.sku in compared.drafts:
            names = ", ".join(outline().label(code) for code in compared.drafts[row.catalog.sku])
            issues.append(issue(row, "required_missing", _family_or_sku(job), names=names))
    target = next((name for name in _PRICES if name in job.reader.columns), "")
    issues.extend(issue(by_id[key], "pack_price", target) for key in packs)
    for key, reserved in short.items():
        issues.append(issue(by_id[key], "stock_below_reserved", "stock", reserved=format_number(reserved)))
    return verdicts, issues


def _family_or_sku(job: jobs.Job) -> str:
    return "family" if "family" in job.reader.columns else "sku"


def _blamed(job: jobs.Job, verdict: Verdict) -> str:
    """The target whose column a refusal is about."""
    candidates = {
        Verdict.NAME_MISSING: ("name_fr", "name_en"),
        Verdict.MINIMUM_ABOVE_MAXIMUM: ("minimum", "maximum", "units"),
        Verdict.FAMILY_UNKNOWN: ("family",),
    }
    return next((name for name in candidates.get(verdict, ()) if name in job.reader.columns), "base_unit")


def _tally(readings: Sequence[Reading], verdicts: dict[int, Verdict], more: Sequence[Issue]) -> Tally:
    found = list(verdicts.values())
    left_out = sum(reading.is_left_out for reading in readings)
    warnings = sum(not issue.blocks for reading in readings for issue in reading.issues)
    return Tally(
        created=found.count(Verdict.CREATED),
        changed=found.count(Verdict.CHANGED),
        unchanged=found.count(Verdict.UNCHANGED),
        refused=len(readings) - left_out - len(found) + sum(verdict.is_refusal for verdict in found),
        ignored=left_out,
        warnings=warnings + sum(not issue.blocks for issue in more),
    )


def _write_issues(
    import_id: UUID, lines: Mapping[int, Row], readings: Sequence[Reading], more: Sequence[Issue]
) -> None:
    """One row per issue; the first that refuses a line keeps the line itself for the download."""
    kept: set[int] = set()
    rows = []
    for issue in [*(issue for reading in readings for issue in reading.issues), *more]:
        keeps = issue.blocks and issue.line not in kept
        if keeps:
            kept.add(issue.line)
        rows.append(
            CatalogImportIssue(
                catalog_import_id=import_id,
                row_number=issue.line,
                column=issue.column,
                value=issue.shown_value,
                code=issue.code,
                params=dict(issue.params),
                is_blocking=issue.blocks,
                row=[_kept(shown(cell)) for cell in lines[issue.line].cells] if keeps else [],
            )
        )
    CatalogImportIssue.objects.bulk_create(rows, batch_size=2000)


def _kept(text: str) -> str:
    return text.replace("\0", "")[:KEPT_CELL]
