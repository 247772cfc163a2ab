"""Makes an empty database ready, or brings an existing one up to date."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from tenants import fleet


class Command(BaseCommand):
    help = "Migrate everything and collect the static files. Idempotent."

    def handle(self, *args: Any, **options: Any) -> None:
        fleet.migrate_fleet()
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write("database and static files are up to date")
