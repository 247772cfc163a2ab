"""Pages of recurring orders: set up from a list, seen in a calendar, skipped, paused, and run by the clock."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import CompanyAddress
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders.lines import NewLine
from orders.models import Order
from orders.purchase_lists import services as lists
from orders.purchase_lists.services import ListLine
from orders.recurring import running
from orders.recurring.models import RecurringOrder
from tests.counting import statements
from tests.world import World


@pytest.fixture
def form(world: World) -> dict[str, str]:
    """What the page for a new one sends, for a list of one article."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        customer = require_approved(actor)
        list_id = lists.create_list(actor=actor, customer=customer, name="Atelier")
        lines = [ListLine(NewLine(world.acme.variants["VN-1001"], "", Decimal(600)))]
        lists.add_lines(actor=actor, customer=customer, list_id=list_id, lines=lines)
    with use_tenant(PLATFORM):
        address_id = CompanyAddress.objects.filter(company_id=world.delmas.id).values_list("pk", flat=True)[0]
    return {
        "list": str(list_id),
        "interval": "1",
        "frequency": "weeks",
        "starts_on": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "address": str(address_id),
        "po_number": "ABO-7",
        "announce_days": "2",
    }


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_list_is_ordered_regularly_and_the_clock_orders_it(world: World, browser: Any, form: dict[str, str]) -> None:
    buyer = browser(world.acme.host, world.delmas.admin)
    assert f"/recurring/new/?list={UUID(form['list'])}" in _text(buyer.get(f"/lists/{form['list']}/"))
    assert f'value="{form["list"]}" selected' in _text(buyer.get(f"/recurring/new/?list={form['list']}"))
    answer = buyer.post("/recurring/new/", form)
    path = answer["Location"]
    assert (answer.status_code, path.startswith("/recurring/")) == (303, True)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with use_tenant(world.acme.scope, party="tenant"):
        (recurring_id,) = running.due(today=tomorrow)
        running.run(recurring_id=recurring_id, today=tomorrow)
        order = Order.objects.get(po_number="ABO-7")
    page = _text(buyer.get(path))
    assert order.number in page
    assert f"/orders/{order.pk}/" in page
    assert "every week" in page
    overview = _text(buyer.get("/recurring/"))
    assert overview.count("Atelier") >= 4, "in the table and on several days of the calendar"


def test_skip_pause_resume_end(world: World, browser: Any, form: dict[str, str]) -> None:
    buyer = browser(world.acme.host, world.delmas.admin)
    path = buyer.post("/recurring/new/", form)["Location"]
    for wanted, told in (("skip", "skipped"), ("pause", "Paused"), ("resume", "goes on"), ("end", "Ended")):
        assert told in _text(buyer.post(f"{path}do/", {"do": wanted}, follow=True)), wanted
    assert buyer.post(f"{path}do/", {"do": "end"}).status_code == 409
    assert buyer.post(f"{path}do/", {"do": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"interval": "0"}, "greater than or equal to 1"),
        ({"ends_on": "2020-01-01"}, "There is no day left between these dates."),
        ({"list": "6b6f4b3e-0000-7000-8000-000000000000"}, "Select a valid choice"),
        ({"starts_on": "31/31/2027"}, "Enter a valid date"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    world: World, browser: Any, form: dict[str, str], wrong: dict[str, str], told: str
) -> None:
    buyer = browser(world.acme.host, world.delmas.admin)
    answer = buyer.post("/recurring/new/", form | wrong)
    assert (answer.status_code, told in _text(answer)) == (422, True)
    assert 'value="ABO-7"' in _text(answer), "nothing typed is lost"
    with use_tenant(world.acme.scope, party="tenant"):
        assert not RecurringOrder.objects.exists()


def test_who_may_not_order_sees_none_of_it(world: World, browser: Any, form: dict[str, str]) -> None:
    path = browser(world.acme.host, world.delmas.admin).post("/recurring/new/", form)["Location"]
    for who in (world.delmas.viewer, world.lecomte.admin):
        assert browser(world.acme.host, who).get(path).status_code == 404


def test_statements_do_not_grow_with_recurring_orders(world: World, browser: Any, form: dict[str, str]) -> None:
    buyer = browser(world.acme.host, world.delmas.admin)
    buyer.post("/recurring/new/", form)
    buyer.get("/recurring/")
    with statements() as few:
        buyer.get("/recurring/")
    for number in range(5):
        buyer.post("/recurring/new/", form | {"interval": str(number + 2)})
    with statements() as many:
        buyer.get("/recurring/")
    assert len(many) == len(few)
