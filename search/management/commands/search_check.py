"""Holds search indexes against the database."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser

from search import checking
from search.checking import Findings
from tenants.commands import TenantsCommand


class Command(TenantsCommand):
    help = (
        "Compare the search index of every active tenant, or of one, and the marketplace's with the database. "
        "Exits with 1 when they differ and are not repaired."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--repair", action="store_true", help="write what differs, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = self.tenants(options["tenant"])
        names = [*(tenant.slug for tenant in tenants), "marketplace"]
        everywhere = not options["tenant"]
        if options["repair"]:
            found, left = checking.repair(tenants, everywhere=everywhere)
            self._print(names, found)
            if any(not findings.is_clean for findings in found):
                self.stdout.write("after the repair:")
                self._print(names, left)
        else:
            left = checking.check(tenants, everywhere=everywhere)
            self._print(names, left)
        if any(not findings.is_clean for findings in left):
            sys.exit(1)

    def _print(self, names: Sequence[str], found: Sequence[Findings]) -> None:
        for name, findings in zip(names, found, strict=True):
            counts = {"missing": findings.missing, "extra": findings.extra, "outdated": findings.outdated}
            text = ", ".join(f"{len(keys)} {word}" for word, keys in counts.items())
            if findings.is_unreadable:
                text = "built by another version of the code"
            self.stdout.write(f"{name}: {findings.documents} documents, {text}")
