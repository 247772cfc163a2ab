"""What waits for a buyer at one supplier: offers to answer, goods on the way, invoices to pay, lists begun."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from core import formatting
from frontend.context import reverse_or_blank
from frontend.storefront.buyer import buyer_of, cart_sum_of
from frontend.storefront.catalog.quotes import request_href
from inventory.alerts import alert_counts
from orders import drafts
from orders.approvals.queries import waiting_count
from orders.bought import Habit, bought_count
from orders.enums import OrderState
from orders.lists import order_counts
from payments.queries import InvoiceSummary
from rfq.waiting import waiting_offers

_ON_THE_WAY = (OrderState.SHIPPING, OrderState.SHIPPED)
_UNDER_WAY = (OrderState.PLACED, OrderState.CONFIRMED, *_ON_THE_WAY)
#: More than this many are not counted.
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure and where it leads."""

    label: str
    value: str
    note: str
    href: str
    tone: str = ""


def tiles(request: Request, invoices: tuple[InvoiceSummary, ...] | None) -> tuple[Tile, ...]:
    """Work first, then what was begun, seven statements at most."""
    found = (
        _approvals(request),
        _offers(request),
        _deliveries(request),
        _due_again(request),
        None if invoices is None else _invoices(invoices),
        _cart(request),
        _draft(request),
        _alerts(request),
    )
    return tuple(tile for tile in found if tile is not None)


def _offers(request: Request) -> Tile | None:
    offers = waiting_offers(request.actor, limit=COUNTED)
    if not offers:
        return None
    first = offers[0]
    note = f"{first.number} · {first.left_text}"
    return Tile(_("Quotes to answer"), _counted(len(offers)), note, request_href(first.rfq_id), "warn")


def _due_again(request: Request) -> Tile | None:
    """Goods that are usually ordered again by now."""
    customer = buyer_of(request).approved
    count = bought_count(customer, Habit.DUE, units=request.actor.unit_ids) if customer else 0
    if not count:
        return None
    href = f"{reverse('storefront_again')}?again={Habit.DUE.value}"
    return Tile(_("Due again"), formatting.number(count), _("by your usual rhythm"), href)


def _approvals(request: Request) -> Tile | None:
    count = waiting_count(request.actor)
    if not count:
        return None
    return Tile(_("Orders to approve"), formatting.number(count), "", reverse("storefront_approvals"), "warn")


def _deliveries(request: Request) -> Tile:
    counts = order_counts(request.actor)
    under_way = sum(counts.get(state) for state in _UNDER_WAY)
    moving = sum(counts.get(state) for state in _ON_THE_WAY)
    values = {"count": formatting.number(moving)}
    note = (
        ngettext("%(count)s on the road", "%(count)s on the road", moving) % values if moving else _("none on the road")
    )
    return Tile(_("Orders under way"), formatting.number(under_way), note, reverse("storefront_orders"))


def _invoices(invoices: tuple[InvoiceSummary, ...]) -> Tile:
    late = sum(invoice.is_overdue for invoice in invoices)
    note = ngettext("%(count)s is overdue", "%(count)s are overdue", late) % {"count": formatting.number(late)}
    href = f"{reverse('storefront_invoices')}?only=open"
    return Tile(
        _("Invoices to pay"), formatting.number(len(invoices)), note if late else "", href, "bad" if late else ""
    )


def _cart(request: Request) -> Tile | None:
    total = cart_sum_of(request)
    if total is None:
        return None
    note = formatting.money(total.net, total.currency) if total.count and total.net is not None else ""
    return Tile(
        _("Lines in my cart"),
        formatting.number(total.count),
        note or _("nothing begun"),
        reverse_or_blank("storefront_cart"),
    )


def _draft(request: Request) -> Tile | None:
    buyer = buyer_of(request)
    if buyer.approved is None or not buyer.may_order:
        return None
    counts = drafts.counts_of(buyer.actor, buyer.approved)
    values = {"count": formatting.number(counts.repair)}
    note = ngettext("%(count)s to repair", "%(count)s to repair", counts.repair) % values if counts.repair else ""
    href = reverse_or_blank("storefront_quick_order")
    return Tile(_("Lines in my quick order"), formatting.number(counts.total), note or _("paste, upload or scan"), href)


def _alerts(request: Request) -> Tile | None:
    total, told = alert_counts(request.actor)
    if not total:
        return None
    note = ngettext("%(count)s is back", "%(count)s are back", told) % {"count": formatting.number(told)}
    href = reverse("storefront_stock_alerts")
    return Tile(_("Stock alerts"), formatting.number(total), note if told else _("none is back yet"), href)


def _counted(count: int) -> str:
    text = formatting.number(count)
    return f"{text}+" if count == COUNTED else text
