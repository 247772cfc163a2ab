"""Orders what is due."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.tenancy import use_tenant
from orders.recurring import running
from tenants.commands import TenantsCommand


class Command(TenantsCommand):
    help = "Place the recurring orders that are due at every active tenant, or at one, as is done every ten minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--day", type=date.fromisoformat, help="as if it were this day (YYYY-MM-DD)")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["day"] or timezone.localdate()
        for tenant in self.tenants(options["tenant"]):
            with use_tenant(tenant.scope, party="tenant"):
                due = running.due(today=today)
                for recurring_id in due:
                    running.run(recurring_id=recurring_id, today=today)
            self.stdout.write(f"{tenant.slug}: {len(due)} due")
