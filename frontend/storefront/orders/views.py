"""Orders of a company with this supplier: the list, and one order with its parcels as they move."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from core.formatting import plain
from core.live import topic
from frontend.guards import buyer_required
from frontend.order_lists import order_list
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, customer_of_request
from frontend.storefront.cart.reading import pack_field
from frontend.storefront.catalog.again import order_rows
from marketplace.purchases.queries import purchase_number
from orders import drafts
from orders.bought import order_lines
from orders.progress import OrderProgress, order_progress
from orders.quick import Typed, settled
from payments.queries import invoice_of_order

_PER_PAGE = 50
#: Lines that a form carries into the cart.
_MOST_FIELDS = 200


@require_safe
@buyer_required
def orders(request: Request) -> HttpResponse:
    """The company's orders with this supplier, newest first."""
    return render_page(request, "storefront/orders/list.html", order_list(request), fragment="results")


@require_safe
@buyer_required
def order(request: Request, order_id: UUID) -> HttpResponse:
    """One order: where its goods are, what it costs, when it is due. Refreshes itself."""
    progress = order_progress(request.actor, order_id, page=page_number(request), per_page=_PER_PAGE)
    again_href, again_fields = _again(progress)
    values = {
        "order": progress,
        "pager": build_pager(request, total=progress.line_count, per_page=_PER_PAGE),
        "again_href": again_href if buyer_of(request).may_order else "",
        "again_fields": again_fields,
        "can_change": progress.can_confirm and buyer_of(request).may_order,
        "invoice": invoice_of_order(request.actor, order_id),
        "credit": None,
        "purchase": purchase_number(request.actor, progress.purchase_id) if progress.purchase_id else "",
        "topic": topic("order", order_id),
        "href": request.get_full_path(),
        "placed": "placed" in request.GET,
    }
    return render_page(request, "storefront/orders/order.html", values, fragment=("order", "order_state"))


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def again(request: Request, order_id: UUID) -> HttpResponse:
    """The lines of an order once more, to be ticked; those of a large one are sent as a quick order, to be repaired."""
    if request.method != "POST":
        return _again_page(request, order_id)
    order = order_progress(request.actor, order_id)
    skus = {line.variant_id: line.sku for line in order.lines}
    lines = [Typed(skus[wish.variant_id], settled(wish.quantity), wish.unit_code) for wish in order.again]
    drafts.edit(actor=request.actor, customer=customer_of_request(request), added=lines, source=order.number)
    return see_other(reverse("storefront_quick_order"))


def _again_page(request: Request, order_id: UUID) -> HttpResponse:
    """What was ordered with what it costs today; in the place of what is no longer sold, its replacement."""
    buyer, customer = buyer_of(request), customer_of_request(request)
    number, lines = order_lines(request.actor, customer, order_id)
    pager = build_pager(request, total=len(lines), per_page=_PER_PAGE)
    first = (pager.number - 1) * _PER_PAGE
    values = {
        "buyer": buyer,
        "order_id": order_id,
        "number": number,
        "rows": order_rows(customer, lines[first : first + _PER_PAGE]),
        "pager": pager,
        "cart_action": reverse("storefront_cart_add"),
    }
    return render_page(request, "storefront/orders/again.html", values)


def _again(order: OrderProgress) -> tuple[str, list[tuple[str, str]]]:
    """Where the lines go once more, and the fields that say which: into the cart, or as a quick order when many."""
    if len(order.again) > _MOST_FIELDS:
        return reverse("storefront_order_again", args=[order.id]), []
    fields = [("next", reverse("storefront_cart"))]
    for line in order.again:
        key = line.key.hex
        fields += [(f"quantity-{key}", plain(line.quantity)), (f"unit-{key}", line.unit_code)]
        if line.is_pack:
            fields.append((f"pack-{key}", pack_field(line.variant_id, line.choice, line.digest)))
    return reverse("storefront_cart_add"), fields
