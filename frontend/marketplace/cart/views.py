"""One cart over all suppliers: change it, order it at once; what a purchase has become."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import addresses_of
from accounts.requests import Request
from core.db import patiently
from core.errors import Refused
from core.tenancy import use_tenant
from frontend.guards import buyer_required
from frontend.marketplace.cart.gathered import Kept, accounts_of, gather
from frontend.marketplace.offers import storefront_href
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.cart.reading import Typed, read_lines
from marketplace.purchases.errors import PurchaseRefused
from marketplace.purchases.queries import purchase_of
from marketplace.purchases.services import Part, place_purchase
from orders import carts
from orders.errors import LinesRefused
from orders.lines import NewLine
from orders.services import Delivery

LONGEST = 60
SHOWN = "shown-"


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def cart(request: Request) -> HttpResponse:
    """Show the carts of all suppliers; change lines; order everything. Sent twice it orders once."""
    if request.method != "POST":
        return _page(request)
    typed = read_lines(request.POST, with_zero=True)
    errors = dict(typed.errors) or _change(request, typed)
    if errors:
        return _page(request, Kept(typed=typed, errors=errors), status=422)
    if "order" not in request.POST:
        return _page(request) if _has_typed(request) else see_other(reverse("marketplace_cart"))
    try:
        purchase_id = patiently(lambda: _place(request))
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
    addresses = addresses_of(request.actor.require_company())
    chosen = request.POST.get("address") or next((each.id.hex for each in addresses if each.is_default), "")
    values = {
        "cart": gather(request, kept),
        "addresses": addresses,
        "chosen": chosen or (addresses[0].id.hex if addresses else ""),
        "po_number": request.POST.get("po_number", "")[:LONGEST],
        "problem": str(problem) if problem else "",
        "problem_field": problem.field if problem else "",
    }
    status = problem.status if problem else status
    return render_page(request, "marketplace/cart/cart.html", values, area="marketplace", status=status)


def _change(request: Request, typed: Typed) -> dict[str, str]:
    """Write the lines that are not as they were, supplier by supplier; answers what was refused, by line."""
    errors: dict[str, str] = {}
    for supplier, customer in accounts_of(request):
        with use_tenant(supplier.scope, company_id=customer.company_id):
            there = dict(carts.wishes_of(request.actor, customer))
            changed = _changed(typed, there)
            if not changed:
                continue
            try:
                carts.set_quantities(actor=request.actor, customer=customer, quantities=changed)
            except LinesRefused as refusal:
                kept = [key for key, (_unit, quantity) in changed.items() if quantity != 0]
                errors |= {kept[problem.index].hex: problem.message for problem in refusal.problems}
    return errors


def _changed(typed: Typed, there: Mapping[UUID, NewLine]) -> dict[UUID, tuple[str, Decimal]]:
    """Those of the typed lines that are in a cart, and are not there as they were typed."""
    found = {}
    for key, typed_unit, quantity in typed.lines:
        line = there.get(key)
        if line is None:
            continue
        unit = typed_unit or line.unit_code
        if (unit, quantity) != (line.unit_code, line.quantity):
            found[key] = (unit, quantity)
    return found


def _place(request: Request) -> UUID:
    address = _key(request.POST.get("address", ""))
    return place_purchase(
        actor=request.actor,
        parts=_parts(request),
        delivery=Delivery(address_id=address),
        po_number=request.POST.get("po_number", "").strip()[:LONGEST],
    )


def _parts(request: Request) -> list[Part]:
    """The carts that the page showed, ``cart-<supplier>`` and ``expected-<supplier>``; what cannot be read is none."""
    found = []
    for name, value in request.POST.items():
        tenant_id, cart_id = _key(name.removeprefix("cart-")), _key(str(value))
        if name.startswith("cart-") and tenant_id is not None and cart_id is not None:
            found.append(Part(tenant_id, cart_id, _amount(request.POST.get(f"expected-{tenant_id.hex}", ""))))
    return found


def _said(refusal: Refused) -> str:
    """A supplier's refusal; what it says about lines stands at these."""
    return _("Some lines cannot be ordered as they are.") if isinstance(refusal, LinesRefused) else str(refusal)


def _shown(request: Request) -> dict[str, str]:
    """The unit prices that the page showed, by line."""
    return {name.removeprefix(SHOWN): str(value) for name, value in request.POST.items() if name.startswith(SHOWN)}


def _has_typed(request: Request) -> bool:
    """Whether something besides lines was typed, which a new page would lose."""
    return bool(request.POST.get("po_number", "").strip())


def _key(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
