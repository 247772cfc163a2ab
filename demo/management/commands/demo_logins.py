"""Prints who can sign in to the example world, and where."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from demo.people import BUYERS, OPERATOR, PASSWORD, SELLERS


class Command(BaseCommand):
    help = "List the logins of the example world with the pages they are for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=int(settings.PUBLIC_PORT or 8000))

    def handle(self, *args: Any, **options: Any) -> None:
        domain, port = settings.PLATFORM_DOMAIN, options["port"]
        self.stdout.write(f"Password of everybody: {PASSWORD}")
        self.stdout.write(f"  {OPERATOR.email:<40} operator            http://{domain}:{port}/operator/")
        for seller in SELLERS:
            for person, role in seller.staff:
                self.stdout.write(
                    f"  {person.email:<40} {seller.kind} {role:<10} http://{seller.slug}.{domain}:{port}/portal/"
                )
        shop = f"http://{SELLERS[0].slug}.{domain}:{port}/"
        for buyer in BUYERS:
            placed = [(person, f"{role}, {unit}") for person, role, unit in buyer.layout.people]
            for person, company_role in (*buyer.people, *placed):
                who = f"{buyer.name}, {company_role}"
                self.stdout.write(f"  {person.email:<40} {who:<32} {shop} and http://{domain}:{port}/")
