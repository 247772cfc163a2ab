"""Products read in portions, with all that an import knows of them; a portion takes six statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, QuerySet

from catalog import related
from catalog.enums import AttributeKind, VariantState
from catalog.keys import any_of
from catalog.models import Category, OrderUnit, Variant
from catalog.outline import Outline, outline
from catalog.tree import slug_of
from inventory.counting import Standing, standing_counts
from pricing.listing import grid_rows

PORTION = 1000
_LANGUAGES = """
CASE jsonb_typeof(a.value) WHEN 'object' THEN ARRAY(SELECT jsonb_object_keys(a.value)) ELSE ARRAY[''] END
"""


@dataclass(frozen=True, slots=True)
class Goods:
    """A variant with its product; ``tiers`` are its prices in the exported list by quantity, base unit first."""

    variant: Variant
    units: tuple[OrderUnit, ...]
    count: Standing | None
    tiers: Mapping[Decimal, Decimal]
    related: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CategoryNames:
    """The names from the root on: French ones that lead to this category again, English ones where all are known."""

    french: tuple[str, ...]
    english: tuple[str, ...]


@dataclass
class Shape:
    """What the columns of a file depend on: categories, languages of attributes, how many order units there are.

    ``attributes`` are codes with their languages: "" for a text in none; ``numbers`` families with those of their
    attributes that are numbers.
    """

    categories: dict[UUID, CategoryNames] = field(default_factory=dict)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    pack_count: int = 0
    currency: str = ""
    numbers: frozenset[tuple[str, str]] = frozenset()


def exported(rows: QuerySet[Variant]) -> QuerySet[Variant]:
    """Those that a file holds: no archived ones, which an import may put on sale again (after an undo it does)."""
    return rows.exclude(state=VariantState.ARCHIVED)


def shape_of(rows: QuerySet[Variant], currency: str) -> Shape:
    """Looks at all variants of the export; three statements."""
    return Shape(_categories(), _attributes(rows), _pack_count(rows), currency, _numbers(outline()))


def portions(rows: QuerySet[Variant], price_list_id: UUID | None) -> Iterator[list[Goods]]:
    """All variants by reference, a portion in memory at a time."""
    last = ""
    ordered = rows.order_by("sku").select_related("product__brand", "product__family")
    while portion := list(islice(ordered.filter(sku__gt=last).iterator(chunk_size=PORTION), PORTION)):
        yield _read(portion, price_list_id)
        last = portion[-1].sku


def _read(portion: Sequence[Variant], price_list_id: UUID | None) -> list[Goods]:
    keys = [variant.pk for variant in portion]
    units: dict[UUID, list[OrderUnit]] = defaultdict(list)
    for unit in OrderUnit.objects.filter(variant_id__in=any_of(keys)).order_by("-is_base", "factor", "code"):
        units[unit.variant_id].append(unit)
    counts = standing_counts(keys)
    others = related.standing(keys)
    prices = {row.variant_id: dict(row.tiers) for row in grid_rows(price_list_id, keys)} if price_list_id else {}
    return [
        Goods(
            variant,
            tuple(units[variant.pk]),
            counts.get(variant.pk),
            prices.get(variant.pk, {}),
            others.get(variant.pk, {}),
        )
        for variant in portion
    ]


def _categories() -> dict[UUID, CategoryNames]:
    """A name is given as the import makes its key of it; one that has another key is given by that."""
    names: dict[str, CategoryNames] = {"": CategoryNames((), ())}
    found: dict[UUID, CategoryNames] = {}
    for key, path, french, english in Category.objects.order_by("path").values_list("pk", "path", "name_fr", "name_en"):
        parent, _slash, slug = path.rpartition("/")
        above = names.get(parent, names[""])
        name = next((name for name in (french, english) if name and slug_of(name) == slug), slug)
        known = bool(english) and len(above.english) == len(above.french)
        names[path] = found[key] = CategoryNames((*above.french, name), (*above.english, english) if known else ())
    return {
        key: each if len(each.english) == len(each.french) else CategoryNames(each.french, ())
        for key, each in found.items()
    }


def _numbers(known: Outline) -> frozenset[tuple[str, str]]:
    """Families and codes of the numbers that they have: the import reads those as numbers, others as texts."""
    numbers = {code for code, info in known.attributes.items() if info.kind == AttributeKind.NUMBER}
    return frozenset((family, code) for family in known.families for code in known.codes_of(family) if code in numbers)


def _attributes(rows: QuerySet[Variant]) -> list[tuple[str, str]]:
    """Codes and languages that attributes have in these rows, in the order of codes."""
    sql, params = rows.order_by().values("attributes").query.sql_with_params()
    of_rows = f"FROM ({sql}) AS v, jsonb_each(v.attributes) AS a"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT a.key, {_LANGUAGES} {of_rows}", params)
        found = {(code, language) for code, languages in cursor.fetchall() for language in languages}
    return sorted(found)


def _pack_count(rows: QuerySet[Variant]) -> int:
    """How many order units beside its base unit a variant has at most."""
    packs = OrderUnit.objects.filter(is_base=False, variant_id__in=rows.order_by().values("pk")).exclude(factor=1)
    counted = packs.order_by().values("variant_id").annotate(count=Count("pk")).aggregate(most=Max("count"))
    return counted["most"] or 0
