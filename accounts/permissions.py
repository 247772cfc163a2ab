"""What a member of a company may do: named permissions, and the roles that are made of them.

A company may define roles of its own (:class:`accounts.models.CustomRole`); everything else asks
``actor.may(Permission.…)`` and never for a role.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import CompanyRole


class Permission(models.TextChoices):
    """One thing that a member may do for its company."""

    SEE_PRICES = "see_prices", _("See prices")
    ORDER = "order", _("Place orders")
    APPROVE = "approve", _("Approve orders")
    SEE_ALL_SITES = "see_all_sites", _("See the orders of all sites")
    REQUEST_QUOTES = "request_quotes", _("Request and accept quotes")
    SEE_INVOICES = "see_invoices", _("See invoices")
    PAY_INVOICES = "pay_invoices", _("Pay invoices")
    KEEP_PART_NUMBERS = "keep_part_numbers", _("Keep part numbers")
    OPEN_ACCOUNTS = "open_accounts", _("Ask suppliers for an account")
    MANAGE_ADDRESSES = "manage_addresses", _("Manage addresses")
    MANAGE_PEOPLE = "manage_people", _("Manage people, roles and sites")
    MANAGE_SPENDING = "manage_spending", _("Manage limits, budgets and approval rules")
    MANAGE_KEYS = "manage_keys", _("Manage API keys")


_BUYING = frozenset(
    {
        Permission.SEE_PRICES,
        Permission.ORDER,
        Permission.REQUEST_QUOTES,
        Permission.KEEP_PART_NUMBERS,
        Permission.SEE_INVOICES,
    }
)

_ROLES: dict[str, frozenset[Permission]] = {
    CompanyRole.ADMINISTRATOR: frozenset(Permission),
    CompanyRole.BUYER: _BUYING | {Permission.PAY_INVOICES, Permission.OPEN_ACCOUNTS, Permission.MANAGE_ADDRESSES},
    CompanyRole.APPROVER: _BUYING | {Permission.APPROVE, Permission.SEE_ALL_SITES},
    CompanyRole.BILLING: frozenset(
        {Permission.SEE_PRICES, Permission.SEE_INVOICES, Permission.PAY_INVOICES, Permission.SEE_ALL_SITES}
    ),
    CompanyRole.VIEWER: frozenset({Permission.SEE_PRICES, Permission.SEE_INVOICES}),
}

#: What a machine may do that orders for a company with one of its API keys.
MACHINE = _ROLES[CompanyRole.BUYER] | {Permission.SEE_ALL_SITES}


def of_role(role: str) -> frozenset[Permission]:
    """What the members of a role may do that every company has; nothing for any other."""
    return _ROLES.get(role, frozenset())
