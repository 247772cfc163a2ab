"""The same goods at several suppliers: what names them, who is shown, who may look."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from accounts.models import Company
from catalog.enums import VariantState
from catalog.events import CatalogChanged
from catalog.goods import GoodsKeys
from catalog.models import Brand, Product, Variant
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.actor import system
from core.db import atomic
from core.events import emit
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from marketplace.accounts import tenants_of_company
from marketplace.goods import goods_info, offers_of_goods, publish_all_goods, publish_goods
from marketplace.models import Account, GoodsOffer
from tenants.enums import TenantState
from tenants.services import change_state
from tests.counting import statements
from tests.marketplace.market import GTIN, LONGER, NUT, SCREW, goods_id, name_goods, publish, screw_id, share
from tests.world import BOT, World


def key(gtin: str = "", brand: str = "", part_number: str = "") -> UUID | None:
    return GoodsKeys.of(gtin=gtin, brand=brand, part_number=part_number).goods_id


def test_a_barcode_names_goods_whatever_its_length_and_the_spelling_of_the_brand() -> None:
    assert key("4006381333931", "Würth") == key("04006381333931", "WURTH ")
    assert key("4006381333931", "Würth", "A-1") == key("4006381333931", "würth", "B-2")
    assert key("4006381333931", "Würth") != key("4006381333948", "Würth")


def test_without_a_barcode_brand_and_part_number_name_goods() -> None:
    assert key("", "Würth", "0890 108-7") == key("", "wurth", "08901087")
    assert key("", "Würth", "0890") != key("", "Bosch", "0890")
    assert key("", "Würth", "") is key("", "", "0890") is key() is None


@pytest.mark.parametrize("gtin", ["2012345678900", "0212345678909", "0412345678903", "20123451", "", "12AB"])
def test_numbers_that_mean_something_inside_a_company_only_name_nothing(gtin: str) -> None:
    assert key(gtin, "Würth") is None


def test_another_brand_under_the_same_barcode_is_kept_apart_and_said(world: World) -> None:
    share(world)
    with use_tenant(world.bolt.scope):
        other = Brand.objects.create(slug="autre", name="Autre")
        Product.objects.filter(code=SCREW).update(brand=other)
    publish(world.bolt)
    with use_tenant(PLATFORM):
        assert offers_of_goods([screw_id()]) == {screw_id(): [(world.acme.id, world.acme.variants[SCREW])]}
        (same,) = goods_info(screw_id()).same_code
    assert (same.goods_id, same.brand, same.is_same_gtin) == (goods_id(gtin=GTIN, brand="Autre"), "Autre", True)


def test_the_same_part_number_with_and_without_a_barcode_is_said(world: World) -> None:
    share(world)
    name_goods(world.bolt, SCREW, part_number="ACME 1")
    publish(world.bolt)
    with use_tenant(PLATFORM):
        (same,) = goods_info(screw_id()).same_code
    assert (same.goods_id, same.is_same_gtin) == (goods_id(brand="inoxal", part_number="acme1"), False)


def test_offers_of_all_suppliers_in_one_statement(world: World) -> None:
    share(world)
    nut = goods_id(brand="Fixor", part_number="FX7778")
    with use_tenant(PLATFORM):
        offers_of_goods([])
        with statements() as texts:
            found = offers_of_goods([screw_id(), nut, uuid7()])
    assert len(texts) == 1
    assert {tenant_id for tenant_id, _variant in found[screw_id()]} == {world.acme.id, world.bolt.id}
    assert {variant for _tenant, variant in found[nut]} == {world.acme.variants[NUT], world.bolt.variants[NUT]}
    assert len(found) == 2


def test_only_what_has_changed_is_written_and_statements_do_not_grow(world: World) -> None:
    share(world)
    counts = []
    for skus in ([SCREW], [SCREW, LONGER, NUT]):
        with use_tenant(world.acme.scope):
            ids = [world.acme.variants[sku] for sku in skus]
            publish_goods(tenant_id=world.acme.id, variant_ids=ids)
            with statements() as texts:
                publish_goods(tenant_id=world.acme.id, variant_ids=ids)
        counts.append(len([text for text in texts if "SAVEPOINT" not in text]))
        assert not [text for text in texts if text.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert counts[0] == counts[1] <= 3


@pytest.mark.parametrize("state", [VariantState.DRAFT, VariantState.ARCHIVED])
def test_what_is_not_on_sale_is_not_shown(world: World, state: VariantState) -> None:
    share(world)
    with use_tenant(world.acme.scope):
        Variant.objects.filter(sku=SCREW).update(state=state)
        publish_goods(tenant_id=world.acme.id, variant_ids=[world.acme.variants[SCREW]])
    with use_tenant(PLATFORM):
        assert [tenant_id for tenant_id, _variant in offers_of_goods([screw_id()])[screw_id()]] == [world.bolt.id]


def test_what_visitors_do_not_see_is_not_shown(world: World, drain: Callable[[], int]) -> None:
    share(world)
    drain()
    with use_tenant(world.acme.scope, party="tenant"):
        hidden = Product.objects.get(code=SCREW).pk
        save_visibility_rule(target=Target.PRODUCT, target_id=hidden, is_visible=False, actor=BOT)
    drain()
    with use_tenant(world.acme.scope):
        publish_all_goods(tenant_id=world.acme.id)
        assert not GoodsOffer.objects.filter(goods_id=screw_id())
    with use_tenant(PLATFORM):
        assert [tenant_id for tenant_id, _variant in offers_of_goods([screw_id()])[screw_id()]] == [world.bolt.id]


def test_a_suspended_supplier_drops_out_and_comes_back(world: World, drain: Callable[[], int]) -> None:
    share(world)
    for state, count in ((TenantState.SUSPENDED, 1), (TenantState.ACTIVE, 2)):
        with use_tenant(PLATFORM):
            change_state(tenant_id=world.bolt.id, to=state, actor=system("tests"), reason="test")
            drain()
            assert len(offers_of_goods([screw_id()])[screw_id()]) == count


def test_changes_of_the_catalogue_reach_the_marketplace(world: World, drain: Callable[[], int]) -> None:
    @atomic
    def tell() -> None:
        emit(CatalogChanged(tenant_id=world.acme.id, variant_ids=(world.acme.variants[SCREW],)))

    drain()
    name_goods(world.acme, SCREW, gtin=GTIN)
    with use_tenant(world.acme.scope):
        tell()
    drain()
    with use_tenant(PLATFORM):
        assert offers_of_goods([screw_id()]) == {screw_id(): [(world.acme.id, world.acme.variants[SCREW])]}


def test_a_supplier_sees_and_writes_its_own_rows_only(world: World) -> None:
    share(world)
    with use_tenant(world.acme.scope, party="tenant"):
        assert {row.tenant_id for row in GoodsOffer.objects.all()} == {world.acme.id}
        assert GoodsOffer.objects.filter(tenant_id=world.bolt.id).delete()[0] == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            GoodsOffer.objects.create(tenant_id=world.bolt.id, variant_id=uuid7(), goods_id=uuid7())
    with use_tenant(PLATFORM):
        assert {row.tenant_id for row in GoodsOffer.objects.all()} == {world.acme.id, world.bolt.id}
        assert GoodsOffer.objects.update(brand="x") == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            GoodsOffer.objects.create(tenant_id=world.bolt.id, variant_id=uuid7(), goods_id=uuid7())


def test_accounts_follow_requests_and_are_the_companys_own(world: World) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert set(tenants_of_company(world.delmas.id)) == {world.acme.id, world.bolt.id}
        assert tenants_of_company(world.lecomte.id) == []
    with use_tenant(PLATFORM, company_id=world.lecomte.id):
        assert tenants_of_company(world.lecomte.id) == [world.acme.id]
    with use_tenant(PLATFORM):
        assert Account.objects.count() == 0


def test_the_rebuild_command_finds_goods_and_accounts(world: World) -> None:
    share(world)
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope, party="tenant"):
            GoodsOffer.objects.all().delete()
            Account.objects.all().delete()
    out = StringIO()
    call_command("rebuild_goods", stdout=out)
    assert "acme: 5 goods, 2 accounts" in out.getvalue()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert len(offers_of_goods([screw_id()])[screw_id()]) == 2
        assert len(tenants_of_company(world.delmas.id)) == 2
        assert Company.objects.filter(pk=world.delmas.id).exists()
    with pytest.raises(CommandError):
        call_command("rebuild_goods", tenant="nobody")
