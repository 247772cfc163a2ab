"""Migrates public, the template and all tenants."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants import fleet


class Command(BaseCommand):
    help = "Migrate public, the template and every tenant: canary first, then in parallel; goes on where it stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--canary", help="slug of the tenant to try first")
        parser.add_argument("--behind", action="store_true", help="only list the tenants that are behind")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["behind"]:
            for slug in fleet.behind():
                self.stdout.write(slug)
            return
        try:
            report = fleet.migrate_fleet(
                workers=options["workers"], canary=options["canary"], progress=self.stdout.write
            )
        except fleet.CanaryFailed as error:
            raise CommandError(f"the canary failed, no other tenant was touched: {error}") from error
        self.stdout.write(
            f"{len(report.migrated)} migrated, {len(report.unchanged)} up to date, {len(report.behind)} behind"
        )
        if not report.is_complete:
            raise CommandError("behind: " + ", ".join(sorted(report.behind)))
