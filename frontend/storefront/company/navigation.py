"""The way to an account, in the storefront's navigation."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actor import Actor
from frontend.context import NavItem


def account_links(actor: Actor) -> tuple[NavItem, ...]:
    """Visitors open an account, users without a company register one, members see their company."""
    if not actor.is_signed_in:
        return (NavItem(_("Open an account"), reverse("storefront_register")),)
    if actor.company_id is None:
        return (NavItem(_("Register my company"), reverse("storefront_register")),)
    return (NavItem(_("My company"), reverse("storefront_company"), key="m"),)
