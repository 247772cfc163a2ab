"""The work of a media import: one file after the other, each with its outcome written at once.

Reading, fetching and rendering happen outside transactions. A killed worker leaves files that are still pending; the
next one goes on with them, and what it does twice is found out by its digest.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.utils import timezone

from catalog.enums import MediaKind
from catalog.media import pictures
from catalog.media.services import MediaData, add_media, prepare
from catalog.models import Media
from core.actor import system
from core.db import atomic
from core.egress import Egress, Unfetchable
from core.errors import InvalidInput
from integrations.media_import import archive, names
from integrations.media_import.goods import Good, NoGood, find
from integrations.media_import.models import MediaImport, MediaImportItem, MediaImportState, MediaOutcome

_PORTION = 100
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_FAULTS = {MediaKind.IMAGE: "not_an_image", MediaKind.CAD: "not_a_drawing"}


class NotTaken(Exception):
    """A file is refused; ``code`` is a reason of ``issues``."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a file: as its row says it."""

    outcome: MediaOutcome
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    media_id: UUID | None = None


@dataclass
class Files:
    """Where files come from: the import's ZIP, or addresses."""

    out: Egress
    zip: zipfile.ZipFile | None = None
    places: dict[str, list[str]] = field(default_factory=dict)

    def content(self, source: str) -> bytes:
        """What a source holds. Raises NotTaken, Unfetchable."""
        if is_address(source):
            return self.out.fetch(source, max_bytes=archive.MAX_FILE).content
        found = self.places.get(source) or self.places.get(PurePosixPath(source).name.casefold(), [])
        if self.zip is None or len(found) != 1:
            raise NotTaken("name_twice" if len(found) > 1 else "not_in_zip")
        body = archive.content(self.zip, found[0])
        if body is None:
            raise NotTaken("unreadable")
        return body


def is_address(source: str) -> bool:
    """Whether a source is fetched, and not a name in the ZIP."""
    return source.lower().startswith(("http://", "https://"))


def run(import_id: UUID, *, out: Egress | None = None) -> None:
    """Take the pending files of an import one by one, until done or cancelled."""
    row = MediaImport.objects.filter(pk=import_id, state=MediaImportState.RUNNING).first()
    if row is None:
        return
    try:
        with _files(row, out or Egress()) as files:
            finished = _take_all(row, files)
        _finish(import_id, MediaImportState.DONE if finished else MediaImportState.CANCELLED)
    except Exception:
        _finish(import_id, MediaImportState.FAILED)
        raise


@contextmanager
def _files(row: MediaImport, out: Egress) -> Iterator[Files]:
    if not row.file:
        yield Files(out)
        return
    with row.file.open("rb") as stored, zipfile.ZipFile(stored) as opened:
        places: dict[str, list[str]] = {}
        good = {entry.name for entry in archive.entries(stored, row.file.size) if not entry.refusal}
        for name in sorted(good):
            places.setdefault(PurePosixPath(name).name.casefold(), []).append(name)
        yield Files(out, opened, {**places, **{name: [name] for name in good}})


def _take_all(row: MediaImport, files: Files) -> bool:
    """Whether all files were gone through; not when somebody cancelled."""
    pending = MediaImportItem.objects.filter(media_import=row, outcome=MediaOutcome.PENDING)
    while portion := list(pending[:_PORTION]):
        goods = find((item.source, item.sku) for item in portion)
        for item, good in zip(portion, goods, strict=True):
            if not _is_wanted(row.pk):
                return False
            _record(item, _fate(row, files, item, good))
    return True


@atomic
def _is_wanted(import_id: UUID) -> bool:
    """Give a sign of life; False when somebody cancelled."""
    running = MediaImport.objects.filter(pk=import_id, state=MediaImportState.RUNNING, is_cancel_requested=False)
    return bool(running.update(alive_at=timezone.now()))


@atomic
def _record(item: MediaImportItem, fate: Fate) -> None:
    """Write what became of a file, once."""
    pending = MediaImportItem.objects.filter(pk=item.pk, outcome=MediaOutcome.PENDING)
    pending.update(outcome=fate.outcome, code=fate.code, params=fate.params, media_id=fate.media_id)


@atomic
def _finish(import_id: UUID, state: MediaImportState) -> None:
    running = MediaImport.objects.filter(pk=import_id, state=MediaImportState.RUNNING)
    running.update(state=state, finished_at=timezone.now(), is_cancel_requested=False)


def _fate(row: MediaImport, files: Files, item: MediaImportItem, good: Good | NoGood) -> Fate:
    if isinstance(good, NoGood):
        return Fate(MediaOutcome.REFUSED, good.code, {"skus": ", ".join(good.skus)})
    try:
        return _take(row, item, good, files.content(item.source))
    except NotTaken as refusal:
        return Fate(MediaOutcome.REFUSED, refusal.code, refusal.params)
    except Unfetchable as refusal:
        return Fate(MediaOutcome.REFUSED, refusal.code, refusal.params)


def _take(row: MediaImport, item: MediaImportItem, good: Good, content: bytes) -> Fate:
    """Add a file to its goods, unless it is there. Raises NotTaken."""
    name = _name(item.source)
    kind = MediaKind(item.kind) if item.kind else _kind(content, name)
    if (there := _find(good, kind, content)) is not None:
        return Fate(MediaOutcome.UNCHANGED, media_id=there)
    _check(content, kind)
    is_named = kind in (MediaKind.OTHER, MediaKind.CAD)
    data = MediaData(
        kind=kind,
        title_fr=good.name_fr[:160] if kind == MediaKind.IMAGE else names.title_of(name) if is_named else "",
        title_en=good.name_en[:160] if kind == MediaKind.IMAGE else "",
        for_variant=good.is_one_of_several,
        source_url=item.source if is_address(item.source) else "",
    )
    actor = system(row.created_by_name)
    try:
        is_new = add_media(variant_id=good.id, contents=[(name, content)], data=data, actor=actor) > 0
    except InvalidInput as error:
        raise NotTaken(_FAULTS.get(kind, "not_a_document")) from error
    titles = {"title_fr": data.title_fr.strip(), "title_en": data.title_en.strip()}
    outcome = MediaOutcome.ADDED if is_new else MediaOutcome.UNCHANGED
    return Fate(outcome, params=titles, media_id=_find(good, kind, content))


def _find(good: Good, kind: MediaKind, content: bytes) -> UUID | None:
    """The picture or document that a file is already."""
    digest = hashlib.sha256(content).hexdigest()
    media = Media.objects.filter(product_id=good.product_id, kind=kind, digest=digest)
    own = media.filter(variant_id=good.id) if good.is_one_of_several else media.filter(variant_id__isnull=True)
    return own.values_list("pk", flat=True).first()


def _name(source: str) -> str:
    """The name of a file, also of one that is fetched."""
    return PurePosixPath(unquote(urlsplit(source).path)).name if is_address(source) else source


def _kind(content: bytes, name: str) -> MediaKind:
    """What a file is by its content; of documents the name says more. Raises NotTaken."""
    if content.startswith(_PICTURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return MediaKind.IMAGE
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return names.document_kind(name)
    try:
        prepare(content, MediaKind.CAD)
    except InvalidInput as error:
        raise NotTaken("unknown_type") from error
    return MediaKind.CAD


def _check(content: bytes, kind: MediaKind) -> None:
    if kind == MediaKind.IMAGE and len(content) > pictures.MAX_BYTES:
        raise NotTaken("too_large")
