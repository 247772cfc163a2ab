"""The cart: add lines, change them, take them out."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from customers.queries import require_approved
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page, wants_fragment
from frontend.storefront.cart.basket import basket_of
from frontend.storefront.cart.reading import Typed, read_lines
from orders import carts
from orders.errors import LinesRefused
from orders.lines import NewLine


@require_safe
@buyer_required
def cart(request: HttpRequest) -> HttpResponse:
    """The cart at the prices of this moment."""
    return _cart_page(request)


@require_POST
@buyer_required
def add(request: HttpRequest) -> HttpResponse:
    """Add many lines at once; when one is wrong none is added, and all are shown with what is wrong."""
    customer = require_approved(request.actor)
    typed = read_lines(request.POST)
    wishes = [NewLine(variant_id, unit, quantity) for variant_id, unit, quantity in typed.lines]
    problems = dict(typed.errors)
    count = 0
    if not problems and wishes:
        try:
            count = carts.add_lines(actor=request.actor, customer=customer, lines=wishes)
        except LinesRefused as refusal:
            problems = {p.variant_id.hex: p.message for p in refusal.problems if p.variant_id}
    if problems:
        return _refused(request, problems)
    text = ngettext("%(count)s line is in the cart.", "%(count)s lines are in the cart.", count) % {"count": count}
    if wants_fragment(request):
        response = render_page(request, "storefront/cart/added.html", {}, fragment="cart")
        response["HX-Trigger"] = json.dumps({"toast": text, "cart-changed": True})
        return response
    if count:
        messages.success(request, text)
    return see_other(_back(request))


@require_POST
@buyer_required
def update(request: HttpRequest) -> HttpResponse:
    """Set units and quantities; zero takes a line out. ``remove`` names one line to take out."""
    customer = require_approved(request.actor)
    typed = read_lines(request.POST, with_zero=True)
    removed = request.POST.get("remove", "")
    lines = {key: (unit, quantity) for key, unit, quantity in typed.lines}
    if removed:
        lines = {
            key: (unit, quantity if key.hex != removed else quantity * 0) for key, (unit, quantity) in lines.items()
        }
    if typed.errors:
        return _cart_page(request, typed, typed.errors)
    try:
        carts.set_quantities(actor=request.actor, customer=customer, quantities=lines)
    except LinesRefused as refusal:
        kept = [key for key, (_unit, quantity) in lines.items() if quantity != 0]
        errors = {kept[problem.index].hex: problem.message for problem in refusal.problems}
        return _cart_page(request, typed, errors)
    return see_other(reverse("storefront_checkout" if "checkout" in request.POST else "storefront_cart"))


@require_POST
@buyer_required
def clear(request: HttpRequest) -> HttpResponse:
    """Empty the cart."""
    carts.clear(actor=request.actor, customer=require_approved(request.actor))
    return see_other(reverse("storefront_cart"))


def _cart_page(request: HttpRequest, typed: Typed | None = None, errors: dict[str, str] | None = None) -> HttpResponse:
    customer = require_approved(request.actor)
    basket = basket_of(request.actor, customer, typed.texts if typed else None, errors)
    return render_page(request, "storefront/cart/cart.html", {"basket": basket}, status=422 if errors else 200)


def _refused(request: HttpRequest, problems: dict[str, str]) -> HttpResponse:
    """422 with every message; a fragment shows them as a notice and the page keeps what was typed."""
    context = {"problems": list(problems.values()), "back": _back(request)}
    if wants_fragment(request):
        response = render_page(request, "storefront/cart/refused.html", context, fragment="problems", status=422)
        response["HX-Retarget"], response["HX-Reswap"] = "#add-problems", "innerHTML"
        return response
    return render_page(request, "storefront/cart/refused.html", context, status=422)


def _back(request: HttpRequest) -> str:
    """The page that the lines were typed on."""
    path = request.POST.get("next", "")
    if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return reverse("storefront_cart")
