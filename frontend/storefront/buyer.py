"""Who looks at a storefront, and what that person may see: asked once per request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import Request
from catalog.visibility import Viewpoint
from core.actor import Actor
from core.errors import NotAllowed
from customers.enums import CustomerState
from customers.errors import NotACustomer
from customers.queries import CustomerInfo, customer_of, visitor_view
from frontend.context import reverse_or_blank
from orders.bought import bought_variants
from orders.carts import CartSum, cart_sum
from orders.policies import can_order
from pricing.queries import price_context, terms_of
from search.buyers import Looker

_KEPT = "storefront_buyer"
_KEPT_SUM = "storefront_cart_sum"


@dataclass(frozen=True, slots=True)
class Buyer:
    """The acting person, its company's account with this tenant, and what they see of the catalogue."""

    actor: Actor
    customer: CustomerInfo | None
    view: Viewpoint

    @property
    def sees_prices(self) -> bool:
        return self.customer is not None and self.customer.is_approved and self.actor.may(Permission.SEE_PRICES)

    @property
    def sees_public_prices(self) -> bool:
        """Whether what everybody pays is shown, because there is no price of their own."""
        return not self.sees_prices and self.view.has_public_prices

    @property
    def may_order(self) -> bool:
        return self.customer is not None and can_order(self.actor, self.customer)

    @property
    def approved(self) -> CustomerInfo | None:
        """The account, when it is approved."""
        return self.customer if self.sees_prices else None


@dataclass(frozen=True, slots=True)
class PriceNotice:
    """Why no prices are shown, and what to do about it; without ``href`` there is nothing to do but wait."""

    title: str
    text: str
    action: str = ""
    href: str = ""


def buyer_of(request: Request) -> Buyer:
    """The buyer of this request; its account and what it sees are read once, with two statements at most."""
    known: Buyer | None = request.__dict__.get(_KEPT)
    if known is None:
        company_id = request.actor.company_id if request.actor.kind == "buyer" else None
        known = read_buyer(request.actor, company_id)
        request.__dict__[_KEPT] = known
    return known


def read_buyer(actor: Actor, company_id: UUID | None) -> Buyer:
    """The buyer with the current tenant, for a company or none."""
    customer = customer_of(company_id) if company_id else None
    return Buyer(actor, customer, customer.view if customer else visitor_view())


def customer_of_request(request: Request) -> CustomerInfo:
    """The approved account that the request orders for. Raises NotACustomer, NotAllowed for who sees no prices."""
    buyer = buyer_of(request)
    if buyer.approved is None:
        raise NotAllowed if buyer.customer and buyer.customer.is_approved else NotACustomer
    return buyer.approved


def looker_of(request: Request, *, only_bought: bool = False) -> Looker:
    """The buyer as a search sees it; one statement for who sees prices, one more for what was ordered before."""
    buyer = buyer_of(request)
    if buyer.approved is None:
        return Looker(buyer.view)
    bought = bought_variants(buyer.approved) if only_bought else ()
    return Looker(buyer.view, terms_of(price_context(buyer.approved)), bought)


def cart_sum_of(request: Request) -> CartSum | None:
    """How full the buyer's cart is; None without one. Three statements, unless the page has asked already."""
    buyer = buyer_of(request)
    if buyer.customer is None or not buyer.may_order:
        return None
    known: CartSum | None = request.__dict__.get(_KEPT_SUM)
    if known is None:
        known = cart_sum(buyer.actor, buyer.customer)
        remember_cart_sum(request, known)
    return known


def remember_cart_sum(request: Request, total: CartSum) -> None:
    """Spare the shell what the page has read already."""
    request.__dict__[_KEPT_SUM] = total


def price_notice(request: Request) -> PriceNotice | None:
    """What to tell somebody who sees no prices; None for those who do."""
    buyer = buyer_of(request)
    if buyer.sees_prices:
        return None
    name = request.tenant.name if request.tenant else ""
    notice = notice_for(buyer, name, sign_in_href(request), reverse_or_blank("storefront_request_account"))
    if not buyer.sees_public_prices:
        return notice
    text = f"{notice.title} {notice.text}" if buyer.actor.is_signed_in else notice.text
    return replace(notice, title=_("Prices shown are public prices, excl. VAT."), text=text)


def notice_for(buyer: Buyer, supplier: str, sign_in: str, request_href: str) -> PriceNotice:
    """The notice of one supplier."""
    values = {"supplier": supplier}
    if not buyer.actor.is_signed_in:
        title = _("Prices are shown to approved customers.")
        return PriceNotice(title, _("Sign in to see your own prices and to order."), _("Sign in"), sign_in)
    if buyer.customer is None:
        title = _("You have no account with %(supplier)s yet.") % values
        text = _("Once your company is approved, you see your prices and can order.")
        return PriceNotice(title, text, _("Ask for an account") if request_href else "", request_href)
    if buyer.customer.is_approved:
        title = _("Your role does not show prices.")
        return PriceNotice(title, _("Ask an administrator of your company if you need them."))
    if buyer.customer.state == CustomerState.PENDING:
        title = _("%(supplier)s is checking your account.") % values
        return PriceNotice(title, _("Your prices appear here as soon as it is approved."))
    if buyer.customer.state == CustomerState.BLOCKED:
        return PriceNotice(_("Your account is blocked."), _("Please contact %(supplier)s.") % values)
    title = _("%(supplier)s has declined your request for an account.") % values
    return PriceNotice(title, _("Please contact %(supplier)s.") % values)


def sign_in_href(request: Request) -> str:
    """The sign-in page, and back here."""
    return f"{reverse_or_blank('account_sign_in')}?{urlencode({'next': request.get_full_path()})}"
