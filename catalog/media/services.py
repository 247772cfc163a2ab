"""Use cases: pictures and documents of goods come, are named and ordered, and go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.editing import locked
from catalog.enums import MediaKind
from catalog.events import ManyMediaRemoved, MediaRemoved
from catalog.media import documents, pictures, storing
from catalog.models import Media, Variant
from catalog.policies import require_manage
from catalog.services import announce
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotFound
from core.events import emit
from core.scope import current_scope

MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class MediaData:
    """What a picture or document is and shows; pictures need a title (their text for those who do not see them).

    ``for_variant`` belongs to the variant alone, not to all variants of its product.
    """

    kind: MediaKind
    title_fr: str = ""
    title_en: str = ""
    language: str = ""
    for_variant: bool = False
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read, checked and, if it is a picture, written anew."""

    digest: str
    content_type: str
    size: int
    width: int = 0
    height: int = 0
    files: dict[str, bytes] = field(default_factory=dict, repr=False)


def prepare(content: bytes, kind: MediaKind, *, name: str = "") -> Prepared:
    """Check a file and render what is stored of it; no database here. Raises InvalidInput (at ``upload``)."""
    try:
        digest = hashlib.sha256(content).hexdigest()
        if kind == MediaKind.IMAGE:
            picture = pictures.rendered(content)
            files = {str(size): body for size, body in picture.files.items()}
            largest = len(files[str(pictures.SIZES[-1])])
            return Prepared(digest, pictures.CONTENT_TYPE, largest, picture.width, picture.height, files)
        form = documents.recognised(content, kind)
        return Prepared(digest, form.content_type, len(content), files={storing.WHOLE: content})
    except InvalidInput as refusal:
        if name:
            refusal.params["reason"] = f"{name[:80]} – {refusal.params['reason']}"
        raise


def add_media(*, variant_id: UUID, contents: Sequence[tuple[str, bytes]], data: MediaData, actor: Actor) -> int:
    """Add files (name, content) to a variant's product, all or none; one that is there already is left alone.

    Answers how many are new. Reading and rendering happen before the transaction. Raises NotAllowed, VariantNotFound,
    InvalidInput. Emits CatalogChanged.
    """
    require_manage(actor)
    check_data(data)
    if not contents:
        raise InvalidInput(field="upload", reason=_("Choose a file."))
    if len(contents) > MOST_FILES:
        raise InvalidInput(field="upload", reason=_("At most %(count)s files at once.") % {"count": MOST_FILES})
    prepared = [prepare(content, data.kind, name=name) for name, content in contents]
    for one in prepared:
        storing.store(one.digest, one.files)
    return _record(variant_id, prepared, data, actor)


@atomic
def describe(*, media_id: UUID, title_fr: str, title_en: str, actor: Actor) -> None:
    """Change a title. Raises NotAllowed, NotFound, InvalidInput. Emits CatalogChanged."""
    row = _locked(media_id, actor)
    check_data(MediaData(MediaKind(row.kind), title_fr, title_en))
    row.title_fr, row.title_en = title_fr.strip(), title_en.strip()
    row.save(update_fields=["title_fr", "title_en"])
    _tell(row)


@atomic
def bring_forward(*, media_id: UUID, actor: Actor) -> None:
    """Put a picture or document before the one that stands before it. Raises NotAllowed, NotFound.

    Emits CatalogChanged.
    """
    row = _locked(media_id, actor)
    rows = list(Media.objects.select_for_update(of=("self",)).filter(product_id=row.product_id))
    place = next(index for index, other in enumerate(rows) if other.pk == row.pk)
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    for position, other in enumerate(rows):
        other.position = position
    Media.objects.bulk_update(rows, ["position"])
    _tell(row)


@atomic
def remove(*, media_id: UUID, actor: Actor) -> None:
    """Take a picture or document away. Raises NotAllowed, NotFound. Emits CatalogChanged, MediaRemoved."""
    row = _locked(media_id, actor)
    row.delete()
    _tell(row)
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(MediaRemoved(tenant_id=tenant_id, digest=row.digest))


@atomic
def remove_many(*, media_ids: Iterable[UUID], actor: Actor) -> None:
    """Take pictures and documents of many goods away; the number of statements is constant. Raises NotAllowed.

    Emits CatalogChanged, ManyMediaRemoved.
    """
    require_manage(actor)
    rows = list(Media.objects.select_for_update(of=("self",)).filter(pk__in=list(media_ids)).order_by("pk"))
    if not rows:
        return
    Media.objects.filter(pk__in=[row.pk for row in rows]).delete()
    product_ids = {row.product_id for row in rows}
    announce(Variant.objects.filter(product_id__in=product_ids).values_list("pk", flat=True))
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(ManyMediaRemoved(tenant_id=tenant_id, digests=tuple(sorted({row.digest for row in rows}))))


def check_data(data: MediaData) -> None:
    """Raises InvalidInput."""
    if data.kind == MediaKind.IMAGE and not (data.title_fr.strip() or data.title_en.strip()):
        reason = _("Say what the picture shows, for those who do not see it.")
        raise InvalidInput(field="title_fr", reason=reason)


@atomic
def _record(variant_id: UUID, prepared: Iterable[Prepared], data: MediaData, actor: Actor) -> int:
    variant = locked(variant_id, actor)
    last = Media.objects.filter(product_id=variant.product_id).aggregate(last=Max("position"))["last"]
    rows = [
        Media(
            product_id=variant.product_id,
            variant_id=variant.pk if data.for_variant else None,
            kind=data.kind,
            title_fr=data.title_fr.strip(),
            title_en=data.title_en.strip(),
            language=data.language,
            source_url=data.source_url[:500],
            digest=one.digest,
            content_type=one.content_type,
            size=one.size,
            width=one.width,
            height=one.height,
            position=position,
        )
        for position, one in enumerate(prepared, start=0 if last is None else last + 1)
    ]
    before = Media.objects.filter(product_id=variant.product_id).count()
    Media.objects.bulk_create(rows, ignore_conflicts=True)
    _tell(rows[0])
    return Media.objects.filter(product_id=variant.product_id).count() - before


def _locked(media_id: UUID, actor: Actor) -> Media:
    require_manage(actor)
    row = Media.objects.select_for_update(of=("self",)).filter(pk=media_id).first()
    if row is None:
        raise NotFound
    return row


def _tell(row: Media) -> None:
    announce(Variant.objects.filter(product_id=row.product_id).values_list("pk", flat=True))
