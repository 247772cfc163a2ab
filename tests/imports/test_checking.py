"""The dry run: every kind of defect is found at its line and column, and the good rows do not mind."""

from __future__ import annotations

import pytest

from catalog.models import OrderUnit, Variant
from core.tenancy import use_tenant
from integrations.catalog_import import errors, services
from integrations.catalog_import.issues import KINDS, message
from integrations.catalog_import.services import Choices
from integrations.models import CatalogImport, CatalogImportIssue, ImportState
from tests.imports.files import GOOD, csv_file, xlsx_file

HEADER = "Réf.;Désignation;Marque;EAN;Unité;Cond.;PU HT;PU HT qté;à partir de;Stock;Délai;Devise\n"
BEST = ["X-1", "Vis M8", "Vissal", "3760123456784", "pce", "100", "1,20", "0,90", "500", "12", "2 j", "EUR"]


def row(**changes):
    """A good row with other values in the columns named by position."""
    cells = list(BEST)
    for position, value in changes.items():
        cells[int(position[1:])] = value
    return ";".join(cells)


def found(importer, *rows):
    """Issues of a file with these rows between two good ones."""
    first = row(c0="OK-1", c3="").replace("1,20", "1,25")
    last = row(c0="OK-2", c3="").replace("1,20", "1,27")
    import_id = importer.check(HEADER + "\n".join([first, *rows, last]) + "\n")
    checked = importer.row(import_id)
    assert checked.state == ImportState.CHECKED, checked.error
    assert checked.created_count >= 2
    return importer.issues(import_id)


@pytest.mark.parametrize(
    ("position", "value", "column", "code"),
    [
        ("c0", "", "Réf.", "sku_missing"),
        ("c0", "3,76E+12", "Réf.", "scientific"),
        ("c0", "X" * 81, "Réf.", "too_long"),
        ("c1", "", "Désignation", "name_missing"),
        ("c1", "=1+1 Vis", "Désignation", "cell_formula"),
        ("c1", "#REF!", "Désignation", "cell_error"),
        ("c1", "N" * 201, "Désignation", "too_long"),
        ("c3", "3760123456785", "EAN", "gtin_invalid"),
        ("c3", "12345", "EAN", "gtin_invalid"),
        ("c3", "3,76012E+12", "EAN", "scientific"),
        ("c4", "quarteron", "Unité", "unit_unknown"),
        ("c5", "1.000", "Cond.", "number_ambiguous"),
        ("c5", "0", "Cond.", "factor_not_positive"),
        ("c5", "cent", "Cond.", "number_unreadable"),
        ("c6", "", "PU HT", "price_missing"),
        ("c6", "1,250,40", "PU HT", "number_ambiguous"),
        ("c6", "1.250", "PU HT", "number_ambiguous"),
        ("c6", "-1,20", "PU HT", "price_negative"),
        ("c6", "0,00", "PU HT", "price_zero"),
        ("c6", "0,0000001", "PU HT", "price_too_small"),
        ("c6", "nous consulter", "PU HT", "price_request_tiers"),
        ("c6", "1,20 TTC", "PU HT", "price_gross"),
        ("c6", "$1.20", "PU HT", "currency_differs"),
        ("c6", "99999999999999", "PU HT", "number_too_big"),
        ("c7", "", "PU HT qté", "tier_half"),
        ("c8", "", "à partir de", "tier_half"),
        ("c8", "0", "à partir de", "quantity_not_positive"),
        ("c8", "1", "PU HT qté", "tier_repeated"),
        ("c11", "USD", "Devise", "currency_differs"),
        ("c11", "sous", "Devise", "currency_unknown"),
    ],
)
def test_refused(importer, position, value, column, code):
    issues = found(importer, row(**{position: value}))
    assert issues == [(3, column, code)]
    assert KINDS[code].blocks


@pytest.mark.parametrize(
    ("position", "value", "column", "code"),
    [
        ("c1", "<b>Vis</b> M8", "Désignation", "markup"),
        ("c1", '"Vis\nM8"', "Désignation", "line_break"),
        ("c2", "VISSAL ", "Marque", "brand_spelling"),
        ("c6", "1,2000004", "PU HT", "price_rounded"),
        ("c7", "1,50", "PU HT qté", "tier_dearer"),
        ("c9", ">100", "Stock", "stock_unclear"),
        ("c9", "-3", "Stock", "stock_negative"),
        ("c10", "1-2 semaines", "Délai", "lead_time_unclear"),
    ],
)
def test_warned_about_and_taken(importer, position, value, column, code):
    issues = found(importer, row(**{position: value}))
    assert issues == [(3, column, code)]
    assert not KINDS[code].blocks


def test_a_day_of_restock_that_cannot_be_read_is_warned_about(importer):
    import_id = importer.check("SKU;Name;Price;Réappro prévue le\nA;Bolt;1.20;bientôt\nB;Nut;1.25;31/03/2031\n")
    assert importer.issues(import_id) == [(2, "Réappro prévue le", "restock_unclear")]
    assert importer.counts(import_id) == (2, 0, 0, 0)


def test_repeated_references_name_each_other_and_none_is_taken(importer):
    import_id = importer.check("SKU;Name;Price\nA;Bolt;1.20\nB;Nut;1.25\nA;Bolt;1.30\n")
    assert importer.issues(import_id) == [(2, "SKU", "sku_repeated"), (4, "SKU", "sku_repeated")]
    assert importer.counts(import_id) == (1, 0, 0, 2)
    with use_tenant(importer.tenant.scope):
        issue = CatalogImportIssue.objects.filter(catalog_import_id=import_id)[0]
        assert "2, 4" in message(issue.code, issue.params)


def test_references_that_differ_in_separators_are_pointed_out(importer):
    import_id = importer.check("SKU;Name;Price\nAB-1;Bolt;1.20\nab1;Nut;1.25\n")
    assert importer.issues(import_id) == [(3, "SKU", "sku_similar")]
    assert importer.counts(import_id) == (2, 0, 0, 0)


def test_the_same_barcode_twice_is_pointed_out(importer):
    text = "SKU;Name;EAN;Price\nA;Bolt;3760123456784;1.20\nB;Nut;3760123456784;1.25\n"
    assert importer.issues(importer.check(text)) == [(3, "EAN", "gtin_repeated")]


def test_lines_that_are_no_products_are_left_out(importer):
    text = "SKU;Name;Price\nVis à bois;;\nA;Bolt;1.20\nSKU;Name;Price\nTotal général;1 article;\nTOTAL;;\n"
    import_id = importer.check(text)
    assert [(line, code) for line, _column, code in importer.issues(import_id)] == [
        (2, "heading_line"),
        (4, "header_again"),
        (5, "total_line"),
        (6, "total_line"),
    ]
    checked = importer.row(import_id)
    assert (checked.created_count, checked.ignored_count, checked.refused_count) == (1, 4, 0)


def test_cut_off_and_overlong_lines_are_refused(importer):
    import_id = importer.check("SKU;Name;Price;Stock\nA;Bolt;1.20\nB;Nut;;1;1.25;12\nC;Rod;2.15;4\n")
    assert importer.issues(import_id) == [(2, "", "short_row"), (3, "", "long_row")]
    assert importer.counts(import_id) == (1, 0, 0, 2)


def test_a_ladder_may_be_shorter_than_the_table(importer):
    header = "SKU;Name;Break Qty 1;Unit Price 1;Break Qty 2;Unit Price 2;Break Qty 3;Unit Price 3\n"
    import_id = importer.check(header + "A;Bolt;1;0.50;100;0.45\nB;Nut;1;0.30;100;0.25;500;0.21\nC;Rod;1;0.30;100\n")
    assert importer.issues(import_id) == [(2, "", "shorter_ladder"), (4, "", "short_row")]
    assert importer.counts(import_id) == (2, 0, 0, 1)


def test_a_price_on_request_without_tiers_is_taken_without_price(importer):
    import_id = importer.take("SKU;Name;Price\nA;Bolt;on request\nB;Nut;1.25\n")
    assert importer.issues(import_id) == [(2, "Price", "price_on_request")]
    assert importer.prices("A") == {}
    assert importer.variant("A").name_en == "Bolt"


def test_numbers_stay_ambiguous_while_the_file_shows_no_separator(importer):
    text = "SKU;Name;Price\nA;Bolt;1,250\nB;Nut;2,500\n"
    assert [code for *_where, code in importer.issues(importer.check(text))] == ["number_ambiguous"] * 2
    assert importer.issues(importer.check(text, decimal=",")) == []


def test_odd_cells_of_a_workbook(importer):
    from datetime import date

    rows: list[list[object]] = [
        ["SKU", "Name", "EAN", "Price", "Stock"],
        [date(2026, 1, 2), "Bolt", 3760123456784, 1.2, 5],
        ["B", "Nut", 3760123456785, 1.2, 5],
        ["C", "Rod", None, "=D2*2", 5],
        ["D", "Nail", 3760123456784, 0.1 + 0.2, 5.0],
        ["E", "Screw"],
    ]
    import_id = importer.check(xlsx_file(rows))
    assert importer.issues(import_id) == [
        (2, "SKU", "cell_date"),
        (3, "EAN", "gtin_invalid"),
        (4, "Price", "cell_formula"),
        (5, "EAN", "gtin_repeated"),
        (6, "Price", "price_missing"),
    ]
    assert importer.counts(import_id) == (1, 0, 0, 4)


def test_a_cp1252_file_with_prices_per_hundred(importer):
    text = "Tarif en euros, prix pour 100 pièces\nRéf.;Désignation;Unité de vente;PU HT\nE-1;Écrou à œil;cent;8,40 €\n"
    from tests.imports.files import csv_file

    importer.take(csv_file(text, encoding="cp1252"))
    assert importer.prices("E-1") == {"1": "0.084"}
    assert importer.variant("E-1").name_fr == "Écrou à œil"


def test_the_dry_run_changes_nothing(importer):
    with use_tenant(importer.tenant.scope):
        before = Variant.objects.count()
    import_id = importer.check(GOOD)
    assert importer.counts(import_id) == (3, 0, 0, 0)
    with use_tenant(importer.tenant.scope):
        assert Variant.objects.count() == before


def test_checking_again_replaces_the_report(importer):
    import_id = importer.check("SKU;Name;Price\nA;Bolt;1.20\n;Nut;1.25\n")
    with use_tenant(importer.tenant.scope):
        services.check(
            import_id=import_id,
            choices=Choices({0: "sku", 1: "name_fr"}, {}, "base:EUR"),
            actor=importer.tenant.staff,
        )
    importer.drain()
    assert len(importer.issues(import_id)) == 1
    assert importer.counts(import_id) == (1, 0, 0, 1)


def test_the_mapping_of_a_known_kind_of_file_is_remembered(importer):
    importer.check("Ref;Texte;Prix\nA;Bolt;1,20\n", mapping={1: "name_en"})
    import_id = importer.upload("Ref;Texte;Prix\nB;Nut;1,30\n")
    assert importer.row(import_id).mapping["1"] == "name_en"


def test_the_reading_of_a_known_kind_of_file_is_remembered_with_its_mapping(importer):
    text = "Notes;2027;x\nSKU;Name;Price\nA;B;C\n{};Bolt;1.20\n"
    first = importer.upload(text.format("PN-1"))
    with use_tenant(importer.tenant.scope):
        services.change_format(import_id=first, wanted={"header_line": "3"}, actor=importer.tenant.staff)
        choices = Choices({0: "sku", 1: "name_en", 2: "price"}, {"price_per": "100"}, "base:EUR")
        services.check(import_id=first, choices=choices, actor=importer.tenant.staff)
    importer.drain()
    second = importer.row(importer.upload(text.format("PN-2")))
    assert second.detected["header_line"] == 3
    assert second.mapping == {"0": "sku", "1": "name_en", "2": "price"}
    assert (second.settings["header_line"], second.settings["price_per"]) == ("3", "100")
    assert second.remembered_id == first


def test_what_is_remembered_can_be_forgotten(importer):
    importer.check("Ref;Designation;Prix\nA;Bolt;1,20\n", mapping={1: "attr:texte"}, price_per="100")
    importer.check("Ref;Designation;Prix\nA;Bolt;1,20\n")
    import_id = importer.upload("Ref;Designation;Prix\nB;Nut;1,30\n")
    assert importer.row(import_id).mapping["1"] == "attr:texte"
    with use_tenant(importer.tenant.scope):
        services.forget(import_id=import_id, actor=importer.tenant.staff)
    row = importer.row(import_id)
    assert (row.mapping["1"], row.settings, row.remembered_id) == ("name_fr", {}, None)
    assert importer.row(importer.upload("Ref;Designation;Prix\nC;Pin;1,40\n")).mapping["1"] == "name_fr"
    importer.check("Ref;Designation;Prix\nA;Bolt;1,20\n", mapping={1: "name_en"})
    assert importer.row(importer.upload("Ref;Designation;Prix\nD;Cap;1,40\n")).mapping["1"] == "name_en"


def test_another_tenant_remembers_nothing_of_it(world, importer):
    importer.check("Ref;Texte;Prix\nA;Bolt;1,20\n", mapping={1: "name_en"})  # proposed is name_fr
    with use_tenant(world.bolt.scope):
        file = csv_file("Ref;Texte;Prix\nB;Nut;1,30\n")
        row = CatalogImport.objects.get(pk=services.upload(file=file, actor=world.bolt.staff))
        assert (row.mapping.get("1"), row.remembered_id) == ("name_fr", None)


def test_every_issue_shows_what_stands_in_the_file(importer):
    text = (
        "Réf.;Désignation;Unité;PU HT;Qté 1;PU HT 1;Stock\n"
        "A;Bolt;pce;Nous consulter;;;\nB;Nut;pce;0,1234567;;;\nC;Pin;pce;1,20;100;1,30;\nVN-1001;Vis;m;1,00;;;\n"
    )
    import_id = importer.check(text)
    with use_tenant(importer.tenant.scope):
        shown = set(CatalogImportIssue.objects.filter(catalog_import_id=import_id).values_list("code", "value"))
    assert shown == {
        ("price_on_request", "Nous consulter"),
        ("price_rounded", "0,1234567"),
        ("tier_dearer", "1,30"),
        ("base_unit_differs", "m"),
    }


def test_a_minimum_above_the_maximum_of_its_unit_is_refused_and_does_not_stop_the_others(importer):
    variant_id = importer.tenant.variants["VN-1001"]
    with use_tenant(importer.tenant.scope):
        OrderUnit.objects.filter(variant_id=variant_id, is_base=True).update(maximum=500)
    import_id = importer.take("SKU;Name;MOQ\nVN-1001;;1000\nVN-1002;;20\n")
    assert importer.issues(import_id) == [(2, "MOQ", "minimum_above_maximum")]
    assert importer.counts(import_id) == (0, 1, 0, 1)


@pytest.mark.parametrize(
    ("header", "detected"),
    [("Prix au mètre", "MTR"), ("Prix HT/kg", "KGM"), ("Price per l", "LTR"), ("Prix", "H87"), ("Prix le cent", "H87")],
)
def test_goods_are_counted_in_what_the_price_is_per(importer, header, detected):
    text = f"Ref;Designation;{header}\nC-1;Câble;1,25\n"
    import_id = importer.take(text)
    assert importer.row(import_id).detected["base_unit"] == detected
    with use_tenant(importer.tenant.scope):
        assert OrderUnit.objects.get(variant__sku="C-1").code == detected
    importer.take(text.replace("C-1", "C-2"), base_unit="XRO")
    with use_tenant(importer.tenant.scope):
        assert OrderUnit.objects.get(variant__sku="C-2").code == "XRO"


@pytest.mark.parametrize(
    ("mapping", "error"),
    [
        ({0: "name_fr"}, errors.SkuNotMapped),
        ({0: "sku", 1: "sku"}, errors.TargetTwice),
        ({0: "sku", 1: "nonsense"}, errors.UnknownTarget),
        ({0: "sku", 7: "price"}, errors.UnknownTarget),
        ({0: "sku", 1: "attr:Not a code"}, errors.UnknownTarget),
        ({0: "sku", 1: "tier_price:1"}, errors.TierHalf),
        ({0: "sku", 1: "tier_price:99"}, errors.UnknownTarget),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_and_nothing_changes(importer, mapping, error):
    import_id = importer.upload("SKU;Name;Price\nA;Bolt;1.20\n")
    before = importer.row(import_id)
    with use_tenant(importer.tenant.scope), pytest.raises(error):
        services.check(import_id=import_id, choices=Choices(mapping, {}, "base:EUR"), actor=importer.tenant.staff)
    after = importer.row(import_id)
    assert (after.state, after.mapping) == (before.state, before.mapping)


def test_unreadable_work_ends_as_failed_with_its_reason(importer):
    import_id = importer.upload(GOOD)
    with use_tenant(importer.tenant.scope):
        CatalogImport.objects.filter(pk=import_id).update(
            detected={**importer.row(import_id).detected, "kind": "sheet"}
        )
        services.check(import_id=import_id, choices=Choices({0: "sku"}, {}, "base:EUR"), actor=importer.tenant.staff)
    importer.drain()
    checked = importer.row(import_id)
    assert (checked.state, checked.error) == (ImportState.FAILED, "unreadable_file")
    assert importer.check(GOOD)


def test_every_issue_has_a_text_that_its_details_fill():
    details = dict.fromkeys(
        (
            "found",
            "wanted",
            "limit",
            "length",
            "lines",
            "line",
            "used",
            "unit",
            "price",
            "quantity",
            "reserved",
            "sku",
            "names",
        ),
        "7",
    )
    for code in KINDS:
        assert "%" not in message(code, details).replace("%)", "")
