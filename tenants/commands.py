"""What commands for tenants have in common."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.directory import TenantInfo, active_tenants


class TenantsCommand(BaseCommand):
    """A command for every active tenant, or for the one that ``--tenant`` names."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", metavar="SLUG", help="only this tenant")

    def tenants(self, slug: str | None) -> list[TenantInfo]:
        """The tenants that are meant. Raises CommandError when there is none of this name."""
        found = [tenant for tenant in active_tenants() if slug in {None, tenant.slug}]
        if slug is not None and not found:
            raise CommandError(f"no active tenant {slug!r}")
        return found
