"""The pages of imports and of the product list, as the supplier's staff see them."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.tenancy import use_tenant
from integrations.models import CatalogImport
from tests.imports.files import GOOD, csv_file

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def staff(world, browser):
    return browser(world.acme.host, world.acme.owner)


def test_from_upload_to_applied(world, staff, drain):
    page = upload(staff, csv_file(GOOD))
    assert "Your reference (SKU)" in page
    path = import_path(page)
    answer = staff.post(f"{path}check/", choices(page))
    assert answer.status_code == 303
    assert "Being checked" in staff.get(path).text
    drain()
    page = staff.get(path).text
    assert "New products to create" in page
    assert "Apply 3 rows" in page
    assert staff.post(f"{path}apply/").status_code == 303
    drain()
    assert "Applied." in staff.get(path).text
    listed = staff.get("/portal/catalog/?q=PN-200").text
    assert listed.count('id="v-') == 3


def test_the_running_part_is_the_fragment(staff):
    page = upload(staff, csv_file(GOOD))
    path = import_path(page)
    staff.post(f"{path}check/", choices(page))
    answer = staff.get(path, headers={"HX-Request": "true"})
    assert answer.text.strip().startswith('<div id="work"')
    assert "<progress" in answer.text
    assert "every 2s" in answer.text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7 ...", "cannot be read as a table"),
        (b"just one line", "holds no table"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old Excel file"),
    ],
)
def test_a_file_that_is_no_table_is_refused_at_its_field(world, staff, content, message):
    answer = staff.post("/portal/imports/", {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert message in answer.text
    with use_tenant(world.acme.scope):
        assert not CatalogImport.objects.exists()


def test_no_file_is_said_at_the_field(staff):
    answer = staff.post("/portal/imports/")
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_mapping_without_reference_is_refused_and_kept_as_typed(staff):
    page = upload(staff, csv_file(GOOD))
    answer = staff.post(f"{import_path(page)}check/", choices(page) | {"column-0": "mpn"})
    assert answer.status_code == 422
    assert "Choose the column that holds your reference" in answer.text
    assert re.search(r'<option value="mpn" selected>', answer.text)


def test_a_column_twice_is_refused_at_the_column(staff):
    page = upload(staff, csv_file(GOOD))
    answer = staff.post(f"{import_path(page)}check/", choices(page) | {"column-1": "sku"})
    assert answer.status_code == 422
    assert "is chosen for two columns" in answer.text
    assert '<tr class="is-bad">' in answer.text


def test_prices_in_another_currency_are_refused_at_the_price_list(world, staff):
    page = upload(staff, csv_file("SKU;Name;Price USD\nPN-1;Bolt;1.20\n"))
    assert "New base list in USD (will be created)" in page
    answer = staff.post(f"{import_path(page)}check/", choices(page) | {"price_list": "base:EUR"})
    assert answer.status_code == 422
    assert "are in USD, the price list" in answer.text


def test_a_new_price_list_is_named_and_shown_before_it_is_made(staff, drain):
    page = upload(staff, csv_file(GOOD))
    answer = staff.post(f"{import_path(page)}check/", choices(page) | {"new_list": "Revendeurs"})
    assert answer.status_code == 303
    drain()
    assert "Revendeurs (EUR, will be created)" in staff.get(import_path(page)).text


def test_the_header_line_can_be_corrected(staff):
    page = upload(staff, csv_file("Notes;2027\nSKU;Name;Price\nA;B;C\nPN-1;Bolt;1.20\n"))
    assert "column names in line 2" in page
    answer = staff.post(f"{import_path(page)}format/", {"header_line": "3", "encoding": "utf-8", "delimiter": ";"})
    assert answer.status_code == 303
    assert "column names in line 3" in staff.get(import_path(page)).text


def test_refused_rows_are_downloaded_with_reason_and_without_formulas(staff, drain):
    text = "Référence;Désignation;PU HT\nPN-1;=HYPERLINK(1);1,20\n;Vis;2,10\nPN-3;+Vis;-4,00\n"
    page = upload(staff, csv_file(text))
    path = import_path(page)
    staff.post(f"{path}check/", choices(page))
    drain()
    answer = staff.get(f"{path}refused.csv")
    assert answer["Content-Disposition"].startswith("attachment")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert lines[0] == "Référence;Désignation;PU HT;Line;Column;Reason"
    assert lines[1] == "PN-1;'=HYPERLINK(1);1,20;2;Désignation;The cell holds a formula and not a value."
    assert lines[2] == ";Vis;2,10;3;Référence;The reference is missing."
    assert lines[3] == "PN-3;'+Vis;-4,00;4;PU HT;The price is negative."
    assert "price_negative" in staff.get(f"{path}issues.csv").content.decode()


def test_issues_can_be_filtered(staff, drain):
    page = upload(staff, csv_file("SKU;Name;Price\nPN-1;<b>Bolt</b>;1.20\n;Nut;1.20\n"))
    path = import_path(page)
    staff.post(f"{path}check/", choices(page))
    drain()
    assert staff.get(path).text.count('data-label="Reason"') == 2
    assert staff.get(f"{path}?kind=warnings").text.count('data-label="Reason"') == 1


def test_another_tenants_import_does_not_exist(world, staff, browser):
    path = import_path(upload(staff, csv_file(GOOD)))
    other = browser(world.bolt.host, world.bolt.owner)
    for tail in ("", "refused.csv", "issues.csv"):
        assert other.get(f"{path}{tail}").status_code == 404
    for tail in ("format/", "check/", "apply/", "cancel/", "resume/"):
        assert other.post(f"{path}{tail}", {"header_line": "1"}).status_code == 404
    with use_tenant(world.acme.scope):
        assert CatalogImport.objects.get().state == "uploaded"


def test_buyers_do_not_see_the_back_office(world, browser):
    buyer = browser(world.acme.host, world.delmas.admin)
    for path in ("/portal/imports/", "/portal/catalog/", f"/portal/catalog/{world.acme.variants['VN-1001']}/"):
        assert buyer.get(path).status_code == 404


def test_products_are_listed_found_and_shown(world, staff):
    page = staff.get("/portal/catalog/").text
    assert page.count('id="v-') == 5
    assert "€0.50" in page
    assert staff.get("/portal/catalog/?q=écrou").text.count('id="v-') == 1
    product = staff.get(f"/portal/catalog/{world.acme.variants['VN-1001']}/").text
    assert "Cap screw M8×40 A4" in product
    assert re.search(r'name="factor-1" value="100"', product)
    other = world.bolt.variants["VN-1001"]
    assert staff.get(f"/portal/catalog/{other}/").status_code == 404


def test_a_product_is_archived_and_put_back(world, staff):
    path = f"/portal/catalog/{world.acme.variants['VN-1001']}/"
    assert staff.post(f"{path}state/", {"state": "archived"}).status_code == 303
    assert "Archived" in staff.get(path).text
    assert staff.get("/portal/catalog/?state=archived").text.count('id="v-') == 1
    staff.post(f"{path}state/", {"state": "active"})
    assert staff.get("/portal/catalog/?state=archived").text.count('id="v-') == 0


def test_statements_of_the_product_list_do_not_grow_with_rows(world, staff, django_assert_max_num_queries):
    staff.get("/portal/catalog/")
    with django_assert_max_num_queries(16):
        staff.get("/portal/catalog/")


def upload(staff, file):
    answer = staff.post("/portal/imports/", {"file": file})
    assert answer.status_code == 303, answer.text
    page = staff.get(answer["Location"])
    assert page.status_code == 200
    return page.text


def import_path(page):
    return found(r'action="(/portal/imports/[0-9a-f-]{36}/)check/"', page)


def choices(page):
    """What the form of the page would send."""
    sent = {}
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected>', body)
        sent[name] = chosen[1] if chosen else found(r'<option value="([^"]*)"', body)
    for name in ("currency", "category_separator"):
        sent[name] = found(rf'name="{name}"[^>]*value="([^"]*)"', page).replace("&gt;", ">")
    return sent


def found(pattern, text):
    match = re.search(pattern, text)
    assert match is not None, pattern
    return match[1]
