"""What stands around the storefront's pages: search, the way around, the buyer's conditions."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Permission
from accounts.requests import Request
from core import formatting
from core.actor import Actor
from frontend.context import (
    Acting,
    CartLink,
    ContextItem,
    NavItem,
    SearchBox,
    ShellPart,
    reverse_or_blank,
    shell_provider,
)
from frontend.storefront.buyer import buyer_of, cart_sum_of, sign_in_href
from frontend.storefront.company.navigation import account_links
from payments.credit import status
from payments.policies import can_see_invoices


@shell_provider("storefront")
def storefront_shell(request: Request) -> ShellPart:
    """Search and catalogue for everybody, the account's conditions and cart for its buyers; four statements."""
    if request.tenant is None:
        return ShellPart()
    catalogue = reverse_or_blank("storefront_listing")
    return ShellPart(
        nav=(NavItem(_("Catalogue"), catalogue, key="c"), *_buying(request), *account_links(request.actor)),
        cart=cart_link(request),
        search=SearchBox(
            catalogue,
            _("Reference, name, barcode…"),
            _searched(request, catalogue),
            suggest_href=reverse_or_blank("storefront_suggest"),
        ),
        context_items=_conditions(request),
        acting=_acting(request.actor),
        sign_in_href=sign_in_href(request),
    )


def _buying(request: Request) -> tuple[NavItem, ...]:
    """What an approved buyer does here every day."""
    buyer = buyer_of(request)
    invoices = NavItem(_("Invoices"), reverse_or_blank("storefront_invoices"), key="i")
    if not buyer.sees_prices:
        return (invoices,) if buyer.customer is not None and can_see_invoices(buyer.actor) else ()
    quick = NavItem(_("Quick order"), reverse_or_blank("storefront_quick_order"), key="q")
    return (
        *((quick,) if buyer.may_order else ()),
        NavItem(_("Lists"), reverse_or_blank("storefront_lists"), key="l"),
        NavItem(_("Orders"), reverse_or_blank("storefront_orders"), key="o"),
        *((invoices,) if can_see_invoices(buyer.actor) else ()),
        *(
            (NavItem(_("Approvals"), reverse_or_blank("storefront_approvals"), key="a"),)
            if _approves(buyer.actor)
            else ()
        ),
    )


def _approves(actor: Actor) -> bool:
    """Whether the way to the approvals is shown: to those who ask for them or give them."""
    return actor.may(Permission.ORDER) or actor.may(Permission.APPROVE)


def cart_link(request: Request) -> CartLink | None:
    """How full the cart is, and what it comes to."""
    total = cart_sum_of(request)
    if total is None:
        return None
    href = reverse_or_blank("storefront_cart")
    if not total.count:
        return CartLink(href, _("Cart"))
    values = {"count": formatting.number(total.count)}
    if total.net is None:
        text = ngettext("Cart · %(count)s line", "Cart · %(count)s lines", total.count)
        return CartLink(href, text % values, values["count"])
    values["amount"] = formatting.money(total.net, total.currency)
    text = ngettext("Cart · %(count)s line · %(amount)s", "Cart · %(count)s lines · %(amount)s", total.count)
    return CartLink(href, text % values, f"{values['count']} · {values['amount']}")


def _acting(actor: Actor) -> Acting | None:
    """Somebody of the supplier orders for a company: said above every page."""
    if actor.acting_id is None:
        return None
    text = _("%(name)s orders for %(company)s.") % {"name": actor.name, "company": actor.company_name}
    return Acting(text, reverse_or_blank("storefront_on_behalf_finish"))


def _searched(request: Request, catalogue: str) -> str:
    return request.GET.get("q", "")[:256] if request.path == catalogue else ""


def _conditions(request: Request) -> tuple[ContextItem, ...]:
    buyer = buyer_of(request)
    if not buyer.actor.company_name:
        return ()
    items = [ContextItem(buyer.actor.company_name, href=reverse_or_blank("account_choose_company"))]
    customer = buyer.approved
    if customer is not None:
        if customer.group_name:
            items.append(ContextItem(customer.group_name, label=_("Conditions")))
        if customer.payment_term_text:
            items.append(ContextItem(customer.payment_term_text, strong=False))
        credit = status(customer.id)
        items.append(ContextItem(formatting.money(credit.available, credit.currency), label=_("Credit left")))
    return tuple(items)
