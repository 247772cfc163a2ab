"""Navigation of a supplier's back office, with what waits behind each link."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import Request
from frontend.context import Brand, NavGroup, NavItem, ShellPart, initials, shell_provider
from frontend.portal.counts import Counts, counts_of
from integrations.policies import can_manage_keys


@shell_provider("portal")
def portal_shell(request: Request) -> ShellPart:
    """Links by what one comes for; four statements."""
    tenant, actor = request.tenant, request.actor
    if tenant is None or actor.kind != "staff":
        return ShellPart()
    counts = counts_of(request)
    return ShellPart(
        brand=Brand(tenant.name, reverse("portal_home"), initials(tenant.name), tenant.logo_url),
        groups=(
            _daily(counts),
            NavGroup(
                _("Sell"),
                (
                    NavItem(_("Customers"), reverse("portal_customers"), key="c", count=counts.accounts),
                    NavItem(_("Agreements"), reverse("portal_agreements")),
                    NavItem(_("Catalogue"), reverse("portal_catalog"), key="p"),
                    NavItem(_("Segments"), reverse("portal_segments"), key="s"),
                    NavItem(_("Prices"), reverse("portal_prices"), key="t"),
                    NavItem(_("Visibility"), reverse("portal_visibility"), key="v"),
                    NavItem(_("Searches"), reverse("portal_searches"), key="w"),
                    NavItem(_("Categories on the marketplace"), reverse("portal_taxonomy"), key="m"),
                    NavItem(_("Imports"), reverse("portal_imports"), key="i", count=counts.imports),
                ),
            ),
            NavGroup(_("Collect"), (NavItem(_("Invoices"), reverse("portal_invoices"), key="f"),)),
            NavGroup(
                _("Storefront"),
                (
                    NavItem(_("Appearance and domains"), reverse("portal_appearance"), key="a"),
                    *([NavItem(_("API keys"), reverse("portal_api_keys"))] if can_manage_keys(actor) else []),
                    NavItem(_("See the storefront"), reverse("storefront_home")),
                ),
            ),
        ),
    )


def _daily(counts: Counts) -> NavGroup:
    return NavGroup(
        "",
        (
            NavItem(_("To do"), reverse("portal_home"), key="h", count=counts.total),
            NavItem(_("Requests for quotation"), reverse("portal_rfqs"), key="r", count=counts.rfqs),
            NavItem(_("Orders"), reverse("portal_orders"), key="o", count=counts.orders),
            NavItem(_("Messages"), reverse("portal_threads"), key="n", count=counts.messages),
            NavItem(_("Returns"), reverse("portal_returns"), count=counts.returns),
        ),
    )
