"""Reads of pictures and documents: who may have which file."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from catalog.enums import ON_SALE
from catalog.models import Media, Variant
from catalog.queries import MediaInfo
from catalog.visibility import Viewpoint
from core import formatting


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """A file as it is served."""

    digest: str
    kind: str
    content_type: str
    title: str


@dataclass(frozen=True, slots=True)
class StaffMedia:
    """A picture or document in the editor."""

    info: MediaInfo
    is_of_variant: bool


def stored_media(media_id: UUID, view: Viewpoint | None) -> StoredMedia | None:
    """A picture or document of goods on sale that are seen; for the supplier (no view) of any. One statement."""
    rows = Media.objects.filter(pk=media_id)
    if view is not None:
        goods = Variant.objects.filter(view.condition(), product_id=OuterRef("product_id"), state__in=ON_SALE)
        whose = Q(variant__isnull=True) & Exists(goods) | Exists(goods.filter(pk=OuterRef("variant_id")))
        rows = rows.filter(whose)
    row = rows.first()
    if row is None:
        return None
    title = formatting.localised(row.title_fr, row.title_en)
    return StoredMedia(row.digest, row.kind, row.content_type, title)


def staff_media(variant_id: UUID) -> list[StaffMedia]:
    """Pictures and documents of a variant and of its product, in their order; one statement."""
    rows = (
        Media.objects.filter(Q(variant__isnull=True) | Q(variant=variant_id), product__variants=variant_id)
        .annotate(whose=F("variant_id"))
        .order_by("position", "pk")
        .values_list("pk", "kind", "digest", "title_fr", "title_en", "language", "content_type", "size", "whose")
    )
    return [StaffMedia(MediaInfo(*row[:8]), row[8] is not None) for row in rows]
