"""Checkout on one page: what, to where, on which terms, and what it does to the credit."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.queries import AddressRow, addresses_of
from accounts.requests import Request
from core.db import patiently
from core.errors import Refused
from customers.queries import CustomerInfo
from frontend.cost_centres import centres_of
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.approvals.preview import approval_text
from frontend.storefront.buyer import customer_of_request, remember_cart_sum
from frontend.storefront.cart.basket import PER_PAGE, basket_of
from frontend.storefront.cart.credit import credit_text
from frontend.storefront.cart.details import DetailsForm, agreed_texts
from frontend.storefront.cart.outlook import outlook_of
from frontend.storefront.cart.saying import groups_of, with_details
from frontend.storefront.cart.showing import version_of
from orders.approvals.asking import ask
from orders.approvals.errors import ApprovalNeeded, BuyerWarned
from orders.carts import cart_key_of
from orders.details import FEE_RATE
from orders.errors import EmptyOrder, LinesRefused
from orders.services import Delivery, OrderDetails
from orders.services import checkout as place_cart
from orders.vat import usual
from payments.credit import status as credit_status


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def checkout(request: Request) -> HttpResponse:
    """Show what will be ordered; order it. Sent twice it orders once."""
    customer = customer_of_request(request)
    form = _form(request, customer)
    problem: Refused | None = None
    if "show_vat" in request.POST:
        form.full_clean()
        form.errors.clear()  # only looked at, not sent
    elif form.is_valid():
        try:
            warned_of = request.POST.get("warned_of", "")
            order_id = patiently(lambda: place_cart(**_given(request, customer, form.details()), warned_of=warned_of))
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
    return DetailsForm(data, terms=customer.order_terms, cost_centres=centres_of(request))


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
        "cart_version": version_of(request),
        "prices_taken": request.POST.get("prices", ""),
    }


def _page(request: Request, customer: CustomerInfo, problem: Refused | None, form: DetailsForm) -> HttpResponse:
    addresses = addresses_of(customer.company_id, request.actor.unit_ids)
    chosen = _chosen(request, addresses)
    shown = cart_key_of(request.actor, customer)  # before its lines: what a colleague changes meanwhile is noticed
    basket = basket_of(
        request.actor,
        customer,
        page=page_number(request),
        place=chosen.place if chosen else None,
        delivery_method=_method(form),
        by_place=True,
    )
    remember_cart_sum(request, basket.sum)
    if not basket.sum.count:
        return see_other(reverse("storefront_cart"))
    status = credit_status(customer.id)
    context = {
        "approval": approval_text(
            request.actor, customer, basket.sum.net, request.POST.get("cost_centre_code", "").strip()
        ),
        "basket": with_details(basket, addresses),
        "groups": groups_of(with_details(basket, addresses), addresses, chosen.id.hex if chosen else ""),
        "refused": [(each.sku, each.message) for each in problem.problems] if isinstance(problem, LinesRefused) else [],
        "pager": build_pager(request, total=basket.shown_count, per_page=PER_PAGE),
        "addresses": addresses,
        "chosen": chosen.id.hex if chosen else "",
        "may_tax_otherwise": _may_tax_otherwise(customer, addresses),
        "form": form,
        "agreed": agreed_texts(customer.order_terms),
        "problem": str(problem) if problem and problem.field not in form.fields else "",
        "problem_field": problem.field if problem else "",
        "warned_of": form.cleaned_data["cost_centre_code"] if isinstance(problem, BuyerWarned) else "",
        "term_text": customer.payment_term_text,
        "credit": credit_text(status, basket),
        "outlook": outlook_of(customer, status, basket.gross),
        "expected": f"{basket.gross:f}",
        "cart": shown,
    }
    code = problem.status if problem else 422 if form.errors else 200
    return render_page(request, "storefront/cart/checkout.html", context, status=code)


def _chosen(request: Request, addresses: list[AddressRow]) -> AddressRow | None:
    """The address that was chosen, or the usual one, or the first."""
    wanted = _id(request, "address")
    found = [each for each in addresses if each.id == wanted] or [each for each in addresses if each.is_default]
    return next(iter(found or addresses), None)


def _method(form: DetailsForm) -> str:
    """How to deliver, as far as it was said."""
    return str(form.cleaned_data.get("delivery_method", "")) if form.is_bound else ""


def _may_tax_otherwise(customer: CustomerInfo, addresses: list[AddressRow]) -> bool:
    """Whether the VAT depends on what is chosen on the page."""
    places, methods = [each.place for each in addresses], customer.order_terms.delivery_methods
    found = {usual(customer, place, method).of(FEE_RATE) for place in places for method in methods}
    return len(found) > 1


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
