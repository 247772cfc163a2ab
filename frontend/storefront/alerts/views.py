"""What the buyer waits for: asked for on a product without stock, seen and removed here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from catalog.outline import outline
from catalog.queries import listed_variants
from core import formatting
from core.errors import Refused
from customers.queries import CustomerInfo
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import back_path, see_other
from frontend.render import render_page
from frontend.storefront.buyer import Buyer, buyer_of, customer_of_request
from frontend.storefront.catalog.rows import ProductRow, product_rows
from inventory import alerts as stock_alerts
from inventory.alerts import Alert

_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An article that is waited for; without ``row`` it is no longer sold to this buyer."""

    key: str
    row: ProductRow | None
    when_text: str
    is_back: bool


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def alerts(request: Request) -> HttpResponse:
    """List what is waited for; ``watch`` adds an article, ``remove`` takes one out."""
    customer = customer_of_request(request)
    if request.method == "POST":
        return _change(request, customer)
    total, told = stock_alerts.alert_counts(request.actor)
    number = page_number(request, -(-total // _PER_PAGE))
    found = stock_alerts.alerts_of(request.actor, limit=_PER_PAGE, offset=(number - 1) * _PER_PAGE)
    values = {
        "buyer": buyer_of(request),
        "rows": _rows(found, buyer_of(request)),
        "total": total,
        "told": told,
        "pager": build_pager(request, total=total, per_page=_PER_PAGE),
    }
    return render_page(request, "storefront/alerts.html", values)


def _change(request: Request, customer: CustomerInfo) -> HttpResponse:
    here = reverse("storefront_stock_alerts")
    if "remove" in request.POST:
        stock_alerts.unwatch(variant_id=_key(request.POST["remove"]), actor=request.actor)
        return see_other(here)
    try:
        variant_id = _key(request.POST.get("watch", ""))
        stock_alerts.watch(variant_id=variant_id, view=customer.view, actor=request.actor)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("You will get an e-mail when it is in stock again."))
    return see_other(back_path(request, here))


def _rows(found: list[Alert], buyer: Buyer) -> tuple[AlertRow, ...]:
    order = [alert.variant_id for alert in found]
    listed = listed_variants(order, buyer.view)
    shown = {row.key: row for row in product_rows(listed, order, outline(), buyer)}
    return tuple(
        AlertRow(
            key=alert.variant_id.hex,
            row=shown.get(alert.variant_id.hex),
            when_text=formatting.day(timezone.localdate(alert.told_at or alert.created_at)),
            is_back=alert.told_at is not None,
        )
        for alert in found
    )


def _key(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError as error:
        raise Http404 from error
