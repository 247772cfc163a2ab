"""Ordered together: own habits always, a sector's only where three other companies have it, never what is not seen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from catalog.models import Variant
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.models import Customer
from customers.queries import require_approved
from orders import services, together
from orders.lines import NewLine
from orders.tasks import refresh_together_everywhere
from orders.together_counts import TogetherCount
from tests.counting import statements
from tests.world import BOT, CompanyWorld, World, _company, _customer

METAL = "25.62A"


@pytest.fixture
def sector(world: World) -> list[CompanyWorld]:
    """Three more metal workers at acme; Delmas is one too, Lecomte repairs cars."""
    with use_tenant(PLATFORM):
        companies = [
            _company(f"Forge {n}", siren, f"forge{n}")
            for n, siren in enumerate(("443061841", "542107651", "383474814"), 1)
        ]
    with use_tenant(world.acme.scope):
        for company in companies:
            _customer(world.acme, company, company.admin.email[6:12], group="Artisans", limit=Decimal(10_000))
        Customer.objects.update(naf_code=METAL)
        Customer.objects.filter(company_id=world.lecomte.id).update(naf_code="45.20A")
    return companies


def _order(world: World, company: CompanyWorld, *skus: str) -> UUID:
    with use_tenant(world.acme.scope, company_id=company.id):
        return services.place_order(
            actor=company.buyer,
            customer=require_approved(company.buyer),
            lines=[NewLine(world.acme.variants[sku], "", Decimal(1)) for sku in skus],
            delivery_address={},
        )


def _refresh(world: World) -> int:
    with use_tenant(world.acme.scope, party="tenant"):
        return together.refresh()


def _suggested(world: World, company: CompanyWorld, *skus: str) -> list[str]:
    with use_tenant(world.acme.scope, company_id=company.id):
        keys = [world.acme.variants[sku] for sku in skus]
        found = together.ordered_together(require_approved(company.buyer), keys, limit=5)
        return [listed.info.sku for listed in found.values()]


def test_own_habits_are_suggested_to_oneself_alone(world: World) -> None:
    _order(world, world.delmas, "VN-1001", "VN-1003")
    _refresh(world)
    assert _suggested(world, world.delmas, "VN-1001") == ["VN-1003"]
    assert _suggested(world, world.delmas, "VN-1003") == ["VN-1001"]
    assert _suggested(world, world.delmas, "VN-1001", "VN-1003") == [], "both are there already"
    assert _suggested(world, world.lecomte, "VN-1001") == []


def test_two_companies_of_a_sector_show_nothing_and_three_do(world: World, sector: list[CompanyWorld]) -> None:
    for company in sector[:2]:
        for _time in range(3):
            _order(world, company, "VN-1001", "VN-1005")
    _refresh(world)
    assert _suggested(world, world.delmas, "VN-1001") == []
    with use_tenant(world.acme):
        assert not TogetherCount.objects.filter(customer=None).exists(), "what is not shown is not kept either"
    _order(world, sector[2], "VN-1001", "VN-1005")
    _refresh(world)
    assert _suggested(world, world.delmas, "VN-1001") == ["VN-1005"]
    assert _suggested(world, world.lecomte, "VN-1001") == [], "another sector"
    with use_tenant(world.acme), pytest.raises(IntegrityError), transaction.atomic():
        TogetherCount.objects.filter(customer=None).update(company_count=2)


def test_a_reader_is_not_one_of_the_three(world: World, sector: list[CompanyWorld]) -> None:
    """With the reader's own orders there are three, without them two: what it sees is its own habit."""
    for company in (world.delmas, *sector[:2]):
        _order(world, company, "VN-1001", "VN-1005")
    _refresh(world)
    with use_tenant(world.acme):
        own = TogetherCount.objects.filter(customer_id=world.acme.customers["delmas"]).values_list(
            "other_id", flat=True
        )
        assert set(own) >= {world.acme.variants["VN-1005"]}
    assert _suggested(world, world.delmas, "VN-1001") == ["VN-1005"]


def test_own_habits_come_first(world: World, sector: list[CompanyWorld]) -> None:
    for company in sector:
        for _time in range(2):
            _order(world, company, "VN-1001", "VN-1005")
    _order(world, world.delmas, "VN-1001", "VN-1003")
    _refresh(world)
    assert _suggested(world, world.delmas, "VN-1001") == ["VN-1003", "VN-1005"]


def test_cancelled_orders_and_single_articles_do_not_count(world: World) -> None:
    order_id = _order(world, world.delmas, "VN-1001", "VN-1003")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        services.cancel(order_id=order_id, actor=world.delmas.buyer)
    assert _refresh(world) == 0
    _order(world, world.delmas, "VN-1001")
    assert _refresh(world) == 0, "one article is no pair"


def test_what_is_not_seen_or_sold_is_not_suggested(world: World, browser: Any) -> None:
    _order(world, world.delmas, "VN-1001", "VN-1003", "VN-1005")
    with use_tenant(world.acme.scope, party="tenant"):
        Variant.objects.filter(sku="VN-1005").update(state="archived")
        together.refresh()
    shop = browser(world.acme.host, world.delmas.admin)
    assert "Often ordered together" in shop.get("/catalog/p/VN-1001/").content.decode()
    assert _suggested(world, world.delmas, "VN-1001") == ["VN-1003"]
    with use_tenant(world.acme.scope, party="tenant"):
        save_visibility_rule(
            target=Target.PRODUCT,
            target_id=Variant.objects.get(sku="VN-1003").product_id,
            is_visible=False,
            customer_id=world.acme.customers["delmas"],
            actor=BOT,
        )
    assert _suggested(world, world.delmas, "VN-1001") == []
    assert "Often ordered together" not in shop.get("/catalog/p/VN-1001/").content.decode()


def test_product_page_and_cart_show_it_and_visitors_do_not_see_it(world: World, browser: Any) -> None:
    _order(world, world.delmas, "VN-1001", "VN-1003")
    with use_tenant(PLATFORM):
        call_command("refresh_together", tenant="acme", verbosity=0)
    shop = browser(world.acme.host, world.delmas.admin)
    page = shop.get("/catalog/p/VN-1001/").content.decode()
    assert "VN-1003" in page.partition("Often ordered together")[2]
    key = world.acme.variants["VN-1001"].hex
    shop.post("/cart/lines/", {f"quantity-{key}": "5"})
    assert "VN-1003" in shop.get("/cart/").content.decode().partition('id="together"')[2]
    for other in (browser(world.acme.host), browser(world.acme.host, world.lecomte.admin)):
        assert "Often ordered together" not in other.get("/catalog/p/VN-1001/").content.decode()


def test_statements_do_not_grow(world: World) -> None:
    counts = []
    for skus in (("VN-1001", "VN-1003"), ("VN-1001", "VN-1002", "VN-1003", "VN-1005")):
        _order(world, world.delmas, *skus)
        with use_tenant(world.acme.scope, party="tenant"), statements() as texts:
            together.refresh()
        counted = [len(texts)]
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            customer = require_approved(world.delmas.buyer)
            with statements() as texts:
                found = together.ordered_together(customer, [world.acme.variants["VN-1001"]], limit=5)
            counted.append(len(texts))
        counts.append((len(found), counted))
    assert counts[0][0] < counts[1][0]
    assert counts[0][1] == counts[1][1]
    assert counts[0][1][1] == 2


def test_the_schedule_names_a_task_that_exists() -> None:
    from django.conf import settings

    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert refresh_together_everywhere.name in names
