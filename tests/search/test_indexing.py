"""From the catalogue to the indexes, through events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog.enums import AttributeKind, VariantState
from catalog.events import CatalogChanged
from catalog.models import (
    AttributeDefinition,
    Brand,
    CatalogSettings,
    Category,
    Family,
    OrderUnit,
    Product,
    Variant,
    VisibilityRule,
)
from catalog.outline import forget_outline
from catalog.visibility import Audience, viewpoint
from core.actor import system
from core.db import atomic
from core.events import emit
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from inventory.models import Stock
from pricing.models import Price, PriceList, PriceListAssignment
from pricing.queries import PriceContext, unit_prices
from search import indexing
from search.buyers import Looker
from search.documents import list_key
from search.engine import MARKETPLACE, engine, index_name
from search.labels import bilingual
from search.port import ALL_FACETS, BuyerContext, Query, Result
from search.queries import find_in_shop, find_on_marketplace, suggest_in_shop
from tenants.enums import TenantState
from tenants.services import change_state
from tests.counting import statements
from tests.world import TenantWorld, World


@pytest.fixture(autouse=True)
def _own_indexes(world: World, drain: Callable[[], int]) -> None:
    """Empty indexes: what building the world has announced is over."""
    drain()
    for name in (MARKETPLACE, index_name(world.acme.id), index_name(world.bolt.id)):
        engine().drop(name)


def change(tenant: TenantWorld, *skus: str) -> None:
    @atomic
    def service() -> None:
        emit(CatalogChanged(tenant_id=tenant.id, variant_ids=tuple(tenant.variants[sku] for sku in skus)))

    with use_tenant(tenant.scope):
        service()


def found(index: str, text: str = "", **filters: str) -> Result:
    wanted = {code: (value,) for code, value in filters.items()}
    return engine().search(index, Query(text=text, filters=wanted, facets=(ALL_FACETS,)), BuyerContext(locale="fr"))


def test_changed_variants_are_found_in_the_shop_and_on_the_marketplace(world: World, drain: Callable[[], int]) -> None:
    change(world.acme, "VN-1001", "VN-1004")
    drain()
    result = found(index_name(world.acme.id), "rondelles m8")
    assert [hit.sku for hit in result.hits] == ["VN-1004"]
    assert found(MARKETPLACE).total == 2
    assert [hit.sku for hit in found(index_name(world.acme.id), in_stock="1").hits] == ["VN-1001"]
    assert found(index_name(world.bolt.id)).total == 0


def test_an_archived_variant_disappears(world: World, drain: Callable[[], int]) -> None:
    change(world.acme, "VN-1001", "VN-1002")
    drain()
    with use_tenant(world.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(state=VariantState.ARCHIVED)
    change(world.acme, "VN-1001")
    drain()
    assert [hit.sku for hit in found(index_name(world.acme.id)).hits] == ["VN-1002"]
    assert found(MARKETPLACE).total == 1


def test_everything_changed_builds_the_shop_anew(world: World, drain: Callable[[], int]) -> None:
    for tenant in (world.acme, world.bolt):
        change(tenant)
    drain()
    assert found(index_name(world.acme.id)).total == 5
    assert found(MARKETPLACE).total == 10
    with use_tenant(world.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(state=VariantState.ARCHIVED)
    change(world.acme)
    drain()
    assert found(index_name(world.acme.id)).total == 4
    assert found(MARKETPLACE).total == 9


def test_attributes_categories_and_prices_reach_the_documents(world: World) -> None:
    with use_tenant(world.acme.scope):
        AttributeDefinition.objects.create(code="note", label_fr="Note", is_filter=False)
        AttributeDefinition.objects.create(code="taille", label_fr="Taille", kind=AttributeKind.NUMBER)
        forget_outline()
        variant = Variant.objects.get(sku="VN-1001")
        variant.attributes = {
            "matiere": {"fr": "Inox | A4", "en": "A4 steel"},
            "note": "secret d'atelier",
            "a b": "x",
            "taille": "4,50",
        }
        variant.keywords_fr, variant.keywords_en = "boulon, vis à six pans", "Boulon, bolt"
        variant.save()
        Stock.objects.filter(variant=variant).update(reserved=4200)
        OrderUnit.objects.filter(variant=variant, is_base=False).update(gtin="14006381333938")
        documents = indexing.documents_of(world.acme.id, [variant.id])
    (shop,), (shared,) = documents.shop, documents.marketplace
    assert shop.facets == {"matiere": ("Inox / A4|A4 steel",), "taille": ("4.5",)}
    assert sorted(shop.keywords) == ["bolt", "boulon", "secret d'atelier", "vis à six pans", "x"]
    assert shared.keywords == shop.keywords
    assert (shop.public_price, shop.in_stock) == (500_000, False)
    assert shop.unit_gtins == shared.unit_gtins == ("14006381333938",)
    assert [category.code for category in shop.categories] == ["vis"]
    assert [category.code for category in shared.categories] == ["Vis"]


def test_few_statements_for_any_number_of_variants(world: World) -> None:
    counts = []
    with use_tenant(world.acme.scope):
        for ids in (list(world.acme.variants.values())[:1], list(world.acme.variants.values())):
            indexing.documents_of(world.acme.id, ids)
            with statements() as captured:
                indexing.documents_of(world.acme.id, ids)
            counts.append(len(captured))
    assert counts == [4, 4]


def test_a_suspended_tenant_leaves_the_marketplace_and_comes_back(world: World, drain: Callable[[], int]) -> None:
    for tenant in (world.acme, world.bolt):
        change(tenant)
    drain()
    for state, total in ((TenantState.SUSPENDED, 5), (TenantState.ACTIVE, 10)):
        with use_tenant(PLATFORM):
            change_state(tenant_id=world.acme.id, to=state, actor=system("tests"), reason="test")
        drain()
        assert found(MARKETPLACE).total == total


def test_the_command_builds_all_or_one(world: World) -> None:
    out = StringIO()
    call_command("reindex", stdout=out)
    assert "acme: 5 products" in out.getvalue()
    assert "marketplace: 10 products" in out.getvalue()
    out = StringIO()
    call_command("reindex", tenant="bolt", stdout=out)
    assert out.getvalue() == "bolt: 5 products\n"
    with pytest.raises(CommandError):
        call_command("reindex", tenant="nobody")


def test_one_language_or_the_same_text_twice_needs_no_separator() -> None:
    assert bilingual({"fr": "A4", "en": "A4"}) == "A4"
    assert bilingual({"fr": "", "en": "Steel"}) == "Steel"
    assert bilingual(12) == "12"


def test_prices_of_every_list_are_those_of_the_smallest_quantity(world: World) -> None:
    """Equal to what pricing resolves for a customer who has that list alone."""
    now = timezone.now()
    with use_tenant(world.acme.scope):
        variant_id = world.acme.variants["VN-1001"]
        OrderUnit.objects.filter(variant_id=variant_id, is_base=True).update(minimum=50)
        lists = [PriceList.objects.create(code=f"L{n}", name="L", currency="EUR") for n in range(4)]
        lists[3].valid_to = now - timedelta(days=1)
        lists[3].save()
        tiers = {lists[0]: {1: "9", 50: "7.123456", 100: "5"}, lists[1]: {100: "4", 200: "3"}, lists[3]: {1: "1"}}
        for price_list, prices in tiers.items():
            for minimum, price in prices.items():
                Price.objects.create(
                    price_list=price_list, variant_id=variant_id, min_quantity=minimum, unit_price=Decimal(price)
                )
        Price.objects.create(
            price_list=lists[2], variant_id=variant_id, unit_price=2, valid_from=now - timedelta(2), valid_to=now
        )
        (doc,) = indexing.documents_of(world.acme.id, [variant_id]).shop
        found = {place: doc.prices.get(list_key(price_list.id)) for place, price_list in enumerate(lists)}
        assert found == {0: 7_123_456, 1: 4_000_000, 2: None, 3: None}
        for place in (0, 1):
            customer_id = uuid7()
            PriceListAssignment.objects.create(price_list=lists[place], customer_id=customer_id)
            own = unit_prices(PriceContext(customer_id, None, "EUR"), {variant_id: Decimal(50)})
            assert int(own[variant_id] * 1_000_000) == found[place]


def test_rules_family_and_lead_time_reach_the_documents(world: World) -> None:
    with use_tenant(world.acme.scope):
        hidden, ending = Variant.objects.get(sku="VN-1001"), Variant.objects.get(sku="VN-1002")
        family = Family.objects.create(code="vis-h", name_fr="Vis H", name_en="Hex screws")
        Product.objects.filter(pk=hidden.product_id).update(family=family)
        VisibilityRule.objects.create(family=family, is_visible=False)
        Variant.objects.filter(pk=ending.pk).update(state=VariantState.ENDING)
        Stock.objects.filter(variant=hidden).update(on_hand=0, lead_time_days=12)
        Stock.objects.filter(variant=ending).update(on_hand=0, lead_time_days=0)
        docs = {doc.sku: doc for doc in indexing.documents_of(world.acme.id, [hidden.pk, ending.pk]).marketplace}
        doc = docs["VN-1001"]
        assert (doc.is_public, doc.family, doc.family_label) == (False, "vis-h", "Vis H|Hex screws")
        assert (doc.lead_days, doc.product_id, doc.own_paths) == (12, str(hidden.product_id), ("vis",))
        assert (docs["VN-1002"].is_public, docs["VN-1002"].lead_days) == (True, None)


@pytest.mark.parametrize(("on_hand", "days", "lead_days"), [(0, 20, 20), (0, 0, 1), (0, -1, 2), (5, 20, 0)])
def test_goods_that_are_expected_are_not_there_before_their_day(
    world: World, on_hand: int, days: int, lead_days: int
) -> None:
    with use_tenant(world.acme.scope):
        variant_id = world.acme.variants["VN-1001"]
        day = timezone.localdate() + timedelta(days=days)
        Stock.objects.filter(variant=variant_id).update(on_hand=on_hand, lead_time_days=2, restock_on=day)
        (doc,) = indexing.documents_of(world.acme.id, [variant_id]).shop
        assert (doc.in_stock, doc.lead_days) == (on_hand > 0, lead_days)


@pytest.mark.parametrize("party", ["customer_id", "group_id", ""])
def test_who_sees_what_is_the_same_in_the_index_and_in_the_database(
    world: World, drain: Callable[[], int], party: str
) -> None:
    customer_id, group_id = uuid7(), uuid7()
    audience = Audience(customer_id, group_id)
    with use_tenant(world.acme.scope):
        CatalogSettings.objects.update_or_create(defaults={"visitors_see": False, "customers_see": True})
        brand, category = Brand.objects.first(), Category.objects.get(path="vis")
        named = {party: {"customer_id": customer_id, "group_id": group_id}[party]} if party else {}
        VisibilityRule.objects.create(category=category, is_visible=False, **named)
        VisibilityRule.objects.create(brand=brand, is_visible=True, **named)
        VisibilityRule.objects.create(is_visible=party == "group_id", customer_id=customer_id)
        indexing.rebuild_shop(tenant_id=world.acme.id)
        for view in (viewpoint(audience), viewpoint(Audience(uuid7())), viewpoint(Audience())):
            wanted = set(Variant.objects.filter(view.condition()).values_list("sku", flat=True))
            found_here = find_in_shop(world.acme.id, Query(), Looker(view))
            assert found_here is not None
            assert {hit.sku for hit in found_here.result.hits} == wanted
            on_marketplace = find_on_marketplace(Query(), {world.acme.id: Looker(view)})
            assert on_marketplace is not None
            assert {hit.sku for hit in on_marketplace.result.hits} == wanted
            assert {hit.sku for hit in suggest_in_shop(world.acme.id, "vn-100", Looker(view), 8)} == wanted
