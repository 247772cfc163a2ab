"""Builds search indexes anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.tenancy import use_tenant
from search import indexing
from tenants import directory


class Command(BaseCommand):
    help = "Build the search index of every active tenant, or of one, and the marketplace's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", metavar="SLUG", help="only this tenant, and its part of the marketplace")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = directory.active_tenants()
        if options["tenant"]:
            tenants = [tenant for tenant in tenants if tenant.slug == options["tenant"]]
            if not tenants:
                raise CommandError(f"no active tenant {options['tenant']!r}")
        if not options["tenant"]:  # first: a shop writes its part of it, also where other code has built it
            count = indexing.rebuild_marketplace([(tenant.id, tenant) for tenant in tenants])
            self.stdout.write(f"marketplace: {count} products")
        for tenant in tenants:
            with use_tenant(tenant):
                count = indexing.rebuild_shop(tenant_id=tenant.id)
            self.stdout.write(f"{tenant.slug}: {count} products")
