"""Orders of a company with this supplier: the list, and one order with its parcels as they move."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import Request
from core.formatting import plain
from core.live import topic
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number, query_url
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of
from orders.enums import OrderState
from orders.lists import order_counts, orders_page
from orders.progress import OrderProgress, order_progress
from payments.queries import invoice_of_order

PER_PAGE = 50


@require_safe
@buyer_required
def orders(request: Request) -> HttpResponse:
    """The company's orders with this supplier, newest first."""
    state = request.GET.get("state", "")
    state = state if state in OrderState.values else ""
    search = request.GET.get("q", "").strip()[:60]
    counts = order_counts(request.actor)
    rows, total = orders_page(
        request.actor, state=state, search=search, limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE
    )
    values = {
        "rows": rows,
        "search": search,
        "state": state,
        "tabs": [
            (label, query_url(request, state=value or None, page=None), value == state, counts.get(value, 0))
            for value, label in counts.choices
        ],
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "live_href": request.get_full_path(),
        "topic": topic("orders"),
    }
    return render_page(request, "storefront/orders/list.html", values, fragment="results")


@require_safe
@buyer_required
def order(request: Request, order_id: UUID) -> HttpResponse:
    """One order: where its goods are, what it costs, when it is due. Refreshes itself."""
    progress = order_progress(request.actor, order_id)
    values = {
        "order": progress,
        "again_href": reverse("storefront_cart_add") if buyer_of(request).may_order else "",
        "again_fields": _again_fields(progress),
        "invoice": invoice_of_order(request.actor, order_id),
        "credit": None,
        "topic": topic("order", order_id),
        "href": reverse("storefront_order", args=[order_id]),
        "placed": "placed" in request.GET,
    }
    return render_page(request, "storefront/orders/order.html", values, fragment=("order", "order_state"))


def _again_fields(order: OrderProgress) -> list[tuple[str, str]]:
    """The lines once more, as the cart takes them; afterwards one sees the cart."""
    fields = [("next", reverse("storefront_cart"))]
    for line in order.again:
        key = line.variant_id.hex
        fields += [(f"quantity-{key}", plain(line.quantity)), (f"unit-{key}", line.unit_code)]
    return fields
