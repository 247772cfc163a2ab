"""Carts: the overview, another one, going on with one, copies, deleting and restoring."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core.db import patiently
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, customer_of_request
from frontend.storefront.cart.showing import key_of
from frontend.storefront.carts.forms import CopyForm, NewCartForm
from frontend.storefront.carts.rows import cart_name, cart_text
from orders.named_carts import services
from orders.named_carts.errors import CartGone, CartInUse, CartNameMissing, CartNameTaken, TooManyCarts
from orders.named_carts.queries import cart_info, carts_page, deleted_page

PER_PAGE = 20
_FORM_REFUSALS = (CartNameMissing, CartNameTaken, TooManyCarts)


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def overview(request: Request) -> HttpResponse:
    """My carts and those that are shared with me, with what they cost now; another one."""
    customer = customer_of_request(request)
    if request.method != "POST":
        return _overview(request, NewCartForm())
    form = NewCartForm(request.POST)
    if form.is_valid():
        try:
            services.create_cart(actor=request.actor, customer=customer, name=form.cleaned_data["name"])
        except _FORM_REFUSALS as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("This is your new cart: what you add goes here."))
            return see_other(reverse("storefront_cart"))
    return _overview(request, form)


@require_safe
@buyer_required
def deleted(request: Request) -> HttpResponse:
    """Carts that can be restored."""
    since, offset = timezone.now() - services.KEPT, (page_number(request) - 1) * PER_PAGE
    carts, total = deleted_page(request.actor, customer_of_request(request), since=since, limit=PER_PAGE, offset=offset)
    context = {
        "carts": [cart_text(info) for info in carts],
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
    }
    return render_page(request, "storefront/carts/deleted.html", context)


@require_POST
@buyer_required
def switch(request: Request) -> HttpResponse:
    """Go on with another cart."""
    customer, cart_id = customer_of_request(request), key_of(request, "cart")
    if cart_id is None:
        messages.warning(request, _("Choose a cart."))
        return see_other(reverse("storefront_cart"))
    try:
        patiently(lambda: services.switch_to(actor=request.actor, customer=customer, cart_id=cart_id))
    except (CartGone, CartInUse) as refusal:
        messages.warning(request, str(refusal))
        return see_other(reverse("storefront_carts"))
    return see_other(reverse("storefront_cart"))


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def copy(request: Request, cart_id: UUID) -> HttpResponse:
    """Save a copy of a cart under another name."""
    customer = customer_of_request(request)
    info = cart_info(request.actor, customer, cart_id)
    initial = {"name": cart_name(info), "switch": not info.is_own}
    form = CopyForm(request.POST) if request.method == "POST" else CopyForm(initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            found = services.copy_cart(
                actor=request.actor, customer=customer, cart_id=cart_id, name=given["name"], switch=given["switch"]
            )
        except _FORM_REFUSALS as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The copy is saved."))
            is_current = given["switch"]
            return see_other(reverse("storefront_cart") if is_current else _path(found))
    context = {"form": form, "cart": info, "name": cart_name(info)}
    return render_page(request, "storefront/carts/copy.html", context, status=422 if form.errors else 200)


@require_POST
@buyer_required
def delete(request: Request, cart_id: UUID) -> HttpResponse:
    """Delete a cart; the page that follows offers to undo it."""
    try:
        services.delete_cart(actor=request.actor, customer=customer_of_request(request), cart_id=cart_id)
    except (CartGone, CartInUse) as refusal:
        messages.warning(request, str(refusal))
        return see_other(reverse("storefront_carts"))
    return see_other(f"{reverse('storefront_carts')}?deleted={cart_id.hex}")


@require_POST
@buyer_required
def restore(request: Request, cart_id: UUID) -> HttpResponse:
    """Save a deleted cart again."""
    try:
        services.restore_cart(actor=request.actor, customer=customer_of_request(request), cart_id=cart_id)
    except (CartGone, TooManyCarts) as refusal:
        messages.warning(request, str(refusal))
        return see_other(reverse("storefront_carts_deleted"))
    messages.success(request, _("The cart is restored."))
    return see_other(_path(cart_id))


def _path(cart_id: UUID) -> str:
    return reverse("storefront_cart_saved", args=[cart_id])


def _overview(request: Request, form: NewCartForm) -> HttpResponse:
    customer, offset = customer_of_request(request), (page_number(request) - 1) * PER_PAGE
    carts, total = carts_page(request.actor, customer, limit=PER_PAGE, offset=offset)
    context = {
        "carts": [cart_text(info) for info in carts],
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "may_order": buyer_of(request).may_order,
        "form": form,
        "deleted": _deleted_key(request),
    }
    return render_page(request, "storefront/carts/carts.html", context, status=422 if form.errors else 200)


def _deleted_key(request: Request) -> UUID | None:
    """The cart that has just been deleted, for the way back."""
    try:
        return UUID(hex=request.GET.get("deleted", ""))
    except ValueError:
        return None
