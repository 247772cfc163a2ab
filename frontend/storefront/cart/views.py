"""The cart: add lines, change them, take them out."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core import formatting
from customers.queries import CustomerInfo
from frontend.context import ShellPart
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import back_path, see_other
from frontend.render import render_page, wants_fragment
from frontend.storefront.buyer import buyer_of, customer_of_request, remember_cart_sum
from frontend.storefront.cart.basket import PER_PAGE, basket_of
from frontend.storefront.cart.correction import correction_of
from frontend.storefront.cart.csv_export import cart_csv
from frontend.storefront.cart.reading import Typed, read_lines, read_said, read_taken
from frontend.storefront.cart.saying import with_details
from frontend.storefront.cart.showing import book_of, overtaken, posted_cart, shown_cart
from frontend.storefront.cart.suggestions import suggestions
from frontend.storefront.catalog.quotes import cart_quote_href
from frontend.storefront.shell import cart_link
from orders import carts
from orders.carts import Shown
from orders.errors import LineProblem, LinesRefused, PricesChangedAgain
from orders.lines import merged
from orders.named_carts.errors import CartChanged, CartGone


@require_safe
@buyer_required
def cart(request: Request) -> HttpResponse:
    """The cart at the prices of this moment."""
    return _cart_page(request)


@require_safe
@buyer_required
def saved(request: Request, cart_id: UUID) -> HttpResponse:
    """Another cart, one's own or a colleague's, at the prices of this moment."""
    return _cart_page(request, cart_id=cart_id)


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
    """Set units and quantities; zero takes a line out. ``remove``, ``fix``, ``take`` are buttons of one line.

    ``cart`` and ``version`` say which cart the page showed; without them it is the current one.
    """
    customer, posted = customer_of_request(request), posted_cart(request)
    other_id = _other_id(request, customer, posted)
    typed = read_lines(request.POST, with_zero=True)
    read_said(request.POST, typed)
    try:
        errors = typed.errors or _change(request, customer, typed, posted)
    except CartChanged as refusal:
        return _overtaken(request, customer, typed, other_id, refusal)
    except CartGone as refusal:
        messages.warning(request, str(refusal))
        return see_other(reverse("storefront_carts"))
    if errors:
        return _cart_page(request, typed, errors, cart_id=other_id)
    if "take" in request.POST:
        _take_price(request, customer, posted and posted.anyway())
    if "checkout" in request.POST and other_id is None:
        return see_other(reverse("storefront_checkout"))
    return see_other(_cart_path(request, other_id))


@require_POST
@buyer_required
def take_prices(request: Request) -> HttpResponse:
    """Agree to the prices that have changed, as the page showed them."""
    token, customer = request.POST.get("prices", ""), customer_of_request(request)
    try:
        carts.take_prices(actor=request.actor, customer=customer, token=token, shown=posted_cart(request))
    except (PricesChangedAgain, CartChanged, CartGone) as refusal:
        messages.warning(request, str(refusal))
    return see_other(back_path(request, reverse("storefront_cart")))


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
    customer, posted = customer_of_request(request), posted_cart(request)
    other_id = _other_id(request, customer, posted)
    try:
        carts.clear(actor=request.actor, customer=customer, shown=posted)
    except (CartChanged, CartGone) as refusal:
        messages.warning(request, str(refusal))
    return see_other(_path_of(other_id))


def _change(request: Request, customer: CustomerInfo, typed: Typed, posted: Shown | None) -> dict[str, str]:
    """Write quantities and what was said, both or none; answers what was refused, by line."""
    lines = {key: (unit, quantity) for key, unit, quantity in typed.lines}
    try:
        carts.change_lines(actor=request.actor, customer=customer, said=typed.said, quantities=lines, shown=posted)
    except LinesRefused as refusal:
        return {problem.line_id.hex: problem.message for problem in refusal.problems if problem.line_id}
    return {}


def _take_price(request: Request, customer: CustomerInfo, posted: Shown | None) -> None:
    """Agree to the new price of the line whose button was pressed."""
    line_id, token = read_taken(request.POST)
    try:
        if line_id is not None:
            carts.take_prices(actor=request.actor, customer=customer, token=token, line_id=line_id, shown=posted)
    except PricesChangedAgain as refusal:
        messages.warning(request, str(refusal))


def _other_id(request: Request, customer: CustomerInfo, posted: Shown | None) -> UUID | None:
    """The cart that the form was sent from, if it is not the current one."""
    is_other = posted is not None and posted.cart_id != carts.cart_id_of(request.actor, customer)
    return posted.cart_id if posted is not None and is_other else None


def _path_of(cart_id: UUID | None) -> str:
    return reverse("storefront_cart") if cart_id is None else reverse("storefront_cart_saved", args=[cart_id])


def _cart_path(request: Request, cart_id: UUID | None) -> str:
    """The page of the cart that was changed."""
    query = request.GET.urlencode()
    return f"{_path_of(cart_id)}?{query}" if query else _path_of(cart_id)


def _overtaken(
    request: Request, customer: CustomerInfo, typed: Typed, cart_id: UUID | None, refusal: CartChanged
) -> HttpResponse:
    """409: the cart as a colleague has made it, with what was entered at its lines."""
    posted = posted_cart(request)
    told, gone = overtaken(request.actor, customer, posted.cart_id, typed) if posted is not None else ({}, 0)
    notice = [str(refusal)]
    if gone:
        text = ngettext("%(count)s line is no longer in it.", "%(count)s lines are no longer in it.", gone)
        notice.append(text % {"count": formatting.number(gone)})
    return _cart_page(request, None, told, cart_id=cart_id, notice=" ".join(notice))


def added_text(count: int) -> str:
    """What to say after lines were added."""
    values = {"count": formatting.number(count)}
    return ngettext("%(count)s line is in the cart.", "%(count)s lines are in the cart.", count) % values


def _cart_page(
    request: Request,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    *,
    cart_id: UUID | None = None,
    notice: str = "",
) -> HttpResponse:
    """``cart_id`` is another cart than the current one; with a ``notice`` a colleague was faster."""
    customer = customer_of_request(request)
    shown = shown_cart(request.actor, customer, cart_id)
    only_wrong = request.GET.get("show") == "wrong"
    found = basket_of(
        request.actor, customer, typed, errors, page=page_number(request), only_wrong=only_wrong, cart_id=cart_id
    )
    addresses = book_of(request, customer, found)
    basket = with_details(found, addresses, typed)
    if cart_id is None:
        remember_cart_sum(request, basket.sum)
    context = {
        "basket": basket,
        "cart": shown,
        "here": _path_of(cart_id),
        "notice": notice,
        "may_order": buyer_of(request).may_order,
        "quote_href": cart_quote_href(request.actor) if cart_id is None else "",
        "only_wrong": only_wrong,
        "addresses": addresses,
        "today": timezone.localdate().isoformat(),
        "pager": build_pager(request, total=basket.shown_count, per_page=PER_PAGE),
        "query": request.GET.urlencode(),
        "suggestions": suggestions(buyer_of(request), basket) if cart_id is None else [],
    }
    status = 409 if notice else 422 if errors else 200
    return render_page(request, "storefront/cart/cart.html", context, status=status)


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
