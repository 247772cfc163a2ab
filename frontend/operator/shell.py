"""Navigation of the operator's console."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import Request
from core.failures import failed_count
from frontend.context import NavGroup, NavItem, ShellPart, shell_provider
from rfq.abuse.queries import open_reports
from vendors.queries import open_count


@shell_provider("operator")
def operator_shell(_request: Request) -> ShellPart:
    """Links with what waits behind them."""
    return ShellPart(
        groups=(
            NavGroup(
                "",
                (
                    NavItem(_("Overview"), reverse("operator_home"), key="h"),
                    NavItem(_("Applications"), reverse("operator_applications"), key="a", count=open_count()),
                    NavItem(_("Tenants"), reverse("operator_tenants"), key="t"),
                    NavItem(_("Domains"), reverse("operator_domains"), key="d"),
                    NavItem(_("Domains of companies"), reverse("operator_sign_in_domains")),
                    NavItem(_("Companies to verify"), reverse("operator_companies")),
                    NavItem(_("Reported requests"), reverse("operator_reports"), count=open_reports()),
                    NavItem(_("Taxonomy"), reverse("operator_taxonomy"), key="x"),
                    NavItem(_("Jobs and events"), reverse("operator_jobs"), key="j", count=failed_count()),
                ),
            ),
        ),
    )
