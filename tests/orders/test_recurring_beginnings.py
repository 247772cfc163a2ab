"""Recurring orders that begin with the cart, with a past order, and that go on with the prices of its quote."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import CompanyAddress
from catalog.models import Variant
from core import formatting
from core.errors import NotAllowed, NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from notifications.models import SentMail
from orders import carts
from orders.enums import AfterQuote, Frequency
from orders.errors import MayNotOrder
from orders.models import Order, PurchaseListLine
from orders.placing import OrderDetails
from orders.recurring import running, services
from orders.recurring.beginning import Begun, begin_with_cart, begin_with_order
from orders.recurring.errors import NothingOnList, QuotePricesEnded
from orders.recurring.models import QuotePrices, RecurringOrder, RecurringRun
from orders.recurring.quoting import agree_until
from orders.recurring.schedule import Schedule
from orders.recurring.services import Wanted
from orders.services import place_order
from orders.wishes import NewLine
from pricing.models import Price
from tests.concurrency.test_amending_races import _together as together
from tests.rfq.test_negotiation import accept, offer_of, request_for
from tests.world import World


def _today() -> date:
    return timezone.localdate()


def _wanted(world: World, **changes: Any) -> Wanted:
    address_id = CompanyAddress.objects.filter(company_id=world.delmas.id).values_list("pk", flat=True)[0]
    schedule = Schedule(Frequency.WEEKS, 1, _today() + timedelta(days=1))
    return Wanted(UUID(int=0), schedule, address_id, po_number="ABO-1", **changes)


def _with_order(world: World, order_id: UUID, *, at_quote: bool = False, **changes: Any) -> Begun:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, wanted = world.delmas.buyer, _wanted(world, **changes)
        customer = require_approved(actor)
        return begin_with_order(
            actor=actor, customer=customer, order_id=order_id, wanted=wanted, today=_today(), at_quote=at_quote
        )


def _line(world: World, sku: str, quantity: int, unit: str = "", **said: Any) -> NewLine:
    return NewLine(world.acme.variants[sku], unit, Decimal(quantity), **said)


def _order(world: World, *lines: NewLine) -> UUID:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        return place_order(actor=actor, customer=require_approved(actor), lines=lines, delivery_address={})


def _fill(world: World, *lines: NewLine) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        carts.add_lines(actor=world.delmas.buyer, customer=require_approved(world.delmas.buyer), lines=lines)


def _run(world: World, today: date) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        for recurring_id in running.due(today=today):
            running.run(recurring_id=recurring_id, today=today)


def _runs(world: World) -> list[tuple[int, str, str]]:
    with use_tenant(world.acme.scope, party="tenant"):
        rows = RecurringRun.objects.order_by("due_on")
        return [((row.due_on - _today()).days, row.state, row.reason) for row in rows]


def _kept(world: World) -> list[tuple[str, str, Decimal]]:
    with use_tenant(world.acme.scope, party="tenant"):
        rows = PurchaseListLine.objects.select_related("variant", "purchase_list")
        return [(row.purchase_list.name, row.variant.sku, row.quantity) for row in rows]


# --- From the cart and from an order ---------------------------------------------------------------------------------
def test_the_cart_is_ordered_regularly_and_stays_as_it_is(world: World) -> None:
    soon = _today() + timedelta(days=3)
    _fill(world, _line(world, "VN-1001", 40), _line(world, "VN-1001", 60, wanted_on=soon), _line(world, "VN-1003", 200))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, wanted = world.delmas.buyer, _wanted(world)
        customer = require_approved(actor)
        begun = begin_with_cart(actor=actor, customer=customer, wanted=wanted, today=_today())
        assert carts.line_count(actor, customer) == 3
    assert begun.left_out == 0
    assert [(sku, quantity) for _name, sku, quantity in _kept(world)] == [
        ("VN-1001", Decimal(100)),
        ("VN-1003", Decimal(200)),
    ]
    _run(world, soon)
    _run(world, soon)
    assert [state for _day, state, _reason in _runs(world)] == ["missed"], "two days late; later ones come"
    _run(world, _today() + timedelta(days=8))
    with use_tenant(world.acme.scope, party="tenant"):
        assert Order.objects.get().lines.count() == 2


def test_an_empty_cart_cannot_be_ordered_regularly(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, wanted = world.delmas.buyer, _wanted(world)
        customer = require_approved(actor)
        with pytest.raises(NothingOnList):
            begin_with_cart(actor=actor, customer=customer, wanted=wanted, today=_today())
        with pytest.raises(MayNotOrder):
            begin_with_cart(actor=world.delmas.onlooker, customer=customer, wanted=wanted, today=_today())
    assert _kept(world) == []


def test_a_past_order_is_ordered_regularly_as_far_as_it_is_still_sold(world: World) -> None:
    order_id = _order(world, _line(world, "VN-1001", 40), _line(world, "VN-1003", 3, "XBX"))
    with use_tenant(world.acme):
        Variant.objects.filter(pk=world.acme.variants["VN-1001"]).update(state="archived")
    assert _with_order(world, order_id).left_out == 1
    assert _with_order(world, order_id).left_out == 1
    with use_tenant(world.acme):
        number = Order.objects.get().number
    names = {name for name, _sku, _quantity in _kept(world)}
    assert len(names) == 2, "a second one has a list of its own"
    assert all(number in name for name in names)
    assert {(sku, quantity) for _name, sku, quantity in _kept(world)} == {("VN-1003", Decimal(3))}


def test_of_a_foreign_order_nothing_begins(world: World) -> None:
    order_id = _order(world, _line(world, "VN-1001", 40))
    with use_tenant(world.acme.scope, company_id=world.lecomte.id):
        actor, wanted = world.lecomte.buyer, _wanted(world)
        customer = require_approved(actor)
        with pytest.raises(NotFound):
            begin_with_order(actor=actor, customer=customer, order_id=order_id, wanted=wanted, today=_today())
    assert _kept(world) == []


# --- At the prices of a quote ----------------------------------------------------------------------------------------
@pytest.fixture
def quoted(world: World) -> UUID:
    """An order of 5,000 screws at 0.30 instead of 0.40, and of something in free words; prices end in five days."""
    return _quoted(world)


def _quoted(world: World, freight: str = "0") -> UUID:
    rfq_id = request_for(world.delmas, world.acme)
    return accept(world.delmas, offer_of(world.acme, rfq_id, "0.30", "6.40", freight=freight))


def test_runs_go_on_at_the_quotes_prices_each_day_once(world: World, quoted: UUID) -> None:
    begun = _with_order(world, quoted, at_quote=True)
    assert begun.left_out == 1, "what was described in words only"
    for _time in range(2):
        _run(world, _today() + timedelta(days=1))
    assert [(day, state) for day, state, _reason in _runs(world)] == [(1, "placed")]
    with use_tenant(world.acme.scope, party="tenant"):
        first, second = Order.objects.order_by("placed_at")
        assert (first.pk, second.quote_version_id) == (quoted, None)
        assert second.prices_version_id == first.quote_version_id
        assert second.prices_quote_number
        assert [(line.unit_price, line.net_amount) for line in second.lines.all()] == [(Decimal("0.30"), Decimal(1500))]


def test_a_quotes_transport_is_charged_with_every_order(world: World) -> None:
    order_id = _quoted(world, freight="85.00")
    assert _with_order(world, order_id, at_quote=True).left_out == 1
    _run(world, _today() + timedelta(days=1))
    with use_tenant(world.acme.scope, party="tenant"):
        assert Order.objects.latest("placed_at").net_amount == Decimal("1585.00")


def test_without_being_asked_for_the_usual_prices_count(world: World, quoted: UUID) -> None:
    _with_order(world, quoted)
    _run(world, _today() + timedelta(days=1))
    with use_tenant(world.acme.scope, party="tenant"):
        order = Order.objects.latest("placed_at")
        assert order.prices_version_id is None
        assert order.lines.get().unit_price != Decimal("0.30")
        assert QuotePrices.objects.count() == 0


def test_fewer_than_were_quoted_cost_what_they_cost(world: World, quoted: UUID) -> None:
    _with_order(world, quoted, at_quote=True)
    with use_tenant(world.acme.scope, party="tenant"):
        PurchaseListLine.objects.update(quantity=Decimal(4999))
    _run(world, _today() + timedelta(days=1))
    with use_tenant(world.acme.scope, party="tenant"):
        assert Order.objects.latest("placed_at").lines.get().unit_price > Decimal("0.30")


def test_what_has_no_price_but_the_quotes_is_ordered_at_it(world: World, quoted: UUID) -> None:
    _with_order(world, quoted, at_quote=True)
    with use_tenant(world.acme.scope, party="tenant"):
        Price.objects.filter(variant_id=world.acme.variants["VN-1001"]).delete()
    _run(world, _today() + timedelta(days=1))
    assert [state for _day, state, _reason in _runs(world)] == ["placed"]


def test_when_the_prices_have_ended_it_pauses_and_tells(
    world: World, quoted: UUID, drain: Callable[[], int], mailoutbox: list[Any]
) -> None:
    begun = _with_order(world, quoted, at_quote=True)
    _run(world, _today() + timedelta(days=1))
    drain()
    mailoutbox.clear()
    _run(world, _today() + timedelta(days=8))
    ((_day, state, reason),) = _runs(world)[1:]
    assert state == "failed"
    assert "ended on" in reason or "fin" in reason
    drain()
    assert any(reason in mail.body for mail in mailoutbox if mail.to == [world.delmas.admin.email])
    with use_tenant(world.acme.scope, party="tenant"):
        assert RecurringOrder.objects.get().state == "paused"
        assert Order.objects.count() == 2
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, today = world.delmas.buyer, _today() + timedelta(days=9)
        given: Any = {"actor": actor, "customer": require_approved(actor), "recurring_id": begun.recurring_id}
        with pytest.raises(QuotePricesEnded):
            services.resume(**given, today=today)
        assert RecurringOrder.objects.get().state == "paused"
        row = RecurringOrder.objects.get()
        wanted = _wanted(world, after_quote=AfterQuote.USUAL)
        kept = Wanted(row.purchase_list_id, wanted.schedule, wanted.address_id, after_quote=AfterQuote.USUAL)
        services.change(**given, wanted=kept, today=today)
        services.resume(**given, today=today)
    _run(world, _today() + timedelta(days=15))
    assert _runs(world)[-1][1] == "placed"


def test_who_chose_so_orders_at_the_usual_prices_then_and_is_told(world: World, quoted: UUID) -> None:
    _with_order(world, quoted, at_quote=True, after_quote=AfterQuote.USUAL)
    _run(world, _today() + timedelta(days=1))
    _run(world, _today() + timedelta(days=8))
    (_first, (_day, state, reason)) = _runs(world)
    assert state == "placed"
    assert reason
    with use_tenant(world.acme.scope, party="tenant"):
        last = Order.objects.latest("placed_at")
        assert (last.prices_version_id, last.prices_quote_number) == (None, "")
        assert last.lines.get().unit_price > Decimal("0.30")
        (change,) = RecurringRun.objects.latest("due_on").changes
        assert Decimal(change["before"]) == Decimal("0.30"), "it is said what the price was"


def test_a_quote_that_has_ended_already_is_refused(world: World, quoted: UUID) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor, wanted, late = world.delmas.buyer, _wanted(world), _today() + timedelta(days=7)
        given: Any = {"actor": actor, "customer": require_approved(actor), "order_id": quoted, "wanted": wanted}
        with pytest.raises(QuotePricesEnded):
            begin_with_order(**given, today=late, at_quote=True)
        begin_with_order(**given, today=late)
    assert len(_kept(world)) == 1


def test_the_supplier_may_let_the_prices_hold_longer(world: World, quoted: UUID, browser: Any) -> None:
    """Runs that were set up before go on with it, and nobody makes a quote end sooner than it says."""
    _with_order(world, quoted, at_quote=True)
    staff, path = browser(world.acme.host, world.acme.owner), f"/portal/orders/{quoted}/"
    assert f'action="{path}quote-prices/"' in staff.get(path).content.decode()
    for until in ("", "soon", (_today() + timedelta(days=2)).isoformat(), "2999-01-01"):
        assert staff.post(f"{path}quote-prices/", {"until": until}).status_code == 303
        assert _end(world) == _today() + timedelta(days=5), until
    day = _today() + timedelta(days=60)
    staff.post(f"{path}quote-prices/", {"until": day.isoformat()})
    assert _end(world) == day
    _run(world, _today() + timedelta(days=1))
    _run(world, _today() + timedelta(days=8))
    assert [state for _day, state, _reason in _runs(world)] == ["placed", "placed"]
    shop = browser(world.acme.host, world.delmas.admin)
    assert formatting.day(day) in shop.get(f"/recurring/new/?order={quoted}").content.decode()


def test_what_was_paused_when_they_ended_is_offered_to_go_on_and_does_not_by_itself(
    world: World, quoted: UUID, drain: Callable[[], int], mailoutbox: list[Any], browser: Any
) -> None:
    begun = _with_order(world, quoted, at_quote=True)
    other = _with_order(world, quoted, at_quote=True)
    with use_tenant(world.acme.scope, party="tenant"):  # its days have not failed: its owner paused it
        RecurringOrder.objects.filter(pk=other.recurring_id).update(state="paused")
        QuotePrices.objects.update(ends_on=_today())
    _run(world, _today() + timedelta(days=1))
    drain()
    mailoutbox.clear()
    _agree(world, quoted, _today() + timedelta(days=5))
    drain()
    assert [mail.to for mail in mailoutbox] == [], "the next day is still too late"
    until = _today() + timedelta(days=60)
    for _time in range(2):
        _agree(world, quoted, until)
        drain()
    (letter,) = mailoutbox
    assert letter.to == [world.delmas.admin.email]
    path = f"/recurring/{begun.recurring_id}/"
    assert path in letter.body
    _run(world, _today() + timedelta(days=8))
    assert [state for _day, state, _reason in _runs(world)] == ["failed"], "it waits for its owner"
    shop = browser(world.acme.host, world.delmas.admin)
    assert shop.get(path).content.decode().count('value="resume"') == 1
    assert shop.post(f"{path}do/", {"do": "resume"}).status_code == 303
    drain()
    _agree(world, quoted, until + timedelta(days=5))
    drain()
    assert len(mailoutbox) == 1, "nobody is told of what goes on"
    _run(world, _today() + timedelta(days=8))
    assert _runs(world)[-1][1] == "placed"


def test_one_that_pauses_while_they_are_let_hold_longer_is_told_of_or_ordered(
    committed_world: World, drain: Callable[[], int]
) -> None:
    world, day, until = committed_world, _today() + timedelta(days=1), _today() + timedelta(days=60)
    order_id = _quoted(world)
    _with_order(world, order_id, at_quote=True)
    with use_tenant(world.acme.scope, party="tenant"):
        QuotePrices.objects.update(ends_on=_today())
    together([lambda: _run(world, day), lambda: _agree(world, order_id, until)])
    drain()
    ((_day, state, _reason),) = _runs(world)
    with use_tenant(PLATFORM):
        told = SentMail.objects.filter(template="recurring_resumable").count()
    assert (state, told) in (("placed", 0), ("failed", 1))


def _agree(world: World, order_id: UUID, day: date) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        agree_until(order_id=order_id, day=day, actor=world.acme.staff)


def test_only_the_supplier_lets_them_hold_longer_and_only_of_a_quote(world: World, quoted: UUID, browser: Any) -> None:
    day = _today() + timedelta(days=60)
    with use_tenant(world.acme.scope, company_id=world.delmas.id), pytest.raises(NotAllowed):
        agree_until(order_id=quoted, day=day, actor=world.delmas.buyer)
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(NotFound):
        agree_until(order_id=quoted, day=day, actor=world.bolt.staff)
    assert (
        browser(world.acme.host, world.delmas.admin).post(f"/portal/orders/{quoted}/quote-prices/").status_code == 404
    )
    plain = _order(world, _line(world, "VN-1001", 40))
    staff = browser(world.acme.host, world.acme.owner)
    assert staff.post(f"/portal/orders/{plain}/quote-prices/", {"until": day.isoformat()}).status_code == 404
    assert "quote-prices" not in staff.get(f"/portal/orders/{plain}/").content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuotePrices.objects.count() == 0


def _end(world: World) -> date:
    with use_tenant(world.acme.scope, party="tenant"):
        return QuotePrices.objects.get().ends_on


def test_an_order_without_a_quote_has_no_quotes_prices(world: World) -> None:
    order_id = _order(world, _line(world, "VN-1001", 40))
    with pytest.raises(NotFound):
        _with_order(world, order_id, at_quote=True)


def test_two_runs_at_once_order_once_at_the_quotes_prices(committed_world: World) -> None:
    world = committed_world
    recurring_id = _with_order(world, _quoted(world), at_quote=True).recurring_id
    day = _today() + timedelta(days=1)

    def go(_number: int) -> None:
        try:
            with use_tenant(world.acme.scope, party="tenant"):
                running.run(recurring_id=recurring_id, today=day)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(go, range(4)))
    with use_tenant(world.acme.scope, party="tenant"):
        assert Order.objects.filter(prices_version_id__isnull=False).count() == 1


# --- Pages -----------------------------------------------------------------------------------------------------------
def _form(world: World, what: str, **more: str) -> dict[str, str]:
    with use_tenant(PLATFORM):
        address_id = CompanyAddress.objects.filter(company_id=world.delmas.id).values_list("pk", flat=True)[0]
    return {
        "list": what,
        "interval": "1",
        "frequency": "weeks",
        "starts_on": (_today() + timedelta(days=1)).isoformat(),
        "address": str(address_id),
        "announce_days": "2",
        **more,
    }


def test_the_cart_has_a_button_for_it(world: World, browser: Any) -> None:
    shop = browser(world.acme.host, world.delmas.admin)
    _fill(world, _line(world, "VN-1001", 40))
    assert 'href="/recurring/new/?cart"' in shop.get("/cart/").content.decode()
    html = shop.get("/recurring/new/?cart").content.decode()
    assert 'value="cart" selected' in html
    assert "at_quote" not in html
    answer = shop.post("/recurring/new/?cart", _form(world, "cart"))
    assert answer.status_code == 303
    assert "Cart of" in shop.get(answer.headers["Location"]).content.decode()


def test_an_order_has_a_button_for_it_and_its_quote_is_offered(world: World, quoted: UUID, browser: Any) -> None:
    shop = browser(world.acme.host, world.delmas.admin)
    path = f"/recurring/new/?order={quoted}"
    assert f'href="{path}"' in shop.get(f"/orders/{quoted}/").content.decode()
    html = shop.get(path).content.decode()
    assert f'value="order:{quoted}" selected' in html
    assert "its prices end on" in html
    answer = shop.post(path, _form(world, f"order:{quoted}", at_quote="on", after_quote="usual"))
    assert answer.status_code == 303
    html = shop.get(answer.headers["Location"], follow=True).content.decode()
    assert "1 line can no longer be ordered and was left out." in html
    assert "At the prices of quote" in html
    assert 'value="usual" selected' in html
    changed = _form(world, "", after_quote="pause")
    with use_tenant(world.acme.scope, party="tenant"):
        changed["list"] = str(RecurringOrder.objects.get().purchase_list_id)
    assert shop.post(answer.headers["Location"], changed).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        row = RecurringOrder.objects.get()
        assert (row.after_quote, row.quote_prices is not None) == ("pause", True)


def test_who_may_not_order_is_refused_before_the_form_and_others_find_nothing(
    world: World, quoted: UUID, browser: Any
) -> None:
    onlooker = browser(world.acme.host, world.delmas.viewer)
    assert onlooker.get("/recurring/new/").status_code == 403
    assert onlooker.post("/recurring/new/", _form(world, "cart")).status_code == 403
    stranger = browser(world.acme.host, world.lecomte.admin)
    assert stranger.get(f"/recurring/new/?order={quoted}").status_code == 404
    form = _form(world, f"order:{quoted}", at_quote="on", after_quote="pause")
    assert stranger.post("/recurring/new/", form).status_code == 422
    with use_tenant(world.acme.scope, party="tenant"):
        assert RecurringOrder.objects.count() == 0


def test_an_order_of_a_run_can_be_the_beginning_of_another_at_the_same_quote(world: World, quoted: UUID) -> None:
    _with_order(world, quoted, at_quote=True)
    _run(world, _today() + timedelta(days=1))
    with use_tenant(world.acme.scope, party="tenant"):
        order_id = Order.objects.latest("placed_at").pk
    _with_order(world, order_id, at_quote=True)
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuotePrices.objects.count() == 1
        assert RecurringOrder.objects.filter(quote_prices__isnull=False).count() == 2


def test_details_name_the_quote_and_are_kept_while_an_order_waits() -> None:
    from orders.approvals.snapshot import Content

    details = OrderDetails(prices_version_id=UUID(int=3), prices_quote_number="Q-3")
    content = Content((), {}, details)
    assert Content.from_json(content.as_json()) == content
