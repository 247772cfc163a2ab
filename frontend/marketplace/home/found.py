"""A page of products of all suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from core import formatting
from frontend.asked import PER_PAGE, Asked, read
from frontend.facets import Panel, marketplace_panel
from frontend.marketplace.offers import Offer, offers_of
from frontend.paging import Pager, build_pager
from marketplace.directory import suppliers
from search.labels import STEP, shown
from search.port import MAX_WINDOW, Result
from search.queries import find_on_marketplace


@dataclass(frozen=True, slots=True)
class MarketplacePage:
    """Everything that the page prints."""

    asked: Asked
    title: str
    count_text: str
    offers: tuple[Offer, ...]
    panel: Panel
    pager: Pager
    notices: tuple[str, ...]


def marketplace_page(request: Request) -> MarketplacePage:
    """The page that the request asks for."""
    asked = read(request.GET, sees_prices=False)
    found = find_on_marketplace(asked.to_query())
    result = found.result if found else Result()
    picks = [(UUID(hit.tenant_id), UUID(hit.pk)) for hit in result.hits]
    offers = offers_of(request, picks)
    names = {str(supplier.id): supplier.name for supplier in suppliers().values()}
    return MarketplacePage(
        asked=asked,
        title=_title(asked),
        count_text=_count_text(result.total),
        offers=tuple(offers.by_pick[pick] for pick in picks if pick in offers.by_pick),
        panel=marketplace_panel(request, asked, result.facets, offers.outline, names),
        pager=build_pager(request, total=min(result.total, MAX_WINDOW), per_page=PER_PAGE),
        notices=_notices(result, is_down=found is None),
    )


def _title(asked: Asked) -> str:
    if asked.text:
        return _("Results for “%(text)s”") % {"text": asked.text}
    return shown(asked.category).rpartition(STEP)[2] if asked.category else _("All products")


def _count_text(total: int) -> str:
    return ngettext("%(count)s product", "%(count)s products", total) % {"count": formatting.number(total)}


def _notices(result: Result, *, is_down: bool) -> tuple[str, ...]:
    if is_down:
        return (_("Search is not available at the moment. Please try again, or open a supplier’s storefront."),)
    if "partial_match" in result.degraded:
        return (_("No product has all of these words; here are those that have some of them."),)
    return ()
