"""Builds search indexes anew."""

from __future__ import annotations

from typing import Any

from core.tenancy import use_tenant
from search import indexing
from tenants.commands import TenantsCommand


class Command(TenantsCommand):
    help = "Build the search index of every active tenant, or of one, and the marketplace's (of one: its part of it)."

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = self.tenants(options["tenant"])
        if not options["tenant"]:  # first: a shop writes its part of it, also where other code has built it
            count = indexing.rebuild_marketplace([(tenant.id, tenant) for tenant in tenants])
            self.stdout.write(f"marketplace: {count} products")
        for tenant in tenants:
            with use_tenant(tenant):
                count = indexing.rebuild_shop(tenant_id=tenant.id)
            self.stdout.write(f"{tenant.slug}: {count} products")
