"""Goods and trails as schema.org describes them. Plain data; :func:`frontend.head.structured` makes it safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.requests import Request
from catalog.enums import MediaKind
from catalog.queries import ProductDetail
from core import formatting
from frontend.goods import product_path
from frontend.head import address, site
from frontend.languages import asked_language
from frontend.media import PAGE, image_src
from frontend.storefront.catalog.rows import PRODUCT_PREFIX

Data = dict[str, Any]


def product(request: Request, detail: ProductDetail) -> Data:
    """A variant's page: what it is, not what it costs."""
    shown = detail.shown
    pictures = [image_src(media, PAGE) for media in detail.media if media.kind == MediaKind.IMAGE]
    described: Data = {
        "@type": "Product",
        "name": shown.info.name,
        "sku": shown.info.sku,
        "url": address(request, product_path(PRODUCT_PREFIX, shown.info.sku), language=asked_language(request)),
        "gtin": shown.info.gtin,
        "mpn": shown.manufacturer_part_number,
        "brand": {"@type": "Brand", "name": shown.brand} if shown.brand else None,
        "description": formatting.localised(detail.description_fr, detail.description_en),
        "image": [f"{site(request)}{path}" for path in pictures],
    }
    return _given(described)


def trail(request: Request, steps: Sequence[tuple[str, str]]) -> Data:
    """A page's trail; the last step is the page itself."""
    items = [
        _given({"@type": "ListItem", "position": place, "name": name, "item": f"{site(request)}{href}" if href else ""})
        for place, (name, href) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _given(values: Mapping[str, Any]) -> Data:
    """Without what is not known."""
    return {name: value for name, value in values.items() if value}
