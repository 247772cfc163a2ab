"""One cart over all suppliers: change it, order it at once; what a purchase has become."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import addresses_of
from accounts.requests import Request
from core.db import patiently
from core.errors import Refused
from frontend.cost_centres import LONGEST_CODE, centre_options, centres_of
from frontend.guards import buyer_required
from frontend.marketplace.cart.changing import Written, change_carts, take_prices, write_lines
from frontend.marketplace.cart.gathered import Kept, gather
from frontend.marketplace.offers import storefront_href
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.cart.reading import read_lines, read_said
from frontend.storefront.cart.showing import key_of, posted_cart, read_key
from marketplace.purchases.errors import PurchaseRefused
from marketplace.purchases.queries import purchase_of
from marketplace.purchases.services import Part, place_purchase
from orders.approvals.errors import BuyerWarned
from orders.errors import LinesRefused, PricesChanged
from orders.services import Delivery
from rfq.policies import can_buy

LONGEST = 60
SHOWN = "shown-"


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def cart(request: Request) -> HttpResponse:
    """Show the carts of all suppliers; change lines; order everything. Sent twice it orders once."""
    if request.method != "POST":
        return _page(request)
    typed = read_lines(request.POST, with_zero=True)
    read_said(request.POST, typed)
    written = Written(errors=dict(typed.errors)) if typed.errors else write_lines(request, typed)
    if written.refusals or written.errors:
        kept = Kept(None if written.refusals else typed, written.errors, written.refusals)
        return _page(request, kept, status=409 if written.refusals else 422)
    try:
        change_carts(request)
        take_prices(request)
        if "order" not in request.POST:
            return _page(request) if _has_typed(request) else see_other(reverse("marketplace_cart"))
        purchase_id = patiently(lambda: _place(request, written))
    except PurchaseRefused as refusal:
        said = {key: _said(each) for key, each in refusal.refusals.items()}
        return _page(request, Kept(refusals=said, shown=_shown(request)), refusal)
    except Refused as refusal:
        return _page(request, Kept(shown=_shown(request)), refusal)
    return see_other(f"{reverse('marketplace_purchase', args=[purchase_id])}?placed")


@require_safe
@buyer_required
def purchase(request: Request, purchase_id: UUID) -> HttpResponse:
    """A purchase with its orders; each opens in its supplier's storefront."""
    found = purchase_of(request.actor, purchase_id)
    values = {
        "purchase": found,
        "rows": [(row, storefront_href(row.tenant_id, f"/orders/{row.order_id}/")) for row in found.orders],
        "placed": "placed" in request.GET,
    }
    return render_page(request, "marketplace/cart/purchase.html", values, area="marketplace")


def _page(
    request: Request, kept: Kept | None = None, problem: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    addresses = addresses_of(request.actor.require_company(), request.actor.unit_ids)
    wanted = key_of(request, "address")
    found = [each for each in addresses if each.id == wanted] or [each for each in addresses if each.is_default]
    chosen = next(iter(found or addresses), None)
    centres = centres_of(request)
    values = {
        "cart": gather(request, addresses, kept, chosen.place if chosen else None),
        "may_ask": can_buy(request.actor),
        "addresses": addresses,
        "today": timezone.localdate().isoformat(),
        "chosen": chosen.id.hex if chosen else "",
        "po_number": request.POST.get("po_number", "")[:LONGEST],
        "cost_centres": centre_options(centres) if centres is not None else None,
        "needs_centre": bool(centres),
        "cost_centre_code": _code(request),
        "warned_of": _code(request) if _is_warned(problem) else "",
        "problem": str(problem) if problem else "",
        "problem_field": problem.field if problem else "",
    }
    status = problem.status if problem else status
    return render_page(request, "marketplace/cart/cart.html", values, area="marketplace", status=status)


def _place(request: Request, written: Written) -> UUID:
    address = key_of(request, "address")
    return place_purchase(
        actor=request.actor,
        parts=_parts(request, written),
        delivery=Delivery(address_id=address),
        po_number=request.POST.get("po_number", "").strip()[:LONGEST],
        cost_centre_code=_code(request),
        warned_of=request.POST.get("warned_of", ""),
    )


def _code(request: Request) -> str:
    return request.POST.get("cost_centre_code", "").strip()[:LONGEST_CODE]


def _is_warned(problem: Refused | None) -> bool:
    """Whether a supplier's part waits for the buyer to have read a warning."""
    refusals = problem.refusals.values() if isinstance(problem, PurchaseRefused) else ()
    return any(isinstance(refusal, BuyerWarned) for refusal in refusals)


def _parts(request: Request, written: Written) -> list[Part]:
    """The carts that the page showed, ``cart-<supplier>`` and ``expected-<supplier>``; what cannot be read is none."""
    found = []
    for name in request.POST:
        tenant_id = read_key(name.removeprefix("cart-")) if name.startswith("cart-") else None
        shown = posted_cart(request, f"-{tenant_id.hex}") if tenant_id is not None else None
        if tenant_id is not None and shown is not None:
            expected = _amount(request.POST.get(f"expected-{tenant_id.hex}", ""))
            version = written.versions.get(tenant_id, shown.version)
            found.append(Part(tenant_id, shown.cart_id, expected, version))
    return found


def _said(refusal: Refused) -> str:
    """A supplier's refusal; what it says about lines stands at these."""
    about_lines = isinstance(refusal, LinesRefused) and not isinstance(refusal, PricesChanged)
    return _("Some lines cannot be ordered as they are.") if about_lines else str(refusal)


def _shown(request: Request) -> dict[str, str]:
    """The unit prices that the page showed, by line."""
    return {name.removeprefix(SHOWN): str(value) for name, value in request.POST.items() if name.startswith(SHOWN)}


def _has_typed(request: Request) -> bool:
    """Whether something besides lines was typed, which a new page would lose."""
    return any(request.POST.get(name, "").strip() for name in ("po_number", "cost_centre_code"))


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
