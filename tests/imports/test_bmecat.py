"""BMEcat files: what they say in the catalogue, what is refused before it does harm, what is asked."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from catalog.models import Relation, Variant
from core.tenancy import use_tenant
from integrations.bmecat.notices import notices
from integrations.bmecat.table import Table, TooManyProductsError
from integrations.catalog_import import errors, mapping
from integrations.catalog_import.cells import Oddity
from integrations.catalog_import.detection import detect
from tests.imports.bmecat_files import DTD, bmecat, feature, features, order, price, prices, product, xml_file


@pytest.fixture
def look(tmp_path):
    def look(text):
        path = tmp_path / "file"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        found, body = detect(path, {})
        return found, [dict(zip(found.headers, row.cells, strict=False)) for row in body]

    return look


ACCESSORIES = "REFERENCE accessories + mandatory + select + sparepart"
OLD = (
    '<ARTICLE mode="new"><SUPPLIER_AID>A-1</SUPPLIER_AID><ARTICLE_DETAILS><DESCRIPTION_SHORT>Vis M8</DESCRIPTION_SHORT>'
    "<EAN>3760123456784</EAN><MANUFACTURER_AID>M-1</MANUFACTURER_AID><MANUFACTURER_NAME>Vissal</MANUFACTURER_NAME>"
    "<KEYWORD>vis</KEYWORD><KEYWORD>boulon</KEYWORD></ARTICLE_DETAILS>"
    "<ARTICLE_ORDER_DETAILS><ORDER_UNIT>BX</ORDER_UNIT><CONTENT_UNIT>C62</CONTENT_UNIT><NO_CU_PER_OU>200</NO_CU_PER_OU>"
    "<PRICE_QUANTITY>1</PRICE_QUANTITY><QUANTITY_MIN>2</QUANTITY_MIN><QUANTITY_INTERVAL>1</QUANTITY_INTERVAL>"
    '</ARTICLE_ORDER_DETAILS><ARTICLE_PRICE_DETAILS><ARTICLE_PRICE price_type="net_customer"><PRICE_AMOUNT>8.40'
    "</PRICE_AMOUNT><PRICE_CURRENCY>EUR</PRICE_CURRENCY><LOWER_BOUND>1</LOWER_BOUND></ARTICLE_PRICE>"
    '<ARTICLE_PRICE price_type="net_customer"><PRICE_AMOUNT>6.20</PRICE_AMOUNT><LOWER_BOUND>10</LOWER_BOUND>'
    "</ARTICLE_PRICE></ARTICLE_PRICE_DETAILS></ARTICLE>"
)
GROUPS = (
    '<CATALOG_GROUP_SYSTEM><CATALOG_STRUCTURE type="root"><GROUP_ID>1</GROUP_ID><GROUP_NAME>Tout</GROUP_NAME>'
    "<PARENT_ID>0</PARENT_ID></CATALOG_STRUCTURE>"
    '<CATALOG_STRUCTURE type="node"><GROUP_ID>2</GROUP_ID><GROUP_NAME>Fixation</GROUP_NAME><PARENT_ID>1</PARENT_ID>'
    '</CATALOG_STRUCTURE><CATALOG_STRUCTURE type="leaf"><GROUP_ID>3</GROUP_ID><GROUP_NAME>Vis</GROUP_NAME>'
    "<PARENT_ID>2</PARENT_ID></CATALOG_STRUCTURE></CATALOG_GROUP_SYSTEM>"
)
ASSIGNED = (
    "<ARTICLE_TO_CATALOGGROUP_MAP><ART_ID>A-1</ART_ID><CATALOG_GROUP_ID>3</CATALOG_GROUP_ID>"
    "</ARTICLE_TO_CATALOGGROUP_MAP>"
)


def test_version_1_2_with_its_document_type_is_imported_with_packages_tiers_and_groups(importer):
    text = bmecat(GROUPS + OLD + ASSIGNED, version="1.2", prolog=DTD)
    import_id = importer.take(xml_file(text))
    assert importer.counts(import_id) == (1, 0, 0, 0), importer.issues(import_id)
    variant = importer.variant("A-1")
    with use_tenant(importer.tenant.scope):
        units = {unit.code: unit for unit in variant.units.all()}
        assert variant.product.category.path.endswith("vis")
    assert (variant.gtin, variant.manufacturer_part_number) == ("3760123456784", "M-1")
    assert variant.product.name_fr == "Vis M8"
    assert variant.keywords_fr == "vis, boulon"
    assert variant.product.brand.name == "Vissal"
    assert (units["C62"].is_base, units["C62"].minimum, units["C62"].multiple) == (True, 400, 200)
    assert units["XBX"].factor == 200
    assert importer.prices("A-1") == {"1": "0.042", "2000": "0.031"}
    again = importer.take(xml_file(text))
    assert importer.counts(again) == (0, 0, 1, 0)


@pytest.mark.parametrize("namespace", ["", "http://www.bmecat.org/bmecat/2005", "http://www.bmecat.org/bmecat/2005fd"])
def test_version_2005_with_any_namespace(look, namespace):
    found, rows = look(bmecat(product("A-1") + product("A-2", name="Écrou"), namespace=namespace))
    assert found.kind == "bmecat"
    assert [row["SUPPLIER_PID"] for row in rows] == ["A-1", "A-2"]
    assert rows[1]["DESCRIPTION_SHORT (fra)"] == "Écrou"
    assert (found.about["products"], found.currency, found.decimal) == (2, "EUR", ".")


def languages(*codes):
    return "".join(f'<DESCRIPTION_SHORT lang="{code}">{code} name</DESCRIPTION_SHORT>' for code in codes)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("deu", "eng"), {"name_en": "eng name"}),
        (("deu", "fra", "eng"), {"name_fr": "fra name", "name_en": "eng name"}),
        (("deu",), {"name_fr": "deu name"}),
    ],
)
def test_german_is_the_name_only_without_french_and_english(look, codes, expected):
    found, rows = look(bmecat(product("A-1", name="", details=languages(*codes)), language="deu"))
    proposal = mapping.propose(found.headers, [])
    names = {target: rows[0][found.headers[index]] for index, target in proposal.items() if target.startswith("name")}
    assert names == expected
    assert any("“deu”" in text for text in notices(found.about)) == (codes == ("deu",))


def test_prices_are_for_so_many_units_and_package_contents(look):
    inner = order("BX", content_unit="C62", no_cu_per_ou="50", price_quantity="10") + prices(price("25.00"))
    found, rows = look(bmecat(product("A-1", inner)))
    assert rows[0]["PRICE_AMOUNT net_customer EUR"] == "1:0.05 EUR"
    assert rows[0]["PRICE_AMOUNT per CONTENT_UNIT net_customer EUR"] == "1:2.5 EUR"
    assert found.headers.index("PRICE_AMOUNT net_customer EUR") in mapping.propose(found.headers, [])
    assert any("NO_CU_PER_OU" in text for text in notices(found.about))


def test_several_kinds_of_net_prices_are_a_question(look):
    inner = order() + prices(price("2.00"), price("3.00", kind="net_list"), price("4.00", kind="gros_list"))
    found, _rows = look(bmecat(product("A-1", inner)))
    assert "tiers" not in mapping.propose(found.headers, []).values()
    assert [text for text in notices(found.about) if "net_customer EUR, net_list EUR" in text]


def test_prices_of_other_countries_are_not_asked_about(look):
    there = price("3.00", more="<TERRITORY>DE</TERRITORY>")
    here = price("2.00", more="<TERRITORY>FR</TERRITORY>")
    found, _rows = look(bmecat(product("A-1", order() + prices(here, there))))
    proposal = mapping.propose(found.headers, [])
    assert [found.headers[index] for index, target in proposal.items() if target == "tiers"] == [
        "PRICE_AMOUNT net_customer EUR FR"
    ]


def test_a_price_of_another_time_is_refused_with_its_dates(look, importer):
    dates = (
        '<DATETIME type="valid_start_date"><DATE>2010-01-01</DATE></DATETIME>'
        '<DATETIME type="valid_end_date"><DATE>2011-12-31</DATE></DATETIME>'
    )
    text = bmecat(product("A-1", order() + prices(price("2.00"), dates=dates)))
    _found, rows = look(text)
    cell = rows[0]["PRICE_AMOUNT net_customer EUR"]
    assert cell == Oddity("validity", "2.00 EUR (2010-01-01–2011-12-31)")
    import_id = importer.check(xml_file(text))
    assert importer.issues(import_id) == [(1, "PRICE_AMOUNT net_customer EUR", "cell_validity")]


def test_whether_a_price_holds_is_asked_of_our_date_and_not_of_the_machines(look):
    machine = datetime.now().astimezone().date()
    zones = [ZoneInfo("Etc/GMT+12"), ZoneInfo("Etc/GMT-14")]
    zone = next(zone for zone in zones if datetime.now(zone).date() != machine)
    with timezone.override(zone):
        day = timezone.localdate().isoformat()
        dates = "".join(f'<DATETIME type="valid_{end}_date"><DATE>{day}</DATE></DATETIME>' for end in ("start", "end"))
        _found, rows = look(bmecat(product("A-1", order() + prices(price("2.00"), dates=dates))))
    assert not isinstance(rows[0]["PRICE_AMOUNT net_customer EUR"], Oddity)


def test_without_prices_it_says_so_and_takes_the_products(look, importer):
    text = bmecat(product("A-1", order() + prices('<PRODUCT_PRICE price_type="net_customer"></PRODUCT_PRICE>')))
    found, _rows = look(text)
    assert any("no prices" in line for line in notices(found.about))
    assert importer.counts(importer.take(xml_file(text))) == (1, 0, 0, 0)


def test_a_file_of_prices_touches_nothing_else(importer):
    inner = order() + prices(price("2.00"))
    importer.take(xml_file(bmecat(product("A-1", inner, name="Vis M8"))))
    moved = bmecat(
        product("A-1", order("KGM") + prices(price("2.50")), name="Other")
        + product("NEW-1", prices(price("1.00")), name="New"),
        transaction="T_UPDATE_PRICES",
    )
    import_id = importer.take(xml_file(moved))
    assert importer.counts(import_id) == (0, 1, 0, 1)
    assert [code for _line, _column, code in importer.issues(import_id)] == ["name_missing"]
    assert importer.variant("A-1").product.name_fr == "Vis M8"
    assert importer.prices("A-1") == {"1": "2.5"}


def test_what_is_to_be_deleted_is_reported_and_stays(importer):
    importer.take(xml_file(bmecat(product("A-1") + product("A-2", name="Écrou"))))
    text = bmecat(
        product("A-1", mode="delete") + product("A-2", name="Boulon", mode="update"), transaction="T_UPDATE_PRODUCTS"
    )
    import_id = importer.take(xml_file(text))
    assert importer.issues(import_id) == [(1, "SUPPLIER_PID", "cell_deleted")]
    assert importer.variant("A-1").product.name_fr == "Vis M8"
    assert importer.variant("A-2").product.name_fr == "Boulon"


def test_nested_and_repeated_features_each_have_a_column_of_their_own(look):
    rows = (
        feature("Dimensions", "", fid="1", parent="-1"),
        feature("Hauteur", "12", unit="mm", fid="2", parent="1"),
        feature("Emballage", "", fid="3", parent="-1"),
        feature("Hauteur", "40", unit="mm", fid="4", parent="3"),
        feature("Borne", "A1", fid="5", parent="1"),
        feature("Borne", "A2", fid="6", parent="1"),
    )
    found, cells = look(bmecat(product("A-1", features(*rows))))
    mine = {name: cell for name, cell in cells[0].items() if name.startswith("Attribute")}
    assert mine == {
        "Attribute: Class ETIM": "EC001234",
        "Attribute: Dimensions – Hauteur (mm)": "12",
        "Attribute: Emballage – Hauteur (mm)": "40",
        "Attribute: Borne": "A1",
        "Attribute: Borne #2": "A2",
    }
    proposal = mapping.propose(found.headers, [])
    mapping.check(proposal, found.headers)
    assert "#2" not in " ".join(found.headers[index] for index in proposal)


def test_features_become_attributes_with_unit_and_number(importer):
    rows = features(feature("Longueur", "12.5", unit="mm"), feature("Matière", "A4"))
    assert importer.counts(importer.take(xml_file(bmecat(product("A-1", rows))))) == (1, 0, 0, 0)
    assert importer.variant("A-1").attributes["longueur"] == "12.5"
    assert importer.variant("A-1").attributes["matiere"] == "A4"


def test_a_feature_with_two_units_keeps_them_at_the_values(look):
    one = product("A-1", features(feature("Longueur", "12", unit="mm")))
    two = product("A-2", features(feature("Longueur", "3", unit="m")))
    _found, rows = look(bmecat(one + two))
    assert [row["Attribute: Longueur"] for row in rows] == ["12 mm", "3 m"]


def test_entities_that_were_escaped_twice_are_characters_but_addresses_stay(look):
    mime = (
        "<MIME_INFO><MIME><MIME_TYPE>image/jpeg</MIME_TYPE><MIME_SOURCE>https://x.example/a.jpg?a=1&amp;reg;=2"
        "</MIME_SOURCE></MIME></MIME_INFO>"
    )
    _found, rows = look(bmecat(product("A-1", mime, name="Vis 5 &amp;micro;m &amp;lt; 1")))
    assert rows[0]["DESCRIPTION_SHORT (fra)"] == "Vis 5 µm < 1"
    assert rows[0]["MIME_SOURCE image"] == "https://x.example/a.jpg?a=1&reg;=2"


def test_references_and_media_stand_in_columns_by_kind(look):
    inner = (
        '<PRODUCT_REFERENCE type="accessories"><PROD_ID_TO>B-1</PROD_ID_TO></PRODUCT_REFERENCE>'
        '<PRODUCT_REFERENCE type="accessories"><PROD_ID_TO>B-2</PROD_ID_TO></PRODUCT_REFERENCE>'
        '<PRODUCT_REFERENCE type="followup"><PROD_ID_TO>B-3</PROD_ID_TO></PRODUCT_REFERENCE>'
        "<MIME_INFO><MIME><MIME_TYPE>application/pdf</MIME_TYPE><MIME_SOURCE>fds.pdf</MIME_SOURCE>"
        "<MIME_PURPOSE>safety_data_sheet</MIME_PURPOSE></MIME></MIME_INFO>"
    )
    _found, rows = look(bmecat(product("A-1", inner)))
    assert rows[0][ACCESSORIES] == "B-1 | B-2"
    assert rows[0]["REFERENCE followup"] == "B-3"
    assert rows[0]["MIME_SOURCE safety_sheet"] == "fds.pdf"


def reference(kind, sku, *, catalogue="", by=""):
    attributes = f' type="{by}"' if by else ""
    where = f"<CATALOG_ID>{catalogue}</CATALOG_ID>" if catalogue else ""
    return f'<PRODUCT_REFERENCE type="{kind}"><PROD_ID_TO{attributes}>{sku}</PROD_ID_TO>{where}</PRODUCT_REFERENCE>'


def test_references_become_relations_by_their_type(importer):
    inner = "".join(
        [
            reference("followup", "B-2"),
            reference("similar", "B-3", catalogue="C1"),
            reference("sparepart", "B-3"),
            reference("accessories", "B,4"),
            reference("accessories", "X-1", catalogue="OTHER"),
            reference("mandatory", "3760123456784", by="ean"),
            reference("others", "X-2"),
        ]
    )
    body = product("B-1", inner) + "".join(
        [product("B-2", reference("accessories", "B,4")), *(product(sku) for sku in ("B-3", "B,4"))]
    )
    import_id = importer.take(xml_file(bmecat(body)))
    assert (importer.counts(import_id), importer.issues(import_id)) == ((4, 0, 0, 0), [])
    with use_tenant(importer.tenant.scope):
        found = set(
            Relation.objects.filter(variant__sku__startswith="B").values_list("variant__sku", "kind", "other__sku")
        )
    assert found == {
        ("B-1", "replacement", "B-2"),
        ("B-1", "alternative", "B-3"),
        ("B-1", "accessory", "B-3"),
        ("B-1", "accessory", "B,4"),
        ("B-2", "accessory", "B,4"),
    }
    assert importer.counts(importer.take(xml_file(bmecat(body)))) == (0, 0, 4, 0)


def test_a_reference_to_nothing_is_said_at_its_column(look, importer):
    import_id = importer.check(xml_file(bmecat(product("B-1", reference("sparepart", "X-1")) + product("B-2"))))
    assert importer.issues(import_id) == [(1, ACCESSORIES, "relation_unknown")]
    for kind, is_said in (("sparepart", True), ("others", False)):
        found, _rows = look(bmecat(product("B-1", reference(kind, "X-1"))))
        assert any("(REFERENCE)" in text for text in notices(found.about)) == is_said


@pytest.mark.parametrize(("tax", "rate"), [("0.055", "0.055"), ("0.20", "0.2"), ("5.5", "0.055"), ("0", "0")])
def test_the_rate_of_tax_of_prices_is_taken(importer, tax, rate):
    for inner in (
        price("2.00", more=f"<TAX>{tax}</TAX>"),
        price("2.00", more=f"<TAX_DETAILS><TAX>{tax}</TAX></TAX_DETAILS>"),
    ):
        importer.take(xml_file(bmecat(product("B-1", order() + prices(inner)))))
        assert importer.variant("B-1").tax_rate == Decimal(rate)
        importer.take("SKU;TVA\nB-1;10 %\n")


def test_a_rate_of_another_country_is_not_proposed_and_two_rates_are_refused(look, importer):
    german = product("B-1", order() + prices(price("2.00", more="<TAX>0.19</TAX>")))
    found, rows = look(bmecat(german))
    assert rows[0]["TAX (elsewhere)"] == "0.19"
    assert "tax_rate" not in mapping.propose(found.headers, []).values()
    swiss = price("3.00", more="<TAX>0.081</TAX><TERRITORY>CH</TERRITORY>")
    both = price("2.00", more="<TAX>0.2</TAX>") + price("1.00", kind="net_list", more="<TAX>0.1</TAX>")
    import_id = importer.check(
        xml_file(bmecat(product("B-1", order() + prices(both)) + product("B-2", order() + prices(swiss))))
    )
    assert (1, "TAX", "tax_unreadable") in importer.issues(import_id)
    assert not [issue for issue in importer.issues(import_id) if issue[0] == 2 and issue[1] == "TAX"]


BOMB = "<!DOCTYPE BMECAT [" + '<!ENTITY a "ha">' + '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">' + "]>"
EXTERNAL = '<!DOCTYPE BMECAT [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (bmecat(product("A-1", name="&b;"), prolog=BOMB), errors.HostileXml),
        (bmecat(product("A-1", name="&x;"), prolog=EXTERNAL), errors.HostileXml),
        (bmecat(product("A-1", name="&x;"), prolog=EXTERNAL).encode("utf-16"), errors.HostileXml),
        (bmecat(product("A-1", "<X>" * 60 + "</X>" * 60)), errors.HostileXml),
        (bmecat(product("A-1", "<X/>" * 21_000)), errors.HostileXml),
        (bmecat(product("A-1"))[:-30], errors.BrokenXml),
        (bmecat(product("A-1")).replace("</SUPPLIER_PID>", "</SUPPLIER>"), errors.BrokenXml),
        (bmecat(""), errors.EmptyTable),
        ('<?xml version="1.0"?><Invoice/>', errors.UnreadableFile),
    ],
)
def test_hostile_and_broken_files_are_refused(look, text, refusal):
    with pytest.raises(refusal) as caught:
        look(text)
    assert caught.type is refusal


def test_nothing_is_stored_of_a_refused_file(importer):
    with pytest.raises(errors.BrokenXml) as caught:
        importer.upload(xml_file(bmecat(product("A-1"))[:-30]))
    assert "line 2" in str(caught.value)
    with use_tenant(importer.tenant.scope):
        assert not Variant.objects.filter(sku="A-1").exists()


def test_an_undeclared_entity_of_the_norms_document_type_is_a_character(look):
    _found, rows = look(bmecat(product("A-1", name="Vis &agrave; bois"), version="1.2", prolog=DTD))
    assert rows[0]["DESCRIPTION_SHORT (fra)"] == "Vis à bois"


def test_more_products_than_an_import_takes_are_refused(tmp_path):
    path = tmp_path / "file"
    path.write_text(bmecat("".join(product(f"A-{number}") for number in range(4))))
    with pytest.raises(TooManyProductsError):
        Table(path, tmp_path / "items", max_rows=3, today="2027-01-01").read()


def test_the_page_says_what_was_understood(world, browser):
    inner = order("BX", content_unit="C62", no_cu_per_ou="50") + prices(price("2.00"), price("3.00", kind="net_list"))
    staff = browser(world.acme.host, world.acme.owner)
    answer = staff.post("/portal/imports/", {"file": xml_file(bmecat(product("A-1", inner)))})
    page = staff.get(answer["Location"]).text
    assert "BMEcat 2005 · whole catalogue · 1 product · Vissal" in page
    assert "several kinds of net prices" in page
    assert "Delimiter" not in page
