"""Lines of carts: prices that changed since they were seen, a note, a day, an address; kept in the order."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.addresses import AddressData, add_address
from accounts.queries import addresses_of
from core.actor import Actor
from core.ids import uuid7
from core.tenancy import use_tenant
from customers.queries import CustomerInfo, require_approved
from frontend.storefront.cart.basket import basket_of
from orders import carts
from orders.approvals import services as approvals
from orders.approvals.asking import ask
from orders.approvals.errors import OtherContent
from orders.approvals.models import ApprovalRequest
from orders.approvals.snapshot import Content
from orders.errors import LinesRefused, PricesChanged, PricesChangedAgain
from orders.lines import NewLine
from orders.models import CartLine, Order
from orders.services import Delivery, OrderDetails, checkout
from orders.wishes import Said
from pricing.models import Price
from tests.counting import statements
from tests.orders.buying_company import member, two_steps
from tests.world import TenantWorld, World

NEXT_WEEK = timezone.localdate() + timedelta(days=7)


class Buying:
    """Delmas buys at Acme: a scope."""

    def __init__(self, world: World, actor: Actor | None = None) -> None:
        self.world, self.actor = world, actor or world.delmas.buyer
        self.scope = use_tenant(world.acme.scope, company_id=world.delmas.id)

    def __enter__(self) -> Self:
        self.scope.__enter__()
        self.customer: CustomerInfo = require_approved(self.actor)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.scope.__exit__(kind, error, trace)

    def add(self, sku: str, quantity: int, **said: Any) -> None:
        line = NewLine(self.world.acme.variants[sku], "", Decimal(quantity), **said)
        carts.add_lines(actor=self.actor, customer=self.customer, lines=[line])

    def lines(self) -> list[tuple[UUID, NewLine]]:
        return carts.wishes_of(self.actor, self.customer)

    def figures(self) -> carts.CartFigures:
        return carts.cart_figures(self.actor, self.customer)

    def changes(self) -> list[tuple[Decimal, Decimal]]:
        return [(change.before.price, change.now) for change in self.figures().changes.values()]

    def set(self, quantity: int) -> None:
        ((line_id, wish),) = self.lines()
        quantities = {line_id: (wish.unit_code, Decimal(quantity))}
        carts.set_quantities(actor=self.actor, customer=self.customer, quantities=quantities)

    def describe(self, line_id: UUID, **said: Any) -> None:
        carts.describe_lines(actor=self.actor, customer=self.customer, said={line_id: Said(**said)})

    def order(self, **given: Any) -> Order:
        delivery = Delivery(addresses_of(self.world.delmas.id)[0].id)
        key = checkout(actor=self.actor, customer=self.customer, delivery=delivery, **given)
        return Order.objects.get(pk=key)


def raise_prices(world: World, sku: str, factor: str = "1.1", *, tenant: TenantWorld | None = None) -> None:
    tenant = tenant or world.acme
    with use_tenant(tenant):
        for price in Price.objects.filter(variant_id=tenant.variants[sku]):
            Price.objects.filter(pk=price.pk).update(unit_price=price.unit_price * Decimal(factor))


def address(world: World, label: str = "Chantier", country: str = "FR") -> UUID:
    data = AddressData(label, "1 quai Neuf", "59000", "Lille", country)
    return add_address(company_id=world.delmas.id, data=data, actor=world.delmas.buyer)


def test_a_step_of_the_price_is_no_change_and_a_new_price_is(world: World) -> None:
    with Buying(world) as buying:
        buying.add("VN-1001", 10)
        before = buying.figures().totals.net / 10
        buying.set(5000)
        assert buying.figures().totals.net / 5000 < before, "there is a step in between"
        assert buying.changes() == []
        raise_prices(world, "VN-1001", "1.5")
        ((was, now),) = buying.changes()
        assert now == was * Decimal("1.5")
        buying.set(10)
        assert buying.changes() == [(was, now)], "another quantity hides nothing"
        ((_key, change),) = buying.figures().changes.items()
        assert change.rate == Decimal("0.5")


def test_lines_of_one_article_share_their_step(world: World) -> None:
    """Ten more in another unit or for another address change what all of them cost, and not because prices did."""
    with Buying(world) as buying:
        buying.add("VN-1001", 100)
        buying.add("VN-1001", 4900, wanted_on=NEXT_WEEK)
        assert len(buying.lines()) == 2
        assert buying.changes() == []
        assert {wish.seen.quantity for _key, wish in buying.lines() if wish.seen} == {Decimal(5000)}


def test_nothing_is_ordered_at_a_price_that_was_not_seen(world: World) -> None:
    with Buying(world) as buying:
        buying.add("VN-1001", 10)
        raise_prices(world, "VN-1001")
        total = buying.figures().totals.gross
        for token in ("", "0" * 32):
            with pytest.raises(PricesChanged) as refused:
                buying.order(expected_total=total, prices_taken=token)
            assert [problem.index for problem in refused.value.problems] == [0]
        assert buying.order(expected_total=total, prices_taken=buying.figures().prices_token).total_amount == total


def test_prices_are_taken_as_they_were_shown_or_not_at_all(world: World) -> None:
    with Buying(world) as buying:
        buying.add("VN-1001", 10)
        raise_prices(world, "VN-1001")
        token = buying.figures().prices_token
        raise_prices(world, "VN-1001")
        with pytest.raises(PricesChangedAgain):
            carts.take_prices(actor=buying.actor, customer=buying.customer, token=token)
        assert buying.changes()
        carts.take_prices(actor=buying.actor, customer=buying.customer, token=buying.figures().prices_token)
        assert buying.changes() == []
        assert buying.order().lines.count() == 1


def test_what_is_said_of_a_line_is_in_the_order(world: World) -> None:
    with Buying(world) as buying:
        site = address(world)
        buying.add("VN-1001", 10)
        buying.add("VN-1003", 10)
        _first, second = (key for key, _wish in buying.lines())
        buying.describe(second, note="au 2e étage", wanted_on=NEXT_WEEK, address_id=site)
        one, other = buying.order().lines.all()
        assert (one.note, one.wanted_on, one.address) == ("", None, None)
        assert (other.note, other.wanted_on) == ("au 2e étage", NEXT_WEEK)
        assert other.address is not None
        assert other.address["label"] == "Chantier"


def test_the_same_goods_for_two_addresses_are_two_lines(world: World) -> None:
    with Buying(world) as buying:
        site = address(world)
        buying.add("VN-1001", 10)
        buying.describe(buying.lines()[0][0], address_id=site)
        buying.add("VN-1001", 5)
        assert [(int(wish.quantity), wish.address_id) for _key, wish in buying.lines()] == [(10, site), (5, None)]
        (first, _wish), (second, _other) = buying.lines()
        buying.describe(second, address_id=site, note="all there")
        assert [(int(wish.quantity), wish.note) for _key, wish in buying.lines()] == [(10, ""), (5, "all there")]
        buying.describe(first, address_id=site, note="all there")
        assert [(int(wish.quantity), wish.address_id, wish.note) for _key, wish in buying.lines()] == [
            (15, site, "all there")
        ]


def test_what_cannot_be_said_is_refused_at_its_field(world: World) -> None:
    with Buying(world) as buying:
        buying.add("VN-1001", 10)
        ((line_id, _wish),) = buying.lines()
        strange = addresses_of(world.lecomte.id)[0].id
        wrong: list[tuple[str, Any]] = [
            ("note", "x" * 501),
            ("wanted_on", timezone.localdate() - timedelta(days=1)),
            ("address_id", strange),
            ("address_id", uuid7()),
        ]
        for name, value in wrong:
            with pytest.raises(LinesRefused) as refused:
                buying.describe(line_id, **{name: value})
            assert [problem.code for problem in refused.value.problems] == [name]
        assert CartLine.objects.get().address_id is None


def test_another_country_and_an_address_that_is_gone_are_refused_at_their_lines(world: World) -> None:
    with Buying(world) as buying:
        buying.add("VN-1003", 10)
        buying.add("VN-1001", 10, address_id=address(world, "Gand", "BE"))
        buying.add("VN-1002", 10, address_id=addresses_of(world.lecomte.id)[0].id)
        with pytest.raises(LinesRefused) as refused:
            buying.order()
        assert [(problem.index, problem.code) for problem in refused.value.problems] == [
            (1, "other_country"),
            (2, "address_gone"),
        ]
        assert not Order.objects.exists()


def test_an_approver_approves_what_is_said_of_lines(world: World) -> None:
    buyer, first, second = (member(world, *who) for who in (("Bea",), ("Anna", "approver"), ("Bruno", "approver")))
    two_steps(world, first, second)
    with Buying(world, buyer) as buying:
        buying.add("VN-1001", 400, note="fragile", wanted_on=NEXT_WEEK, address_id=address(world))
        delivery = Delivery(addresses_of(world.delmas.id)[0].id)
        ask(actor=buyer, customer=buying.customer, delivery=delivery, details=OrderDetails())
        row = ApprovalRequest.objects.get()
        (line,) = Content.from_json(row.content).lines
        assert (line.note, line.wanted_on, (line.address or {})["label"]) == ("fragile", NEXT_WEEK, "Chantier")
        row.content["lines"][0]["note"] = "leave it outside"
        row.save()
        approvals.decide(request_id=row.pk, actor=first, approve=True, digest=row.digest)
        with pytest.raises(OtherContent):
            approvals.decide(request_id=row.pk, actor=second, approve=True, digest=row.digest)


def _typed(buying: Buying) -> dict[str, str]:
    """What the cart's page would send."""
    found: dict[str, str] = {}
    for key, wish in buying.lines():
        found |= {f"quantity-{key.hex}": str(wish.quantity), f"unit-{key.hex}": wish.unit_code, f"note-{key.hex}": ""}
    return found


def test_the_page_says_what_has_changed_and_takes_it_with_one_click(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    with Buying(world) as buying:
        buying.add("VN-1001", 10)
    assert "Take the new prices" not in page.get("/cart/").content.decode()
    raise_prices(world, "VN-1001", "1.5")
    html = page.get("/cart/").content.decode()
    assert re.search(r"was €\S+ → now €\S+ \(\+50", html)
    checkout_page = page.get("/checkout/").content.decode()
    found = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]+)"', checkout_page)
        for name in ("cart", "expected_total", "address", "prices")
    }
    form = {name: each[1] for name, each in found.items() if each is not None}
    assert len(form) == 4
    for token in ("", "tampered"):
        answer = page.post("/checkout/", {**form, "prices": token})
        assert answer.status_code == 409
        assert "VN-1001 · The price has changed" in answer.content.decode()
    assert page.post("/cart/prices/", {"prices": "tampered"}).status_code == 303
    assert "Prices have changed again" in page.get("/cart/").content.decode()
    assert page.post("/cart/prices/", {"prices": form["prices"]}).status_code == 303
    assert "→ now" not in page.get("/cart/").content.decode()
    assert page.post("/checkout/", {**form, "prices": ""}).status_code == 303


def test_lines_are_grouped_by_address_and_day_and_the_order_says_it(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    with Buying(world) as buying:
        site = address(world)
        for sku in ("VN-1001", "VN-1003", "VN-1002"):
            buying.add(sku, 10)
        form, keys = _typed(buying), [key.hex for key, _wish in buying.lines()]
    past = {**form, f"note-{keys[1]}": "rue", f"wanted-{keys[1]}": "2020-01-01", f"quantity-{keys[0]}": "20"}
    refused = page.post("/cart/update/", past)
    assert (refused.status_code, refused.content.decode().count("This day has passed.")) == (422, 1)
    assert page.post("/cart/update/", {**form, f"address-{keys[1]}": "nonsense"}).status_code == 422
    said = {f"note-{keys[1]}": "quai 3", f"address-{keys[1]}": site.hex, f"wanted-{keys[1]}": NEXT_WEEK.isoformat()}
    assert page.post("/cart/update/", {**form, **said}).status_code == 303
    with Buying(world) as buying:
        assert [wish.quantity for _key, wish in buying.lines()] == [10, 10, 10], "a refusal changed nothing"
    html = page.get("/checkout/").content.decode()
    assert html.count('scope="rowgroup"') == 2
    assert html.index("VN-1002") < html.index("quai 3"), "lines for one address stand together"
    with Buying(world) as buying:
        order = buying.order()
    assert "quai 3" in page.get(f"/orders/{order.pk}/").content.decode()
    staff = browser(world.acme.host, world.acme.owner).get(f"/portal/orders/{order.pk}/").content.decode()
    assert "Deliver to: Chantier" in staff


def test_statements_do_not_grow_with_what_is_said(world: World) -> None:
    with Buying(world) as buying:
        site = address(world)

        def count() -> int:
            with statements() as texts:
                basket_of(buying.actor, buying.customer)
                said = {key: Said("n", NEXT_WEEK, site) for key, _wish in buying.lines()}
                carts.describe_lines(actor=buying.actor, customer=buying.customer, said=said)
                buying.order()
            return len(texts)

        buying.add("VN-1001", 10)
        count()  # what is read once
        buying.add("VN-1001", 10)
        one = count()
        for sku in ("VN-1001", "VN-1002", "VN-1003", "VN-1005"):
            buying.add(sku, 10)
        assert count() == one
