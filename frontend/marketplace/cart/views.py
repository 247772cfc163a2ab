"""One cart over all suppliers: change it, order it at once; what a purchase has become."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import addresses_of
from accounts.requests import Request
from accounts.spending.queries import cost_centre_choices
from core.db import patiently
from core.errors import Refused
from core.tenancy import use_tenant
from frontend.guards import buyer_required
from frontend.marketplace.cart.gathered import Kept, accounts_of, gather
from frontend.marketplace.offers import storefront_href
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.cart.reading import Typed, read_lines, read_said, read_taken
from marketplace.purchases.errors import PurchaseRefused
from marketplace.purchases.queries import purchase_of
from marketplace.purchases.services import Part, place_purchase
from orders import carts
from orders.errors import LinesRefused, PricesChanged
from orders.lines import NewLine
from orders.services import Delivery
from orders.wishes import Said
from rfq.policies import can_buy

LONGEST, LONGEST_CODE = 60, 30
SHOWN = "shown-"


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def cart(request: Request) -> HttpResponse:
    """Show the carts of all suppliers; change lines; order everything. Sent twice it orders once."""
    if request.method != "POST":
        return _page(request)
    typed = read_lines(request.POST, with_zero=True)
    read_said(request.POST, typed)
    errors = dict(typed.errors) or _change(request, typed)
    if errors:
        return _page(request, Kept(typed=typed, errors=errors), status=422)
    try:
        _take_prices(request)
        if "order" not in request.POST:
            return _page(request) if _has_typed(request) else see_other(reverse("marketplace_cart"))
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
    addresses = addresses_of(request.actor.require_company(), request.actor.unit_ids)
    wanted = _key(request.POST.get("address", ""))
    found = [each for each in addresses if each.id == wanted] or [each for each in addresses if each.is_default]
    chosen = next(iter(found or addresses), None)
    values = {
        "cart": gather(request, addresses, kept, chosen.place if chosen else None),
        "may_ask": can_buy(request.actor),
        "addresses": addresses,
        "today": timezone.localdate().isoformat(),
        "chosen": chosen.id.hex if chosen else "",
        "po_number": request.POST.get("po_number", "")[:LONGEST],
        "cost_centres": cost_centre_choices(request.actor, request.actor.require_company()),
        "cost_centre_code": request.POST.get("cost_centre_code", "")[:LONGEST_CODE],
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
            said = {key: each for key, each in typed.said.items() if key in there and each != _said_of(there[key])}
            if not changed and not said:
                continue
            try:
                carts.change_lines(actor=request.actor, customer=customer, quantities=changed, said=said)
            except LinesRefused as refusal:
                errors |= {problem.line_id.hex: problem.message for problem in refusal.problems if problem.line_id}
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


def _said_of(line: NewLine) -> Said:
    return Said(line.note, line.wanted_on, line.address_id)


def _take_prices(request: Request) -> None:
    """Agree to the prices that the page showed: ``take`` is ``all``, or says which line. Raises PricesChangedAgain."""
    line_id, line_token = read_taken(request.POST)
    if line_id is None and request.POST.get("take") != "all":
        return
    for supplier, customer in accounts_of(request):
        token = request.POST.get(f"token-{supplier.id.hex}", "") if line_id is None else line_token
        with use_tenant(supplier.scope, company_id=customer.company_id):
            if line_id is None or line_id in dict(carts.wishes_of(request.actor, customer)):
                carts.take_prices(actor=request.actor, customer=customer, token=token, line_id=line_id)


def _place(request: Request) -> UUID:
    address = _key(request.POST.get("address", ""))
    return place_purchase(
        actor=request.actor,
        parts=_parts(request),
        delivery=Delivery(address_id=address),
        po_number=request.POST.get("po_number", "").strip()[:LONGEST],
        cost_centre_code=request.POST.get("cost_centre_code", "").strip()[:LONGEST_CODE],
    )


def _parts(request: Request) -> list[Part]:
    """The carts that the page showed, ``cart-<supplier>`` and ``expected-<supplier>``; what cannot be read is none."""
    found = []
    for name, value in request.POST.items():
        tenant_id, cart_id = _key(name.removeprefix("cart-")), _key(str(value))
        if name.startswith("cart-") and tenant_id is not None and cart_id is not None:
            expected = _amount(request.POST.get(f"expected-{tenant_id.hex}", ""))
            found.append(Part(tenant_id, cart_id, expected))
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
