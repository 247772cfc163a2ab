"""What stands around the marketplace's pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.requests import Request
from core.actor import Actor
from frontend.context import CartLink, ContextItem, NavItem, SearchBox, ShellPart, reverse_or_blank, shell_provider
from frontend.storefront.buyer import sign_in_href
from rfq.policies import can_see_offers


@shell_provider("marketplace")
def marketplace_shell(request: Request) -> ShellPart:
    """Search for everybody, requests and documents for companies; no statement."""
    search = reverse_or_blank("marketplace_search")
    actor = request.actor
    nav = [
        NavItem(_("Products"), search, key="c"),
        NavItem(_("Suppliers"), f"{reverse_or_blank('marketplace_home')}#suppliers", key="s"),
    ]
    requests = NavItem(_("Requests for quotes"), reverse_or_blank("marketplace_rfqs"), key="r")
    if actor.company_id is not None:
        nav += [
            *((requests,) if can_see_offers(actor) else ()),
            NavItem(_("Documents"), reverse_or_blank("marketplace_documents"), key="d"),
        ]
    else:
        nav.append(NavItem(_("Register my company"), reverse_or_blank("marketplace_register")))
    if not actor.is_signed_in:
        nav.append(NavItem(_("Sell here"), reverse_or_blank("marketplace_apply")))
    return ShellPart(
        nav=tuple(item for item in nav if item.href),
        search=SearchBox(
            search,
            _("Search all suppliers: reference, name, barcode…"),
            request.GET.get("q", "")[:256] if request.path == search else "",
        ),
        cart=CartLink(reverse_or_blank("marketplace_cart"), _("Cart")) if _may_order(actor) else None,
        context_items=_company(actor),
        sign_in_href=sign_in_href(request),
    )


def _may_order(actor: Actor) -> bool:
    return actor.company_id is not None and actor.may(Permission.ORDER)


def _company(actor: Actor) -> tuple[ContextItem, ...]:
    """The company that one acts for, and the way to another one."""
    if not actor.company_name:
        return ()
    return (ContextItem(actor.company_name, href=reverse_or_blank("account_choose_company")),)
