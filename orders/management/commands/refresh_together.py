"""Counts anew what is ordered together."""

from __future__ import annotations

from typing import Any

from core.tenancy import use_tenant
from orders import together
from tenants.commands import TenantsCommand


class Command(TenantsCommand):
    help = "Count what is ordered together at every active tenant, or at one, as is done every night."

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = self.tenants(options["tenant"])
        for tenant in tenants:
            with use_tenant(tenant.scope, party="tenant"):
                count = together.refresh()
            self.stdout.write(f"{tenant.slug}: {count} pairs")
