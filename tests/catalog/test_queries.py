"""Reads of the catalogue."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from catalog.enums import AttributeKind, VariantState
from catalog.models import AttributeDefinition, Category, OrderUnit, Variant
from catalog.outline import forget_outline, outline
from catalog.queries import (
    AttributeValue,
    listed_variants,
    matching_ids,
    product_detail,
    sku_of_code,
    variants_by_code,
    variants_by_id,
)
from catalog.visibility import UNRESTRICTED
from core.tenancy import use_tenant
from tests.counting import statements
from tests.world import World


def test_variants_come_with_their_units(world: World) -> None:
    with use_tenant(world.acme.scope):
        info = variants_by_id([world.acme.variants["VN-1001"]])[world.acme.variants["VN-1001"]]
    assert [(unit.code, unit.factor) for unit in info.units] == [("H87", Decimal(1)), ("XBX", Decimal(100))]
    assert info.base_unit.code == "H87"
    assert info.unit("XBX") == info.units[1]
    assert info.unit("XPX") is None


@pytest.mark.parametrize("count", [1, 5])
def test_statements_for_any_number_of_variants(world: World, count: int) -> None:
    ids = list(world.acme.variants.values())[:count]
    with use_tenant(world.acme.scope):
        for read, expected in ((variants_by_id, 2), (listed_variants, 1)):
            with statements() as captured:
                found = read(ids, UNRESTRICTED)
            assert len(found) == count
            assert len(captured) == expected


def test_a_list_and_one_variant_know_the_same_units(world: World) -> None:
    ids = list(world.acme.variants.values())
    with use_tenant(world.acme.scope):
        OrderUnit.objects.filter(code="XBX").update(maximum=Decimal("7.5"), gtin="3606100000024")
        OrderUnit.objects.filter(variant_id=ids[0]).delete()
        listed, known = listed_variants(ids, UNRESTRICTED), variants_by_id(ids)
    assert {key: variant.info.units for key, variant in listed.items()} == {key: known[key].units for key in ids}


@pytest.mark.parametrize("code", ["VN-1001", " vn1001 ", "vn 10 01", "3606100000017", "03606100000017", "MPN/77"])
def test_a_code_is_a_reference_a_gtin_or_a_part_number(world: World, code: str) -> None:
    with use_tenant(world.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(gtin="3606100000017", manufacturer_part_number="MPN/77")
        assert [info.sku for info in variants_by_code([code], UNRESTRICTED)[code]] == ["VN-1001"]


def test_unknown_codes_are_absent_and_all_are_asked_at_once(world: World) -> None:
    with use_tenant(world.acme.scope), statements() as captured:
        found = variants_by_code(["VN-1001", "VN-1002", "nothing", "", "00000000"], UNRESTRICTED)
    assert set(found) == {"VN-1001", "VN-1002"}
    assert len(captured) == 3


def test_an_ambiguous_code_gives_all_and_an_exact_reference_one(world: World) -> None:
    with use_tenant(world.acme.scope):
        Variant.objects.filter(sku="VN-1002").update(sku="VN1001", sku_key="vn1001")
        assert [info.sku for info in variants_by_code(["vn.1001"], UNRESTRICTED)["vn.1001"]] == ["VN-1001", "VN1001"]
        assert [info.sku for info in variants_by_code(["VN1001"], UNRESTRICTED)["VN1001"]] == ["VN1001"]
        assert sku_of_code("vn.1001", UNRESTRICTED) is None
        assert sku_of_code("vn.1002", UNRESTRICTED) is None
        assert sku_of_code("vn.1003", UNRESTRICTED) == "VN-1003"


def test_an_archived_variant_is_found_by_code_and_not_listed(world: World) -> None:
    variant_id = world.acme.variants["VN-1001"]
    with use_tenant(world.acme.scope):
        Variant.objects.filter(pk=variant_id).update(state=VariantState.ARCHIVED)
        assert not variants_by_code(["VN-1001"], UNRESTRICTED)["VN-1001"][0].is_active
        assert listed_variants([variant_id], UNRESTRICTED) == {}
        assert product_detail("VN-1001", UNRESTRICTED) is None
        assert matching_ids("1001", "", UNRESTRICTED, offset=0, size=10) == ([], 0)


def test_a_variant_without_units_is_sold_by_the_piece(world: World) -> None:
    variant_id = world.acme.variants["VN-1001"]
    with use_tenant(world.acme.scope):
        OrderUnit.objects.all().delete()
        assert variants_by_id([variant_id])[variant_id].base_unit.code == "H87"


def test_a_product_shows_its_other_variants(world: World) -> None:
    with use_tenant(world.acme.scope):
        product_id = Variant.objects.get(sku="VN-1001").product_id
        Variant.objects.filter(sku="VN-1002").update(product_id=product_id)
        detail = product_detail("VN-1001", UNRESTRICTED)
    assert detail is not None
    assert detail.shown.info.sku == "VN-1001"
    assert [sibling.info.sku for sibling in detail.siblings] == ["VN-1002"]


def test_words_are_found_without_the_engine(world: World) -> None:
    with use_tenant(world.acme.scope):
        ids, total = matching_ids("vis inox", "vis", UNRESTRICTED, offset=1, size=1)
        Variant.objects.filter(sku="VN-1001").update(keywords_fr="boulon", keywords_en="cap bolt")
        by_keyword = [matching_ids(text, "", UNRESTRICTED, offset=0, size=9) for text in ("boulon inox", "bolt")]
    assert (ids, total) == ([world.acme.variants["VN-1002"]], 2)
    assert by_keyword == [([world.acme.variants["VN-1001"]], 1)] * 2


def test_the_outline_is_read_once_and_forgotten_on_demand(world: World) -> None:
    with use_tenant(world.acme.scope):
        with statements() as captured:
            assert [category.path for category in outline().children("")] == ["ecrous", "rondelles", "tiges", "vis"]
            outline()
        assert len(captured) == 5
        Category.objects.create(path="vis/chc", slug="chc", name_fr="CHC", parent=Category.objects.get(path="vis"))
        forget_outline()
        assert [step.name for step in outline().trail("vis/chc")] == ["Vis", "CHC"]
    with use_tenant(world.bolt.scope):
        assert "vis/chc" not in outline().categories


def test_attributes_are_shown_in_the_reader_s_language(world: World) -> None:
    with use_tenant(world.acme.scope):
        AttributeDefinition.objects.create(
            code="longueur", label_fr="Longueur", label_en="Length", kind=AttributeKind.NUMBER, unit="mm", position=1
        )
        values: dict[str, AttributeValue] = {
            "matiere": {"fr": "Acier zingué", "en": "Zinc-plated steel"},
            "longueur": "1250.5",
            "vide": "",
        }
        with translation.override("fr"):
            assert outline().shown(values) == [("longueur", "1\u202f250,5 mm"), ("matiere", "Acier zingué")]
        with translation.override("en"):
            assert outline().shown(values) == [("longueur", "1,250.5 mm"), ("matiere", "Zinc-plated steel")]
            assert outline().label("longueur") == "Length"
            assert outline().label("diametre_tete") == "Diametre tete"
