"""A page of the product table: one search, the rows, the panel."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request, tenant_of
from catalog import queries
from catalog.outline import Outline, outline
from catalog.tree import LONGEST_PATH, path_today
from core import formatting
from frontend.asked import PER_PAGE, PRICE_SORTS, Asked, read
from frontend.facets import Panel, shop_panel
from frontend.paging import Pager, build_pager
from frontend.storefront.buyer import buyer_of, looker_of
from frontend.storefront.catalog.rows import ProductRow, product_rows
from search.buyers import Looker
from search.port import MAX_WINDOW, Result
from search.queries import NOT_EXACT, find_in_shop


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that the page prints."""

    asked: Asked
    title: str
    count_text: str
    trail: tuple[tuple[str, str], ...]
    rows: tuple[ProductRow, ...]
    panel: Panel
    pager: Pager
    notices: tuple[str, ...]


def listing(request: Request, path: str) -> Listing:
    """The page that the request asks for. A search engine that does not answer is replaced by the database."""
    buyer = buyer_of(request)
    asked = read(request.GET, sees_prices=buyer.sees_prices)
    known = outline()
    found = _found(tenant_of(request).id, asked, looker_of(request, only_bought=asked.only_bought))
    result = found.result
    rows = product_rows(queries.listed_variants(found.ids, buyer.view), found.ids, known, buyer)
    return Listing(
        asked=asked,
        title=_title(asked, known),
        count_text=_count_text(result.total),
        trail=_trail(asked, known, path),
        rows=rows,
        panel=shop_panel(request, asked, result, known, buyer.customer.currency if buyer.customer else "EUR"),
        pager=build_pager(request, total=min(result.total, MAX_WINDOW), per_page=PER_PAGE),
        notices=_notices(asked, result, is_down=found.is_down),
    )


def moved_category(path: str) -> str:
    """Where the category is now that had this path; "" when it is there, or never was. One statement for those."""
    old, known = path.replace("\x00", "").strip("/")[:LONGEST_PATH], outline().categories
    if not old or old in known:
        return ""
    now = path_today(old)
    return now if now in known else ""


@dataclass(frozen=True, slots=True)
class _Found:
    ids: list[UUID]
    result: Result
    is_down: bool = False


def _found(tenant_id: UUID, asked: Asked, looker: Looker) -> _Found:
    found = find_in_shop(tenant_id, asked.to_query(), looker)
    if found is not None:
        return _Found([UUID(hit.pk) for hit in found.result.hits], found.result)
    offset = (asked.page - 1) * PER_PAGE
    ids, total = queries.matching_ids(asked.text, asked.category, looker.view, offset=offset, size=PER_PAGE)
    return _Found(ids, Result(total=total), is_down=True)


def _title(asked: Asked, known: Outline) -> str:
    if asked.category in known.categories:
        return known.categories[asked.category].name
    return _("Results for “%(text)s”") % {"text": asked.text} if asked.text else _("Catalogue")


def _count_text(total: int) -> str:
    return ngettext("%(count)s reference", "%(count)s references", total) % {"count": formatting.number(total)}


def _trail(asked: Asked, known: Outline, path: str) -> tuple[tuple[str, str], ...]:
    steps = known.trail(asked.category) if asked.category else []
    links = [(step.name, f"{path}?category={step.path}") for step in steps]
    here = [(links[-1][0], "")] if links else []
    return ((_("Home"), "/"), (_("Catalogue"), path if links else ""), *links[:-1], *here)


def _notices(asked: Asked, result: Result, *, is_down: bool) -> tuple[str, ...]:
    notices: list[str] = []
    if is_down:
        notices.append(_("Search is not available at the moment: this is a plain list, without filters."))
    if "partial_match" in result.degraded:
        notices.append(_("No product has all of these words; here are those that have some of them."))
    if asked.sort in PRICE_SORTS or asked.has_price:
        if result.degraded & {"public_price_sort", "public_price_filter"}:
            notices.append(_("You have many price conditions: this page goes by list price, not by your own."))
        elif NOT_EXACT in result.degraded:
            notices.append(_("Discounts from a quantity or an amount on are not counted in this order."))
    return tuple(notices)
