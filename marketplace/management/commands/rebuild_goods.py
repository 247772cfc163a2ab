"""Brings up to date who sells the same goods, and who has an account where."""

from __future__ import annotations

from typing import Any

from core.tenancy import use_tenant
from customers.models import Customer
from marketplace.accounts import note_accounts
from marketplace.goods import publish_all_goods
from tenants.commands import TenantsCommand


class Command(TenantsCommand):
    help = "Read the catalogue and the customers of every active tenant, or of one, for the marketplace."

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = self.tenants(options["tenant"])
        for tenant in tenants:
            with use_tenant(tenant):
                count = publish_all_goods(tenant_id=tenant.id)
                companies = list(Customer.objects.values_list("company_id", flat=True))
                note_accounts(tenant_id=tenant.id, company_ids=companies)
            self.stdout.write(f"{tenant.slug}: {count} goods, {len(companies)} accounts")
