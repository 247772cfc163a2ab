"""Relations of a file: judged when all rows were checked, written when all rows are in, a thousand rows at a time.

The other product may stand in a later line, so that only the whole file shows whether there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils import timezone

from catalog import related
from catalog import services as catalog
from catalog.differences import Difference
from catalog.enums import RelationKind
from catalog.merging import Verdict
from catalog.models import Variant
from core.db import Lock, advisory_lock, atomic
from core.scope import current_scope
from integrations.catalog_import import changes, jobs
from integrations.catalog_import.cells import Row
from integrations.catalog_import.jobs import OvertakenError
from integrations.catalog_import.links import KINDS
from integrations.catalog_import.rows import ImportRow
from integrations.models import CatalogImport, CatalogImportIssue, ImportState

UNKNOWN, CIRCLE = "relation_unknown", "relation_circle"
_NAMES = 10_000
_REPLACED = """
WITH RECURSIVE chain (sku, other) AS (
    SELECT v.sku, o.sku FROM catalog_variant v
    JOIN catalog_relation r ON r.variant_id = v.id AND r.kind = %s JOIN catalog_variant o ON o.id = r.other_id
    WHERE v.sku = ANY(%s)
    UNION
    SELECT v.sku, o.sku FROM chain c JOIN catalog_variant v ON v.sku = c.other
    JOIN catalog_relation r ON r.variant_id = v.id AND r.kind = %s JOIN catalog_variant o ON o.id = r.other_id
)
SELECT sku, other FROM chain
"""


def _batches(skus: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(skus)
    for start in range(0, len(ordered), _NAMES):
        yield ordered[start : start + _NAMES]


@dataclass(frozen=True, slots=True)
class Named:
    """A row that names others."""

    sku: str
    verdict: Verdict
    related: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row cannot be taken: the code of the issue, the target of its column, the reference that is meant."""

    code: str
    target: str
    sku: str


@dataclass
class Seen:
    """What checking a file saw: the references of good rows, and by line the rows that name others."""

    taken: set[str] = field(default_factory=set)
    rows: dict[int, Named] = field(default_factory=dict)

    def see(self, row: ImportRow, verdict: Verdict) -> None:
        if verdict.is_refusal:
            return
        self.taken.add(row.catalog.sku)
        if row.related:
            self.rows[row.line] = Named(row.catalog.sku, verdict, row.related)


def is_asked(job: jobs.Job) -> bool:
    """Whether the file speaks of relations."""
    return bool(job.reader.targets & KINDS)


def differing(rows: Mapping[UUID, ImportRow]) -> dict[UUID, list[Difference]]:
    """What rows of variants that exist would change about relations; one statement, none without such columns."""
    return related.differences({key: row.related for key, row in rows.items() if row.related})


def judge(seen: Seen) -> dict[int, list[Refusal]]:
    """The rows that name what is neither in the catalogue nor in a good row, or that replace in a circle, by line.

    A refused row takes those along that name the new product in it.
    """
    named = {sku for row in seen.rows.values() for skus in row.related.values() for sku in skus}
    stored: set[str] = set()
    for names in _batches(named | {row.sku for row in seen.rows.values()}):
        stored.update(Variant.objects.filter(sku__in=names).values_list("sku", flat=True))
    links = _replaced(named & stored)
    refused: dict[int, list[Refusal]] = {}
    good, rows = seen.taken | stored, dict(seen.rows)
    while found := _unknown(rows, good) or _circling(rows, links):
        refused |= found
        for line in found:
            row = rows.pop(line)
            if row.sku not in stored:
                good.discard(row.sku)
    return refused


def _unknown(rows: Mapping[int, Named], good: set[str]) -> dict[int, list[Refusal]]:
    found = {
        line: [
            Refusal(UNKNOWN, kind, next(sku for sku in skus if sku not in good))
            for kind, skus in row.related.items()
            if not good.issuperset(skus)
        ]
        for line, row in rows.items()
    }
    return {line: refusals for line, refusals in found.items() if refusals}


def _circling(rows: Mapping[int, Named], stored: Mapping[str, set[str]]) -> dict[int, list[Refusal]]:
    """Rows whose replacement is in the end replaced by them."""
    kind = RelationKind.REPLACEMENT.value
    said = {row.sku: set(row.related[kind]) for row in rows.values() if kind in row.related}
    links = _circles({**stored, **said})
    return {
        line: [Refusal(CIRCLE, kind, min(links[row.sku]))]
        for line, row in rows.items()
        if row.sku in said and links.get(row.sku)
    }


def _circles(links: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The links that lead around: those that end somewhere, and those that begin somewhere, are taken away."""
    return _inverted(_endless(_inverted(_endless(links))))


def _endless(links: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Links without those to where none goes on."""
    left = {sku: set(others) for sku, others in links.items()}
    back = _inverted(left)
    ends = [sku for sku in back.keys() | left.keys() if not left.get(sku)]
    while ends:
        end = ends.pop()
        for sku in back.get(end, ()):
            left[sku].discard(end)
            if not left[sku]:
                ends.append(sku)
    return {sku: others for sku, others in left.items() if others}


def _inverted(links: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    back: dict[str, set[str]] = {}
    for sku, others in links.items():
        for other in others:
            back.setdefault(other, set()).add(sku)
    return back


def _replaced(skus: Iterable[str]) -> dict[str, set[str]]:
    """What replaces products, what replaces that, and so on; a statement for ten thousand."""
    found: dict[str, set[str]] = {}
    kind = RelationKind.REPLACEMENT.value
    for names in _batches(skus):
        with connection.cursor() as cursor:
            cursor.execute(_REPLACED, [kind, names, kind])
            for sku, other in cursor.fetchall():
                found.setdefault(sku, set()).add(other)
    return found


def refused_lines(import_id: UUID, job: jobs.Job, rows: Iterable[Row]) -> set[int]:
    """Lines of a portion that checking refused for what they name; one statement, none without such columns."""
    return _refused(import_id, [row.line for row in rows], code__in=(UNKNOWN, CIRCLE)) if is_asked(job) else set()


def _refused(import_id: UUID, lines: Sequence[int], **more: Sequence[str]) -> set[int]:
    rows = CatalogImportIssue.objects.filter(
        catalog_import_id=import_id, is_blocking=True, row_number__in=lines, **more
    )
    return set(rows.order_by().values_list("row_number", flat=True))


def run(import_id: UUID, job: jobs.Job) -> bool:
    """Write the relations of a file whose rows are in, from where it stands; False when somebody cancelled."""
    if not is_asked(job):
        return True
    done = CatalogImport.objects.values_list("related_count", flat=True).get(pk=import_id)
    for portion in jobs.chunks(job.rows(), skip=done):
        if not _relate_chunk(import_id, job, portion, done):
            return False
        done += len(portion)
        jobs.tell(import_id)
    return True


@atomic
def _relate_chunk(import_id: UUID, job: jobs.Job, portion: Sequence[Row], done: int) -> bool:
    """Write relations of one portion; False when somebody cancelled. Emits CatalogChanged. Raises OvertakenError."""
    locked = CatalogImport.objects.select_for_update().get(pk=import_id)
    if locked.state != ImportState.APPLYING or locked.related_count != done:
        raise OvertakenError
    if locked.is_cancel_requested:
        return False
    advisory_lock(Lock.CATALOG_IMPORT, str(current_scope().tenant_id))
    read = [one.row for one in job.reader.read_all(portion) if one.row is not None and one.row.related]
    if read:
        refused = _refused(import_id, [row.line for row in read])
        rows = {row.catalog.sku: row for row in read if row.line not in refused}
        known = Variant.objects.filter(sku__in=list(rows)).order_by().values_list("pk", "sku")
        taken = {key: rows[sku] for key, sku in known}
        actor = jobs.worker_for(locked.created_by_name)
        found = related.write(wanted={key: row.related for key, row in taken.items()}, actor=actor)
        changes.record(import_id, rows=taken, created=frozenset(), differences=found)
        catalog.announce(sorted(found))
    CatalogImport.objects.filter(pk=import_id).update(
        related_count=F("related_count") + len(portion), alive_at=timezone.now()
    )
    return True
