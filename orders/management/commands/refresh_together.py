"""Counts anew what is ordered together."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.tenancy import use_tenant
from orders import together
from tenants import directory


class Command(BaseCommand):
    help = "Count what is ordered together at every active tenant, or at one, as is done every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", metavar="SLUG", help="only this tenant")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = directory.active_tenants()
        if options["tenant"]:
            tenants = [tenant for tenant in tenants if tenant.slug == options["tenant"]]
            if not tenants:
                raise CommandError(f"no active tenant {options['tenant']!r}")
        for tenant in tenants:
            with use_tenant(tenant.scope, party="tenant"):
                count = together.refresh()
            self.stdout.write(f"{tenant.slug}: {count} pairs")
