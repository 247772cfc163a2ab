"""The pages on which goods come back, without JavaScript: asked for, treated, credited; and mistakes."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.tenancy import use_tenant
from orders.figures import work_counts
from orders.models import Order
from orders.returns.models import OrderReturn, ReturnLine
from payments.models import CreditNote, Invoice
from tests.counting import statements
from tests.orders.test_amending import lines_of
from tests.orders.test_returns import ask, come_back, shipped
from tests.world import World


@pytest.fixture
def order(world: World) -> Order:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return shipped(world, ("VN-1001", 400, ""), ("VN-1005", 10, ""))


def _form(world: World, shop: Any, order: Order, quantity: str, reason: str = "damaged") -> dict[str, str]:
    text = shop.get(f"/orders/{order.pk}/return/").content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', text)
    assert key, text
    with use_tenant(world.acme):
        line = lines_of(order)["VN-1001"].pk.hex
    return {
        "form_key": key[1],
        "wish": "credit",
        "note": "NOTE-1",
        f"line-{line}": quantity,
        f"reason-{line}": reason,
        f"text-{line}": "DENT-1",
    }


def _id(world: World) -> UUID:
    with use_tenant(world.acme):
        return OrderReturn.objects.get().pk


def test_a_return_from_the_order_to_the_credit_note(world: World, browser: Any, order: Order) -> None:
    shop, portal = browser(world.acme.host, world.delmas.admin), browser(world.acme.host, world.acme.owner)
    assert f"/orders/{order.pk}/return/" in shop.get(f"/orders/{order.pk}/").content.decode()
    fields = _form(world, shop, order, "100")
    answers = [shop.post(f"/orders/{order.pk}/return/", fields) for _n in range(2)]
    return_id = _id(world)
    assert [answer.headers["location"] for answer in answers] == [f"/returns/{return_id}/"] * 2
    mine, theirs = f"/returns/{return_id}/", f"/portal/returns/{return_id}/"
    for page in (shop.get(mine), portal.get(theirs)):
        assert all(word in page.content.decode() for word in ("NOTE-1", "DENT-1", "Damaged", "Asked for"))
    assert "RE-" in portal.get("/portal/returns/?state=open").content.decode()
    waiting = f'href="{theirs}"'
    assert waiting in portal.get("/portal/?kind=return").content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        assert work_counts().returns == 1
    assert portal.post(theirs, {"step": "accept", "note": "Gate 3"}).status_code == 303
    assert waiting not in portal.get("/portal/?kind=return").content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        assert work_counts().returns == 0
    assert "Gate 3" in shop.get(mine).content.decode()
    with use_tenant(world.acme):
        line = ReturnLine.objects.get().pk.hex
    assert f'name="restock-{line}" value="100"' in portal.get(theirs).content.decode()
    received = {"step": "receive", f"restock-{line}": "60", f"scrap-{line}": "40"}
    assert portal.post(theirs, received).status_code == 303
    assert portal.post(theirs, {"step": "credit"}).status_code == 303
    with use_tenant(world.acme):
        note, invoice = CreditNote.objects.get(), Invoice.objects.get()
    hub = browser("localhost", world.delmas.admin).get("/documents/?kind=credit").content.decode()
    assert f"%2Fcredit-notes%2F{note.pk}%2F" in hub
    for client, prefix in ((shop, ""), (portal, "/portal")):
        sheet = client.get(f"{prefix}/invoices/{invoice.pk}/").content.decode()
        assert f"Credit note {note.number} of €60.00" in sheet
        assert "-€60.00" in sheet
        page = client.get(f"{prefix}/credit-notes/{note.pk}/").content.decode()
        assert all(word in page for word in (note.number, invoice.number, "€50.00", "€10.00", "€60.00"))
        assert note.number in client.get(f"{prefix}/returns/{return_id}/").content.decode()
    assert "Settled" in shop.get(f"/orders/{order.pk}/").content.decode()
    assert "Settled" in portal.get(f"/portal/orders/{order.pk}/").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        ("401", "damaged", "At most 400 of this line"),
        ("ten", "damaged", "This is not a number."),
        ("5", "", "Choose why this line comes back."),
        ("5", "whim", "Select a valid choice"),
        ("", "damaged", "Enter how much of a line"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(
    world: World, browser: Any, order: Order, typed: tuple[str, str, str]
) -> None:
    quantity, reason, said = typed
    shop = browser(world.acme.host, world.delmas.admin)
    answer = shop.post(f"/orders/{order.pk}/return/", _form(world, shop, order, quantity, reason))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert "DENT-1" in text
    if said != "Enter how much of a line":
        assert re.search(rf'aria-invalid="true" aria-describedby="[^"]+-error"[\s\S]*?class="error"[^>]*>{said}', text)
    with use_tenant(world.acme):
        assert not OrderReturn.objects.exists()


def test_what_the_supplier_mistypes(world: World, browser: Any, order: Order) -> None:
    """Said at its field; a step that is past is said above, and nothing changes."""
    portal, shop = browser(world.acme.host, world.acme.owner), browser(world.acme.host, world.delmas.admin)
    shop.post(f"/orders/{order.pk}/return/", _form(world, shop, order, "100"))
    page = f"/portal/returns/{_id(world)}/"
    refused = portal.post(page, {"step": "refuse", "reason": ""})
    assert refused.status_code == 422
    assert 'id="id_reason-error"' in refused.content.decode()
    portal.post(page, {"step": "accept"})
    late = portal.post(page, {"step": "accept"})
    assert late.status_code == 422
    assert "its state has changed" in late.content.decode()
    with use_tenant(world.acme):
        line = ReturnLine.objects.get().pk.hex
    for typed, said in (("101", "At most 100 of this line were accepted."), ("", "Enter what came back.")):
        answer = portal.post(page, {"step": "receive", f"restock-{line}": typed})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert portal.post(page, {"step": "elsewhere"}).status_code == 400
    assert shop.post(f"/returns/{_id(world)}/", {"step": "withdrawn"}).status_code == 409
    with use_tenant(world.acme):
        assert OrderReturn.objects.get().state == "accepted"


def test_who_may_not_order_asks_for_nothing(world: World, browser: Any, order: Order) -> None:
    viewer = browser(world.acme.host, world.delmas.viewer)
    assert "/return/" not in viewer.get(f"/orders/{order.pk}/").content.decode()
    assert viewer.get(f"/orders/{order.pk}/return/").status_code == 303
    assert viewer.post(f"/orders/{order.pk}/return/", {}).status_code == 403
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        return_id = ask(world, order, {"VN-1001": 1})
    assert viewer.get(f"/returns/{return_id}/").status_code == 200
    assert viewer.post(f"/returns/{return_id}/", {"step": "withdrawn"}).status_code == 403
    assert browser(world.acme.host, world.lecomte.admin).get(f"/returns/{return_id}/").status_code == 404


def test_pages_ask_no_more_for_more(world: World, browser: Any) -> None:
    """Lines and returns cost no statements."""
    skus = ("VN-1001", "VN-1002", "VN-1003", "VN-1005")
    pages: list[tuple[str, ...]] = []
    for chosen in (skus[:1], skus):
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            order = shipped(world, *((sku, 4, "") for sku in chosen))
            return_id = ask(world, order, dict.fromkeys(chosen, 1))
            come_back(world, return_id)
        pages.append((f"/returns/{return_id}/", f"/orders/{order.pk}/return/", "/returns/"))
    shop = browser(world.acme.host, world.delmas.admin)
    for few, many in zip(*pages, strict=True):
        shop.get(few)
        counts = []
        for path in (few, many):
            with statements() as asked:
                assert shop.get(path).status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1], (few, many)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        before = _count(shop, "/returns/")
        ask(world, order, {"VN-1001": Decimal(1)})
        assert _count(shop, "/returns/") == before


def _count(shop: Any, path: str) -> int:
    with statements() as asked:
        shop.get(path)
    return len(asked)


def test_the_lists_have_pages(world: World, browser: Any, order: Order) -> None:
    """51 returns: fifty and one; a page that there is not is the last one."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        for _number in range(51):
            ask(world, order, {"VN-1001": 1})
    for host, person, path in (
        (world.acme.host, world.delmas.admin, "/returns/"),
        (world.acme.host, world.acme.owner, "/portal/returns/"),
    ):
        page = browser(host, person)
        seen = [set(re.findall(r"RE-[0-9-]+", page.get(f"{path}?page={number}").content.decode())) for number in (1, 2)]
        assert [len(numbers) for numbers in seen] == [50, 1]
        assert not seen[0] & seen[1]
        assert seen[1] == set(re.findall(r"RE-[0-9-]+", page.get(f"{path}?page=9").content.decode()))
