"""Prices of a list in time: closed, never overwritten, what is planned stays planned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from catalog.events import CatalogChanged
from core.errors import InvalidInput, NotAllowed, NotFound
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders.models import Order
from pricing.announcing import announce_due
from pricing.errors import InvalidPrice, ListInUse, PastIsFixed, PriceListNotFound
from pricing.models import DueChange, Price, PriceList, PriceListAssignment, VolumeEntry
from pricing.queries import PriceContext, resolve
from pricing.services import (
    ListTerms,
    NewPrice,
    PriceSet,
    assign_list,
    assign_lists,
    change_list,
    compare_prices,
    create_list,
    set_prices,
    unassign_list,
)
from pricing.settings import record_volume
from pricing.validity import changes
from tests.counting import statements
from tests.orders.test_ordering import ADDRESS
from tests.world import BOT, World, acting

DAY = timedelta(days=1)
START = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def listed(world: World):
    """A list of its own, given to Delmas, in acme's scope."""
    with acting((world.acme.scope, {"party": "tenant"})), time_machine.travel(START, tick=True):
        list_id = create_list(code="own", name="Own", actor=BOT)
        assign_list(price_list_id=list_id, customer_id=world.acme.customers["delmas"], actor=BOT)
        yield list_id


def one(price: str, quantity: int = 1) -> PriceSet:
    return PriceSet((NewPrice(Decimal(quantity), Decimal(price)),))


def paid(world: World, at: datetime) -> str:
    variant_id = world.acme.variants["VN-1001"]
    context = PriceContext(world.acme.customers["delmas"], None, "EUR")
    return f"{resolve(context, {variant_id: Decimal(1)}, at)[variant_id].unit_price.normalize():f}"


def put(world: World, list_id: UUID, prices: PriceSet, at: datetime | None = None) -> bool:
    return bool(set_prices(price_list_id=list_id, prices={world.acme.variants["VN-1001"]: prices}, actor=BOT, at=at))


def test_a_new_price_ends_where_the_planned_one_begins(world: World, listed: UUID) -> None:
    put(world, listed, one("1"))
    planned = timezone.now() + 10 * DAY
    put(world, listed, one("3"), at=planned)
    put(world, listed, one("2"))
    now = timezone.now()
    assert [paid(world, at) for at in (now, planned - DAY / 10**6, planned, planned + DAY)] == ["2", "2", "3", "3"]
    assert Price.objects.filter(price_list=listed, valid_to=None).count() == 1


def test_a_price_between_two_planned_ones(world: World, listed: UUID) -> None:
    put(world, listed, one("1"))
    now = timezone.now()
    put(world, listed, one("4"), at=now + 20 * DAY)
    put(world, listed, one("3"), at=now + 10 * DAY)
    moments = [now + days * DAY for days in (1, 11, 21)]
    assert [paid(world, at) for at in moments] == ["1", "3", "4"]
    put(world, listed, one("5"), at=now + 10 * DAY)
    assert [paid(world, at) for at in moments] == ["1", "5", "4"]


def test_a_variant_that_is_taken_off_at_a_date_comes_back_with_what_was_planned(world: World, listed: UUID) -> None:
    put(world, listed, one("1"))
    now = timezone.now()
    put(world, listed, one("3"), at=now + 20 * DAY)
    put(world, listed, PriceSet(()), at=now + 10 * DAY)
    put(world, listed, one("2"))
    assert [paid(world, now + days * DAY) for days in (1, 11, 21)] == ["2", "0.5", "3"]


def test_what_has_passed_stays_as_it_was(world: World, listed: UUID) -> None:
    put(world, listed, one("1"))
    before = timezone.now()
    with time_machine.travel(START + DAY, tick=True):
        put(world, listed, one("2"), at=START + timedelta(hours=1))
        assert paid(world, timezone.now()) == "2"
        assert paid(world, before) == "1"
        assert paid(world, START + timedelta(hours=2)) == "1", "a moment that has passed is now"


def test_an_equal_price_writes_nothing_and_is_told_to_nobody(world: World, listed: UUID) -> None:
    assert put(world, listed, one("1"))
    assert not put(world, listed, one("1.000000"))
    assert Price.objects.filter(price_list=listed).count() == 1


def test_a_partial_set_leaves_other_quantities(world: World, listed: UUID) -> None:
    put(world, listed, PriceSet((NewPrice(Decimal(1), Decimal(1)), NewPrice(Decimal(100), Decimal("0.9")))))
    put(world, listed, PriceSet((NewPrice(Decimal(1), Decimal("1.1")),), is_partial=True))
    open_rows = Price.objects.filter(price_list=listed, valid_to=None)
    assert sorted(open_rows.values_list("min_quantity", "unit_price")) == [
        (Decimal(1), Decimal("1.1")),
        (Decimal(100), Decimal("0.9")),
    ]


@pytest.mark.parametrize(
    ("quantity", "price"), [("0", "1"), ("1", "-1"), ("1", "0.1234567"), ("1.00001", "1"), ("1", "NaN")]
)
def test_a_price_that_does_not_fit_is_refused(world: World, listed: UUID, quantity: str, price: str) -> None:
    with pytest.raises(InvalidPrice):
        put(world, listed, PriceSet((NewPrice(Decimal(quantity), Decimal(price)),)))
    with pytest.raises(InvalidPrice):
        put(world, listed, PriceSet((NewPrice(Decimal(1), Decimal(1)), NewPrice(Decimal(1), Decimal(2)))))
    assert not Price.objects.filter(price_list=listed).exists()


def test_only_staff_and_only_a_list_that_exists(world: World, listed: UUID) -> None:
    with pytest.raises(NotAllowed):
        set_prices(price_list_id=listed, prices={}, actor=world.delmas.buyer)
    with pytest.raises(PriceListNotFound):
        set_prices(price_list_id=world.acme.id, prices={}, actor=BOT)


def test_statements_do_not_grow_with_variants(world: World, listed: UUID) -> None:
    sizes = []
    for count, price in ((1, "7"), (5, "8")):
        prices = dict.fromkeys(list(world.acme.variants.values())[:count], one(price))
        with statements() as captured:
            set_prices(price_list_id=listed, prices=prices, actor=BOT)
        sizes.append(len(captured))
    assert sizes[1] <= sizes[0] + 1, "closing what was there is one statement more"


# --- Telling the search -----------------------------------------------------------------------------------------------
def told() -> list[list[str]]:
    """Variants that were announced since the last time."""
    with use_tenant(PLATFORM):
        rows = OutboxEvent.objects.filter(name=CatalogChanged.NAME).order_by("pk")
        found = [sorted(row.payload["variant_ids"]) for row in rows]
        rows.delete()
    return found


def test_changes_are_told_at_once_and_later_ones_once_when_they_begin(world: World, listed: UUID) -> None:
    variant_id = str(world.acme.variants["VN-1001"])
    told()
    put(world, listed, one("1"))
    put(world, listed, one("1"))
    assert told() == [[variant_id]]
    put(world, listed, one("2"), at=timezone.now() + DAY)
    announce_due()
    assert told() == []
    with time_machine.travel(START + 2 * DAY, tick=True):
        announce_due()
        announce_due()
        assert told() == [[variant_id]]


def test_a_lists_period_is_told_for_all_that_stands_in_it(world: World, listed: UUID) -> None:
    prices = dict.fromkeys(world.acme.variants.values(), one("1"))
    set_prices(price_list_id=listed, prices=prices, actor=BOT, announce_change=False)
    told()
    change_list(price_list_id=listed, terms=ListTerms("Own", valid_to=START + 5 * DAY), actor=BOT)
    announce_due()
    everything = [sorted(map(str, prices))]
    assert told() == everything
    with time_machine.travel(START + 6 * DAY, tick=True):
        announce_due()
        assert told() == everything


# --- Assignments ------------------------------------------------------------------------------------------------------
def test_a_list_that_is_taken_back_was_given(world: World, listed: UUID) -> None:
    put(world, listed, one("1"))
    before = timezone.now()
    with time_machine.travel(START + DAY, tick=True):
        assign_lists(customer_id=world.acme.customers["delmas"], price_list_ids=[], actor=BOT)
        assert (paid(world, timezone.now()), paid(world, before)) == ("0.5", "1")
        assert PriceListAssignment.objects.get(price_list=listed).valid_to is not None
        assign_list(price_list_id=listed, customer_id=world.acme.customers["delmas"], actor=BOT)
        assert paid(world, timezone.now()) == "1"
        row = PriceListAssignment.objects.get(price_list=listed, valid_to=None)
        unassign_list(assignment_id=row.pk, actor=BOT)
        assert paid(world, timezone.now()) == "0.5"
    with pytest.raises(NotFound):
        unassign_list(assignment_id=world.acme.id, actor=BOT)


def test_another_priority_is_another_row(world: World, listed: UUID) -> None:
    customer_id = world.acme.customers["delmas"]
    assign_list(price_list_id=listed, customer_id=customer_id, priority=3, actor=BOT)
    assign_list(price_list_id=listed, customer_id=customer_id, priority=3, actor=BOT)
    rows = PriceListAssignment.objects.filter(price_list=listed).order_by("valid_from")
    assert [(row.priority, row.valid_to is None) for row in rows] == [(0, False), (3, True)]


def test_one_party_and_no_base_list(world: World, listed: UUID) -> None:
    with pytest.raises(InvalidInput) as refusal:
        assign_list(price_list_id=listed, customer_id=world.acme.id, segment_id=world.acme.id, actor=BOT)
    assert refusal.value.field == "segment_id"
    base = PriceList.objects.get(is_base=True)
    with pytest.raises(InvalidInput):
        assign_list(price_list_id=base.pk, customer_id=world.acme.customers["delmas"], actor=BOT)


# --- Lists ------------------------------------------------------------------------------------------------------------
def test_a_list_that_was_given_keeps_its_nature_and_its_past(world: World, listed: UUID) -> None:
    for terms, field in ((ListTerms("Own", is_net=True), "is_net"), (ListTerms("", is_agreement=True), "is_agreement")):
        with pytest.raises(ListInUse) as refusal:
            change_list(price_list_id=listed, terms=terms, actor=BOT)
        assert refusal.value.field == field
    with pytest.raises(PastIsFixed):
        change_list(price_list_id=listed, terms=ListTerms("Own", valid_from=START - DAY), actor=BOT)
    with pytest.raises(PastIsFixed):
        change_list(price_list_id=listed, terms=ListTerms("Own", valid_to=START - DAY), actor=BOT)
    terms = ListTerms("Own", valid_from=START + 2 * DAY, valid_to=START + DAY)
    with pytest.raises(InvalidInput):
        change_list(price_list_id=listed, terms=terms, actor=BOT)
    change_list(price_list_id=listed, terms=ListTerms("Renamed", valid_to=START + 5 * DAY), actor=BOT)
    assert PriceList.objects.get(pk=listed).name == "Renamed"
    assert DueChange.objects.filter(price_list=listed, at=START + 5 * DAY).exists()


def test_a_list_that_nobody_was_given_can_become_anything(world: World, listed: UUID) -> None:
    other = create_list(code="new", name="New", actor=BOT)
    terms = ListTerms("Accord", is_net=True, is_agreement=True, valid_from=START - DAY)
    change_list(price_list_id=other, terms=terms, actor=BOT)
    row = PriceList.objects.get(pk=other)
    assert (row.name, row.is_net, row.is_agreement, row.valid_from) == ("Accord", True, True, START - DAY)


# --- Volume -----------------------------------------------------------------------------------------------------------
def test_an_order_counts_in_the_volume_of_the_year(world: World) -> None:
    from customers.queries import require_approved
    from orders.lines import NewLine
    from orders.services import place_order

    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        buyer = world.delmas.buyer
        order_id = place_order(
            actor=buyer,
            customer=require_approved(buyer),
            lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(10))],
            delivery_address=ADDRESS,
        )
        entry = VolumeEntry.objects.get()
        assert entry.net_amount == Order.objects.get(pk=order_id).net_amount == Decimal(5)
        assert (entry.customer_id, entry.order_id) == (world.acme.customers["delmas"], order_id)


def test_volume_only_grows(world: World) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        record_volume(customer_id=world.acme.id, order_id=world.acme.id, currency="EUR", net_amount=Decimal(-3))
        for change in (lambda rows: rows.update(net_amount=1), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(VolumeEntry.objects.all())
        assert VolumeEntry.objects.get().net_amount == -3


@pytest.mark.parametrize(
    ("wanted", "moves"),
    [
        (PriceSet((NewPrice(Decimal(1), Decimal(2)), NewPrice(Decimal(100), Decimal("1.5")))), False),
        (PriceSet((NewPrice(Decimal(1), Decimal(2)),)), True),
        (PriceSet(()), True),
        (PriceSet((NewPrice(Decimal(1), Decimal(2)),), is_partial=True), False),
        (PriceSet((NewPrice(Decimal(1), Decimal(3)),), is_partial=True), True),
        (PriceSet((NewPrice(Decimal(500), Decimal(1)),), is_partial=True), True),
        (PriceSet((), is_partial=True), False),
        (PriceSet((), is_partial=True, ended=(Decimal(100),)), True),
        (PriceSet((), is_partial=True, ended=(Decimal(500), Decimal(1000))), False),
    ],
)
def test_what_would_move_is_what_the_changes_are_about(
    world: World, listed: UUID, wanted: PriceSet, *, moves: bool
) -> None:
    """One price was closed, two hold, one is planned: found out from plain columns as from whole rows."""
    put(world, listed, one("9"))
    put(world, listed, PriceSet((NewPrice(Decimal(1), Decimal(2)), NewPrice(Decimal(100), Decimal("1.5")))))
    put(world, listed, PriceSet((NewPrice(Decimal(1000), Decimal(1)),), is_partial=True), at=timezone.now() + DAY)
    prices = {world.acme.variants["VN-1001"]: wanted, world.acme.variants["VN-1002"]: PriceSet(())}
    with statements() as counted:
        found = compare_prices(price_list_id=listed, prices=prices)
    assert len(counted) == 1
    assert found == {change.variant_id for change in changes(listed, prices, timezone.now())}
    assert (world.acme.variants["VN-1001"] in found) is moves
