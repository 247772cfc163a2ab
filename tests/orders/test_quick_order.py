"""The quick order: kept until it is in the cart, judged line by line, repaired in one click, of any size."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import OrderUnit, Relation, Variant
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts, drafts
from orders.errors import MayNotOrder
from orders.models import PurchaseListLine, QuickLine
from orders.purchase_lists import services as purchase_lists
from orders.quick import Typed, judge, read_pasted
from tests.counting import statements
from tests.world import World

PATH = "/quick-order/"


@pytest.fixture
def page(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.delmas.admin)


def _html(page: Any, query: str = "") -> str:
    html: str = page.get(f"{PATH}{query}").content.decode()
    return html


def _paste(page: Any, text: str, **more: str) -> str:
    assert page.post(PATH, {"pasted": text, "check": "1", **more}).status_code == 303
    return _html(page)


def _rows(html: str) -> dict[str, list[str]]:
    """The table's fields as a browser would send them."""
    names = ("line", "code", "quantity", "unit")
    found = {name: re.findall(rf'<input[^>]*name="{name}"[^>]*>', html) for name in names}
    return {name: [(re.search(r'value="([^"]*)"', tag) or ["", ""])[1] for tag in tags] for name, tags in found.items()}


def _fixes(html: str) -> list[tuple[str, str]]:
    return re.findall(r'name="fix" value="([^"]+)">([^<]+)<', html)


def _upload(page: Any, name: str, content: bytes) -> Any:
    return page.post(PATH, {"pasted": "", "file": SimpleUploadedFile(name, content), "check": "1"})


def _sheet(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet()
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_ready_lines_go_into_the_cart_and_the_others_stay_for_later(page: Any) -> None:
    html = _paste(page, "VN-1001;200\nVN-1002;1.250\nNOPE;3")
    assert re.findall(r"1 (?:ready|to confirm|unknown)", html)[:3] == ["1 ready", "1 to confirm", "1 unknown"]
    assert page.post(PATH, {**_rows(html), "add": "1"}).status_code == 303
    kept = _html(page)
    assert 'value="NOPE"' in kept
    assert 'value="VN-1001"' not in kept
    assert "VN-1001" in page.get("/cart/").content.decode()


def test_a_repair_is_one_click_and_survives_a_reload(page: Any) -> None:
    html = _paste(page, "VN-1001;1 000\nVN-1003;1.234")
    fixes = _fixes(html)
    assert [text for _value, text in fixes] == [
        "Take 1,000 pieces", "Take 1 piece", "Take 1 piece", "Take 2 pieces", "Take 1,234 pieces"
    ]  # fmt: skip
    assert page.post(PATH, {**_rows(html), "fix": fixes[0][0]}).status_code == 303
    again = _html(page)
    assert 'value="1000"' in again
    assert "1 ready" in again
    assert page.post(PATH, {**_rows(again), "fix": _fixes(again)[2][0]}).status_code == 303
    assert "2 ready" in _html(page)


def test_a_part_of_what_is_sold_whole_is_asked_back(page: Any, world: World) -> None:
    with use_tenant(world.acme):
        rods = OrderUnit.objects.filter(variant_id=world.acme.variants["VN-1005"], is_base=True)
        assert rods.update(minimum=Decimal("0.5"), multiple=Decimal("0.5")) == 1
    html = _paste(page, "VN-1001;1,5\nVN-1001;1,5\nVN-1005;1,5")
    assert html.count("which quantity?") == 2, "not three pieces: a half one was not meant"
    assert "1 ready" in html, "the rod is sold by halves"
    assert [text for _value, text in _fixes(html)][:3] == ["Take 1 piece", "Take 2 pieces", "Take 15 pieces"]
    page.post(PATH, {**_rows(html), "add": "1"})
    assert "VN-1001" not in page.get("/cart/").content.decode()
    assert _html(page).count("which quantity?") == 2


def test_duplicates_are_merged_and_part_again_when_one_goes(page: Any) -> None:
    html = _paste(page, "VN-1001;100\nvn 1001;50")
    assert "added to line 1" in html
    assert "150 pieces" in html
    second = _rows(html)["line"][-1]
    page.post(PATH, {**_rows(html), "remove": second})
    html = _html(page)
    assert "added to line" not in html
    assert "100 pieces" in html


def test_units_minimum_and_maximum_are_said_with_their_repair(page: Any, world: World) -> None:
    with use_tenant(world.acme):
        base = OrderUnit.objects.filter(variant_id=world.acme.variants["VN-1003"], is_base=True)
        assert base.update(minimum=10, multiple=10, maximum=500) == 1
        OrderUnit.objects.filter(variant_id=world.acme.variants["VN-1003"], code="XBX").update(gtin="4012345678901")
    html = _paste(page, "VN-1003;3\nVN-1005;2;palette\nVN-1004;1;box")
    assert "too little" in html
    assert ("Take 10 pieces") in [text for _value, text in _fixes(html)]
    assert "other unit" in html
    units = [(value, text) for value, text in _fixes(html) if ":unit:" in value]
    assert units
    page.post(PATH, {**_rows(html), "fix": units[-1][0]})
    assert html.count("other unit") > _html(page).count("other unit")
    page.post(PATH, {"clear": "1"})
    html = _paste(page, "VN-1003;1230")
    assert "too much" in html
    assert [text for _value, text in _fixes(html)] == ["Take 500 pieces"]
    page.post(PATH, {"clear": "1"})
    assert "2 boxes" in _paste(page, "4012345678901;2"), "the carton's own number counts cartons"


def test_what_is_no_longer_sold_names_what_replaces_it(page: Any, world: World) -> None:
    with use_tenant(world.acme):
        old, new = world.acme.variants["VN-1001"], world.acme.variants["VN-1003"]
        Variant.objects.filter(pk=old).update(state="archived")
        Relation.objects.create(variant_id=old, other_id=new, kind="replacement")
    html = _paste(page, "VN-1001;100")
    assert "no longer sold" in html
    (fix,) = _fixes(html)
    assert fix[1].startswith("VN-1003")
    page.post(PATH, {**_rows(html), "fix": fix[0]})
    assert "1 ready" in _html(page)


def test_a_scanner_types_a_code_and_enter_again_and_again(page: Any) -> None:
    for _scan in range(2):
        page.post(PATH, {"line": "", "code": "VN-1001", "quantity": "", "unit": "", "check": "1"})
    html = _html(page)
    assert "2 pieces" in html
    assert "data-focus" in html


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", "Référence;Qté;Unité\nVN-1001;200;\nVN-1003;2;boîte\n".encode("cp1252")),
        ("list.csv", b"VN-1001,200\nVN-1003,2,box\n"),
        ("list.txt", b"VN-1001\t200\nVN-1003\t2\tXBX\n"),
        ("list.xlsx", _sheet(("Order of May",), ("Designation", "Part number", "UoM", "Qty"),
                             ("Screw", "VN-1001", "", 200), ("Nut", "VN-1003", "box", 2.0))),
        ("list.xlsx", _sheet(("VN-1001", 200), ("VN-1003", 2, "XBX"))),
    ],
)  # fmt: skip
def test_files_of_all_kinds_are_read(page: Any, name: str, content: bytes) -> None:
    assert _upload(page, name, content).status_code == 303
    html = _html(page)
    assert "2 ready" in html
    assert "2 boxes" in html
    assert name in html


def test_a_spoilt_file_is_refused_with_line_and_column_and_nothing_is_kept(page: Any) -> None:
    bad = _sheet(("Ref", "Qty"), ("VN-1001", 5), ("VN-1003", date(2026, 5, 1)), (3.7e20, 1))
    answer = _upload(page, "list.xlsx", bad)
    assert answer.status_code == 422
    assert "Line 3, column B: the quantity is a date" in answer.content.decode()
    assert _upload(page, "list.pdf", b"%PDF-1.7").status_code == 422
    assert _upload(page, "list.csv", b"Name;Qty\nScrew;5\n").status_code == 422
    too_long = "\n".join(f"VN-{n};1" for n in range(10_001))
    assert "10,000" in page.post(PATH, {"pasted": too_long}).content.decode()
    assert "Nothing typed yet" in _html(page)


def test_filters_and_pages(page: Any) -> None:
    _paste(page, "\n".join(["VN-1001;5", "VN-1003;5", *(f"NOPE-{n};1" for n in range(60))]))
    assert len(_rows(_html(page))["line"]) == 51, "and an empty one"
    assert len(_rows(_html(page, "?page=2"))["line"]) == 13
    assert len(_rows(_html(page, "?show=ready"))["line"]) == 3
    assert "NOPE-59" in _html(page, "?show=repair&page=2")


def test_a_draft_is_its_users_own(page: Any, world: World, browser: Any) -> None:
    html = _paste(page, "VN-1001;5")
    line = _rows(html)["line"][-1]
    other = browser(world.acme.host, world.lecomte.admin)
    other.post(PATH, {"line": line, "code": "VN-1003", "quantity": "7", "unit": "", "check": "1"})
    other.post(PATH, {"line": line, "remove": line})
    assert 'value="VN-1001"' in _html(page)
    assert 'value="VN-1001"' not in _html(other)
    with use_tenant(world.acme.scope, company_id=world.delmas.id), pytest.raises(MayNotOrder):
        drafts.edit(actor=world.delmas.onlooker, customer=require_approved(world.delmas.buyer), added=[Typed("X", "1")])


def test_a_price_that_went_away_meanwhile_stops_the_line_not_the_draft(page: Any, world: World) -> None:
    html = _paste(page, "VN-1001;5\nVN-1003;5")
    with use_tenant(world.acme):
        Variant.objects.filter(pk=world.acme.variants["VN-1003"]).update(state="archived")
    page.post(PATH, {**_rows(html), "add": "1"})
    html = _html(page)
    assert "Some lines have changed meanwhile" in html
    assert "no longer sold" in html
    page.post(PATH, {**_rows(html), "add": "1"})
    assert "VN-1001" in page.get("/cart/").content.decode()


def test_statements_do_not_grow_with_lines(world: World) -> None:
    skus = list(world.acme.variants)[:5]

    def count(lines: int) -> tuple[int, int, int]:
        text = "\n".join(f"{skus[n % 5]};{n + 1}" for n in range(lines))
        with statements() as edited:
            drafts.edit(actor=actor, customer=customer, added=read_pasted(text))
        with statements() as shown:
            drafts.page_of(actor, customer)
            drafts.counts_of(actor, customer)
            net = drafts.ready_net(actor, customer)
        with statements() as added:
            assert drafts.take_ready(actor=actor, customer=customer) > 0
        assert net == carts.cart_sum(actor, customer).net
        QuickLine.objects.all().delete()
        carts.clear(actor=actor, customer=customer)
        return len(edited), len(shown), len(added)

    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, customer = world.delmas.buyer, require_approved(world.delmas.buyer)
        assert count(10) == count(1000)


GTIN = "4006381333931"


def test_the_lot_of_a_label_goes_into_the_order_and_keeps_lots_apart(page: Any, world: World) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        Variant.objects.filter(sku="VN-1001").update(gtin=GTIN)
    scans = [f"010{GTIN}37{count}\x1d10{lot}" for count, lot in ((12, "L1"), (20, "L2"), (30, "L1"))]
    html = _paste(page, "\n".join([*scans, "VN-1001;5"]))
    assert ("lot L1" in html, "lot L2" in html, "added to line 1" in html) == (True, True, True)
    page.post(PATH, {**_rows(html), "add": "1"})
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, customer = world.delmas.buyer, require_approved(world.delmas.buyer)

        def lines() -> dict[str, int]:
            return {wish.note: int(wish.quantity) for _key, wish in carts.wishes_of(actor, customer)}

        assert lines() == {"lot L1": 42, "lot L2": 20, "": 5}
        drafts.edit(actor=actor, customer=customer, added=read_pasted(scans[1]))
        drafts.take_ready(actor=actor, customer=customer)
        assert lines() == {"lot L1": 42, "lot L2": 40, "": 5}
        list_id, _outcome = purchase_lists.save_cart(actor=actor, customer=customer, name="Atelier")
        (kept,) = PurchaseListLine.objects.filter(purchase_list_id=list_id)
        assert kept.quantity == 87, "a list keeps how many, whichever lot they were of"


def test_another_article_is_not_of_the_lot_that_was_scanned(page: Any, world: World) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        Variant.objects.filter(sku="VN-1001").update(gtin=GTIN)
    html = _paste(page, f"010{GTIN}3712\x1d10L1")
    assert "lot L1" in html
    for name, value, is_kept in (("quantity", "15", True), ("code", "VN-1003", False)):
        rows = _rows(html)  # the empty one is the first
        page.post(PATH, {**rows, name: [*rows[name][:-1], value], "check": "1"})
        html = _html(page)
        assert (f'value="{value}"' in html, "lot L1" in html) == (True, is_kept)


def test_a_number_with_a_comma_is_asked_for_and_never_taken_for_another_article(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        first, second, third = judge(customer, read_pasted("VN-1001 1,200\nVN-100 1,5\nVN-1001 1 200,5"))
    assert (first.state, first.typed.code, second.state, third.state) == (
        "ambiguous",
        "VN-1001",
        "unknown",
        "ambiguous",
    )
    assert (first.typed.code, Decimal(1200) in first.choices) == ("VN-1001", True)
