"""Brings the platform's taxonomy up to date."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.taxonomy import load_taxonomy


class Command(BaseCommand):
    help = "Write the nodes of the taxonomy that the platform comes with; others stay."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_taxonomy()} nodes")
