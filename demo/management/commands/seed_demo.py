"""Builds the example world."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.scope import PLATFORM
from core.tenancy import use_tenant
from demo import story, world
from demo.people import SELLERS
from tenants.models import Tenant


class Command(BaseCommand):
    help = (
        "Build the example world in an empty platform; does nothing when it is there. --scale N multiplies the goods."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=int, default=1)
        parser.add_argument("--without-story", action="store_true", help="goods and accounts only")

    def handle(self, *args: Any, **options: Any) -> None:
        with use_tenant(PLATFORM):
            is_there = Tenant.objects.filter(slug=SELLERS[0].slug).exists()
        if is_there:
            self.stdout.write("the example world is there already")
            return
        built = world.build(scale=options["scale"])
        if not options["without_story"]:
            story.tell(built)
        goods = sum(len(shop.goods) for shop in built.shops.values())
        self.stdout.write(f"{len(built.shops)} sellers, {len(built.firms)} buying companies, {goods} products")
