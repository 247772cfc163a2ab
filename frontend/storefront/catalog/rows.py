"""Rows of the product table: catalogue, stock and the buyer's prices, as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.outline import Outline
from catalog.queries import ListedVariant
from core.formatting import plain
from customers.queries import CustomerInfo
from frontend.goods import (
    PriceText,
    StockText,
    UnitOption,
    language,
    minimum_text,
    price_text,
    product_path,
    service_text,
    stock_text,
    unit_options,
)
from frontend.media import ROW, image_src
from frontend.storefront.buyer import Buyer
from inventory.queries import Availability, availability, made_to_order
from orders.kits import kits_among
from pricing.queries import PriceContext, ResolvedPrice, price_context, resolve
from search.listprices import PUBLIC_CURRENCY

PRODUCT_PREFIX = "/catalog/p/"
CONFIGURE_PREFIX = "/catalog/configure/"
EVERYBODY = PriceContext(UUID(int=0), None, PUBLIC_CURRENCY)
"""No customer at all: gets the lists and discounts that are for everybody."""
_SPECS = 4


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One variant in a list, ready to print. ``price`` is the buyer's own, ``public_price`` what everybody pays; never
    both. Of packs only a fixed kit in a list has one: others cost what is chosen, which ``configure_href`` shows.
    """

    key: str
    sku: str
    gtin: str
    name: str
    href: str
    spec_text: str
    price: PriceText | None
    public_price: PriceText | None
    units: tuple[UnitOption, ...]
    packing_text: str
    minimum_text: str
    pack: str
    stock: StockText
    quantity_label: str
    unit_label: str
    own_number: str = ""
    image_src: str = ""
    image_alt: str = ""
    may_wait: bool = False
    configure_href: str = ""


def product_rows(
    listed: Mapping[UUID, ListedVariant], order: Sequence[UUID], known: Outline, buyer: Buyer
) -> tuple[ProductRow, ...]:
    """Rows in ``order`` with stock and the prices that the buyer sees; three statements for any number.

    Nine more where there are kits among them: a fixed one has the price and the stock of what is in it.
    """
    kits = kits_among((it.info for it in listed.values()), buyer.view)
    smallest = {key: listed[key].info.base_unit.minimum for key in kits.chosen}
    own, public = own_prices(listed, buyer.approved), public_prices(listed, buyer)
    if buyer.approved is not None:
        own |= kits.prices(price_context(buyer.approved), smallest)
    elif buyer.sees_public_prices:
        public |= kits.prices(EVERYBODY, smallest)
    counted = availability({*listed, *kits.goods})
    stocks = {key: counted[key] for key, it in listed.items() if key in counted and not it.info.is_pack}
    rows = rows_of(listed, known, stocks | kits.stocks(counted), own, public)
    return tuple(rows[key] for key in order if key in rows)


def rows_of(
    listed: Mapping[UUID, ListedVariant],
    known: Outline,
    stock: Mapping[UUID, Availability],
    own: Mapping[UUID, ResolvedPrice],
    public: Mapping[UUID, ResolvedPrice],
) -> dict[UUID, ProductRow]:
    """Rows of goods whose stock and prices are known; one statement, about what there is nothing of."""
    made = made_to_order(key for key, found in stock.items() if found.available <= 0)
    return {
        key: product_row(it, known, own.get(key), stock.get(key), public.get(key), is_made=key in made)
        for key, it in listed.items()
    }


def own_prices(listed: Mapping[UUID, ListedVariant], customer: CustomerInfo | None) -> dict[UUID, ResolvedPrice]:
    """The approved customer's prices for the smallest quantity that may be ordered; none for anybody else."""
    if customer is None or not customer.is_approved:
        return {}
    return resolve(price_context(customer), _smallest(listed))


def public_prices(listed: Mapping[UUID, ListedVariant], buyer: Buyer) -> dict[UUID, ResolvedPrice]:
    """What everybody pays, where the supplier shows it, for who has no own prices."""
    return resolve(EVERYBODY, _smallest(listed)) if buyer.sees_public_prices else {}


def _smallest(listed: Mapping[UUID, ListedVariant]) -> dict[UUID, Decimal]:
    """A pack has no price in a list: it costs what is in it."""
    return {key: it.info.base_unit.minimum for key, it in listed.items() if not it.info.is_pack}


def product_row(
    listed: ListedVariant,
    known: Outline,
    price: ResolvedPrice | None,
    stock: Availability | None,
    public: ResolvedPrice | None = None,
    *,
    is_made: bool = False,
) -> ProductRow:
    """One variant as texts; ``is_made`` when it is never in stock, so that nobody waits for it."""
    info = listed.info
    base = info.base_unit
    quantity_label, unit_label = _labels(language())
    units = unit_options(info)
    specs = [text for _code, text in known.shown(listed.attributes, listed.family)[:_SPECS]]
    return ProductRow(
        key=info.id.hex,
        sku=info.sku,
        gtin=info.gtin,
        name=info.name,
        href=product_path(PRODUCT_PREFIX, info.sku),
        spec_text=" · ".join(filter(None, (listed.brand, *specs))),
        price=price_text(price, info) if price else None,
        public_price=price_text(public, info) if public and not price else None,
        units=units,
        packing_text=units[min(1, len(units) - 1)].text,
        minimum_text=minimum_text(base),
        pack=plain(base.multiple),
        stock=service_text() if info.is_service else stock_text(stock),
        quantity_label=quantity_label % {"sku": info.sku},
        unit_label=unit_label % {"sku": info.sku},
        own_number=listed.own_number,
        image_src=image_src(listed.image, ROW) if listed.image else "",
        image_alt=listed.image.title if listed.image else "",
        configure_href=product_path(CONFIGURE_PREFIX, info.sku) if info.is_pack else "",
        may_wait=not (info.is_pack or info.is_service or is_made) and (stock is None or stock.available <= 0),
    )


@lru_cache(maxsize=8)
def _labels(_language: str) -> tuple[str, str]:
    return _("Quantity of %(sku)s"), _("Unit of %(sku)s")
