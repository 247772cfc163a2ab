"""What a tenant's categories mean in the platform's taxonomy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from catalog.enums import ON_SALE
from catalog.models import Category
from catalog.outline import forget_outline
from catalog.policies import require_manage
from catalog.structure import catalogue_changed
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound


@dataclass(frozen=True, slots=True)
class MappedCategory:
    """A category with the node that it means; ``count`` variants on sale are directly in it."""

    id: UUID
    path: str
    name_fr: str
    name_en: str
    taxonomy_code: str
    count: int


def mapped_categories() -> list[MappedCategory]:
    """All categories, parents first; one statement."""
    on_sale = Count("products__variants", filter=Q(products__variants__state__in=ON_SALE))
    rows = Category.objects.order_by("path").annotate(on_sale=on_sale)
    return [
        MappedCategory(*row) for row in rows.values_list("pk", "path", "name_fr", "name_en", "taxonomy_code", "on_sale")
    ]


@atomic
def map_categories(*, codes: Mapping[UUID, str], actor: Actor, announce_change: bool = True) -> int:
    """Say what categories mean; an empty code means what the category around it means. Only changes are written.

    Answers how many changed. Raises NotAllowed, NotFound (then nothing is changed). Emits CatalogChanged unless
    ``announce_change`` is off.
    """
    require_manage(actor)
    rows = {row.pk: row for row in Category.objects.select_for_update().filter(pk__in=list(codes)).order_by("pk")}
    if len(rows) != len(codes):
        raise NotFound
    changed = [rows[key] for key, code in codes.items() if rows[key].taxonomy_code != code]
    for row in changed:
        row.taxonomy_code = codes[row.pk]
    if changed:
        Category.objects.bulk_update(changed, ["taxonomy_code"])
        if announce_change:
            catalogue_changed()
        else:
            forget_outline()
    return len(changed)
