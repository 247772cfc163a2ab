"""Batches of price changes: every move, what publishing, cancelling and taking back do to prices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from core.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from core.ids import uuid7
from pricing import agreed, batches
from pricing.announcing import announce_due
from pricing.enums import BatchState, Outcome
from pricing.errors import (
    BatchNotFound,
    EmptyBatch,
    InvalidPrice,
    ListIsAgreed,
    ListIsOver,
    NothingSelected,
    NothingToTakeBack,
    PastIsFixed,
)
from pricing.models import Price, PriceBatch, PriceBatchLine, PriceBatchTransition, PriceList
from pricing.queries import PriceContext, resolve
from pricing.raising import Selection, add_percentage
from pricing.services import NewPrice, PriceSet, set_prices
from pricing.states import BATCH
from tests.counting import statements
from tests.world import BOT, World, acting

DAY = timedelta(days=1)
START = datetime(2027, 3, 1, 9, tzinfo=UTC)
SKU, OTHER = "VN-1001", "VN-1002"


@pytest.fixture(autouse=True)
def acme(world: World):
    with acting((world.acme.scope, {"party": "tenant"})), time_machine.travel(START, tick=True):
        yield


@pytest.fixture
def base() -> UUID:
    return PriceList.objects.get(is_base=True).pk


@pytest.fixture
def batch(world: World, base: UUID) -> UUID:
    """Two variants of the list price, one of them with its tier."""
    batch_id = batches.create_batch(name="Spring", actor=BOT)
    prices = {
        world.acme.variants[SKU]: PriceSet(
            (NewPrice(Decimal(1), Decimal("0.6")), NewPrice(Decimal(500), Decimal("0.4")))
        ),
        world.acme.variants[OTHER]: PriceSet((NewPrice(Decimal(1), Decimal("0.7")),), is_partial=True),
    }
    assert batches.fill_batch(batch_id=batch_id, price_list_id=base, prices=prices, actor=BOT) == 3
    return batch_id


def paid(world: World, sku: str = SKU, quantity: int = 1, at: datetime | None = None) -> str:
    context = PriceContext(world.acme.customers["delmas"], None, "EUR")
    variant_id = world.acme.variants[sku]
    found = resolve(context, {variant_id: Decimal(quantity)}, at).get(variant_id)
    return f"{found.unit_price.normalize():f}" if found else "-"


def put(world: World, base: UUID, price: str, sku: str = SKU, at: datetime | None = None) -> None:
    prices = PriceSet((NewPrice(Decimal(1), Decimal(price)),), is_partial=True)
    set_prices(price_list_id=base, prices={world.acme.variants[sku]: prices}, actor=BOT, at=at)


def outcomes(batch_id: UUID) -> list[str]:
    rows = PriceBatchLine.objects.filter(batch_id=batch_id).order_by("variant__sku", "min_quantity")
    return list(rows.values_list("outcome", flat=True))


def state(batch_id: UUID) -> str:
    return PriceBatch.objects.get(pk=batch_id).state


# --- States -----------------------------------------------------------------------------------------------------------
ALLOWED = {
    ("draft", "scheduled"),
    ("draft", "published"),
    ("draft", "cancelled"),
    ("scheduled", "published"),
    ("scheduled", "cancelled"),
    ("published", "rolled_back"),
}


@pytest.mark.parametrize(("before", "after"), list(product(BatchState.values, BatchState.values)))
def test_every_move(before: str, after: str) -> None:
    row = PriceBatch.objects.create(number="LT-1", name="x", state=before, starts_at=timezone.now())
    if (before, after) in ALLOWED:
        BATCH.move(row, to=after, actor=BOT)
        assert PriceBatchTransition.objects.get(subject=row).to_state == after
    else:
        with pytest.raises(IllegalMove):
            BATCH.move(row, to=after, actor=BOT)
        assert (state(row.pk), PriceBatchTransition.objects.count()) == (before, 0)


@pytest.mark.parametrize("current", BatchState.values)
def test_only_a_draft_is_filled(world: World, base: UUID, current: str) -> None:
    row = PriceBatch.objects.create(number="LT-1", name="x", state=current, starts_at=timezone.now())
    prices = {world.acme.variants[SKU]: PriceSet((NewPrice(Decimal(1), Decimal(1)),))}

    def fill() -> None:
        batches.fill_batch(batch_id=row.pk, price_list_id=base, prices=prices, actor=BOT)
        add_percentage(batch_id=row.pk, selection=Selection(), rate=Decimal("0.1"), decimals=4, actor=BOT)
        batches.remove_line(batch_id=row.pk, line_id=PriceBatchLine.objects.earliest("pk").pk, actor=BOT)

    if current == BatchState.DRAFT:
        fill()
    else:
        with pytest.raises(IllegalMove):
            fill()
        assert not PriceBatchLine.objects.exists()


def test_only_staff_may(world: World, base: UUID, batch: UUID) -> None:
    for actor in (world.delmas.buyer, world.bolt.staff):
        for call in (
            lambda actor=actor: batches.create_batch(name="x", actor=actor),
            lambda actor=actor: batches.publish(batch_id=batch, actor=actor),
            lambda actor=actor: batches.cancel(batch_id=batch, actor=actor),
            lambda actor=actor: batches.roll_back(batch_id=batch, actor=actor),
            lambda actor=actor: batches.fill_batch(batch_id=batch, price_list_id=base, prices={}, actor=actor),
        ):
            with pytest.raises(NotAllowed):
                call()
    with pytest.raises(BatchNotFound):
        batches.publish(batch_id=base, actor=BOT)
    assert (state(batch), outcomes(batch)) == ("draft", ["waiting"] * 3)


# --- Filling ----------------------------------------------------------------------------------------------------------
def test_a_draft_changes_no_price_and_a_later_line_replaces_an_earlier(world: World, base: UUID, batch: UUID) -> None:
    assert paid(world) == "0.5"
    prices = {world.acme.variants[SKU]: PriceSet((NewPrice(Decimal(1), Decimal("0.65")),), is_partial=True)}
    batches.fill_batch(batch_id=batch, price_list_id=base, prices=prices, actor=BOT)
    lines = PriceBatchLine.objects.filter(batch_id=batch, variant_id=world.acme.variants[SKU], min_quantity=1)
    assert [line.unit_price for line in lines] == [Decimal("0.65")]
    wrong = {world.acme.variants[SKU]: PriceSet((NewPrice(Decimal(0), Decimal(1)),))}
    with pytest.raises(InvalidPrice):
        batches.fill_batch(batch_id=batch, price_list_id=base, prices=wrong, actor=BOT)
    line = lines.get()
    batches.remove_line(batch_id=batch, line_id=line.pk, actor=BOT)
    with pytest.raises(NotFound):
        batches.remove_line(batch_id=batch, line_id=line.pk, actor=BOT)


def test_a_percentage_over_a_selection(world: World, base: UUID) -> None:
    from catalog.models import Brand

    batch_id = batches.create_batch(name="+3 %", actor=BOT)
    own = PriceList.objects.get(code="lecomte").pk
    assert (
        add_percentage(
            batch_id=batch_id,
            selection=Selection((base,), brand_id=Brand.objects.get(slug="fixor").pk, category="ecrous"),
            rate=Decimal("0.03"),
            decimals=4,
            actor=BOT,
        )
        == 2
    )
    assert (
        add_percentage(batch_id=batch_id, selection=Selection((own,)), rate=Decimal("-0.5"), decimals=2, actor=BOT) == 2
    )
    lines = PriceBatchLine.objects.filter(batch_id=batch_id).order_by("price_list__code", "min_quantity")
    assert [str(line.unit_price) for line in lines] == ["0.164800", "0.123600", "0.230000", "0.170000"]
    for selection, rate, decimals, error in (
        (Selection(), "0", 2, InvalidInput),
        (Selection(), "-1", 2, InvalidInput),
        (Selection(), "0.1", 7, InvalidInput),
        (Selection(category="nowhere"), "0.1", 2, NothingSelected),
    ):
        with pytest.raises(error):
            add_percentage(batch_id=batch_id, selection=selection, rate=Decimal(rate), decimals=decimals, actor=BOT)


# --- Publishing -------------------------------------------------------------------------------------------------------
def test_publish_now(world: World, batch: UUID) -> None:
    before = timezone.now()
    batches.publish(batch_id=batch, actor=BOT)
    assert [paid(world), paid(world, SKU, 500), paid(world, OTHER), paid(world, at=before)] == [
        "0.6",
        "0.4",
        "0.7",
        "0.5",
    ]
    assert outcomes(batch) == [Outcome.PUBLISHED, Outcome.EQUAL, Outcome.PUBLISHED]
    with pytest.raises(IllegalMove):
        batches.publish(batch_id=batch, actor=BOT)


def test_an_empty_batch_and_a_moment_that_has_passed_are_refused(batch: UUID) -> None:
    with pytest.raises(EmptyBatch):
        batches.publish(batch_id=batches.create_batch(name="Empty", actor=BOT), actor=BOT)
    with pytest.raises(PastIsFixed):
        batches.publish(batch_id=batch, at=START - DAY, actor=BOT)
    assert state(batch) == "draft"


def test_publish_at_a_date(world: World, batch: UUID) -> None:
    batches.publish(batch_id=batch, at=START + DAY, actor=BOT)
    announce_due()
    assert (state(batch), paid(world), paid(world, at=START + DAY)) == ("scheduled", "0.5", "0.6")
    with time_machine.travel(START + 2 * DAY, tick=True):
        assert paid(world) == "0.6", "prices do not wait for the clock"
        announce_due()
        assert state(batch) == "published"
        assert PriceBatchTransition.objects.latest("at").actor_name == "schedule"


def test_cancel_a_draft(world: World, batch: UUID) -> None:
    batches.cancel(batch_id=batch, actor=BOT)
    assert (state(batch), paid(world)) == ("cancelled", "0.5")


def test_cancel_what_is_scheduled(world: World, base: UUID, batch: UUID) -> None:
    moment = START + 5 * DAY
    batches.publish(batch_id=batch, at=moment, actor=BOT)
    put(world, base, "0.55")
    put(world, base, "0.9", OTHER, at=moment)
    batches.cancel(batch_id=batch, actor=BOT)
    assert [paid(world, at=START + days * DAY) for days in (1, 6)] == ["0.55", "0.55"]
    assert [paid(world, OTHER, at=START + days * DAY) for days in (1, 6)] == ["0.62", "0.9"]
    assert outcomes(batch) == [Outcome.TAKEN_BACK, Outcome.EQUAL, Outcome.KEPT]
    put(world, base, "0.58")
    assert paid(world, at=START + 30 * DAY) == "0.58"


def test_cancel_a_removal_that_is_scheduled(world: World, base: UUID) -> None:
    batch_id = batches.create_batch(name="Off", actor=BOT)
    prices = {world.acme.variants[SKU]: PriceSet(())}
    assert batches.fill_batch(batch_id=batch_id, price_list_id=base, prices=prices, actor=BOT) == 2
    batches.publish(batch_id=batch_id, at=START + DAY, actor=BOT)
    assert [paid(world, at=START + days * DAY) for days in (0.5, 2)] == ["0.5", "-"]
    put(world, base, "0.8", at=START + 9 * DAY)
    batches.cancel(batch_id=batch_id, actor=BOT)
    assert [paid(world, at=START + days * DAY) for days in (0.5, 2, 10)] == ["0.5", "0.5", "0.8"]


def test_what_has_begun_is_not_cancelled_but_taken_back(world: World, batch: UUID) -> None:
    batches.publish(batch_id=batch, at=START + DAY, actor=BOT)
    with time_machine.travel(START + 2 * DAY, tick=True):
        with pytest.raises(IllegalMove):
            batches.cancel(batch_id=batch, actor=BOT)
        assert batches.roll_back(batch_id=batch, actor=BOT) == (2, 0)
        assert (state(batch), paid(world), paid(world, at=START + 1.5 * DAY)) == ("rolled_back", "0.5", "0.6")


# --- Taking back ------------------------------------------------------------------------------------------------------
def test_take_back_what_nobody_changed_since(world: World, base: UUID, batch: UUID) -> None:
    batches.publish(batch_id=batch, actor=BOT)
    during = timezone.now()
    put(world, base, "0.75", OTHER)
    rows = Price.objects.count()
    assert batches.roll_back(batch_id=batch, actor=BOT) == (1, 1)
    assert [paid(world), paid(world, SKU, 500), paid(world, OTHER)] == ["0.5", "0.4", "0.75"]
    assert outcomes(batch) == [Outcome.TAKEN_BACK, Outcome.EQUAL, Outcome.KEPT]
    assert (paid(world, at=during), Price.objects.count()) == ("0.6", rows + 1), "a new row, none deleted"


def test_nothing_is_taken_back_when_everything_was_changed(world: World, base: UUID, batch: UUID) -> None:
    batches.publish(batch_id=batch, actor=BOT)
    put(world, base, "0.75", OTHER)
    put(world, base, "0.5")
    with pytest.raises(NothingToTakeBack):
        batches.roll_back(batch_id=batch, actor=BOT)
    assert (state(batch), outcomes(batch)[0]) == ("published", Outcome.PUBLISHED)


def test_take_back_keeps_what_is_planned_for_later(world: World, base: UUID, batch: UUID) -> None:
    batches.publish(batch_id=batch, actor=BOT)
    put(world, base, "0.9", at=START + 9 * DAY)
    batches.roll_back(batch_id=batch, actor=BOT)
    assert [paid(world), paid(world, at=START + 10 * DAY)] == ["0.5", "0.9"]


def test_take_back_new_prices_and_removals(world: World) -> None:
    own = PriceList.objects.get(code="lecomte").pk
    batch_id = batches.create_batch(name="Mixed", actor=BOT)
    prices = {
        world.acme.variants[SKU]: PriceSet(()),
        world.acme.variants[OTHER]: PriceSet((NewPrice(Decimal(1), Decimal("0.1")),)),
    }
    assert batches.fill_batch(batch_id=batch_id, price_list_id=own, prices=prices, actor=BOT) == 3

    def held() -> list[str]:
        context = PriceContext(world.acme.customers["lecomte"], None, "EUR")
        ids = [world.acme.variants[SKU], world.acme.variants[OTHER]]
        found = resolve(context, dict.fromkeys(ids, Decimal(1)))
        return [str(found[key].unit_price.normalize()) for key in ids]

    assert held() == ["0.45", "0.62"]
    batches.publish(batch_id=batch_id, actor=BOT)
    assert held() == ["0.5", "0.1"]
    assert batches.roll_back(batch_id=batch_id, actor=BOT) == (3, 0)
    assert held() == ["0.45", "0.62"]


def test_statements_do_not_grow_with_lines(world: World, base: UUID) -> None:
    sizes = []
    for count in (1, 5):
        batch_id = batches.create_batch(name=str(count), actor=BOT)
        ids = list(world.acme.variants.values())[:count]
        price = Decimal(count) + 1
        with statements() as captured:
            prices = {key: PriceSet((NewPrice(Decimal(1), price),), is_partial=True) for key in ids}
            batches.fill_batch(batch_id=batch_id, price_list_id=base, prices=prices, actor=BOT)
            batches.publish(batch_id=batch_id, actor=BOT)
            batches.roll_back(batch_id=batch_id, actor=BOT)
        sizes.append(len(captured))
    assert sizes[0] == sizes[1]


# --- Lists that nobody changes ----------------------------------------------------------------------------------------
def agreed_list(world: World) -> UUID:
    """The list of a framework agreement that runs."""
    return agreed.open_list(
        agreement_id=uuid7(),
        name="Cadre Delmas",
        currency="EUR",
        customer_id=world.acme.customers["delmas"],
        starts_at=timezone.now() - DAY,
        ends_at=timezone.now() + 30 * DAY,
        prices={world.acme.variants[SKU]: Decimal("0.4")},
    )


def ended_list(world: World) -> UUID:
    row = PriceList.objects.create(code="winter", name="Winter", valid_from=START - 9 * DAY, valid_to=START - DAY)
    Price.objects.create(price_list=row, variant_id=world.acme.variants[SKU], unit_price=1, valid_from=START - 9 * DAY)
    return row.pk


def test_a_percentage_over_all_lists_leaves_agreed_and_ended_ones_alone(world: World, base: UUID) -> None:
    running, ended = agreed_list(world), agreed_list(world)
    agreed.end_list(price_list_id=ended)
    lists = (running, ended, ended_list(world))
    batch_id = batches.create_batch(name="All", actor=BOT)
    rate = Decimal("0.1")
    add_percentage(batch_id=batch_id, selection=Selection(), rate=rate, decimals=4, actor=BOT)
    touched = set(PriceBatchLine.objects.filter(batch_id=batch_id).values_list("price_list_id", flat=True))
    assert base in touched
    assert not touched & set(lists)
    batches.publish(batch_id=batch_id, actor=BOT)
    assert state(batch_id) == "published"
    for list_id in lists:
        with pytest.raises(NothingSelected):
            add_percentage(
                batch_id=batches.create_batch(name="One", actor=BOT),
                selection=Selection(price_list_ids=(list_id,)),
                rate=rate,
                decimals=4,
                actor=BOT,
            )


def test_a_batch_takes_no_price_of_an_agreed_or_ended_list(world: World) -> None:
    batch_id = batches.create_batch(name="x", actor=BOT)
    prices = {world.acme.variants[SKU]: PriceSet((NewPrice(Decimal(1), Decimal(1)),))}
    for list_id, refusal in ((agreed_list(world), ListIsAgreed), (ended_list(world), ListIsOver)):
        with pytest.raises(refusal) as caught:
            batches.fill_batch(batch_id=batch_id, price_list_id=list_id, prices=prices, actor=BOT)
        assert (caught.value.status, caught.value.field) == (422, "price_list")
    assert not PriceBatchLine.objects.exists()
