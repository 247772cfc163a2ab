"""Which cart a page shows and a form was sent from, the others at hand, and what to say when a colleague was faster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.queries import AddressRow, addresses_of
from accounts.requests import Request
from core.actor import Actor
from customers.queries import CustomerInfo
from frontend.storefront.cart.basket import Basket
from frontend.storefront.cart.reading import Typed
from frontend.storefront.cart.wording import amount_in
from frontend.storefront.carts.rows import CartText, cart_name, cart_text
from orders.carts import Shown, wishes_of
from orders.named_carts.queries import CartInfo, cart_info, carts_at_hand

#: How many carts can be chosen on the page of the cart; the overview has all.
AT_HAND = 20


@dataclass(frozen=True, slots=True)
class ShownCart:
    """The cart of a page, as far as there is one: what its form says about it, and the others to go on with."""

    info: CartInfo | None
    name: str
    text: CartText | None
    others: tuple[tuple[str, str], ...] = ()

    @property
    def is_current(self) -> bool:
        return self.info is None or self.info.is_current

    @property
    def may_change(self) -> bool:
        return self.info is None or self.info.may_change

    @property
    def fields(self) -> dict[str, str]:
        """Hidden fields: which cart the form is about, and which of its versions it shows."""
        return {"cart": self.info.id.hex, "version": str(self.info.version)} if self.info is not None else {}


def shown_cart(actor: Actor, customer: CustomerInfo, cart_id: UUID | None) -> ShownCart:
    """The actor's current cart with the others at hand, or the one that is asked for. Raises NotFound."""
    if cart_id is not None:
        info = cart_info(actor, customer, cart_id)
        return ShownCart(info, cart_name(info), cart_text(info))
    current, others = carts_at_hand(actor, customer, limit=AT_HAND)
    choices = tuple((row.id.hex, _choice(row)) for row in others)
    if current is None:
        return ShownCart(None, "", None, choices)
    return ShownCart(current, current.name, cart_text(current), choices)


def _choice(info: CartInfo) -> str:
    values = {"cart": cart_name(info), "name": info.owner_name}
    return values["cart"] if info.is_own else _("%(cart)s, of %(name)s") % values


def key_of(request: Request, name: str) -> UUID | None:
    """A posted key; None when there is none to be read."""
    return read_key(request.POST.get(name, ""))


def read_key(text: str) -> UUID | None:
    """A key as forms write it; None for anything else."""
    try:
        return UUID(hex=text)
    except ValueError:
        return None


def version_of(request: Request, suffix: str = "") -> int | None:
    """The version of the cart that the form was sent from."""
    text = request.POST.get(f"version{suffix}", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def posted_cart(request: Request, suffix: str = "") -> Shown | None:
    """The cart that the form was sent from; None: the current one, whatever it is.

    ``suffix`` tells the carts of one form apart.
    """
    cart_id = key_of(request, f"cart{suffix}")
    return Shown(cart_id, version_of(request, suffix)) if cart_id is not None else None


def overtaken(actor: Actor, customer: CustomerInfo, cart_id: UUID, typed: Typed) -> tuple[dict[str, str], int]:
    """What was entered and is not what the cart says now, by line; and how many of these lines are gone."""
    now = dict(wishes_of(actor, customer, cart_id))
    told: dict[str, str] = {}
    for key, unit, quantity in typed.lines:
        if key in now and (now[key].quantity, now[key].unit_code) != (quantity, unit or now[key].unit_code):
            told[key.hex] = _("Your page had %(quantity)s.") % {
                "quantity": amount_in(quantity, unit or now[key].unit_code)
            }
    for key, said in typed.said.items():
        if key in now and said.note and said.note != now[key].note:
            note = _("Your page said: %(note)s") % {"note": said.note}
            told[key.hex] = " ".join(filter(None, (told.get(key.hex, ""), note)))
    return told, len({key for key, _unit, _quantity in typed.lines} - now.keys())


def book_of(request: Request, customer: CustomerInfo, basket: Basket) -> list[AddressRow]:
    """The addresses that can be chosen, and those that lines have and only other sites may choose, unnamed."""
    own = addresses_of(customer.company_id, request.actor.unit_ids)
    said: set[UUID | None] = {line.said.address_id for line in basket.lines} - {None, *(row.id for row in own)}
    if not said or request.actor.unit_ids is None:
        return own
    label = _("an address of another site")
    return own + [replace(row, label=label, text="") for row in addresses_of(customer.company_id) if row.id in said]
