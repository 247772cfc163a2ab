"""Reads of the catalogue. Every function needs the same few statements for one variant or for five hundred.

What is read for a buyer takes the viewpoint that it is seen from (:mod:`catalog.visibility`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When

from catalog import packed
from catalog.enums import ON_SALE
from catalog.keys import any_of, part_number_key, sku_key
from catalog.models import OrderUnit, Relation, Variant
from catalog.rows import Measures
from catalog.visibility import UNRESTRICTED, Viewpoint
from core import formatting

AttributeValue = str | Mapping[str, str]

_GTIN_LENGTHS = frozenset({8, 12, 13, 14})


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """A unit that a variant is ordered in; ``factor`` base units each, ``minimum`` to ``maximum`` in this unit."""

    code: str
    factor: Decimal
    is_base: bool
    minimum: Decimal
    multiple: Decimal
    maximum: Decimal | None = None
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class VariantInfo:
    """A variant with its order units, smallest first; ``is_visible`` to whom it was read for."""

    id: UUID
    sku: str
    name_fr: str
    name_en: str
    gtin: str
    tax_rate: Decimal
    state: str
    units: tuple[UnitInfo, ...]
    is_visible: bool = True
    is_pack: bool = False
    is_service: bool = False

    @property
    def is_active(self) -> bool:
        """Whether it can be found and ordered."""
        return self.is_visible and self.state in ON_SALE

    @property
    def name(self) -> str:
        """The name in the active language."""
        return formatting.localised(self.name_fr, self.name_en)

    @property
    def base_unit(self) -> UnitInfo:
        """The unit that prices and stock count in; a piece when none was given."""
        return next((unit for unit in self.units if unit.is_base), _PIECE)

    def unit(self, code: str) -> UnitInfo | None:
        """The order unit with this code."""
        return next((unit for unit in self.units if unit.code == code), None)


_PIECE = UnitInfo("H87", Decimal(1), is_base=True, minimum=Decimal(1), multiple=Decimal(1))


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """A picture or a document; ``digest`` changes with its content."""

    id: UUID
    kind: str
    digest: str
    title_fr: str
    title_en: str
    language: str = ""
    content_type: str = ""
    size: int = 0

    @property
    def title(self) -> str:
        """What it is or shows, in the active language."""
        return formatting.localised(self.title_fr, self.title_en)


@dataclass(frozen=True, slots=True)
class ListedVariant:
    """A variant as a list or a page shows it, before stock and price; ``own_number`` is the reader's name for it."""

    info: VariantInfo
    product_id: UUID
    manufacturer_part_number: str
    brand: str
    category_path: str
    family: str
    attributes: Mapping[str, AttributeValue]
    image: MediaInfo | None = None
    own_number: str = ""


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A variant's page: its product and all variants of it, the shown one first.

    ``axes`` are the codes of the attributes that tell the variants apart; ``related`` are other variants on sale with
    what they are to the shown one (:class:`catalog.enums.RelationKind`).
    """

    name_fr: str
    name_en: str
    description_fr: str
    description_en: str
    shown: ListedVariant
    siblings: tuple[ListedVariant, ...]
    axes: tuple[str, ...] = ()
    measures: Measures = field(default_factory=Measures)
    media: tuple[MediaInfo, ...] = ()
    related: tuple[tuple[str, ListedVariant], ...] = ()


def variants_by_id(ids: Iterable[UUID], view: Viewpoint = UNRESTRICTED) -> dict[UUID, VariantInfo]:
    """Variants in any state with their units, those that are not seen marked so; two statements."""
    return _with_units(Variant.objects.filter(pk__in=any_of(ids)), view)


def seen_of(variant_ids: Collection[UUID], view: Viewpoint) -> Collection[UUID]:
    """Those of these variants that are seen; one statement, none where everything is."""
    if view.sees_everything or not variant_ids:
        return variant_ids
    rows = Variant.objects.filter(view.condition(), pk__in=any_of(variant_ids))
    return frozenset(rows.values_list("pk", flat=True))


_BY_CODE = """
SELECT 'sku', sku_key, id FROM catalog_variant WHERE sku_key = ANY(%(keys)s)
 UNION ALL SELECT 'part', part_number_key, id FROM catalog_variant WHERE part_number_key = ANY(%(parts)s)
 UNION ALL SELECT 'gtin', gtin, id FROM catalog_variant WHERE gtin = ANY(%(gtins)s)
 UNION ALL SELECT 'gtin', gtin, variant_id FROM catalog_orderunit WHERE gtin = ANY(%(gtins)s)
 UNION ALL SELECT 'own', number_key, variant_id FROM catalog_customerpartnumber
            WHERE customer_id = %(customer)s AND number_key = ANY(%(keys)s)
"""


def variants_by_code(codes: Iterable[str], view: Viewpoint) -> dict[str, list[VariantInfo]]:
    """Variants that are seen per code as it was typed; three statements. A code that nothing has is absent.

    A code is a reference or a manufacturer's part number (case and separators do not matter), a GTIN of the variant or
    of a unit, or the customer's own part number. An exact reference or own number beats all else, a variant on sale
    beats others; what is left is ambiguous for the caller to ask.
    """
    wanted = {code: code.strip() for code in codes if code.strip()}
    if not wanted:
        return {}
    forms = {code: _forms(text) for code, text in wanted.items()}
    ids = _ids_by_form({form for found in forms.values() for form in found}, view.audience.customer_id)
    variants = _with_units(_seen(view).filter(pk__in=any_of({pk for found in ids.values() for pk in found})))
    answer: dict[str, list[VariantInfo]] = {}
    for code, text in wanted.items():
        own = {pk for kind, key in forms[code] if kind == "sku" for pk in ids.get(("own", key), ())}
        candidates = {pk for form in forms[code] for pk in ids.get(form, ())} | own
        if found := [variants[pk] for pk in candidates if pk in variants]:
            answer[code] = _best(text, found, own)
    return answer


def _forms(text: str) -> list[tuple[str, str]]:
    forms = [("sku", sku_key(text)), *(("gtin", form) for form in _gtin_forms(text))]
    part = part_number_key(text)
    return [*forms, ("part", part)] if part else forms


def _ids_by_form(forms: set[tuple[str, str]], customer_id: UUID | None) -> dict[tuple[str, str], set[UUID]]:
    values: dict[str, Any] = {"customer": customer_id}
    for name, kind in (("keys", "sku"), ("parts", "part"), ("gtins", "gtin")):
        values[name] = [key for form, key in forms if form == kind]
    found: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_BY_CODE, values)
        for kind, key, pk in cursor.fetchall():
            found[kind, key].add(pk)
    return found


def services_among(ids: Iterable[UUID | None]) -> set[UUID]:
    """Those of these variants, in any state, that are services; one statement."""
    rows = Variant.objects.filter(pk__in=any_of(key for key in ids if key is not None), is_service=True)
    return set(rows.values_list("pk", flat=True))


def listed_variants(ids: Iterable[UUID], view: Viewpoint) -> dict[UUID, ListedVariant]:
    """Variants on sale that are seen, for a list, by id; one statement."""
    return _listed(_on_sale(view).filter(pk__in=list(ids)), view)


def variants_by_sku(skus: Iterable[str], view: Viewpoint) -> dict[str, VariantInfo]:
    """Variants in any state that are seen by their exact reference; two statements."""
    return {info.sku: info for info in _with_units(_seen(view).filter(sku__in=set(skus))).values()}


def variants_after(
    sku: str, view: Viewpoint, *, limit: int, skus: Iterable[str] = (), category_path: str = ""
) -> list[ListedVariant]:
    """Variants on sale that are seen in the order of their references, those after ``sku``; one statement."""
    rows = _on_sale(view).filter(sku__gt=sku)
    if wanted := list(skus):
        rows = rows.filter(sku__in=wanted)
    if category_path:
        rows = rows.filter(_inside(category_path))
    return list(_listed(rows.order_by("sku")[:limit], view).values())


def product_detail(sku: str, view: Viewpoint) -> ProductDetail | None:
    """The page of a variant on sale that is seen, by its exact reference; one statement."""
    relations = Relation.objects.filter(variant__sku=sku)
    family = Variant.objects.filter(product_id__in=Variant.objects.filter(sku=sku).values("product_id"))
    # a union: PostgreSQL goes by indexes for each part, where OR would read all variants
    shown_here = family.order_by().values("pk").union(relations.order_by().values("other_id"))
    rows = _on_sale(view).filter(pk__in=shown_here)
    to_this = relations.filter(other=OuterRef("pk"))
    rows = rows.annotate(
        kinds=ArraySubquery(to_this.values_list("kind", flat=True)),
        place=Subquery(to_this.values("position")[:1]),
        files=packed.media(sku),
    )
    found, more = _read_listed(rows.order_by("place", "sku"), view, (*_DETAILS, "files", "kinds"))
    shown = next((variant for variant in found.values() if variant.info.sku == sku), None)
    if shown is None:
        return None
    name_fr, name_en, description_fr, description_en, axes, *measures, files, _kinds = more[shown.info.id]
    others = [variant for variant in found.values() if variant is not shown]
    return ProductDetail(
        name_fr=name_fr,
        name_en=name_en,
        description_fr=description_fr,
        description_en=description_en,
        shown=shown,
        siblings=tuple(variant for variant in others if variant.product_id == shown.product_id),
        axes=tuple(axes),
        measures=Measures(*measures),
        media=tuple(map(_media_info, files)),
        related=tuple((kind, variant) for variant in others for kind in more[variant.info.id][-1]),
    )


def sku_of_code(code: str, view: Viewpoint) -> str | None:
    """The reference that somebody meant by a code, when only one variant on sale has it."""
    found = [info for info in variants_by_code([code], view).get(code, []) if info.is_active]
    return found[0].sku if len(found) == 1 else None


def matching_ids(text: str, category_path: str, view: Viewpoint, *, offset: int, size: int) -> tuple[list[UUID], int]:
    """Variants on sale by words in names, keywords or the start of the reference: for lists while search is down."""
    rows = _on_sale(view)
    for word in text.split()[:8]:
        rows = rows.filter(
            Q(name_fr__icontains=word)
            | Q(name_en__icontains=word)
            | Q(keywords_fr__icontains=word)
            | Q(keywords_en__icontains=word)
            | Q(sku_key__startswith=sku_key(word))
        )
    if category_path:
        rows = rows.filter(_inside(category_path))
    return list(rows.order_by("sku").values_list("pk", flat=True)[offset : offset + size]), rows.count()


def _inside(category_path: str) -> Q:
    """In this category or below it."""
    return Q(product__category__path=category_path) | Q(product__category__path__startswith=f"{category_path}/")


_FIELDS = ("pk", "sku", "name_fr", "name_en", "gtin", "tax_rate", "state", "is_service")
_LISTED = (
    "product_id",
    "manufacturer_part_number",
    "product__brand__name",
    "product__category__path",
    "product__family__code",
    "attributes",
    "image",
    "own_number",
)
_IS_PACK = Q(pack__isnull=False)
_DETAILS = (
    *("product__name_fr", "product__name_en", "product__description_fr", "product__description_en", "product__axes"),
    *Measures.__slots__,
)


def _seen(view: Viewpoint) -> QuerySet[Variant]:
    return Variant.objects.filter(view.condition())


def _on_sale(view: Viewpoint) -> QuerySet[Variant]:
    return _seen(view).filter(state__in=ON_SALE)


def _with_units(rows: QuerySet[Variant], view: Viewpoint = UNRESTRICTED) -> dict[UUID, VariantInfo]:
    seen = Value(value=True) if view.sees_everything else Case(When(view.condition(), then=True), default=False)
    rows = rows.annotate(seen=seen, is_pack=_IS_PACK)
    found: list[tuple[Any, ...]] = list(rows.values_list(*_FIELDS, "seen", "is_pack"))
    units = _units([row[0] for row in found])
    return {row[0]: _info(row[:8], units.get(row[0], ()), is_visible=row[8], is_pack=row[9]) for row in found}


def _listed(rows: QuerySet[Variant], view: Viewpoint) -> dict[UUID, ListedVariant]:
    return _read_listed(rows, view)[0]


def _read_listed(
    rows: QuerySet[Variant], view: Viewpoint, columns: tuple[str, ...] = ()
) -> tuple[dict[UUID, ListedVariant], dict[UUID, tuple[Any, ...]]]:
    """Variants by id, in the order of ``rows``, and the values of further columns; one statement."""
    rows = rows.annotate(
        image=packed.image(),
        own_number=packed.own_number(view.audience.customer_id),
        own_units=packed.units(),
        is_pack=_IS_PACK,
    )
    found: list[tuple[Any, ...]] = list(rows.values_list(*_FIELDS, "own_units", "is_pack", *_LISTED, *columns))
    listed: dict[UUID, ListedVariant] = {}
    for row in found:
        info = _info(row[:8], tuple(map(_unit_info, row[8])), is_pack=row[9])
        product_id, part_number, brand, category_path, family, attributes, image, own_number = row[10:18]
        listed[row[0]] = ListedVariant(
            info,
            product_id,
            part_number,
            brand or "",
            category_path or "",
            family or "",
            attributes,
            _media_info(image) if image else None,
            own_number or "",
        )
    return listed, {row[0]: row[18:] for row in found}


def _unit_info(values: list[Any]) -> UnitInfo:
    code, factor, is_base, minimum, multiple, maximum, gtin = values
    most = Decimal(maximum) if maximum is not None else None
    return UnitInfo(code, Decimal(factor), is_base, Decimal(minimum), Decimal(multiple), most, gtin)


def _media_info(values: list[Any]) -> MediaInfo:
    return MediaInfo(UUID(values[0]), *values[1:])


def _info(row: tuple[Any, ...], units: tuple[UnitInfo, ...], **more: bool) -> VariantInfo:
    *known, is_service = row
    variant_id, sku, name_fr, name_en, gtin, tax_rate, state = known
    more["is_service"] = is_service
    return VariantInfo(variant_id, sku, name_fr, name_en, gtin, tax_rate, state, units or (_PIECE,), **more)


def _units(variant_ids: list[UUID]) -> dict[UUID, tuple[UnitInfo, ...]]:
    if not variant_ids:
        return {}
    units: dict[UUID, list[UnitInfo]] = defaultdict(list)
    rows: Iterable[tuple[Any, ...]] = (
        OrderUnit.objects.filter(variant_id__in=any_of(variant_ids))
        .order_by("factor", "code")
        .values_list("variant_id", "code", "factor", "is_base", "minimum", "multiple", "maximum", "gtin")
    )
    for variant_id, *unit in rows:
        units[variant_id].append(UnitInfo(*unit))
    return {variant_id: tuple(found) for variant_id, found in units.items()}


def _gtin_forms(text: str) -> tuple[str, ...]:
    """A GTIN-8, 12, 13 or 14 in all lengths that it may be stored in (GS1: zeros in front do not count)."""
    digits = text.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in _GTIN_LENGTHS):
        return ()
    bare = digits.lstrip("0")
    return tuple({digits, *(bare.zfill(length) for length in _GTIN_LENGTHS if len(bare) <= length)})


def _best(text: str, candidates: list[VariantInfo], own: set[UUID]) -> list[VariantInfo]:
    exact = [info for info in candidates if info.sku == text or info.id in own]
    on_sale = [info for info in exact or candidates if info.is_active]
    return sorted(on_sale or exact or candidates, key=lambda info: info.sku)
