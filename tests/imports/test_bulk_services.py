"""Catalogue, price lists and counts in bulk, as example data and connectors call them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.errors import RowRefused, VariantNotFound
from catalog.lifecycle import archive
from catalog.models import AttributeDefinition, Variant
from catalog.services import CatalogRow, UnitRow, upsert
from core.errors import NotAllowed
from inventory.counting import Count, set_counts
from inventory.models import Stock, StockMovement
from pricing.errors import DuplicatePriceList, PriceListNotFound
from pricing.models import Price, PriceList, PriceListAssignment
from pricing.services import NewPrice, PriceSet, assign_list, create_list, ensure_base_list, set_prices
from tests.world import BOT, acting


@pytest.fixture(autouse=True)
def _in_acme(world):
    with acting((world.acme.scope, {})):
        yield


def test_rows_become_variants_and_are_equal_afterwards():
    rows = [
        CatalogRow(
            "Z-1",
            name_fr="Vis",
            brand="Vissal",
            category=("Fixation", "Vis"),
            attributes={"matiere": {"fr": "acier", "en": "steel"}, "longueur": "40"},
            units=(
                UnitRow("H87", is_base=True, minimum=Decimal(10), multiple=Decimal(5)),
                UnitRow("XBX", Decimal(100)),
            ),
        ),
        CatalogRow("Z-2", name_en="Nut"),
    ]
    first = upsert(rows=rows, actor=BOT)
    assert first.created == {"Z-1", "Z-2"}
    assert not first.changed
    again = upsert(rows=rows, actor=BOT)
    assert again.unchanged == {"Z-1", "Z-2"}
    assert again.ids == first.ids
    base = Variant.objects.get(sku="Z-1").units.get(is_base=True)
    assert (base.minimum, base.multiple) == (Decimal(10), Decimal(5))
    assert AttributeDefinition.objects.filter(code="longueur").exists()
    assert Variant.objects.get(sku="Z-2").units.get().code == "H87"


def test_a_row_that_cannot_be_taken_undoes_all():
    with pytest.raises(RowRefused):
        upsert(rows=[CatalogRow("Z-1", name_fr="Vis"), CatalogRow("Z-2")], actor=BOT)
    assert not Variant.objects.filter(sku="Z-1").exists()
    done = upsert(rows=[CatalogRow("Z-1", name_fr="Vis"), CatalogRow("Z-2")], actor=BOT, skip_refused=True)
    assert done.created == {"Z-1"}
    assert done.refused == {"Z-2"}
    assert set(done.ids) == {"Z-1"}


def test_a_sku_twice_is_the_callers_mistake():
    with pytest.raises(ValueError, match="twice"):
        upsert(rows=[CatalogRow("Z-1", name_fr="a"), CatalogRow("Z-1", name_fr="b")], actor=BOT)


def test_only_the_tenants_own_staff_may(world):
    for actor in (world.bolt.staff, world.acme.staff.__class__(kind="buyer"), world.delmas.buyer):
        with pytest.raises(NotAllowed):
            upsert(rows=[CatalogRow("Z-1", name_fr="Vis")], actor=actor)
        with pytest.raises(NotAllowed):
            archive(variant_id=world.acme.variants["VN-1001"], actor=actor)
    with pytest.raises(VariantNotFound):
        archive(variant_id=world.bolt.variants["VN-1001"], actor=world.acme.staff)


def test_there_is_one_base_list_per_currency():
    base = PriceList.objects.get(is_base=True)
    assert ensure_base_list() == base.pk
    assert ensure_base_list(currency="USD") == ensure_base_list(currency="USD") != base.pk


def test_lists_are_created_once_and_assigned_once(world):
    list_id = create_list(code="pro", name="Pro", actor=world.acme.staff)
    with pytest.raises(DuplicatePriceList):
        create_list(code="pro", name="Pro", actor=world.acme.staff)
    customer = world.acme.customers["delmas"]
    assign_list(price_list_id=list_id, customer_id=customer, actor=world.acme.staff)
    assign_list(price_list_id=list_id, customer_id=customer, priority=3, actor=world.acme.staff)
    assert PriceListAssignment.objects.get(price_list_id=list_id, valid_to=None).priority == 3
    with pytest.raises(PriceListNotFound):
        assign_list(price_list_id=customer, customer_id=customer, actor=world.acme.staff)


def test_prices_are_closed_and_never_overwritten(world):
    base, variant = PriceList.objects.get(is_base=True).pk, world.acme.variants["VN-1001"]
    new = PriceSet((NewPrice(Decimal(1), Decimal("0.55")), NewPrice(Decimal(500), Decimal("0.40"))))
    assert set_prices(price_list_id=base, prices={variant: new}, actor=BOT).keys() == {variant}
    assert set_prices(price_list_id=base, prices={variant: new}, actor=BOT) == {}
    rows = Price.objects.filter(price_list_id=base, variant_id=variant)
    assert sorted(rows.filter(valid_to=None).values_list("min_quantity", "unit_price")) == [
        (Decimal(1), Decimal("0.55")),
        (Decimal(500), Decimal("0.40")),
    ]
    assert rows.get(valid_to__isnull=False).unit_price == Decimal("0.50")
    set_prices(price_list_id=base, prices={variant: PriceSet(())}, actor=BOT)
    assert not rows.filter(valid_to=None).exists()


def test_counts_move_the_difference_and_keep_what_is_reserved(world):
    variant, other = world.acme.variants["VN-1001"], world.acme.variants["VN-1002"]
    Stock.objects.filter(variant_id=variant).update(reserved=4000)
    changed = set_counts(counts={variant: Count(Decimal(10)), other: Count(lead_time=3)}, reference="inventory")
    assert changed.keys() == {variant, other}
    stock = Stock.objects.get(variant_id=variant)
    assert (stock.on_hand, stock.reserved, stock.lead_time_days) == (Decimal(4000), Decimal(4000), 2)
    assert StockMovement.objects.get(variant_id=variant).quantity == -200
    assert not StockMovement.objects.filter(variant_id=other).exists()
    assert set_counts(counts={other: Count(Decimal(80), 3)}, reference="again") == {}
