"""Orders of a company with this supplier: the list, and one order with its parcels as they move."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

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
from marketplace.purchases.queries import purchase_number
from orders import drafts
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
        "invoice": invoice_of_order(request.actor, order_id),
        "credit": None,
        "purchase": purchase_number(request.actor, progress.purchase_id) if progress.purchase_id else "",
        "topic": topic("order", order_id),
        "href": request.get_full_path(),
        "placed": "placed" in request.GET,
    }
    return render_page(request, "storefront/orders/order.html", values, fragment=("order", "order_state"))


@require_POST
@buyer_required
def again(request: Request, order_id: UUID) -> HttpResponse:
    """The lines of a large order once more, as a quick order: what is no longer possible is repaired there."""
    order = order_progress(request.actor, order_id)
    skus = {line.variant_id: line.sku for line in order.lines}
    lines = [Typed(skus[wish.variant_id], settled(wish.quantity), wish.unit_code) for wish in order.again]
    drafts.edit(actor=request.actor, customer=customer_of_request(request), added=lines, source=order.number)
    return see_other(reverse("storefront_quick_order"))


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
