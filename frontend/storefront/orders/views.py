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
from frontend.order_lists import order_list
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of
from frontend.storefront.cart.reading import pack_field
from orders.progress import OrderProgress, order_progress
from payments.queries import invoice_of_order


@require_safe
@buyer_required
def orders(request: Request) -> HttpResponse:
    """The company's orders with this supplier, newest first."""
    return render_page(request, "storefront/orders/list.html", order_list(request), fragment="results")


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
        key = line.key.hex
        fields += [(f"quantity-{key}", plain(line.quantity)), (f"unit-{key}", line.unit_code)]
        if line.is_pack:
            fields.append((f"pack-{key}", pack_field(line.variant_id, line.choice, line.digest)))
    return fields
