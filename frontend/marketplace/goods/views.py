"""The page of goods that several suppliers sell, and its way into a supplier's cart."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core.tenancy import use_tenant
from frontend.context import reverse_or_blank
from frontend.guards import buyer_required
from frontend.head import NOT_INDEXED, indexed
from frontend.marketplace.buying import buyer_at, open_supplier
from frontend.marketplace.goods.offering import LONGEST, Typed, goods_page
from frontend.marketplace.offers import MOST_COMPARED, Pick, may_ask, read_picks
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.cart.reading import read_quantity
from marketplace.directory import Supplier
from marketplace.goods import offers_of_goods
from orders import carts
from orders.errors import LinesRefused
from orders.lines import NewLine


@require_safe
def goods(request: Request, goods_id: UUID) -> HttpResponse:
    """All offers of goods, at this buyer's prices."""
    return _page(request, goods_id)


@require_POST
@buyer_required
def add(request: Request, goods_id: UUID) -> HttpResponse:
    """Put goods into the cart at one of their suppliers."""
    pick, supplier = _picked(request, goods_id)
    text = request.POST.get("quantity", "").strip()[:LONGEST]
    quantity, error = read_quantity(text)
    if not error:
        error = _add(request, supplier, pick[1], quantity)
    if error:
        return _page(request, goods_id, Typed(pick, text, error))
    messages.success(request, _("It is in your cart at %(supplier)s.") % {"supplier": supplier.name})
    return see_other(_back(request, goods_id))


def _picked(request: Request, goods_id: UUID) -> tuple[Pick, Supplier]:
    """The offer that the form names, if it is one of these goods."""
    picks = read_picks(request.POST.getlist("line"))
    if len(picks) != 1 or picks[0] not in offers_of_goods([goods_id]).get(goods_id, []):
        raise Http404
    supplier = open_supplier(picks[0][0])
    if supplier is None:
        raise Http404
    return picks[0], supplier


def _add(request: Request, supplier: Supplier, variant_id: UUID, quantity: Decimal) -> str:
    """Add in the supplier's scope; answers what is wrong with the quantity."""
    with use_tenant(supplier.scope, company_id=request.actor.company_id):
        customer = buyer_at(request, supplier).approved
        if customer is None:
            raise Http404
        try:
            carts.add_lines(actor=request.actor, customer=customer, lines=[NewLine(variant_id, "", quantity)])
        except LinesRefused as refusal:
            return str(refusal)
    return ""


def _page(request: Request, goods_id: UUID, typed: Typed | None = None) -> HttpResponse:
    found = goods_page(request, goods_id, typed)
    if found is None:
        raise Http404
    values = {
        "goods": found,
        "path": reverse("marketplace_goods", args=[goods_id]),
        "cart_path": _with_query(request, reverse("marketplace_goods_cart", args=[goods_id])),
        "sort": request.GET.get("sort", ""),
        "search_href": reverse("marketplace_search"),
        "compare_href": reverse("marketplace_compare"),
        "rfq_href": reverse_or_blank("marketplace_rfq_new") if may_ask(request.actor) else "",
        "most_compared": MOST_COMPARED,
    }
    status = 422 if typed or found.error else 200
    head = indexed(request, str(values["path"])) if status == 200 else NOT_INDEXED
    return render_page(request, "marketplace/goods.html", values, area="marketplace", status=status, head=head)


def _back(request: Request, goods_id: UUID) -> str:
    return _with_query(request, reverse("marketplace_goods", args=[goods_id]))


def _with_query(request: Request, path: str) -> str:
    """The quantity and the order of the page stay."""
    query = request.GET.urlencode()
    return f"{path}?{query}" if query else path
