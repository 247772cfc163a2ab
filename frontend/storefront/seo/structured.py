"""Goods and trails as schema.org describes them. Plain data; :func:`frontend.head.structured` makes it safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.requests import Request
from catalog.enums import MediaKind
from catalog.queries import ProductDetail, VariantInfo
from core import formatting
from core.formatting import plain
from frontend.goods import product_path
from frontend.head import address, site
from frontend.languages import asked_language
from frontend.media import PAGE, image_src
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from inventory.queries import Availability
from pricing.queries import ResolvedPrice

Data = dict[str, Any]


def product(request: Request, detail: ProductDetail, public: ResolvedPrice | None, stock: Availability | None) -> Data:
    """A variant's page; with an offer where everybody may know the price."""
    shown = detail.shown
    href = address(request, product_path(PRODUCT_PREFIX, shown.info.sku), language=asked_language(request))
    pictures = [image_src(media, PAGE) for media in detail.media if media.kind == MediaKind.IMAGE]
    described: Data = {
        "@type": "Product",
        "name": shown.info.name,
        "sku": shown.info.sku,
        "url": href,
        "gtin": shown.info.gtin,
        "mpn": shown.manufacturer_part_number,
        "brand": {"@type": "Brand", "name": shown.brand} if shown.brand else None,
        "description": formatting.localised(detail.description_fr, detail.description_en),
        "image": [f"{site(request)}{path}" for path in pictures],
        "offers": _offer(href, public, shown.info, stock) if public else None,
    }
    return _given(described)


def trail(request: Request, steps: Sequence[tuple[str, str]]) -> Data:
    """A page's trail; the last step is the page itself."""
    items = [
        _given({"@type": "ListItem", "position": place, "name": name, "item": f"{site(request)}{href}" if href else ""})
        for place, (name, href) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _offer(href: str, public: ResolvedPrice, info: VariantInfo, stock: Availability | None) -> Data:
    unit = info.base_unit
    price = {"price": plain(public.unit_price), "priceCurrency": public.currency}
    per_unit = {"@type": "QuantitativeValue", "value": 1, "unitCode": unit.code}
    smallest = {"@type": "QuantitativeValue", "minValue": plain(unit.minimum), "unitCode": unit.code}
    return {
        "@type": "Offer",
        "url": href,
        **price,
        "availability": f"https://schema.org/{'InStock' if info.is_service else _availability(stock)}",
        "eligibleQuantity": smallest,
        "priceSpecification": {
            "@type": "UnitPriceSpecification",
            **price,
            "valueAddedTaxIncluded": False,
            "referenceQuantity": per_unit,
        },
    }


def _availability(stock: Availability | None) -> str:
    if stock is not None and stock.available > 0:
        return "InStock"
    return "BackOrder" if stock is None or stock.lead_time_days or stock.restock_on else "OutOfStock"


def _given(values: Mapping[str, Any]) -> Data:
    """Without what is not known."""
    return {name: value for name, value in values.items() if value}
