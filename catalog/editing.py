"""Use cases of the product editor: one per section, each saved by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import trade
from catalog.attributes import AttributeProblem, Attributes, WrongValue, missing, read_value
from catalog.enums import VariantState
from catalog.errors import AttributesRefused, NoSuchFamily, SkuTaken, VariantNotFound
from catalog.keys import sku_key
from catalog.keywords import MOST_LETTERS, keyword_line
from catalog.models import AttributeDefinition, Family, OrderUnit, Product, Variant
from catalog.outline import outline
from catalog.policies import require_manage
from catalog.rows import AttributeValue, Measures
from catalog.services import announce
from catalog.structure import held_categories, require_name
from catalog.tree import ensure_brands, slug_of
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import InvalidInput

MOST_AXES = 3
_LARGEST = Decimal(10) ** 6


@dataclass(frozen=True, slots=True)
class Texts:
    """What goods are called: the variant with what it is found by, and the product with its description."""

    name_fr: str
    name_en: str = ""
    product_name_fr: str = ""
    product_name_en: str = ""
    description_fr: str = ""
    description_en: str = ""
    keywords_fr: str = ""
    keywords_en: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where goods belong; ``axes`` are the attributes that tell the product's variants apart."""

    brand: str = ""
    category_id: UUID | None = None
    family_id: UUID | None = None
    axes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Codes:
    """The numbers that others know the variant by, and its VAT rate as a fraction."""

    gtin: str
    manufacturer_part_number: str
    tax_rate: Decimal


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product made by hand; with ``beside`` (a reference) it is one more variant of that one's product."""

    sku: str
    name_fr: str
    name_en: str = ""
    base_unit: str = "H87"
    beside: str = ""
    placement: Placement = Placement()


@atomic
def create_product(*, data: NewProduct, actor: Actor) -> UUID:
    """Make a draft that nobody but the supplier sees; answers the variant's id.

    Raises NotAllowed, InvalidInput, SkuTaken, VariantNotFound, NoSuchFamily. Emits CatalogChanged.
    """
    require_manage(actor)
    sku = data.sku.strip()
    if not sku:
        raise InvalidInput(field="sku", reason=_("Give a reference."))
    require_name(data.name_fr, data.name_en, field="name_fr")
    names = {"name_fr": data.name_fr.strip(), "name_en": data.name_en.strip()}
    product = _product_beside(data.beside) if data.beside.strip() else Product(code=sku, **names)
    variant = Variant(product=product, sku=sku, sku_key=sku_key(sku), state=VariantState.DRAFT, **names)
    try:
        with savepoint():
            if not data.beside.strip():
                _place(product, data.placement)
                product.save()
            variant.save()
    except IntegrityError as error:
        raise SkuTaken(field="sku", sku=sku) from error
    OrderUnit.objects.create(variant=variant, code=data.base_unit, factor=1, is_base=True)
    announce([variant.pk])
    return variant.pk


@atomic
def save_texts(*, variant_id: UUID, data: Texts, actor: Actor) -> None:
    """Change names, descriptions and keywords. Raises NotAllowed, VariantNotFound, InvalidInput.

    Emits CatalogChanged.
    """
    variant = locked(variant_id, actor)
    require_name(data.name_fr, data.name_en, field="name_fr")
    keywords = {name: _keywords(getattr(data, name), name) for name in ("keywords_fr", "keywords_en")}
    product = variant.product
    product.name_fr = data.product_name_fr.strip() or data.name_fr.strip()
    product.name_en = data.product_name_en.strip() or data.name_en.strip()
    product.description_fr, product.description_en = data.description_fr.strip(), data.description_en.strip()
    product.save(update_fields=["name_fr", "name_en", "description_fr", "description_en"])
    changed(variant, name_fr=data.name_fr.strip(), name_en=data.name_en.strip(), **keywords)


@atomic
def save_placement(*, variant_id: UUID, data: Placement, actor: Actor) -> None:
    """Change brand, category, family and axes of the variant's product.

    Raises NotAllowed, VariantNotFound, InvalidInput, NoSuchFamily. Emits CatalogChanged.
    """
    require_manage(actor)
    held_categories([data.category_id])  # before the product, as merging two categories has them
    variant = locked(variant_id, actor)
    _place(variant.product, data)
    variant.product.save(update_fields=["brand", "category", "family", "axes"])
    changed(variant)


@atomic
def save_attributes(*, variant_id: UUID, values: Mapping[str, AttributeValue], actor: Actor) -> None:
    """Change the values of these attributes; empty ones go. Others stay.

    Raises NotAllowed, VariantNotFound, AttributesRefused (values that do not fit; unless it is a draft, required ones
    that are missing). Emits CatalogChanged.
    """
    variant = locked(variant_id, actor)
    family = variant.product.family.code if variant.product.family else ""
    attributes, problems = _read(values, variant.attributes)
    if variant.state != VariantState.DRAFT:
        wrong = {problem.code for problem in problems}
        lacking = (code for code in missing(attributes, outline(), family) if code not in wrong)
        problems += [AttributeProblem(code, _("This is required.")) for code in lacking]
    if problems:
        raise AttributesRefused(problems)
    changed(variant, attributes=attributes)


@atomic
def save_codes(*, variant_id: UUID, data: Codes, actor: Actor) -> None:
    """Change GTIN, part number and VAT rate. Raises NotAllowed, VariantNotFound, InvalidInput. Emits CatalogChanged."""
    variant = locked(variant_id, actor)
    if not 0 <= data.tax_rate < 1:
        raise InvalidInput(field="tax_rate", reason=_("A VAT rate is from 0 to 99 %."))
    changed(
        variant,
        gtin=trade.gtin(data.gtin),
        manufacturer_part_number=data.manufacturer_part_number.strip(),
        tax_rate=data.tax_rate,
    )


@atomic
def save_measures(*, variant_id: UUID, data: Measures, actor: Actor) -> None:
    """Change whether it is a service, weight, size, origin and customs.

    Raises NotAllowed, VariantNotFound, InvalidInput. Emits CatalogChanged.
    """
    variant = locked(variant_id, actor)
    changed(
        variant,
        weight_kg=_measure(data.weight_kg, "weight_kg", 6, zero=True),
        length_mm=_measure(data.length_mm, "length_mm", 2),
        width_mm=_measure(data.width_mm, "width_mm", 2),
        height_mm=_measure(data.height_mm, "height_mm", 2),
        origin_country=trade.country(data.origin_country),
        customs_code=trade.customs_code(data.customs_code),
        is_dangerous=data.is_dangerous,
        un_number=trade.un_number(data.un_number, is_dangerous=data.is_dangerous),
        is_oversize=data.is_oversize,
        is_service=data.is_service,
    )


def locked(variant_id: UUID, actor: Actor) -> Variant:
    """A variant and its product, locked: product first. Raises NotAllowed, VariantNotFound."""
    require_manage(actor)
    product = Product.objects.select_for_update(of=("self",)).select_related("family").filter(variants=variant_id)
    found = product.first()
    if found is None:
        raise VariantNotFound
    variant = Variant.objects.select_for_update(of=("self",)).get(pk=variant_id)
    variant.product = found
    return variant


def changed(variant: Variant, **values: object) -> None:
    """Write values of a variant and tell of all variants of its product. Emits CatalogChanged."""
    for name, value in values.items():
        setattr(variant, name, value)
    variant.updated_at = timezone.now()
    variant.save(update_fields=[*values, "updated_at"])
    announce(Variant.objects.filter(product_id=variant.product_id).values_list("pk", flat=True))


def _product_beside(sku: str) -> Product:
    product = Product.objects.select_for_update(of=("self",)).filter(variants__sku=sku.strip()).first()
    if product is None:
        raise InvalidInput(field="beside", reason=_("There is no product with this reference."))
    return product


def _place(product: Product, data: Placement) -> None:
    """Set where a product belongs; nothing is saved. Raises InvalidInput, NoSuchFamily."""
    name = data.brand.strip()
    slug = slug_of(name) if name else ""
    product.brand_id = ensure_brands({slug: name})[slug] if slug else None
    if data.category_id and not held_categories([data.category_id]):
        raise InvalidInput(field="category", reason=_("This category does not exist."))
    if data.family_id and not Family.objects.filter(pk=data.family_id).exists():
        raise NoSuchFamily(field="family")
    product.category_id, product.family_id = data.category_id, data.family_id
    axes = list(dict.fromkeys(filter(None, data.axes)))
    if len(axes) > MOST_AXES:
        raise InvalidInput(field="axes", reason=_("At most %(count)s.") % {"count": MOST_AXES})
    if AttributeDefinition.objects.filter(code__in=axes).count() != len(axes):
        raise InvalidInput(field="axes", reason=_("This attribute does not exist."))
    product.axes = axes


def _read(values: Attributes, stored: Attributes) -> tuple[dict[str, AttributeValue], list[AttributeProblem]]:
    """What the variant has afterwards, and what of it does not fit. A value that was not touched stays as it is."""
    known, after, problems = outline(), dict(stored), []
    for code, value in values.items():
        info = known.attributes.get(code)
        if info is None or value == stored.get(code):
            continue
        try:
            read = read_value(info, value, decimal_separator=".")
        except WrongValue as wrong:
            problems.append(AttributeProblem(code, str(wrong)))
            continue
        if read:
            after[code] = read
        else:
            after.pop(code, None)
    return after, problems


def _keywords(text: str, field: str) -> str:
    """Keywords as they are kept. Raises InvalidInput."""
    line = keyword_line(text)
    if len(line) > MOST_LETTERS:
        raise InvalidInput(field=field, reason=_("At most %(count)s characters.") % {"count": MOST_LETTERS})
    return line


def _measure(value: Decimal | None, field: str, decimals: int, *, zero: bool = False) -> Decimal | None:
    """A length or weight that the column can hold. Raises InvalidInput."""
    if value is None:
        return None
    if value < 0 or (value == 0 and not zero):
        raise InvalidInput(field=field, reason=_("This is more than zero, or left empty."))
    if value >= _LARGEST or value != round(value, decimals):
        reason = _("Below a million, with at most %(count)s decimals.") % {"count": decimals}
        raise InvalidInput(field=field, reason=reason)
    return value
