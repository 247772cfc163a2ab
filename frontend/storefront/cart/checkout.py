"""Checkout on one page: what, to where, on which terms, and what it does to the credit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.queries import addresses_of
from accounts.requests import Request
from accounts.spending.queries import cost_centre_choices
from core import formatting
from core.db import patiently
from core.errors import Refused
from customers.queries import CustomerInfo
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.approvals.preview import approval_text
from frontend.storefront.buyer import customer_of_request, remember_cart_sum
from frontend.storefront.cart.basket import PER_PAGE, Basket, basket_of
from frontend.storefront.cart.details import DetailsForm, agreed_texts
from frontend.storefront.cart.outlook import outlook_of
from orders.approvals.errors import ApprovalNeeded
from orders.approvals.services import ask
from orders.carts import cart_id_of
from orders.errors import EmptyOrder
from orders.services import Delivery, OrderDetails
from orders.services import checkout as place_cart
from payments.credit import CreditStatus
from payments.credit import status as credit_status


@dataclass(frozen=True, slots=True)
class CreditText:
    """The customer's credit with this order in it, as texts and whole percents for the bar."""

    text: str
    after_text: str
    used: int
    more: int
    is_enough: bool
    tone: str


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def checkout(request: Request) -> HttpResponse:
    """Show what will be ordered; order it. Sent twice it orders once."""
    customer = customer_of_request(request)
    form = _form(request, customer)
    problem: Refused | None = None
    if form.is_valid():
        try:
            order_id = patiently(lambda: place_cart(**_given(request, customer, form.details())))
            return see_other(f"{reverse('storefront_order', args=[order_id])}?placed")
        except ApprovalNeeded:
            return _asked(request, customer, form)
        except EmptyOrder as refusal:
            messages.info(request, str(refusal))
            return see_other(reverse("storefront_cart"))
        except Refused as refusal:
            problem = refusal
            if refusal.field in form.fields:
                form.add_error(refusal.field, str(refusal))
    return _page(request, customer, problem, form)


def _form(request: Request, customer: CustomerInfo) -> DetailsForm:
    data = request.POST if request.method == "POST" else None
    return DetailsForm(data, terms=customer.order_terms, cost_centres=cost_centre_choices(customer.company_id))


def _asked(request: Request, customer: CustomerInfo, form: DetailsForm) -> HttpResponse:
    """Let the order wait for its approval; to the page that says whose."""
    try:
        request_id = patiently(lambda: ask(**_given(request, customer, form.details())))
    except Refused as refusal:
        return _page(request, customer, refusal, form)
    messages.success(request, _("Your order waits for its approval. Its prices are kept until then."))
    return see_other(reverse("storefront_approval", args=[request_id]))


def _given(request: Request, customer: CustomerInfo, details: OrderDetails) -> Any:
    """What the form says."""
    return {
        "actor": request.actor,
        "customer": customer,
        "delivery": Delivery(address_id=_id(request, "address")),
        "details": details,
        "expected_total": _expected(request),
        "cart_id": _id(request, "cart"),
    }


def _page(request: Request, customer: CustomerInfo, problem: Refused | None, form: DetailsForm) -> HttpResponse:
    basket = basket_of(request.actor, customer, page=page_number(request))
    remember_cart_sum(request, basket.sum)
    if not basket.sum.count:
        return see_other(reverse("storefront_cart"))
    addresses, status = addresses_of(customer.company_id, request.actor.unit_ids), credit_status(customer.id)
    chosen = request.POST.get("address") or next((a.id.hex for a in addresses if a.is_default), "")
    context = {
        "approval": approval_text(
            request.actor, customer, basket.sum.net, request.POST.get("cost_centre_code", "").strip()
        ),
        "basket": basket,
        "pager": build_pager(request, total=basket.shown_count, per_page=PER_PAGE),
        "addresses": addresses,
        "chosen": chosen or (addresses[0].id.hex if addresses else ""),
        "form": form,
        "agreed": agreed_texts(customer.order_terms),
        "problem": str(problem) if problem and problem.field not in form.fields else "",
        "problem_field": problem.field if problem else "",
        "term_text": customer.payment_term_text,
        "credit": _credit(status, basket),
        "outlook": outlook_of(customer, status, basket.gross),
        "expected": f"{basket.gross:f}",
        "cart_id": cart_id_of(request.actor, customer),
    }
    code = problem.status if problem else 422 if form.errors else 200
    return render_page(request, "storefront/cart/checkout.html", context, status=code)


def _credit(status: CreditStatus, basket: Basket) -> CreditText:
    values = {
        "used": formatting.money(status.used, status.currency),
        "order": formatting.money(basket.gross, basket.currency),
        "limit": formatting.money(status.limit, status.currency),
    }
    limit = status.limit or Decimal(1)
    is_enough = basket.gross <= status.available
    return CreditText(
        text=_("%(used)s used + %(order)s for this order, of %(limit)s") % values,
        after_text=formatting.money(status.available - basket.gross, status.currency),
        used=min(int(status.used * 100 / limit), 100),
        more=min(int(basket.gross * 100 / limit), 100),
        is_enough=is_enough,
        tone="" if is_enough else "bad",
    )


def _id(request: Request, name: str) -> UUID | None:
    """A posted key; None when there is none to be read."""
    try:
        return UUID(hex=request.POST.get(name, ""))
    except ValueError:
        return None


def _expected(request: Request) -> Decimal | None:
    try:
        return Decimal(request.POST.get("expected_total", ""))
    except InvalidOperation:
        return None
