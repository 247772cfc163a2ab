"""What the marketplace's search box offers while one types: goods of all suppliers, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.requests import Request
from frontend.goods import product_path
from frontend.marketplace.buying import views_of
from frontend.marketplace.offers import storefront_href
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from marketplace.directory import suppliers
from search.port import Hit
from search.queries import suggest_on_marketplace

_MOST = 8
_LOOKED_AT = 24


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Goods as the list shows them; ``sku`` says who sells them, ``href`` is where their offers or the only one are."""

    href: str
    sku: str
    name: str
    brand: str


def marketplace_suggestions(request: Request, text: str) -> list[Suggestion]:
    """The best goods for a text that is being typed, as the buyer sees them at each supplier; no prices."""
    names = {key: supplier.name for key, supplier in suppliers().items()}
    by_goods: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in suggest_on_marketplace(text, views_of(request, text), _LOOKED_AT):
        if UUID(hit.tenant_id) in names:
            by_goods[hit.goods or hit.pk].append(hit)
    return [_suggestion(hits, names) for hits in list(by_goods.values())[:_MOST]]


def _suggestion(hits: Sequence[Hit], names: Mapping[UUID, str]) -> Suggestion:
    first, sellers = hits[0], {UUID(hit.tenant_id) for hit in hits}
    if len(sellers) > 1:
        count = ngettext("%(num)d supplier", "%(num)d suppliers", len(sellers)) % {"num": len(sellers)}
        return Suggestion(reverse("marketplace_goods", args=[first.goods]), count, first.name, first.brand)
    tenant_id = UUID(first.tenant_id)
    href = storefront_href(tenant_id, product_path(PRODUCT_PREFIX, first.sku))
    return Suggestion(href, f"{first.sku} · {names[tenant_id]}", first.name, first.brand)
