"""Why a price: the buyer's own conditions for a product and a quantity."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from catalog.queries import VariantInfo, variants_by_id
from customers.queries import CustomerInfo
from frontend.goods import price_text, product_path, unit_name
from frontend.guards import buyer_required
from frontend.price_steps import price_steps
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from frontend.typed import as_typed, read_number
from pricing.explaining import explain, for_buyer
from pricing.queries import ResolvedPrice, price_context, resolve

_PREFIX = "/catalog/price/"
_MOST = Decimal(10) ** 12


@require_safe
@buyer_required
def price(request: Request, variant_id: UUID) -> HttpResponse:
    """The price of a product that the buyer sees, for the quantity that is asked, with the way to it."""
    buyer = buyer_of(request)
    info = variants_by_id([variant_id], buyer.view).get(variant_id)
    if buyer.approved is None or info is None or not info.is_active or info.is_pack:
        raise Http404
    text, error = request.GET.get("quantity", "").strip()[:24], ""
    quantity = info.base_unit.minimum
    try:
        quantity = read_quantity(text) if text else quantity
    except ValidationError as problem:
        error = problem.messages[0]
    found = _resolved(buyer.approved, info, quantity)
    values = {
        "info": info,
        "href": product_path(PRODUCT_PREFIX, info.sku),
        "quantity": text or as_typed(quantity),
        "error": error,
        "unit": unit_name(info.base_unit.code, 2),
        "price": price_text(found, info) if found else None,
        "steps": price_steps(for_buyer(explain(found)), info.base_unit.code) if found else (),
    }
    return render_page(request, "storefront/price.html", values, status=422 if error else 200)


def why_href(variant_id: UUID, quantity: Decimal) -> str:
    """The address of the explanation of a price."""
    query = urlencode({"quantity": as_typed(quantity)})
    return f"{_PREFIX}{variant_id}/?{query}"


def read_quantity(text: str) -> Decimal:
    """A quantity above 0, as people of the page's language write it. Raises ValidationError."""
    number = read_number(text)
    if not 0 < number < _MOST:
        raise ValidationError(_("A quantity is above 0."))
    return number


def _resolved(customer: CustomerInfo, info: VariantInfo, quantity: Decimal) -> ResolvedPrice | None:
    return resolve(price_context(customer), {info.id: quantity}).get(info.id)
