"""What is found out quickly to be unchanged is what the long comparison finds unchanged, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from catalog import merging, services
from catalog.rows import CatalogRow, UnitRow
from catalog.standing import standing
from core.tenancy import use_tenant
from tests.counting import statements

ROW = CatalogRow(
    sku="S-1",
    name_fr="Vis",
    name_en="Screw",
    keywords_fr="boulon, fixation",
    keywords_en="bolt",
    description_fr="Longue",
    description_en="Long",
    brand="Vissal",
    category=("Fixation", "Vis"),
    gtin="3760123456784",
    manufacturer_part_number="MPN-1",
    attributes={"matiere": "Inox", "couleur": {"fr": "gris", "en": "grey"}},
    units=(UnitRow("H87", is_base=True, minimum=Decimal(10)), UnitRow("XBX", Decimal(100))),
    tax_rate=Decimal("0.055"),
)
EMPTY = CatalogRow(sku="S-1")
DIFFERENT = (
    replace(EMPTY, name_fr="Vis à bois"),
    replace(EMPTY, name_en="Wood screw"),
    replace(EMPTY, keywords_fr="boulon"),
    replace(EMPTY, keywords_en="bolt, fastener"),
    replace(EMPTY, description_fr="Courte"),
    replace(EMPTY, description_en="Short"),
    replace(EMPTY, brand="Chevitop"),
    replace(EMPTY, category=("Fixation", "Vis", "M8")),
    replace(EMPTY, category_en=("Fixings",)),
    replace(EMPTY, gtin="4006381333931"),
    replace(EMPTY, manufacturer_part_number="MPN-2"),
    replace(EMPTY, attributes={"matiere": "Acier"}),
    replace(EMPTY, attributes={"longueur": "12"}),
    replace(EMPTY, units=(UnitRow("H87", is_base=True, minimum=Decimal(20)),)),
    replace(EMPTY, units=(UnitRow("", is_base=True, multiple=Decimal(5)),)),
    replace(EMPTY, units=(UnitRow("XBX", Decimal(200)),)),
    replace(EMPTY, units=(UnitRow("XPX", Decimal(4800)),)),
    replace(EMPTY, units=(UnitRow("MTR", is_base=True),)),
    replace(EMPTY, units=(UnitRow("XBX", Decimal(100), maximum=Decimal(9)),)),
    replace(EMPTY, units=(UnitRow("XBX", Decimal(100), gtin="4006381333931"),)),
    replace(EMPTY, units=(UnitRow("XBX", Decimal(100), is_base=True),)),
    replace(EMPTY, tax_rate=Decimal("0.2")),
)
EQUAL = (
    ROW,
    EMPTY,
    replace(EMPTY, brand="VISSAL "),
    replace(EMPTY, category_en=("Fixation", "vis")),
    replace(EMPTY, attributes={"matiere": "Inox", "longueur": ""}),
    replace(EMPTY, units=(UnitRow("", is_base=True, minimum=Decimal(10)),)),
    replace(EMPTY, units=(UnitRow("XBX", Decimal(100)),)),
)


@pytest.fixture
def stored(importer):
    with use_tenant(importer.tenant.scope):
        services.upsert(rows=[ROW], actor=importer.tenant.staff)
    return importer.tenant.scope


@pytest.mark.parametrize("row", EQUAL)
def test_equal_rows_stand_and_are_left_alone(stored, row):
    with use_tenant(stored):
        assert set(standing([row])) == {"S-1"}
        assert not _long(row).variants.changed


@pytest.mark.parametrize("row", DIFFERENT)
def test_rows_that_say_something_new_do_not_stand(stored, row):
    with use_tenant(stored):
        assert standing([row]) == {}
        assert merging.plan([row]).verdicts["S-1"] in (merging.Verdict.CHANGED, merging.Verdict.BASE_UNIT_DIFFERS)


def test_a_row_moves_with_its_product(stored, importer):
    """Two variants of one product: what the first says of the product is held against what the second says."""
    with use_tenant(stored):
        pair = [replace(ROW, sku=f"P-{n}", product_code="P") for n in (1, 2)]
        services.upsert(rows=pair, actor=importer.tenant.staff)
        assert set(standing(pair)) == {"P-1", "P-2"}
        assert standing([pair[0], replace(pair[1], description_fr="Autre")]) == {}


def test_unknown_references_do_not_stand_and_statements_do_not_grow(stored):
    with use_tenant(stored):
        assert standing([replace(ROW, sku="S-9")]) == {}
        with statements() as few:
            standing([ROW])
        with statements() as many:
            assert set(standing([ROW, *(replace(ROW, sku=f"X-{n}") for n in range(300))])) == {"S-1"}
    assert len(few) == len(many) == 2


def _long(row):
    merger = merging._Merger([row], lock=False)
    merger.merge(row)
    assert merger.plan.verdicts["S-1"] is merging.Verdict.UNCHANGED
    return merger.plan
