"""Recurring orders: which days, exactly once, what is checked before each, and what is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.enums import CompanyRole
from accounts.models import CompanyAddress, CompanyUser, CustomRole, User
from accounts.services import add_company_user, create_user
from core import formatting
from core.actor import Actor
from core.db import savepoint
from core.errors import IllegalMove, NotAllowed, NotFound, Refused
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from customers.services import block_customer
from orders.enums import Frequency, ListSharing, OrderSource
from orders.errors import PoNumberMissing
from orders.lines import NewLine
from orders.models import Order, PurchaseList, PurchaseListLine
from orders.purchase_lists import services as lists
from orders.purchase_lists.errors import ListInUse
from orders.purchase_lists.services import ListLine
from orders.recurring import running, services
from orders.recurring.errors import NoSuchDays, NothingOnList, NotOnBehalf
from orders.recurring.models import RecurringOrder, RecurringRun
from orders.recurring.schedule import Schedule
from orders.recurring.services import Wanted
from pricing.services import NewPrice, PriceSet, ensure_base_list, set_prices
from tests.orders.test_order_terms import decide
from tests.world import PASSWORD, World

WEEKLY = Schedule(Frequency.WEEKS, 1, date(2026, 12, 1))
MONDAY = date(2027, 1, 4)


# --- Days ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        (WEEKLY, ["2026-12-01", "2026-12-08", "2026-12-15"]),
        (replace(WEEKLY, interval=3), ["2026-12-01", "2026-12-22", "2027-01-12"]),
        (replace(WEEKLY, weekdays=(0, 3)), ["2026-12-03", "2026-12-07", "2026-12-10"]),
        (replace(WEEKLY, interval=2, weekdays=(0, 4)), ["2026-12-04", "2026-12-14", "2026-12-18"]),
        (replace(WEEKLY, ends_on=date(2026, 12, 8)), ["2026-12-01", "2026-12-08"]),
        (Schedule(Frequency.MONTHS, 1, date(2027, 1, 31)), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (Schedule(Frequency.MONTHS, 1, date(2028, 1, 30)), ["2028-01-30", "2028-02-29", "2028-03-30"]),
        (Schedule(Frequency.MONTHS, 3, date(2026, 12, 15)), ["2026-12-15", "2027-03-15", "2027-06-15"]),
        (replace(WEEKLY, ends_on=date(2026, 11, 1)), []),
    ],
)
def test_the_days_of_a_schedule(schedule: Schedule, days: list[str]) -> None:
    assert [day.isoformat() for day in islice(schedule.days(schedule.starts_on), max(len(days), 1))] == days


def test_days_from_any_day_on_are_the_same_days() -> None:
    schedule = replace(WEEKLY, interval=2, weekdays=(1, 4))
    every = list(islice(schedule.days(schedule.starts_on), 30))
    for day in (every[0] + timedelta(days=number) for number in range(60)):
        assert schedule.first(day) == next(one for one in every if one >= day)


# --- Runs ------------------------------------------------------------------------------------------------------------
def _wanted(world: World, list_id: UUID, **changes: Any) -> Wanted:
    address_id = CompanyAddress.objects.filter(company_id=world.delmas.id).values_list("pk", flat=True)[0]
    return Wanted(list_id, Schedule(Frequency.WEEKS, 1, MONDAY), address_id, po_number="ABO-1", **changes)


def _list(world: World, quantity: int = 600) -> UUID:
    actor = world.delmas.buyer
    customer = require_approved(actor)
    list_id = lists.create_list(actor=actor, customer=customer, name=f"Weekly {quantity}")
    lines = [ListLine(NewLine(world.acme.variants[sku], "", Decimal(quantity))) for sku in ("VN-1001", "VN-1003")]
    lists.add_lines(actor=actor, customer=customer, list_id=list_id, lines=lines)
    return list_id


def _create(world: World, **changes: Any) -> UUID:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        wanted = _wanted(world, _list(world), **changes)
        return services.create(actor=actor, customer=require_approved(actor), wanted=wanted, today=date(2026, 12, 31))


def _run(world: World, today: date) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        for recurring_id in running.due(today=today):
            running.run(recurring_id=recurring_id, today=today)


def _runs(world: World) -> list[tuple[str, str]]:
    with use_tenant(world.acme.scope, party="tenant"):
        return [(row.due_on.isoformat(), row.state) for row in RecurringRun.objects.order_by("due_on")]


def _row(world: World) -> RecurringOrder:
    with use_tenant(world.acme.scope, party="tenant"):
        return RecurringOrder.objects.get()


def _reason(world: World) -> str:
    with use_tenant(world.acme.scope, party="tenant"):
        return str(RecurringRun.objects.latest("due_on").reason)


def test_it_orders_on_its_day_as_its_owner(world: World) -> None:
    _create(world)
    _run(world, MONDAY - timedelta(days=1))
    assert _runs(world) == []
    _run(world, MONDAY)
    _run(world, MONDAY)
    assert _runs(world) == [("2027-01-04", "placed")]
    with use_tenant(world.acme.scope, party="tenant"):
        order = Order.objects.get()
        run = RecurringRun.objects.get()
        assert (order.pk, order.source, order.po_number) == (run.order_id, OrderSource.RECURRING, "ABO-1")
        assert (order.placed_by_id, order.lines.count()) == (world.delmas.admin.id, 2)
    assert _row(world).next_on == MONDAY + timedelta(days=7)


def test_after_three_weeks_down_it_orders_once_and_reports_what_was_missed(world: World) -> None:
    _create(world)
    _run(world, MONDAY + timedelta(days=14))
    assert _runs(world) == [("2027-01-04", "missed"), ("2027-01-11", "missed"), ("2027-01-18", "placed")]
    _run(world, MONDAY + timedelta(days=24))
    assert _runs(world)[3:] == [("2027-01-25", "missed")], "three days late is missed as well"
    assert _row(world).next_on == MONDAY + timedelta(days=28)


def test_one_day_late_is_made_up_for(world: World) -> None:
    _create(world)
    _run(world, MONDAY + timedelta(days=1))
    assert _runs(world) == [("2027-01-04", "placed")]


@pytest.mark.parametrize("threads", [4])
def test_run_at_the_same_time_it_orders_once(committed_world: World, threads: int) -> None:
    world = committed_world
    recurring_id = _create(world)

    def go(_number: int) -> None:
        try:
            with use_tenant(world.acme.scope, party="tenant"):
                running.run(recurring_id=recurring_id, today=MONDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(go, range(threads)))
    assert _runs(world) == [("2027-01-04", "placed")]
    with use_tenant(world.acme.scope, party="tenant"):
        assert Order.objects.count() == 1


def test_without_the_lock_the_days_own_row_still_keeps_it_to_one(world: World) -> None:
    """What the lock prevents, the unique day refuses: a second run in spite of all takes its order back."""
    recurring_id = _create(world)
    _run(world, MONDAY)
    with use_tenant(world.acme.scope, party="tenant"):
        RecurringOrder.objects.update(next_on=MONDAY)
        with pytest.raises(IntegrityError, match="orders_recurringrun_once"), savepoint():
            running.run(recurring_id=recurring_id, today=MONDAY)
        assert Order.objects.count() == 1


def _raise_prices(world: World, price: str) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        prices = {world.acme.variants["VN-1001"]: PriceSet((NewPrice(Decimal(1), Decimal(price)),))}
        set_prices(price_list_id=ensure_base_list(), prices=prices, actor=world.acme.staff)


def test_each_run_has_the_prices_of_its_day_and_says_what_changed(world: World) -> None:
    _create(world)
    _raise_prices(world, "0.45")
    _run(world, MONDAY)
    with use_tenant(world.acme.scope, party="tenant"):
        (change,) = RecurringRun.objects.get().changes
        assert (change["sku"], Decimal(change["before"]), Decimal(change["now"])) == (
            "VN-1001",
            Decimal("0.4"),
            Decimal("0.45"),
        )
        assert Order.objects.get().lines.get(sku="VN-1001").unit_price == Decimal("0.45")
    _run(world, MONDAY + timedelta(days=7))
    with use_tenant(world.acme.scope, party="tenant"):
        assert RecurringRun.objects.latest("due_on").changes == [], "told once"


def test_prices_that_rise_more_than_allowed_pause_it(world: World) -> None:
    recurring_id = _create(world, price_guard=Decimal("0.05"))
    _raise_prices(world, "0.60")
    _run(world, MONDAY)
    assert _runs(world) == [("2027-01-04", "failed")]
    assert "more than you allowed" in _reason(world) or "plus que" in _reason(world)
    assert _row(world).state == "paused"
    _run(world, MONDAY + timedelta(days=7))
    assert len(_runs(world)) == 1, "paused it orders nothing"
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        today = MONDAY + timedelta(days=8)
        services.resume(actor=actor, customer=require_approved(actor), recurring_id=recurring_id, today=today)
    _run(world, MONDAY + timedelta(days=14))
    assert _runs(world)[-1] == ("2027-01-18", "placed"), "resumed, today's prices are what it compares with"


@pytest.mark.parametrize("what", ["blocked", "owner left", "owner may not order", "address", "credit", "not sold"])
def test_what_is_not_possible_is_a_failed_day_with_its_reason_and_the_next_one_comes(world: World, what: str) -> None:
    _create(world)
    with use_tenant(world.acme.scope, party="tenant"):
        if what == "blocked":
            block_customer(customer_id=world.acme.customers["delmas"], reason="x", actor=world.acme.staff)
        if what == "not sold":
            RecurringOrder.objects.get().purchase_list.lines.update(unit_code="XPX")
        if what == "credit":
            RecurringOrder.objects.get().purchase_list.lines.update(quantity=Decimal(900_000))
    with use_tenant(PLATFORM):
        memberships = CompanyUser.objects.filter(company_id=world.delmas.id, user_id=world.delmas.admin.id)
        if what == "owner left":
            memberships.delete()
        if what == "owner may not order":
            add_company_user(company_id=world.delmas.id, user_id=world.delmas.admin.id, role=CompanyRole.VIEWER)
        if what == "address":
            CompanyAddress.objects.filter(company_id=world.delmas.id).delete()
    _run(world, MONDAY)
    assert _runs(world) == [("2027-01-04", "failed")]
    assert len(_reason(world)) > 20
    assert _row(world).next_on == MONDAY + timedelta(days=7)
    with use_tenant(world.acme.scope, party="tenant"):
        assert Order.objects.count() == 0


def test_skipped_paused_and_ended(world: World) -> None:
    recurring_id = _create(world)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        given: Any = {"actor": actor, "customer": require_approved(actor), "recurring_id": recurring_id}
        services.skip_next(**given)
        services.pause(**given)
        with pytest.raises(IllegalMove):
            services.pause(**given)
        services.resume(**given, today=MONDAY)
        assert RecurringOrder.objects.get().next_on == MONDAY + timedelta(days=7), "a skipped day stays skipped"
        list_id = RecurringOrder.objects.get().purchase_list_id
        with pytest.raises(ListInUse):
            lists.delete_list(actor=actor, customer=given["customer"], list_id=list_id)
        services.end(**given)
        lists.delete_list(actor=actor, customer=given["customer"], list_id=list_id)
    assert _runs(world) == []


def test_the_last_day_ends_it(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        wanted = _wanted(world, _list(world))
        wanted = replace(wanted, schedule=replace(wanted.schedule, ends_on=MONDAY))
        services.create(actor=actor, customer=require_approved(actor), wanted=wanted, today=date(2026, 12, 31))
    _run(world, MONDAY)
    assert (_row(world).state, _row(world).next_on) == ("ended", None)


def test_what_cannot_be_set_up(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        customer = require_approved(actor)
        empty = lists.create_list(actor=actor, customer=customer, name="Empty")
        wanted = _wanted(world, _list(world))
        over = replace(wanted, schedule=replace(wanted.schedule, ends_on=date(2026, 1, 1)))
        cases: list[tuple[Wanted, type[Refused]]] = [
            (replace(wanted, list_id=empty), NothingOnList),
            (replace(wanted, list_id=UUID(int=1)), NotFound),
            (over, NoSuchDays),
        ]
        for given, refusal in cases:
            with pytest.raises(refusal):
                services.create(actor=actor, customer=customer, wanted=given, today=date(2026, 12, 31))


def test_only_its_owner_and_who_manages_people_change_it(world: World) -> None:
    recurring_id = _create(world)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        colleague = replace(
            world.delmas.buyer, user_id=UUID(int=5), permissions=frozenset({"order", "see_prices"}), role="buyer"
        )
        with pytest.raises(NotAllowed):
            services.pause(actor=colleague, customer=customer, recurring_id=recurring_id)
        of_a_site = replace(colleague, unit_ids=frozenset({UUID(int=8)}))
        with pytest.raises(NotFound):
            services.pause(actor=of_a_site, customer=customer, recurring_id=recurring_id)
        with pytest.raises(NotFound):
            services.pause(actor=world.lecomte.buyer, customer=customer, recurring_id=recurring_id)


def test_its_owner_is_told_before_and_after(world: World, drain: Callable[[], int], mailoutbox: list[Any]) -> None:
    recurring_id = _create(world)
    _raise_prices(world, "0.45")
    with use_tenant(world.acme.scope, party="tenant"):
        assert running.to_announce(today=MONDAY - timedelta(days=3)) == []
        for _time in range(2):
            for known in running.to_announce(today=MONDAY - timedelta(days=2)):
                running.announce(recurring_id=known, today=MONDAY - timedelta(days=2))
    drain()
    (letter,) = [mail for mail in mailoutbox if "/recurring/" in mail.body]
    assert letter.to == [world.delmas.admin.email]
    assert "VN-1001" in letter.body
    assert "0,450" in letter.body or "0.450" in letter.body
    assert f"/recurring/{recurring_id}/" in letter.body
    mailoutbox.clear()
    _run(world, MONDAY + timedelta(days=7))
    drain()
    told = " ".join(f"{mail.subject} {mail.body}" for mail in mailoutbox if mail.to == [world.delmas.admin.email])
    assert "CO-" in told
    assert timezone.localdate().isoformat() not in told


def test_who_manages_people_is_told_when_its_owner_has_gone(
    world: World, drain: Callable[[], int], mailoutbox: list[Any]
) -> None:
    """By whichever role: here one that the company made."""
    _create(world)
    with use_tenant(PLATFORM):
        members = CompanyUser.objects.filter(company_id=world.delmas.id)
        members.filter(user_id=world.delmas.admin.id).delete()
        role = CustomRole.objects.create(company_id=world.delmas.id, name="HR", permissions=["manage_people"])
        members.filter(user_id=world.delmas.viewer.id).update(role=CompanyRole.CUSTOM, custom_role=role)
    _run(world, MONDAY)
    drain()
    told = [mail for mail in mailoutbox if "/recurring/" in mail.body and mail.to == [world.delmas.viewer.email]]
    assert len(told) == 1
    assert world.delmas.admin.name in told[0].body


def _colleague(world: World, name: str = "Nora") -> Actor:
    """Somebody new of Delmas who orders and manages its people."""
    with use_tenant(PLATFORM):
        user_id = create_user(email=f"{name.lower()}@delmas.example", password=PASSWORD, name=name)
        add_company_user(company_id=world.delmas.id, user_id=user_id, role=CompanyRole.ADMINISTRATOR)
    return replace(world.delmas.buyer, user_id=user_id, name=name)


def test_who_takes_it_over_has_its_list_too(world: World, browser: Any) -> None:
    recurring_id, nora = _create(world), _colleague(world)
    page = browser(world.acme.host)
    page.post("/sign-in/", {"username": "nora@delmas.example", "password": PASSWORD})
    path = f"/recurring/{recurring_id}/"
    list_id = _row(world).purchase_list_id
    assert f"/lists/{list_id}/" not in page.get(path).content.decode(), "it is somebody else's own"
    assert page.post(f"{path}do/", {"do": "take"}).status_code == 303
    row = _row(world)
    assert (row.owner_id, row.purchase_list_id == list_id) == (nora.user_id, False)
    assert f"/lists/{row.purchase_list_id}/" in page.get(path).content.decode()
    assert "VN-1003" in page.get(f"/lists/{row.purchase_list_id}/").content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        lines = row.purchase_list.lines.values_list("quantity", flat=True)
        assert (row.purchase_list.name, list(lines)) == ("Weekly 600", [Decimal(600)] * 2)
        assert PurchaseList.objects.get(pk=list_id).owner_id == world.delmas.admin.id, "the other one stays as it was"
    _run(world, MONDAY)
    assert _runs(world) == [("2027-01-04", "placed")]
    with use_tenant(world.acme.scope, party="tenant"):
        assert RecurringRun.objects.get().changes == [], "it is the same"


def test_a_list_that_one_sees_already_is_not_copied(world: World) -> None:
    recurring_id, nora = _create(world), _colleague(world)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        PurchaseList.objects.update(sharing=ListSharing.READ)
        services.take_over(actor=nora, customer=require_approved(nora), recurring_id=recurring_id)
        assert PurchaseList.objects.count() == 1


def test_who_manages_people_saves_it_without_seeing_its_list(world: World) -> None:
    recurring_id, nora = _create(world), _colleague(world)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        row = RecurringOrder.objects.get()
        wanted = replace(_wanted(world, row.purchase_list_id), announce_days=5)
        given: Any = {"actor": nora, "customer": require_approved(nora), "recurring_id": recurring_id}
        services.change(**given, wanted=wanted, today=date(2026, 12, 31))
        assert RecurringOrder.objects.get().announce_days == 5
        other = lists.create_list(actor=world.delmas.buyer, customer=given["customer"], name="Mine")
        with pytest.raises(NotFound):
            services.change(**given, wanted=replace(wanted, list_id=other), today=date(2026, 12, 31))


def test_a_shared_list_is_changed_by_those_who_order(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        list_id = _list(world)
        PurchaseList.objects.update(sharing=ListSharing.EDIT)
        given: Any = {"customer": require_approved(world.delmas.buyer), "list_id": list_id}
        given["lines"] = [ListLine(NewLine(world.acme.variants["VN-1005"], "", Decimal(1)))]
        with pytest.raises(NotAllowed):
            lists.add_lines(actor=world.delmas.onlooker, **given)
        buyer = replace(world.delmas.onlooker, permissions=frozenset({"order", "see_prices"}))
        assert lists.add_lines(actor=buyer, **given).count == 1


def test_what_is_new_on_the_list_is_announced_with_all_that_is_ordered(
    world: World, drain: Callable[[], int], mailoutbox: list[Any]
) -> None:
    _create(world)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, customer = world.delmas.buyer, require_approved(world.delmas.buyer)
        list_id = RecurringOrder.objects.get().purchase_list_id
        new = [ListLine(NewLine(world.acme.variants["VN-1005"], "", Decimal(3)))]
        lists.add_lines(actor=actor, customer=customer, list_id=list_id, lines=new)
        PurchaseListLine.objects.filter(variant__sku="VN-1001").update(quantity=700)
    with use_tenant(PLATFORM):
        User.objects.filter(pk=world.delmas.admin.id).update(language="en")
    with use_tenant(world.acme.scope, party="tenant"):
        for known in running.to_announce(today=MONDAY - timedelta(days=2)):
            running.announce(recurring_id=known, today=MONDAY - timedelta(days=2))
    drain()
    (letter,) = [mail for mail in mailoutbox if "/recurring/" in mail.body]
    told = letter.body.split("What will be ordered:")
    assert [("VN-1001" in part, "VN-1003" in part, "VN-1005" in part) for part in told] == [
        (True, False, True),
        (True, True, True),
    ]
    assert "600 → 700" in told[0]
    assert "new, 3" in told[0]
    with use_tenant(world.acme.scope, party="tenant"):
        lines, _changes = running.preview(RecurringOrder.objects.get(), customer)
        net = sum((line.net_amount for line in lines), Decimal(0))
    assert f"Total, net: {formatting.money(net, 'EUR')}" in told[1]
    _run(world, MONDAY)
    with use_tenant(world.acme.scope, party="tenant"):
        changes = RecurringRun.objects.get().changes
        assert [(row["sku"], row["had"], row["has"]) for row in changes] == [
            ("VN-1001", "600.0000", "700.0000"),
            ("VN-1005", "", "3.0000"),
        ]
    _run(world, MONDAY + timedelta(days=7))
    with use_tenant(world.acme.scope, party="tenant"):
        assert RecurringRun.objects.latest("due_on").changes == [], "told once"


def test_of_one_that_ran_before_quantities_were_noted_nothing_is_said_of_them(world: World) -> None:
    _create(world)
    with use_tenant(world.acme.scope, party="tenant"):
        RecurringOrder.objects.update(known_quantities=None)
    _run(world, MONDAY)
    with use_tenant(world.acme.scope, party="tenant"):
        assert RecurringRun.objects.get().changes == []
        assert RecurringOrder.objects.get().known_quantities


def test_a_supplier_that_needs_a_reference_is_given_one_beforehand(world: World, browser: Any) -> None:
    recurring_id = _create(world)
    decide(world, po_required=True)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, customer = world.delmas.buyer, require_approved(world.delmas.buyer)
        wanted = replace(_wanted(world, RecurringOrder.objects.get().purchase_list_id), po_number=" ")
        given: Any = {"actor": actor, "customer": customer, "wanted": wanted, "today": date(2026, 12, 31)}
        with pytest.raises(PoNumberMissing):
            services.create(**given)
        with pytest.raises(PoNumberMissing):
            services.change(**given, recurring_id=recurring_id)
    page = browser(world.acme.host, world.delmas.admin)
    answer = page.post("/recurring/new/", {"po_number": ""})
    assert (answer.status_code, 'id="id_po_number-error"' in answer.content.decode()) == (422, True)


def test_who_orders_on_behalf_sets_up_none(world: World) -> None:
    recurring_id = _create(world)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = replace(world.delmas.buyer, user_id=world.acme.owner.id, acting_id=UUID(int=7))
        customer = require_approved(world.delmas.buyer)
        wanted = _wanted(world, RecurringOrder.objects.get().purchase_list_id)
        with pytest.raises(NotOnBehalf):
            services.create(actor=actor, customer=customer, wanted=wanted, today=date(2026, 12, 31))
        with pytest.raises(NotOnBehalf):
            services.take_over(actor=actor, customer=customer, recurring_id=recurring_id)
        assert RecurringOrder.objects.get().owner_id == world.delmas.admin.id
