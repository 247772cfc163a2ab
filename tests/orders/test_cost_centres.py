"""Where a company has laid out cost centres every order is booked to one; a warning is read before it is placed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import CompanyAddress
from accounts.queries import addresses_of, default_address
from accounts.spending import correcting
from accounts.spending import services as spending
from accounts.spending.errors import CostCentreMissing, CostCentreUnknown
from accounts.spending.models import CostCentre, SpendingEntry
from accounts.spending.services import BudgetData
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from marketplace.purchases.services import place_purchase
from orders.approvals.asking import ask
from orders.enums import Frequency
from orders.lines import NewLine
from orders.models import Order
from orders.purchase_lists import services as lists
from orders.purchase_lists.services import ListLine
from orders.quotes import Part, accept_quote, award_parts
from orders.recurring import running
from orders.recurring import services as recurring
from orders.recurring.models import RecurringOrder, RecurringRun
from orders.recurring.schedule import Schedule
from orders.recurring.services import Wanted
from orders.services import Delivery, OrderDetails, place_order
from rfq.models import QuoteVersion
from tests.marketplace import purchasing
from tests.orders.buying_company import fill, order
from tests.orders.test_sent_twice import add, form_of
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import World, acting

MONDAY = date(2027, 1, 4)


@pytest.fixture
def centre(world: World) -> UUID:
    """MAINT of Delmas, and another one."""
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        spending.add_cost_centre(code="SHOP", name="Workshop", actor=world.delmas.buyer)
        return spending.add_cost_centre(code="MAINT", name="Maintenance", actor=world.delmas.buyer)


@pytest.fixture
def inside(world: World) -> Iterator[None]:
    """At Acme, for Delmas."""
    with acting((world.acme.scope, {"company_id": world.delmas.id})):
        yield


def budget(world: World, centre: UUID, amount: int, policy: str) -> UUID:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        month = BudgetData("month", timezone.localdate().replace(day=1), Decimal(amount), policy)
        return spending.add_budget(cost_centre_id=centre, data=month, actor=world.delmas.buyer)


def _checkout(world: World, code: str) -> None:
    fill(world, world.delmas.buyer)
    order(world, world.delmas.buyer, cost_centre=code)


def _on_behalf(world: World, code: str) -> None:
    fill(world, world.delmas.buyer)
    order(world, replace(world.delmas.buyer, acting_id=uuid7()), cost_centre=code)


def _by_system(world: World, code: str) -> None:
    place_order(
        actor=world.delmas.buyer,
        customer=require_approved(world.delmas.buyer),
        lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(400))],
        delivery_address=default_address(world.delmas.id) or {},
        details=OrderDetails(cost_centre_code=code),
    )


def _asking(world: World, code: str) -> None:
    fill(world, world.delmas.buyer)
    ask(
        actor=world.delmas.buyer,
        customer=require_approved(world.delmas.buyer),
        delivery=Delivery(addresses_of(world.delmas.id)[0].id),
        details=OrderDetails(cost_centre_code=code),
    )


def _offer(world: World, code: str) -> None:
    version_id = offer_of(world.acme, request_for(world.delmas, world.acme, world.bolt), "0.38", "6.40")
    accept_quote(version_id=version_id, actor=world.delmas.buyer, cost_centre_code=code)


def _award(world: World, code: str) -> None:
    version_id = offer_of(world.acme, request_for(world.delmas, world.acme, world.bolt), "0.38", "6.40")
    award_parts(parts=[Part(version_id)], actor=world.delmas.buyer, cost_centre_code=code)


def _purchase(world: World, code: str) -> None:
    parts = [purchasing.fill(world, world.acme)]
    delivery = Delivery(addresses_of(world.delmas.id)[0].id)
    place_purchase(actor=world.delmas.buyer, parts=parts, delivery=delivery, cost_centre_code=code)


def _list(world: World) -> UUID:
    actor = world.delmas.buyer
    given: Any = {"actor": actor, "customer": require_approved(actor)}
    list_id = lists.create_list(**given, name="Weekly")
    lists.add_lines(
        **given, list_id=list_id, lines=[ListLine(NewLine(world.acme.variants["VN-1001"], "", Decimal(600)))]
    )
    return list_id


def _regularly(world: World, code: str) -> None:
    actor = world.delmas.buyer
    address_id = CompanyAddress.objects.filter(company_id=world.delmas.id).values_list("pk", flat=True)[0]
    schedule = Schedule(Frequency.WEEKS, 1, MONDAY)
    wanted = Wanted(_list(world), schedule, address_id, project="Quai 4", cost_centre_code=code)
    recurring.create(actor=actor, customer=require_approved(actor), wanted=wanted, today=MONDAY - timedelta(days=2))


DOORS = [_checkout, _on_behalf, _by_system, _asking, _offer, _award, _purchase, _regularly]


@pytest.mark.usefixtures("centre", "inside")
@pytest.mark.parametrize("door", DOORS)
def test_every_door_asks_for_the_cost_centre(world: World, door: Any) -> None:
    with pytest.raises(CostCentreMissing) as refused:
        door(world, " ")
    assert refused.value.field == "cost_centre_code"
    assert not Order.objects.exists()
    assert not RecurringOrder.objects.exists()


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("door", [_checkout, _offer])
def test_what_was_ordered_is_booked_to_it(world: World, centre: UUID, door: Any) -> None:
    door(world, "maint")
    assert SpendingEntry.objects.get().cost_centre_id == centre
    assert Order.objects.get().cost_centre_code == "maint"


@pytest.mark.usefixtures("inside")
def test_who_sees_no_cost_centre_needs_none(world: World, centre: UUID) -> None:
    for closed in (centre, CostCentre.objects.get(code="SHOP").pk):
        correcting.close_cost_centre(cost_centre_id=closed, actor=world.delmas.buyer)
    _checkout(world, "")
    assert SpendingEntry.objects.get().cost_centre_id is None


def test_a_recurring_order_is_booked_to_its_cost_centre(world: World, centre: UUID) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        _regularly(world, "MAINT")
    with use_tenant(world.acme.scope, party="tenant"):
        for key in running.due(today=MONDAY):
            running.run(recurring_id=key, today=MONDAY)
        placed = Order.objects.get()
        assert (placed.cost_centre_code, placed.project) == ("MAINT", "Quai 4")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert SpendingEntry.objects.get().cost_centre_id == centre
        correcting.close_cost_centre(cost_centre_id=centre, actor=world.delmas.buyer)
    with use_tenant(world.acme.scope, party="tenant"):
        running.run(recurring_id=RecurringOrder.objects.get().pk, today=MONDAY + timedelta(days=7))
        assert RecurringRun.objects.latest("due_on").state == "failed"


@pytest.mark.usefixtures("centre")
def test_the_checkout_asks_at_its_field(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    add(page, world, "VN-1001", 400)
    shown = page.get("/checkout/").content.decode()
    assert re.search(r'<select name="cost_centre_code"[^>]* required', shown)
    answer = page.post("/checkout/", {**form_of(page), "cost_centre_code": ""})
    assert answer.status_code == 422
    assert 'id="f-cost_centre_code-error"' in answer.content.decode()
    assert page.post("/checkout/", {**form_of(page), "cost_centre_code": "SHOP"}).status_code == 303


def test_a_warning_is_read_before_it_is_ordered(world: World, centre: UUID, browser: Any) -> None:
    budget(world, centre, 150, "warn")
    page = browser(world.acme.host, world.delmas.admin)
    add(page, world, "VN-1001", 400)
    form = {**form_of(page), "cost_centre_code": "MAINT"}
    for _time in range(2):
        answer = page.post("/checkout/", form)
        assert answer.status_code == 409
        assert "More than is left of the budget of Maintenance: €150.00" in answer.content.decode()
    field = re.search(r'name="warned_of" value="([^"]+)"', answer.content.decode())
    assert field is not None
    with use_tenant(world.acme.scope):
        assert not Order.objects.exists()
    assert page.post("/checkout/", {**form, "warned_of": "SHOP"}).status_code == 409
    assert page.post("/checkout/", {**form, "warned_of": field[1]}).status_code == 303
    with use_tenant(world.acme.scope):
        assert Order.objects.get().cost_centre_code == "MAINT"


def test_the_marketplace_warns_too(world: World, centre: UUID, browser: Any) -> None:
    budget(world, centre, 1, "warn")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        fill(world, world.delmas.buyer)
    page = browser("localhost", world.delmas.admin)
    html = page.get("/cart/").content.decode()
    form = dict(re.findall(r'name="((?:cart-|version-|expected-|address)[0-9a-f]*)" value="([^"]+)"', html))
    form |= {"order": "1", "cost_centre_code": "MAINT"}
    missing = page.post("/cart/", {**form, "cost_centre_code": ""})
    assert missing.status_code == 422
    assert 'id="f-cost_centre_code-error"' in missing.content.decode()
    answer = page.post("/cart/", form)
    assert answer.status_code == 422
    assert "More than is left of the budget of Maintenance" in answer.content.decode()
    assert 'name="warned_of" value="MAINT"' in answer.content.decode()
    assert page.post("/cart/", {**form, "warned_of": "MAINT"}).status_code == 303


@pytest.mark.usefixtures("centre")
def test_the_pages_of_an_award_ask_for_it(world: World, browser: Any) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        version_id = offer_of(world.acme, request_for(world.delmas, world.acme, world.bolt), "0.38", "6.40")
        rows = QuoteVersion.objects.filter(pk=version_id)
        rfq_id, invitation_id = rows.values_list("rfq_id", "quote__invitation_id").get()
    page = browser("localhost", world.delmas.admin)
    path = f"/rfqs/{rfq_id}/{invitation_id}/"
    shown = page.get(path).content.decode()
    assert "MAINT · Maintenance" in shown
    refused = page.post(f"{path}accept/", {"version": version_id.hex, "becomes": "order"})
    assert refused.status_code == 422
    assert "Choose the cost centre" in refused.content.decode()
    done = page.post(f"{path}accept/", {"version": version_id.hex, "becomes": "order", "cost_centre_code": "MAINT"})
    assert done.status_code == 303


@pytest.mark.usefixtures("inside")
def test_one_that_was_closed_is_kept_and_not_chosen(world: World, centre: UUID) -> None:
    fill(world, world.delmas.buyer)
    correcting.close_cost_centre(cost_centre_id=centre, actor=world.delmas.buyer)
    with pytest.raises(CostCentreUnknown):
        order(world, world.delmas.buyer, cost_centre="MAINT")
