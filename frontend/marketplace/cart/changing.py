"""What the form of the marketplace's cart changes, supplier by supplier: lines, prices, which cart is gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from accounts.requests import Request
from core.db import patiently
from core.errors import NotFound
from core.tenancy import use_tenant
from customers.queries import CustomerInfo
from frontend.marketplace.cart.gathered import accounts_of
from frontend.storefront.cart.reading import Typed, read_taken
from frontend.storefront.cart.showing import key_of, overtaken, posted_cart
from orders import carts
from orders.errors import LinesRefused
from orders.lines import NewLine
from orders.named_carts import services
from orders.named_carts.errors import CartChanged, CartGone
from orders.wishes import Said


@dataclass
class Written:
    """What became of the lines: messages by line, refusals by supplier, and the versions of carts by supplier now."""

    errors: dict[str, str] = field(default_factory=dict)
    refusals: dict[UUID, str] = field(default_factory=dict)
    versions: dict[UUID, int | None] = field(default_factory=dict)


def write_lines(request: Request, typed: Typed) -> Written:
    """Write the lines that are not as they were, in the carts that the page showed.

    Who orders is told of every change since, others of those that colleagues made in a shared cart.
    """
    written = Written()
    for supplier, customer in accounts_of(request):
        with use_tenant(supplier.scope, company_id=customer.company_id):
            _write_at(request, supplier.id, customer, typed, written)
    return written


def change_carts(request: Request) -> None:
    """Go on with another cart (``switch``), or begin one (``new``), at the supplier that the button names.

    Raises NotFound, CartGone, CartInUse, NotAllowed, CartNameMissing, CartNameTaken, TooManyCarts.
    """
    switched, begun = key_of(request, "switch"), key_of(request, "new")
    for supplier, customer in accounts_of(request):
        if supplier.id not in (switched, begun):
            continue
        with use_tenant(supplier.scope, company_id=customer.company_id):
            if supplier.id == switched:
                _switch(request, customer, key_of(request, f"to-{supplier.id.hex}"))
            else:
                name = request.POST.get(f"name-{supplier.id.hex}", "")
                services.create_cart(actor=request.actor, customer=customer, name=name)


def take_prices(request: Request) -> None:
    """Agree to the prices that the page showed: ``take`` is ``all``, or says which line. Raises PricesChangedAgain."""
    line_id, line_token = read_taken(request.POST)
    if line_id is None and request.POST.get("take") != "all":
        return
    for supplier, customer in accounts_of(request):
        token = request.POST.get(f"token-{supplier.id.hex}", "") if line_id is None else line_token
        with use_tenant(supplier.scope, company_id=customer.company_id):
            if line_id is None or line_id in dict(carts.wishes_of(request.actor, customer)):
                carts.take_prices(actor=request.actor, customer=customer, token=token, line_id=line_id)


def _write_at(request: Request, tenant_id: UUID, customer: CustomerInfo, typed: Typed, written: Written) -> None:
    shown = posted_cart(request, f"-{tenant_id.hex}")
    there = dict(carts.wishes_of(request.actor, customer, shown.cart_id if shown is not None else None))
    changed = _changed(typed, there)
    said = {key: each for key, each in typed.said.items() if key in there and each != _said_of(there[key])}
    if not changed and not said:
        return
    shown = replace(shown, strictly="order" in request.POST) if shown is not None else None
    try:
        now = carts.change_lines(actor=request.actor, customer=customer, quantities=changed, said=said, shown=shown)
    except LinesRefused as refusal:
        written.errors |= {problem.line_id.hex: problem.message for problem in refusal.problems if problem.line_id}
    except (CartChanged, CartGone) as refusal:
        written.refusals[tenant_id] = str(refusal)
        if shown is not None:
            written.errors |= overtaken(request.actor, customer, shown.cart_id, typed)[0]
    else:
        written.versions[tenant_id] = now.version if now is not None else None


def _switch(request: Request, customer: CustomerInfo, cart_id: UUID | None) -> None:
    if cart_id is None:
        raise NotFound
    patiently(lambda: services.switch_to(actor=request.actor, customer=customer, cart_id=cart_id))


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
