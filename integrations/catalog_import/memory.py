"""How the last file of a kind was read, for the next one: the same columns in the same order are the same kind.

A file whose reading had to be corrected (encoding, line of the column names) is recognised by how it looked before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db.models import Q

from integrations.catalog_import import mapping, price_lists
from integrations.catalog_import.detection import Detected, detect
from integrations.catalog_import.errors import UnreadableFile
from integrations.models import CatalogImport, ImportState

FORMAT_SETTINGS = ("encoding", "delimiter", "sheet", "header_line")
VALUE_SETTINGS = ("decimal", "currency", "price_per", "category_separator", "base_unit")
_KNOWN = (ImportState.CHECKED, ImportState.APPLYING, ImportState.APPLIED, ImportState.UNDOING, ImportState.UNDONE)


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen in a file and is proposed for it; ``before`` is the import that it is read alike to."""

    detected: Detected
    proposal: Mapping[int, str]
    format: Mapping[str, str]
    first_signature: str = ""
    before: CatalogImport | None = None


def look(path: Path) -> Look:
    """Look at a new file, as its kind was read before. Raises UnreadableFile and its kinds, EmptyTable."""
    detected, body = detect(path, {})
    first_signature = mapping.signature(detected.headers)
    corrected: dict[str, str] = {}
    known = _latest(first_signature=first_signature)
    wanted = _chosen(known, FORMAT_SETTINGS) if known else {}
    if known and wanted:
        try:
            again, its_body = detect(path, wanted)
        except (UnreadableFile, UnicodeError):
            again = detected
        if mapping.signature(again.headers) == known.signature:
            detected, body, corrected = again, its_body, wanted
    before = _latest(signature=mapping.signature(detected.headers))
    return Look(detected, mapping.propose(detected.headers, body), corrected, first_signature, before)


def look_again(path: Path, wanted: Mapping[str, str], *, besides: UUID | None) -> Look:
    """Look at a file as somebody wants it read, as others than ``besides`` were; None: as if there were no others.

    Raises as :func:`look` does.
    """
    detected, body = detect(path, dict(wanted))
    before = _latest(besides=besides, signature=mapping.signature(detected.headers)) if besides else None
    return Look(detected, mapping.propose(detected.headers, body), wanted, before=before)


def take_over(row: CatalogImport, look: Look) -> list[str]:
    """Set what was seen and is proposed; the names of the fields that were set."""
    before = look.before
    row.detected = look.detected.as_json()
    row.signature = mapping.signature(look.detected.headers)
    row.mapping = before.mapping if before else {str(index): target for index, target in look.proposal.items()}
    row.settings = {**look.format, **(_chosen(before, VALUE_SETTINGS) if before else {})}
    row.price_list_code = before.price_list_code if before else price_lists.base_choice(look.detected.currency)
    row.remembered = before
    return ["detected", "signature", "mapping", "settings", "price_list_code", "remembered"]


def forget(row: CatalogImport) -> None:
    """Have no file read any more like those of this one's kind; this one counts again once it is checked."""
    kinds = {row.signature, row.first_signature} - {""}
    alike = CatalogImport.objects.filter(Q(signature__in=kinds) | Q(first_signature__in=kinds), is_memory=True)
    alike.exclude(pk=row.pk).update(is_memory=False)


def _latest(*, besides: UUID | None = None, **wanted: str) -> CatalogImport | None:
    rows = CatalogImport.objects.filter(state__in=_KNOWN, is_memory=True, **wanted).order_by("-created_at")
    return (rows.exclude(pk=besides) if besides else rows).first()


def _chosen(row: CatalogImport, names: tuple[str, ...]) -> dict[str, str]:
    return {name: row.settings[name] for name in names if name in row.settings}
