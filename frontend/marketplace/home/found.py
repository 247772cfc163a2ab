"""A page of goods of all suppliers: one row for what several of them sell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from core import formatting
from frontend.asked import PER_PAGE, Asked, asked_text, read
from frontend.facets import Panel, marketplace_panel
from frontend.marketplace.buying import lookers_of, most_common
from frontend.marketplace.home.rows import GoodsRow, goods_row
from frontend.marketplace.offers import Offer, Offers, Pick, offers_of
from frontend.paging import Pager, build_pager
from marketplace.directory import suppliers
from marketplace.goods import offers_of_goods, plain_list
from marketplace.taxonomy import taxonomy
from search.buyers import Looker
from search.documents import PRICE_SCALE
from search.goods import TOO_MANY_ACCOUNTS, GoodsFound, find_goods
from search.labels import STEP, shown
from search.port import MAX_WINDOW, Hit, Result


@dataclass(frozen=True, slots=True)
class MarketplacePage:
    """Everything that the page prints."""

    asked: Asked
    title: str
    count_text: str
    rows: tuple[GoodsRow, ...]
    panel: Panel
    pager: Pager
    notices: tuple[str, ...]
    hint: str
    counts_text: str


def marketplace_page(request: Request) -> MarketplacePage:
    """The page that the request asks for."""
    lookers = lookers_of(request, asked_text(request.GET), only_bought=request.GET.get("bought") == "1")
    asked = _asked(request, lookers)
    answer = find_goods(asked.to_query(), lookers, page=asked.page, per_page=PER_PAGE)
    found = answer or _plain(asked)
    result = found.result
    rows, offers = _rows(request, asked, found.heads)
    names = {str(supplier.id): supplier.name for supplier in suppliers().values()}
    currency = most_common(offer.currency for offer in offers.by_pick.values() if offer.currency) or "EUR"
    return MarketplacePage(
        asked=asked,
        title=_title(asked),
        count_text=_count_text(found),
        rows=rows,
        panel=marketplace_panel(
            request,
            asked,
            result,
            offers.outline,
            names,
            tree=taxonomy(),
            currency=currency,
        ),
        pager=build_pager(request, total=min(found.total, MAX_WINDOW), per_page=PER_PAGE),
        notices=_notices(result, is_down=answer is None),
        hint=_hint(asked, rows, lookers),
        counts_text=_counts_text(result),
    )


def _asked(request: Request, lookers: Mapping[UUID, Looker]) -> Asked:
    """Goods have no highest price: the dearest offer says nothing about them."""
    asked = read(request.GET, sees_prices=any(looker.terms is not None for looker in lookers.values()))
    return replace(asked, sort="price") if asked.sort == "-price" else asked


def _plain(asked: Asked) -> GoodsFound:
    """What the database finds when the search engine does not answer; a page after the last one is empty."""
    listed, total = plain_list(
        asked.text,
        node=asked.node,
        tenant_ids=[UUID(key) for key in asked.suppliers],
        offset=(asked.page - 1) * PER_PAGE,
        size=PER_PAGE,
    )
    heads = tuple(
        Hit(str(offer.variant_id), str(offer.tenant_id), "", "", "", str(offer.goods_id or "")) for offer in listed
    )
    return GoodsFound(heads, Result(), total, is_exact=True)


def _rows(request: Request, asked: Asked, heads: Sequence[Hit]) -> tuple[tuple[GoodsRow, ...], Offers]:
    """Goods with all their offers that fit what was asked; those that are gone since are left out."""
    others = offers_of_goods([UUID(hit.goods) for hit in heads if hit.goods])
    picks: dict[str, list[Pick]] = {}
    for hit in heads:
        own = (UUID(hit.tenant_id), UUID(hit.pk))
        same = others.get(UUID(hit.goods), []) if hit.goods else []
        picks[hit.pk] = [own, *(pick for pick in same if pick != own)]
    offers = offers_of(request, [pick for several in picks.values() for pick in several])
    rows = []
    for hit in heads:
        own, *same = picks[hit.pk]
        known = [offers.by_pick[pick] for pick in same if pick in offers.by_pick]
        fitting = [offer for offer in known if _fits(asked, offer)]
        if own in offers.by_pick:
            rows.append(goods_row(hit.goods, [offers.by_pick[own], *fitting]))
    return tuple(rows), offers


def _fits(asked: Asked, offer: Offer) -> bool:
    """Whether an offer meets the conditions that differ between suppliers of the same goods."""
    if asked.suppliers and str(offer.pick[0]) not in asked.suppliers:
        return False
    if not _is_in_time(asked, offer):
        return False
    if not asked.has_price:
        return True
    low, high = asked.to_query().price or (0, 0)
    return offer.unit_price is not None and low <= offer.unit_price * PRICE_SCALE <= high


def _is_in_time(asked: Asked, offer: Offer) -> bool:
    """Whether it is there when it is wanted, as the index counts it: what is in stock now, else within its days."""
    if offer.stock is not None and offer.stock.available > 0:
        return True
    days = offer.stock.lead_time_days if offer.stock is not None else 0
    return not asked.in_stock and (asked.lead_days is None or 0 < days <= asked.lead_days)


def _title(asked: Asked) -> str:
    if asked.text:
        return _("Results for “%(text)s”") % {"text": asked.text}
    if asked.category:
        return shown(asked.category).rpartition(STEP)[2]
    node = taxonomy().nodes.get(asked.node)
    return node.name if node else _("All products")


def _count_text(found: GoodsFound) -> str:
    """Goods and their offers; of very many only the offers are counted."""
    total, offers = found.total, found.result.total
    goods = ngettext("%(count)s product", "%(count)s products", total) % {"count": formatting.number(total)}
    if not found.is_exact:
        return ngettext("%(count)s offer", "%(count)s offers", offers) % {"count": formatting.number(offers)}
    if offers <= total:
        return goods
    return _("%(products)s, %(count)s offers") % {"products": goods, "count": formatting.number(offers)}


def _counts_text(result: Result) -> str:
    """What the numbers beside the filters count."""
    if "documents_counted" in result.degraded:
        return _("Where very many match, the numbers count offers: the same product of two suppliers counts twice.")
    return _("The numbers count products: the same product of two suppliers counts once.")


def _notices(result: Result, *, is_down: bool) -> tuple[str, ...]:
    if is_down:
        return (_("Search is not available at the moment: this is a plain list, without filters."),)
    notices = []
    if "partial_match" in result.degraded:
        notices.append(_("No product has all of these words; here are those that have some of them."))
    if TOO_MANY_ACCOUNTS in result.degraded:
        notices.append(
            _("You buy from so many suppliers that their prices could not be compared here: name a supplier.")
        )
    return tuple(notices)


def _hint(asked: Asked, rows: Sequence[GoodsRow], lookers: Mapping[UUID, Looker]) -> str:
    """What the order by price leaves out."""
    if asked.sort != "price" or not lookers or all(row.is_priced for row in rows):
        return ""
    return _("Suppliers that show no price without an account come after the others.")
