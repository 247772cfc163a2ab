"""From the catalogue to the indexes, through events."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.enums import AttributeKind, VariantState
from catalog.events import CatalogChanged
from catalog.models import AttributeDefinition, Variant
from catalog.outline import forget_outline
from core.actor import system
from core.db import atomic
from core.events import emit
from core.scope import PLATFORM
from core.tenancy import use_tenant
from inventory.models import Stock
from search import indexing
from search.engine import MARKETPLACE, engine, index_name
from search.labels import bilingual
from search.port import ALL_FACETS, BuyerContext, Query, Result
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
        variant.save()
        Stock.objects.filter(variant=variant).update(reserved=4200)
        documents = indexing.documents_of(world.acme.id, [variant.id])
    (shop,), (shared,) = documents.shop, documents.marketplace
    assert shop.facets == {"matiere": ("Inox / A4|A4 steel",), "taille": ("4.5",)}
    assert sorted(shop.keywords) == ["secret d'atelier", "x"]
    assert (shop.public_price, shop.in_stock) == (5000, False)
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
    assert counts == [3, 3]


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
