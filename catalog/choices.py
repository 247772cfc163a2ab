"""What forms let one choose of the catalogue."""

from __future__ import annotations

from uuid import UUID

from catalog.models import Brand, Category, Family, Variant
from catalog.outline import outline
from core import formatting


def family_choices() -> list[tuple[UUID, str]]:
    """Families in their order; one statement."""
    rows = Family.objects.values_list("pk", "name_fr", "name_en")
    return [(key, formatting.localised(french, english)) for key, french, english in rows]


def brand_choices() -> list[tuple[UUID, str]]:
    """Brands by name; one statement."""
    return list(Brand.objects.values_list("pk", "name"))


def category_choices() -> list[tuple[str, str]]:
    """Categories by path, with the names of those around them, in the order of the tree."""
    known = outline()
    return [(info.path, " › ".join(step.name for step in known.trail(info.path))) for info in known.tree()]


def product_of(variant_id: UUID) -> UUID:
    """The product of a variant; one statement."""
    return Variant.objects.values_list("product_id", flat=True).get(pk=variant_id)


def first_sku(product_id: UUID) -> str:
    """The reference of a product's first variant; one statement."""
    return Variant.objects.filter(product_id=product_id).order_by("sku").values_list("sku", flat=True)[0]


def category_ids() -> list[tuple[UUID, str]]:
    """Categories by key, as :func:`category_choices` names them; one statement beside the outline."""
    keys = dict(Category.objects.values_list("path", "pk"))
    known = [(keys.pop(path), name) for path, name in category_choices() if path in keys]
    return known + [(key, path) for path, key in keys.items()]
