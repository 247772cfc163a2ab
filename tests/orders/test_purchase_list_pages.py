"""The pages of purchase lists as buyers use them, without JavaScript."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Relation, Variant
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.enums import ListSharing
from orders.lines import NewLine
from orders.models import PurchaseList, PurchaseListLine
from orders.purchase_lists import services
from orders.purchase_lists.services import ListLine
from tests.world import World

ALL = ("VN-1001", "VN-1002", "VN-1003", "VN-1004", "VN-1005")


@pytest.fixture
def shop(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.delmas.admin)


@pytest.fixture
def mate(world: World, browser: Any) -> Any:
    """A viewer of the same company."""
    return browser(world.acme.host, world.delmas.viewer)


def _filled(world: World, *skus: str, name: str = "Atelier", sharing: ListSharing = ListSharing.PRIVATE) -> UUID:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, customer = world.delmas.buyer, require_approved(world.delmas.buyer)
        list_id = services.create_list(actor=actor, customer=customer, name=name, sharing=sharing)
        lines = [ListLine(NewLine(world.acme.variants[sku], "", Decimal(10))) for sku in skus]
        services.add_lines(actor=actor, customer=customer, list_id=list_id, lines=lines)
    return list_id


def _keys(world: World, list_id: UUID) -> list[str]:
    with use_tenant(world.acme):
        return [key.hex for key in PurchaseListLine.objects.filter(purchase_list=list_id).values_list("pk", flat=True)]


def _lines(world: World, list_id: UUID) -> list[tuple[str, Decimal, str]]:
    with use_tenant(world.acme):
        rows = PurchaseListLine.objects.filter(purchase_list=list_id)
        return list(rows.values_list("variant__sku", "quantity", "note"))


def _cart(world: World) -> dict[str, Decimal]:
    names = {key: sku for sku, key in world.acme.variants.items()}
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        wishes = carts.wishes_of(world.delmas.buyer, require_approved(world.delmas.buyer))
    return {names[wish.variant_id]: wish.quantity for _id, wish in wishes}


def _html(page: Any, path: str) -> str:
    answer = page.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_list_is_created_named_shared_and_deleted(world: World, shop: Any) -> None:
    assert "No list yet" in _html(shop, "/lists/")
    assert 'href="/lists/"' in _html(shop, "/"), "the menu leads there"
    made = shop.post("/lists/", {"name": "Atelier"})
    assert made.status_code == 303
    assert "This list is empty" in _html(shop, made["Location"])
    again = shop.post("/lists/", {"name": "atelier"})
    assert again.status_code == 422
    assert "You have a list of this name already." in again.content.decode()
    assert shop.post("/lists/", {"name": ""}).status_code == 422
    assert shop.post("/lists/", {"name": "B", "sharing": "everybody"}).status_code == 422
    assert shop.post(f"{made['Location']}settings/", {"name": "", "sharing": "read"}).status_code == 422
    assert shop.post(f"{made['Location']}settings/", {"name": "Bis", "sharing": "read"}).status_code == 303
    html = _html(shop, "/lists/")
    assert "Bis" in html
    assert "My company may read it" in html
    assert shop.post(f"{made['Location']}delete/").status_code == 303
    assert "No list yet" in _html(shop, "/lists/")


def test_articles_are_added_by_any_reference_and_errors_stand_at_their_field(world: World, shop: Any) -> None:
    path = f"/lists/{_filled(world)}/"
    assert (
        shop.post(f"{path}add/", {"code": "vn1001", "quantity": "2", "unit": "box", "note": "bin"}).status_code == 303
    )
    html = _html(shop, path)
    assert "Cap screw M8×40 A4" in html
    assert "box of 100" in html
    assert 'value="bin"' in html
    for field, given in {
        "code": {"code": "NO-SUCH", "quantity": "1"},
        "quantity": {"code": "VN-1001", "quantity": "abc"},
        "unit": {"code": "VN-1001", "quantity": "1", "unit": "pallet"},
    }.items():
        answer = shop.post(f"{path}add/", given)
        assert answer.status_code == 422, field
        assert f'id="line_{field}-error"' in answer.content.decode()
    assert (
        "can be read in two ways" in shop.post(f"{path}add/", {"code": "VN-1001", "quantity": "1.000"}).content.decode()
    )


def test_quantities_and_notes_are_saved_and_what_is_wrong_is_said_at_its_line(world: World, shop: Any) -> None:
    list_id = _filled(world, "VN-1001", "VN-1002")
    one, two = _keys(world, list_id)
    path = f"/lists/{list_id}/lines/"
    fields = {f"quantity-{one}": "30", f"note-{one}": "shelf", f"quantity-{two}": "10"}
    assert shop.post(path, fields).status_code == 303
    assert _lines(world, list_id) == [("VN-1001", Decimal(30), "shelf"), ("VN-1002", Decimal(10), "")]
    for text in ("abc", "0", "1.5"):
        answer = shop.post(path, {f"quantity-{one}": "40", f"quantity-{two}": text, f"note-{one}": "typed"})
        assert answer.status_code == 422, text
        html = answer.content.decode()
        assert f'id="error-{two}"' in html
        assert 'value="typed"' in html, "what was typed is still there"
    assert _lines(world, list_id)[0] == ("VN-1001", Decimal(30), "shelf")


def test_lines_move_and_go_by_buttons(world: World, shop: Any) -> None:
    list_id = _filled(world, "VN-1001", "VN-1002", "VN-1003")
    one, two, three = _keys(world, list_id)
    path = f"/lists/{list_id}/lines/"
    moved = shop.post(path, {"up": three, f"quantity-{one}": "15"})
    assert moved["Location"] == f"/lists/{list_id}/#line-{UUID(three).hex}"
    assert [sku for sku, _quantity, _note in _lines(world, list_id)] == ["VN-1001", "VN-1003", "VN-1002"]
    assert _lines(world, list_id)[0][1] == 15, "what else was typed is saved, too"
    shop.post(path, {"down": one})
    assert shop.post(path, {"drop": two, f"quantity-{two}": "abc"}).status_code == 303
    assert [sku for sku, _quantity, _note in _lines(world, list_id)] == ["VN-1003", "VN-1001"]
    assert shop.post(path, {"up": two}).status_code == 404


def test_ticked_lines_or_all_go_into_the_cart(world: World, shop: Any) -> None:
    list_id = _filled(world, "VN-1001", "VN-1002", "VN-1003")
    one, two, _three = _keys(world, list_id)
    path = f"/lists/{list_id}/cart/"
    answer = shop.post(path, {"take": [one], f"quantity-{one}": "12", f"quantity-{two}": "abc"}, follow=True)
    assert "1 line is in the cart." in answer.content.decode()
    assert _cart(world) == {"VN-1001": 12}
    assert "tick the articles" in shop.post(path, {}, follow=True).content.decode()
    with use_tenant(world.acme):
        Variant.objects.filter(sku="VN-1003").update(state="archived")
    html = shop.post(path, {"all": "1", f"quantity-{one}": "0"}, follow=True).content.decode()
    assert "These lines are not in the cart: VN-1003 is no longer sold." in html
    assert _cart(world) == {"VN-1001": 12, "VN-1002": 10}
    wrong = shop.post(path, {"all": "1", f"quantity-{two}": "abc"})
    assert wrong.status_code == 422
    assert f'id="error-{two}"' in wrong.content.decode()
    assert [quantity for _sku, quantity, _note in _lines(world, list_id)] == [10, 10, 10], "the list stays as it is"


def test_what_is_no_longer_sold_stays_with_its_replacement(world: World, shop: Any) -> None:
    list_id = _filled(world, "VN-1001", "VN-1002")
    key = _keys(world, list_id)[0]
    with use_tenant(world.acme):
        Variant.objects.filter(sku="VN-1001").update(state="archived")
        old, new = world.acme.variants["VN-1001"], world.acme.variants["VN-1003"]
        Relation.objects.create(variant_id=old, other_id=new, kind="replacement")
    row = _html(shop, f"/lists/{list_id}/").partition(f'id="line-{key}"')[2].partition("</tr>")[0]
    assert "no longer sold" in row
    assert 'href="/catalog/p/VN-1003/"' in row
    assert "quantity-" not in row
    assert 'name="take"' not in row


def test_readers_see_and_change_nothing(world: World, mate: Any) -> None:
    private, read = _filled(world, "VN-1001", name="P"), _filled(world, "VN-1001", name="R", sharing=ListSharing.READ)
    edit = _filled(world, "VN-1001", name="E", sharing=ListSharing.EDIT)
    overview = _html(mate, "/lists/")
    assert [str(key) in overview for key in (private, read, edit)] == [False, True, True]
    html = _html(mate, f"/lists/{read}/")
    assert "VN-1001" in html
    assert (
        "<input"
        not in html.partition('id="list-form"')[2]
        .partition("</form>")[0]
        .replace("csrf", "", 1)
        .partition("<tbody>")[2]
    )
    for action, fields in (("lines", {}), ("add", {"code": "VN-1002", "quantity": "1"}), ("settings", {"name": "Z"})):
        assert mate.post(f"/lists/{private}/{action}/", fields).status_code == 404, action
        assert mate.post(f"/lists/{read}/{action}/", fields).status_code == 403, action
    assert mate.post(f"/lists/{read}/delete/").status_code == 403
    assert mate.post(f"/lists/{edit}/delete/").status_code == 403
    added = mate.post(f"/lists/{edit}/add/", {"code": "VN-1002", "quantity": "1"})
    assert added.status_code == 403, "what is on a list may be ordered by itself: a viewer does not change it"
    assert mate.post(f"/lists/{edit}/cart/", {"all": "1"}).status_code == 403, "a viewer may not order"
    with use_tenant(world.acme):
        assert PurchaseList.objects.count() == 3


def test_the_cart_is_saved_as_a_list(world: World, shop: Any) -> None:
    empty = shop.post("/lists/", {"name": "Panier", "from_cart": "1"})
    assert empty.status_code == 422
    assert "The cart is empty" in empty.content.decode()
    shop.post("/cart/lines/", {f"quantity-{world.acme.variants['VN-1004'].hex}": "60"})
    assert 'name="from_cart"' in _html(shop, "/cart/")
    made = shop.post("/lists/", {"name": "Panier", "from_cart": "1"})
    assert "Washer M8 A4" in _html(shop, made["Location"])
    assert _cart(world) == {"VN-1004": 60}


def test_long_lists_have_pages_and_forms_come_back_to_theirs(
    world: World, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontend.storefront.lists.views.PER_PAGE", 2)
    list_id = _filled(world, *ALL)
    html = _html(shop, f"/lists/{list_id}/?page=2")
    assert re.findall(r'class="sub mono">([^<]+)<', html) == ["VN-1003", "VN-1004"]
    assert f'action="/lists/{list_id}/lines/?page=2"' in html
    assert shop.post(f"/lists/{list_id}/lines/?page=2", {})["Location"].endswith("?page=2")
    shop.post(f"/lists/{list_id}/cart/?page=2", {"all": "1"})
    assert set(_cart(world)) == set(ALL), "all is all pages"


def test_statements_of_the_pages_do_not_grow(world: World, shop: Any) -> None:
    counts = []
    for number, skus in enumerate((ALL[:1], ALL)):
        list_id = _filled(world, *skus, name=f"L{number}")
        shop.get(f"/lists/{list_id}/")
        found = []
        for path in (f"/lists/{list_id}/", "/lists/"):
            with CaptureQueriesContext(connection) as captured:
                _html(shop, path)
            found.append(len(captured))
        counts.append(found)
    assert counts[0] == counts[1]


def _import(page: Any, list_id: UUID, text: str) -> Any:
    return page.post(f"/lists/{list_id}/import/", {"file": SimpleUploadedFile("list.csv", text.encode())})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_export_is_taken_over_again_as_it_is(world: World, browser: Any, language: str) -> None:
    page = browser(world.acme.host, world.delmas.admin, language=language)
    list_id, other = _filled(world, "VN-1001", "VN-1003"), _filled(world, name="Copy")
    page.post(f"/lists/{list_id}/add/", {"code": "VN-1003", "quantity": "3", "unit": "XBX", "note": '=danger; "bin"'})
    answer = page.get(f"/lists/{list_id}/download/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    assert "'=danger" in text, "nothing that a spreadsheet would run"
    assert _import(page, other, text).status_code == 303
    assert _lines(world, other) == _lines(world, list_id)


def test_good_rows_are_kept_and_the_others_told(world: World, shop: Any) -> None:
    list_id = _filled(world, "VN-1001")
    rows = "Reference;Quantity;Unit;Note\nVN-1001;25;;new\nNO-SUCH;1;;\nVN-1002;abc;;\nVN-1003;4;box;\nVN-1004;1.5;;\n"
    answer = _import(shop, list_id, rows)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "2 lines are taken over. These are not:" in html
    told = re.findall(r'<span class="mono">([^<]+)</span> – ([^<]+)</li>', html)
    assert [code for code, _message in told] == ["NO-SUCH", "VN-1002", "VN-1004"]
    assert told[0][1] == "No article has this reference."
    assert _lines(world, list_id) == [("VN-1001", Decimal(25), "new"), ("VN-1003", Decimal(4), "")]


def test_files_that_cannot_be_taken_over_are_refused(world: World, shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    list_id = _filled(world, "VN-1001")
    assert shop.post(f"/lists/{list_id}/import/", {}).status_code == 422
    assert _import(shop, list_id, "Name;Quantity\nScrew;5\n").status_code == 422
    monkeypatch.setattr(services, "MOST_LINES", 1)
    long = _import(shop, list_id, "VN-1002;1\nVN-1003;1\n")
    assert long.status_code == 422
    assert "At most 1 lines at a time." in long.content.decode()
    full = _import(shop, list_id, "VN-1002;1\n")
    assert "At most 1 lines in a list." in full.content.decode()
    assert _lines(world, list_id) == [("VN-1001", Decimal(10), "")]


def test_readers_export_and_do_not_import(world: World, mate: Any) -> None:
    private, read = _filled(world, "VN-1001", name="P"), _filled(world, "VN-1001", name="R", sharing=ListSharing.READ)
    assert mate.get(f"/lists/{private}/download/").status_code == 404
    assert "VN-1001" in mate.get(f"/lists/{read}/download/").content.decode()
    assert _import(mate, private, "VN-1002;1\n").status_code == 404
    assert _import(mate, read, "VN-1002;1\n").status_code == 403
    assert [sku for sku, *_rest in _lines(world, read)] == ["VN-1001"]


def test_of_many_lines_that_are_left_out_some_are_told(
    world: World, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontend.storefront.lists.wording._TOLD", 2)
    list_id = _filled(world, *ALL)
    with use_tenant(world.acme):
        Variant.objects.all().update(state="archived")
    html = shop.post(f"/lists/{list_id}/cart/", {"all": "1"}, follow=True).content.decode()
    assert "VN-1001 is no longer sold. VN-1002 is no longer sold. And 3 more." in html
    assert _cart(world) == {}


def test_articles_of_the_catalogue_are_kept_in_a_list_or_in_a_new_one(world: World, shop: Any) -> None:
    for path in ("/catalog/p/VN-1001/", "/catalog/"):
        assert 'formaction="/lists/keep/"' in _html(shop, path), path
    screw, nut = (world.acme.variants[sku].hex for sku in ("VN-1001", "VN-1002"))
    given = {f"quantity-{screw}": "200", f"unit-{screw}": "", f"quantity-{nut}": ""}
    asked = shop.post("/lists/keep/", given)
    assert asked.status_code == 200
    html = asked.content.decode()
    assert "New list" in html
    assert 'value="200"' in html
    assert "VN-1002" not in html
    for wrong, field in (({"list": "new", "name": ""}, "name"), ({"list": "0" * 32}, "list")):
        answer = shop.post("/lists/keep/", given | wrong)
        assert answer.status_code == 422
        assert f'id="keep_{field}-error"' in answer.content.decode()
    made = shop.post("/lists/keep/", given | {"list": "new", "name": "Rack 4"})
    assert made.status_code == 303
    list_id = UUID(made["Location"].split("/")[2])
    assert _lines(world, list_id) == [("VN-1001", Decimal(200), "")]
    taken = shop.post("/lists/keep/", given | {"list": "new", "name": "rack 4"})
    assert 'id="keep_name-error"' in taken.content.decode()
    assert shop.post("/lists/keep/", {f"quantity-{nut}": "5", "list": list_id.hex}).status_code == 303
    assert [line[0] for line in _lines(world, list_id)] == ["VN-1001", "VN-1002"]


def test_a_line_that_is_wrong_keeps_all_out_and_makes_no_list(world: World, shop: Any) -> None:
    screw, nut = (world.acme.variants[sku].hex for sku in ("VN-1001", "VN-1002"))
    empty = shop.post("/lists/keep/", {f"quantity-{nut}": ""})
    assert empty.status_code == 303
    assert empty["Location"] == "/catalog/"
    for wrong in (
        {f"quantity-{nut}": "abc"},
        {f"quantity-{nut}": "5", f"unit-{nut}": "XXX"},
        {"quantity-" + "0" * 32: "1"},
    ):
        answer = shop.post("/lists/keep/", {f"quantity-{screw}": "200", "list": "new", "name": "None"} | wrong)
        assert answer.status_code == 422
        assert 'class="is-bad"' in answer.content.decode()
    with use_tenant(world.acme):
        assert not PurchaseList.objects.exists()


def test_a_viewer_keeps_articles_and_cannot_fill_a_list_that_is_only_read(world: World, mate: Any) -> None:
    list_id = _filled(world, "VN-1001", sharing=ListSharing.READ)
    assert 'action="/lists/keep/"' in _html(mate, "/catalog/p/VN-1002/")
    given = {f"quantity-{world.acme.variants['VN-1002'].hex}": "5", "list": list_id.hex}
    assert mate.post("/lists/keep/", given).status_code == 422
    assert [line[0] for line in _lines(world, list_id)] == ["VN-1001"]
    assert mate.post("/lists/keep/", given | {"list": "new", "name": "Mine"}).status_code == 303
