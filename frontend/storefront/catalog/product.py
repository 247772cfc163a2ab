"""A product's page: what it is, what it costs the buyer, how it is packed, when it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from catalog import queries
from catalog.enums import MediaKind, RelationKind, VariantState
from catalog.outline import Outline, outline
from catalog.queries import ListedVariant, ProductDetail, UnitInfo, VariantInfo
from catalog.rows import Measures
from catalog.trade import country_name
from core import formatting
from core.money import line_net
from frontend.goods import minimum_text, unit_name, unit_text
from frontend.media import PAGE, ROW, document_href, document_note, document_title, image_src
from frontend.price_steps import PriceStep, price_steps
from frontend.storefront.buyer import Buyer
from frontend.storefront.catalog.matrix import Matrix, matrix_of
from frontend.storefront.catalog.rows import ProductRow, own_prices, public_prices, rows_of
from frontend.storefront.catalog.why import why_href
from inventory.alerts import watched_by
from inventory.queries import Availability, availability
from orders.together import ordered_together
from pricing.explaining import explain, for_buyer
from pricing.queries import ResolvedPrice

_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class UnitLine:
    """An order unit: what it holds, what one of it costs, its barcode."""

    name: str
    content: str
    limits: str
    gtin: str
    price_text: str


@dataclass(frozen=True, slots=True)
class TierLine:
    """A step of the price, with what it saves against the first one."""

    from_text: str
    price_text: str
    saving_text: str


@dataclass(frozen=True, slots=True)
class PictureLink:
    """A picture: what it shows, small and large."""

    alt: str
    small_src: str
    large_src: str


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A document to download: its title, what it is, how large."""

    title: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Everything that the page prints. What has a table of its own is not among ``siblings``."""

    detail: ProductDetail
    public: ResolvedPrice | None
    stock: Availability | None
    row: ProductRow
    name: str
    description: str
    own_number: str
    trail: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    is_ending: bool
    facts: tuple[tuple[str, str], ...]
    specs: tuple[tuple[str, str], ...]
    units: tuple[UnitLine, ...]
    tiers: tuple[TierLine, ...]
    why: tuple[PriceStep, ...]
    why_href: str
    matrix: Matrix | None
    base_unit: str
    siblings: tuple[ProductRow, ...]
    replacements: tuple[ProductRow, ...]
    related: tuple[tuple[str, tuple[ProductRow, ...]], ...]
    pictures: tuple[PictureLink, ...]
    documents: tuple[DocumentLink, ...]
    configure_href: str
    variant_ref: str
    is_watched: bool


def product_page(sku: str, buyer: Buyer, listing_path: str) -> ProductPage | None:
    """The page of a variant on sale that the buyer sees; None without one.

    Four statements, whatever the number of variants; one more for what is out of stock, two for customers.
    """
    detail = queries.product_detail(sku, buyer.view)
    if detail is None:
        return None
    known = outline()
    family = (detail.shown, *detail.siblings)
    shown = {variant.info.id: variant for variant in (*family, *(other for _kind, other in detail.related))}
    shown |= (together := _together(detail, buyer, shown))
    stock, prices, public = availability(shown), own_prices(shown, buyer.approved), public_prices(shown, buyer)
    rows = rows_of(shown, known, stock, prices, public)
    info = detail.shown.info
    price = prices.get(info.id)
    any_price = price or public.get(info.id)
    matrix = matrix_of(family, detail.axes, known, rows)
    return ProductPage(
        detail=detail,
        public=public.get(info.id),
        stock=stock.get(info.id),
        row=rows[info.id],
        name=info.name,
        description=formatting.localised(detail.description_fr, detail.description_en),
        own_number=detail.shown.own_number,
        trail=_trail(detail, known, listing_path),
        notices=_notices(detail),
        is_ending=info.state == VariantState.ENDING,
        facts=_facts(detail),
        specs=tuple(
            (known.label(code), text) for code, text in known.shown(detail.shown.attributes, detail.shown.family)
        ),
        units=tuple(_unit_line(unit, info, any_price) for unit in info.units),
        tiers=_tiers(any_price, info),
        why=price_steps(for_buyer(explain(price)), info.base_unit.code) if price else (),
        why_href=why_href(info.id, price.quantity) if price else "",
        matrix=matrix,
        base_unit=unit_name(info.base_unit.code, 2),
        siblings=() if matrix else tuple(rows[variant.info.id] for variant in detail.siblings),
        replacements=tuple(rows[v.info.id] for kind, v in detail.related if kind == RelationKind.REPLACEMENT),
        related=(*_related(detail, rows), *_together_table(together, rows)),
        pictures=_pictures(detail),
        documents=_documents(detail),
        configure_href=rows[info.id].configure_href,
        variant_ref=info.id.hex,
        is_watched=bool(rows[info.id].may_wait and watched_by(buyer.actor, [info.id])),
    )


def _together(detail: ProductDetail, buyer: Buyer, shown: Mapping[UUID, ListedVariant]) -> Mapping[UUID, ListedVariant]:
    """What is ordered with this product, as far as it has no place on the page yet."""
    if buyer.approved is None:
        return {}
    return ordered_together(buyer.approved, [detail.shown.info.id], limit=_TOGETHER, left_out=shown)


def _together_table(
    together: Mapping[UUID, ListedVariant], rows: Mapping[UUID, ProductRow]
) -> list[tuple[str, tuple[ProductRow, ...]]]:
    return [(_("Often ordered together"), tuple(rows[key] for key in together))] if together else []


def _pictures(detail: ProductDetail) -> tuple[PictureLink, ...]:
    images = (media for media in detail.media if media.kind == MediaKind.IMAGE)
    return tuple(PictureLink(media.title, image_src(media, ROW), image_src(media, PAGE)) for media in images)


def _documents(detail: ProductDetail) -> tuple[DocumentLink, ...]:
    documents = [media for media in detail.media if media.kind != MediaKind.IMAGE]
    return tuple(DocumentLink(document_title(media), document_note(media), document_href(media)) for media in documents)


def _related(detail: ProductDetail, rows: Mapping[UUID, ProductRow]) -> tuple[tuple[str, tuple[ProductRow, ...]], ...]:
    """Alternatives and accessories that have no place on the page yet: a quantity is asked once."""
    titles = ((RelationKind.ALTERNATIVE, _("Alternatives")), (RelationKind.ACCESSORY, _("Accessories")))
    seen = {variant.info.id for variant in detail.siblings}
    tables = []
    for wanted, title in titles:
        keys = [other.info.id for kind, other in detail.related if kind == wanted and other.info.id not in seen]
        seen.update(keys)
        tables.append((title, tuple(rows[key] for key in keys)))
    return tuple((title, found) for title, found in tables if found)


def _trail(detail: ProductDetail, known: Outline, path: str) -> tuple[tuple[str, str], ...]:
    category = detail.shown.category_path
    steps = [(step.name, f"{path}?category={step.path}") for step in known.trail(category)] if category else []
    return ((_("Home"), "/"), (_("Catalogue"), path), *steps, (detail.shown.info.name, ""))


def _facts(detail: ProductDetail) -> tuple[tuple[str, str], ...]:
    measures = Measures() if detail.measures.is_service else detail.measures
    size = [formatting.number(side) for side in (measures.length_mm, measures.width_mm, measures.height_mm) if side]
    facts = (
        (_("Reference"), detail.shown.info.sku),
        (_("Your part number"), detail.shown.own_number),
        (_("Brand"), detail.shown.brand),
        (_("Manufacturer’s reference"), detail.shown.manufacturer_part_number),
        (_("GTIN"), detail.shown.info.gtin),
        (_("Weight"), _weight(measures.weight_kg) if measures.weight_kg else ""),
        (_("Size (length × width × height)"), f"{' × '.join(size)} mm" if size else ""),
        (_("Country of origin"), country_name(measures.origin_country) if measures.origin_country else ""),
        (_("Customs code"), measures.customs_code),
        (_("UN number"), f"UN {measures.un_number}" if measures.un_number else ""),
    )
    return tuple(fact for fact in facts if fact[1])


def _weight(kilograms: Decimal) -> str:
    """A weight in the unit that people say it in."""
    if kilograms < 1:
        return f"{formatting.number(kilograms * 1000)} g"
    return f"{formatting.number(kilograms)} kg"


def _notices(detail: ProductDetail) -> tuple[str, ...]:
    measures = detail.measures
    if measures.is_service:
        return (_("A service: nothing is shipped."),)
    notices = []
    if measures.is_dangerous:
        number = f"UN {measures.un_number}" if measures.un_number else ""
        notices.append(formatting.labelled(_("Dangerous goods"), number))
    if measures.is_oversize:
        notices.append(_("Oversize: delivered by freight, not as a parcel."))
    return tuple(notices)


def _unit_line(unit: UnitInfo, info: VariantInfo, price: ResolvedPrice | None) -> UnitLine:
    base = info.base_unit
    count = _("%(count)s %(unit)s") % {
        "count": formatting.number(unit.factor),
        "unit": unit_name(base.code, unit.factor),
    }
    cost = ""
    if price is not None and not unit.is_base:
        cost = formatting.money(line_net(price.at(unit.factor), unit.factor, price.currency), price.currency)
    elif price is not None:
        cost = formatting.unit_price(price.unit_price, price.currency)
    return UnitLine(
        name=unit_text(unit, base),
        content="" if unit.is_base else count,
        limits=_limits(unit),
        gtin=unit.gtin or (info.gtin if unit.is_base else ""),
        price_text=cost,
    )


def _limits(unit: UnitInfo) -> str:
    """Minimum, multiple and maximum of a unit, as far as there are any."""
    most = _("at most %(maximum)s") % {"maximum": formatting.number(unit.maximum)} if unit.maximum else ""
    return ", ".join(filter(None, (minimum_text(unit), most)))


def _tiers(price: ResolvedPrice | None, info: VariantInfo) -> tuple[TierLine, ...]:
    if price is None:
        return ()
    first = price.tiers[0].unit_price
    return tuple(
        TierLine(
            from_text=_("from %(count)s %(unit)s")
            % {
                "count": formatting.number(tier.min_quantity),
                "unit": unit_name(info.base_unit.code, tier.min_quantity),
            },
            price_text=formatting.unit_price(tier.unit_price, price.currency),
            saving_text=_saving(first, tier.unit_price),
        )
        for tier in price.tiers
    )


def _saving(first: Decimal, price: Decimal) -> str:
    if first <= 0 or price >= first:
        return ""
    return f"−{formatting.percent(((first - price) / first).quantize(Decimal('0.001')))}"
