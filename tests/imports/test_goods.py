"""Columns about goods themselves: families, shipping, customs, limits and barcodes of order units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from catalog.models import Family, OrderUnit
from core.tenancy import use_tenant
from integrations.catalog_import import goods, history
from integrations.catalog_import.cells import BadCell
from integrations.catalog_import.targets import TARGETS, Guess, guess, label_of
from tests.imports.files import csv_file

HEADER = (
    "Réf.;Désignation;Code famille;Poids (g);Longueur colis (cm);Largeur colis (cm);Hauteur colis (cm);Pays d’origine;"
    "Code douanier;Marchandise dangereuse;N° ONU;Encombrant;Bien ou service;Maximum;Type conditionnement 1;Carton 1;"
    "EAN carton\n"
)
ROW = "G-1;Colle;ADH;850;12,5;8;30;Allemagne;3506 91 90;oui;1133;non;bien;500;carton;24;3760123456784\n"


def make_family(importer, code: str = "ADH") -> None:
    with use_tenant(importer.tenant.scope):
        Family.objects.create(code=code, name_fr="Colles")


def test_everything_of_the_product_editor_comes_from_a_file_and_equal_rows_change_nothing(importer):
    make_family(importer)
    import_id = importer.take(HEADER + ROW)
    assert importer.issues(import_id) == []
    variant = importer.variant("G-1")
    assert (variant.weight_kg, variant.length_mm, variant.width_mm, variant.height_mm) == (
        Decimal("0.85"), Decimal(125), Decimal(80), Decimal(300),
    )  # fmt: skip
    assert (variant.origin_country, variant.customs_code, variant.un_number) == ("DE", "35069190", "1133")
    assert (variant.is_dangerous, variant.is_oversize) == (True, False)
    with use_tenant(importer.tenant.scope):
        assert Family.objects.get(products__variants__sku="G-1").code == "ADH"
        units = {unit.code: unit for unit in OrderUnit.objects.filter(variant=variant)}
    assert units["H87"].maximum == 500
    assert (units["XCT"].factor, units["XCT"].gtin) == (Decimal(24), "3760123456784")
    assert importer.counts(importer.take(HEADER + ROW)) == (0, 0, 1, 0)
    assert importer.counts(importer.take("Réf.;Marchandise dangereuse;N° ONU\nG-1;non;\n")) == (0, 1, 0, 0)
    assert importer.variant("G-1").is_dangerous is False


def test_keywords_are_kept_as_one_line_and_equal_ones_change_nothing(importer):
    header = "Réf.;Désignation;Mots-clés;Keywords (EN)\n"
    import_id = importer.take(header + 'K-1;Vis;" boulon |Vis  CHC;boulon\nfixation";bolt, screw\n')
    assert importer.issues(import_id) == []
    variant = importer.variant("K-1")
    assert (variant.keywords_fr, variant.keywords_en) == ("boulon, Vis CHC, fixation", "bolt, screw")
    assert importer.counts(importer.take(header + 'K-1;Vis;"boulon,Vis CHC,fixation";\n')) == (0, 0, 1, 0)
    changed = importer.take("Réf.;Mots-clés\nK-1;boulon\n")
    assert importer.counts(changed) == (0, 1, 0, 0)
    assert (importer.variant("K-1").keywords_fr, importer.variant("K-1").keywords_en) == ("boulon", "bolt, screw")
    with use_tenant(importer.tenant.scope):
        (line,), count = history.changes(changed, kind="", limit=10, offset=0)
    assert count == 1
    assert [(field.label, field.before, field.after) for field in line.fields] == [
        ("Keywords (French)", "boulon, Vis CHC, fixation", "boulon")
    ]


def test_too_many_keywords_are_refused(importer):
    import_id = importer.check(f"Réf.;Désignation;Mots-clés\nK-1;Vis;{','.join('k' * n for n in range(1, 44))}\n")
    assert importer.issues(import_id) == [(2, "Mots-clés", "too_long")]


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Mots-clés", "keywords_fr"),
        ("Mots clés FR", "keywords_fr"),
        ("Keywords", "keywords_en"),
        ("Search terms", "keywords_en"),
        ("Mots-clés (EN)", "keywords_en"),
    ],
)
def test_columns_of_keywords_are_recognised(header, key):
    assert guess(header) == Guess(key)


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("Bien ou service", "Prestation", True),
        ("Bien ou service", "Bien", False),
        ("Prestation", "oui", True),
        ("Nature du produit", "marchandise", False),
        ("Service (yes or no)", "no", False),
        ("Product kind", "Service", True),
        ("Goods or service", "goods", False),
    ],
)
def test_a_column_says_which_are_services(importer, header, value, expected):
    importer.take(f"Réf.;Désignation;{header}\nS-1;Pose;{value}\n")
    assert importer.variant("S-1").is_service is expected


def test_goods_become_a_service_and_stay_one_where_nothing_is_said(importer):
    assert importer.counts(importer.take("Réf.;Bien ou service\nVN-1001;service\n")) == (0, 1, 0, 0)
    assert importer.counts(importer.take("Réf.;Bien ou service\nVN-1001;\n")) == (0, 0, 1, 0)
    assert importer.variant("VN-1001").is_service


def test_no_tax_is_not_nothing(importer):
    assert importer.counts(importer.take("Réf.;TVA\nVN-1001;0 %\n")) == (0, 1, 0, 0)
    assert importer.variant("VN-1001").tax_rate == 0


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("Code famille", "NOPE", "family_unknown"),
        ("Poids (g)", "lourd", "number_unreadable"),
        ("Poids (g)", "3 mm", "number_unreadable"),
        ("Poids (g)", "-3", "quantity_not_positive"),
        ("Longueur colis (cm)", "0", "quantity_not_positive"),
        ("Pays d’origine", "Atlantis", "country_unknown"),
        ("Code douanier", "3506", "customs_code_unreadable"),
        ("Marchandise dangereuse", "peut-être", "yes_no_unclear"),
        ("Bien ou service", "peut-être", "yes_no_unclear"),
        ("Marchandise dangereuse", "non", "un_number_without_danger"),
        ("N° ONU", "11", "un_number_unreadable"),
        ("Maximum", "0", "quantity_not_positive"),
        ("EAN carton", "123", "gtin_invalid"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_column(importer, column, value, code):
    make_family(importer)
    names, cells = HEADER.strip().split(";"), ROW.strip().split(";")
    cells[names.index(column)] = value
    import_id = importer.check(csv_file(f"{HEADER}{';'.join(cells)}\n"))
    blamed = "N° ONU" if code == "un_number_without_danger" else column
    assert importer.issues(import_id) == [(2, blamed, code)]
    assert importer.counts(import_id) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("text", "header", "kilograms"),
    [("850 g", "Poids", "0.85"), ("1,5", "Poids (kg)", "1.5"), ("2", "Poids", "2"), ("12", "Weight (g)", "0.012")],
)
def test_weights_by_the_unit_in_cell_or_column(text, header, kilograms):
    assert goods.weight(text, header, ",") == Decimal(kilograms)


@pytest.mark.parametrize(("text", "code"), [("fr", "FR"), ("France", "FR"), ("Chine", "CN"), ("Czechia", "CZ")])
def test_countries_by_code_or_name(text, code):
    assert goods.country(text) == code


def test_what_is_no_country():
    with pytest.raises(BadCell, match="country_unknown"):
        goods.country("EU")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_we_call_a_target_ourselves_is_recognised(language):
    with override(language):
        for target in TARGETS:
            number = 2 if target.numbered else 0
            assert guess(label_of(target.key, number)) == Guess(target.key, number), target.key
