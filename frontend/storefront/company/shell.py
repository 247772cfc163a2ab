"""The way to an account, in the storefront's navigation."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.context import NavItem, ShellPart, shell_provider


@shell_provider("storefront")
def account_shell(request: HttpRequest) -> ShellPart:
    """Visitors open an account, members see their company."""
    if request.tenant is None:
        return ShellPart()
    actor = request.actor
    if not actor.is_signed_in:
        return ShellPart(
            nav=(NavItem(_("Open an account"), reverse("storefront_register")),),
            sign_in_href=reverse("account_sign_in"),
        )
    if actor.company_id is None:
        return ShellPart(nav=(NavItem(_("Register my company"), reverse("storefront_register")),))
    return ShellPart(nav=(NavItem(_("My company"), reverse("storefront_company"), key="m"),))
