"""Brings up to date who sells the same goods, and who has an account where."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.tenancy import use_tenant
from customers.models import Customer
from marketplace.accounts import note_accounts
from marketplace.goods import publish_all_goods
from tenants import directory


class Command(BaseCommand):
    help = "Read the catalogue and the customers of every active tenant, or of one, for the marketplace."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", metavar="SLUG", help="only this tenant")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = directory.active_tenants()
        if options["tenant"]:
            tenants = [tenant for tenant in tenants if tenant.slug == options["tenant"]]
            if not tenants:
                raise CommandError(f"no active tenant {options['tenant']!r}")
        for tenant in tenants:
            with use_tenant(tenant):
                count = publish_all_goods(tenant_id=tenant.id)
                companies = list(Customer.objects.values_list("company_id", flat=True))
                note_accounts(tenant_id=tenant.id, company_ids=companies)
            self.stdout.write(f"{tenant.slug}: {count} goods, {len(companies)} accounts")
