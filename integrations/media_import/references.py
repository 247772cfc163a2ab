"""Pictures and documents that a catalogue's columns name: noted while it is applied, brought afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Max

from core.events import emit
from integrations.events import MediaImportRequested
from integrations.media_import.jobs import is_address
from integrations.media_import.models import MediaImport, MediaImportItem, MediaImportState, MediaOutcome
from integrations.models import CatalogImport

#: Kind (empty: its content says it) and address or name of a file.
Reference = tuple[str, str]


def unseen(references: Mapping[str, Collection[Reference]]) -> dict[str, list[Reference]]:
    """What is named by SKU and neither there nor on its way, in one statement."""
    named = {sku: found for sku, found in references.items() if found}
    if not named:
        return {}
    known = MediaImportItem.objects.filter(sku__in=sorted(named)).exclude(
        outcome__in=(MediaOutcome.REFUSED, MediaOutcome.UNDONE)
    )
    seen = set(known.values_list("sku", "kind", "source"))
    fresh = {sku: [row for row in dict.fromkeys(found) if (sku, *row) not in seen] for sku, found in named.items()}
    return {sku: found for sku, found in fresh.items() if found}


def note(catalog_import: CatalogImport, references: Mapping[str, Collection[Reference]]) -> frozenset[str]:
    """Keep what a portion of a catalogue names, inside its transaction; the SKUs that get something."""
    fresh = unseen(references)
    if not fresh:
        return frozenset()
    row, _created = MediaImport.objects.get_or_create(
        catalog_import_id=catalog_import.pk,
        defaults={
            "filename": catalog_import.filename,
            "state": MediaImportState.WAITING,
            "created_by_name": catalog_import.created_by_name,
        },
    )
    last = MediaImportItem.objects.filter(media_import=row).aggregate(last=Max("position"))["last"]
    MediaImportItem.objects.bulk_create(
        [
            MediaImportItem(media_import=row, position=position, sku=sku, kind=kind, source=source)
            for position, (sku, kind, source) in enumerate(_flat(fresh), start=0 if last is None else last + 1)
        ],
        batch_size=2000,
    )
    return frozenset(fresh)


def _flat(fresh: Mapping[str, Iterable[Reference]]) -> Iterable[tuple[str, str, str]]:
    return ((sku, kind, source) for sku, found in fresh.items() for kind, source in found)


def start(catalog_import_id: UUID) -> None:
    """Have fetched what has an address. Names of files wait for their ZIP. Emits MediaImportRequested."""
    row = MediaImport.objects.select_for_update().filter(catalog_import_id=catalog_import_id).first()
    if row is None or row.state == MediaImportState.RUNNING:
        return
    pending = MediaImportItem.objects.filter(media_import=row, outcome=MediaOutcome.PENDING)
    if any(is_address(source) for source in pending.values_list("source", flat=True).iterator()):
        row.state = MediaImportState.RUNNING
        row.save(update_fields=["state"])
        emit(MediaImportRequested(import_id=row.pk))
