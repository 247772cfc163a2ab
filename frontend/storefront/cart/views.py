"""The cart: add lines, change them, take them out."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core import formatting
from frontend.context import ShellPart
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import back_path, see_other
from frontend.render import render_page, wants_fragment
from frontend.storefront.buyer import buyer_of, customer_of_request, remember_cart_sum
from frontend.storefront.cart.basket import PER_PAGE, basket_of
from frontend.storefront.cart.correction import correction_of
from frontend.storefront.cart.csv_export import cart_csv
from frontend.storefront.cart.reading import Typed, read_lines
from frontend.storefront.cart.suggestions import suggestions
from frontend.storefront.shell import cart_link
from orders import carts
from orders.errors import LineProblem, LinesRefused
from orders.lines import merged


@require_safe
@buyer_required
def cart(request: Request) -> HttpResponse:
    """The cart at the prices of this moment."""
    return _cart_page(request)


@require_POST
@buyer_required
def add(request: Request) -> HttpResponse:
    """Add many lines at once; when one is wrong none is added, and all wait on a page where it is corrected."""
    customer = customer_of_request(request)
    typed = read_lines(request.POST)
    if typed.errors:
        return _correction(request, typed, {})
    wishes = typed.wishes()
    try:
        count = carts.add_lines(actor=request.actor, customer=customer, lines=wishes) if wishes else 0
    except LinesRefused as refusal:
        keys = {wish.key: key.hex for wish, (key, *_line) in zip(wishes, typed.lines, strict=True)}
        lines = merged(wishes)
        return _correction(request, typed, {keys[lines[problem.index].key]: problem for problem in refusal.problems})
    if wants_fragment(request):
        part = {"page": ShellPart(cart=cart_link(request))}
        response = render_page(request, "storefront/cart/added.html", part, fragment="cart")
        response["HX-Trigger"] = json.dumps({"toast": added_text(count), "cart-changed": True})
        return response
    if count:
        messages.success(request, added_text(count))
    elif "ticked" in request.POST:
        messages.warning(request, _("Nothing was added: tick the articles that you need."))
    return see_other(back_path(request, reverse("storefront_cart")))


@require_POST
@buyer_required
def update(request: Request) -> HttpResponse:
    """Set units and quantities; zero takes a line out. ``remove`` and ``fix`` are buttons of one line."""
    customer = customer_of_request(request)
    typed = read_lines(request.POST, with_zero=True)
    if typed.errors:
        return _cart_page(request, typed, typed.errors)
    lines = {key: (unit, quantity) for key, unit, quantity in typed.lines}
    try:
        carts.set_quantities(actor=request.actor, customer=customer, quantities=lines)
    except LinesRefused as refusal:
        kept = [key for key, (_unit, quantity) in lines.items() if quantity != 0]
        return _cart_page(request, typed, {kept[problem.index].hex: problem.message for problem in refusal.problems})
    if "checkout" in request.POST:
        return see_other(reverse("storefront_checkout"))
    return see_other(_cart_path(request))


@require_safe
@buyer_required
def download(request: Request) -> HttpResponse:
    """The cart as a CSV file for spreadsheets, at the prices of this moment."""
    content = cart_csv(request.actor, customer_of_request(request))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="cart.csv"'
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_POST
@buyer_required
def clear(request: Request) -> HttpResponse:
    """Empty the cart."""
    carts.clear(actor=request.actor, customer=customer_of_request(request))
    return see_other(reverse("storefront_cart"))


def _cart_path(request: Request) -> str:
    """The page of the cart that was changed."""
    query = request.GET.urlencode()
    return f"{reverse('storefront_cart')}?{query}" if query else reverse("storefront_cart")


def added_text(count: int) -> str:
    """What to say after lines were added."""
    values = {"count": formatting.number(count)}
    return ngettext("%(count)s line is in the cart.", "%(count)s lines are in the cart.", count) % values


def _cart_page(request: Request, typed: Typed | None = None, errors: dict[str, str] | None = None) -> HttpResponse:
    customer = customer_of_request(request)
    only_wrong = request.GET.get("show") == "wrong"
    page = page_number(request)
    basket = basket_of(request.actor, customer, typed, errors, page=page, only_wrong=only_wrong)
    remember_cart_sum(request, basket.sum)
    context = {
        "basket": basket,
        "only_wrong": only_wrong,
        "pager": build_pager(request, total=basket.shown_count, per_page=PER_PAGE),
        "query": request.GET.urlencode(),
        "suggestions": suggestions(buyer_of(request), basket),
    }
    return render_page(request, "storefront/cart/cart.html", context, status=422 if errors else 200)


def _correction(request: Request, typed: Typed, problems: dict[str, LineProblem]) -> HttpResponse:
    """422 with every message at its line; asked by htmx it takes the page's place."""
    context = {
        "correction": correction_of(typed, problems, buyer_of(request).view),
        "back": back_path(request, reverse("storefront_cart")),
    }
    response = render_page(request, "storefront/cart/correction.html", context, status=422, fragment="correction")
    if wants_fragment(request):
        response["HX-Retarget"], response["HX-Reswap"] = "#main", "innerHTML show:window:top"
    return response
