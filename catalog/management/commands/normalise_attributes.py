"""Rewrites values of attributes as their attributes store them."""

from __future__ import annotations

from typing import Any

from catalog.definitions import normalise_values
from core.actor import system
from core.tenancy import use_tenant
from tenants.commands import TenantsCommand


class Command(TenantsCommand):
    help = (
        "Rewrite values of attributes of every active tenant, or of one, that came as text: labels of a list as its "
        "codes, words as yes or no, numbers of a family without their unit. What fits nothing stays. May run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for tenant in self.tenants(options["tenant"]):
            with use_tenant(tenant):
                count = normalise_values(actor=system("normalise_attributes"))
            self.stdout.write(f"{tenant.slug}: {count} values")
