"""Brings the index of documents up to date: parcels, the buyer's references, which order an invoice belongs to."""

from __future__ import annotations

from typing import Any

from core.tenancy import use_tenant
from marketplace.filling import fill_documents
from tenants.commands import TenantsCommand


class Command(TenantsCommand):
    help = "Read orders, parcels and invoices of every active tenant, or of one, for the buyers' lists of documents."

    def handle(self, *args: Any, **options: Any) -> None:
        for tenant in self.tenants(options["tenant"]):
            with use_tenant(tenant.scope, party="tenant"):
                parcels, references = fill_documents(tenant_id=tenant.id)
            self.stdout.write(f"{tenant.slug}: {parcels} parcels, {references} references")
