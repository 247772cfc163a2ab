"""Orders of a company with this supplier: the list, and one order with its parcels as they move."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import Request
from core.live import topic
from frontend.guards import buyer_required
from frontend.messages import talk_about
from frontend.order_lists import order_list
from frontend.paging import build_pager, page_number
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of
from marketplace.models import DocumentKind
from marketplace.purchases.queries import purchase_number
from orders.progress import order_progress
from orders.returns.queries import may_ask, returns_of_order
from payments.queries import invoice_of_order

_PER_PAGE = 50


@require_safe
@buyer_required
def orders(request: Request) -> HttpResponse:
    """The company's orders with this supplier, newest first."""
    values = {**order_list(request), "may_order": buyer_of(request).may_order}
    return render_page(request, "storefront/orders/list.html", values, fragment="results")


@require_safe
@buyer_required
def order(request: Request, order_id: UUID) -> HttpResponse:
    """One order: where its goods are, what it costs, when it is due. Refreshes itself."""
    progress = order_progress(request.actor, order_id, page=page_number(request), per_page=_PER_PAGE)
    values = {
        "order": progress,
        "pager": build_pager(request, total=progress.line_count, per_page=_PER_PAGE),
        "may_order": buyer_of(request).may_order,
        "can_change": progress.can_confirm and buyer_of(request).may_order,
        "can_return": may_ask(request.actor, company_id=progress.company_id, state=progress.state),
        "returns": returns_of_order(request.actor, order_id),
        "invoice": invoice_of_order(request.actor, order_id),
        "credit": None,
        "purchase": purchase_number(request.actor, progress.purchase_id) if progress.purchase_id else "",
        "talk": talk_about(request, DocumentKind.ORDER, order_id, "storefront"),
        "topic": topic("order", order_id),
        "href": request.get_full_path(),
        "placed": "placed" in request.GET,
    }
    return render_page(request, "storefront/orders/order.html", values, fragment=("order", "order_state"))
