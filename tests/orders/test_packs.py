"""Packs from the cart to the invoice: one line at the buyer's own prices, whose goods are reserved one by one."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from types import TracebackType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.queries import addresses_of
from catalog.models import OrderUnit, Product, Variant, VisibilityRule
from catalog.packs.models import PackOption
from catalog.packs.services import PackData, PartData, dissolve_pack
from catalog.queries import variants_by_id
from core.actor import Actor
from core.errors import NotFound
from core.tenancy import use_tenant
from customers.queries import CustomerInfo, require_approved
from frontend.storefront.cart.basket import basket_of
from inventory.errors import NotInStock
from inventory.models import Stock, StockMovement
from inventory.queries import availability
from orders import carts, drafts, services
from orders.errors import LinesRefused, PriceChanged
from orders.figures import waiting_goods, work_counts
from orders.fulfilment import confirm_order, ship
from orders.kits import kits_among
from orders.lines import NewLine, check_lines
from orders.models import CartLine, Order, OrderComponent
from orders.progress import order_progress
from orders.quick import Typed
from orders.services import Delivery
from payments.models import CreditAccount, Invoice
from pricing.models import Price
from pricing.queries import price_context
from shipping.errors import InvalidParcelQuantity
from tests.catalog.test_packs import KIT, SET, acting, make
from tests.counting import statements
from tests.world import CompanyWorld, World

KIT_SKU = "VN-1004"
CHOICES = ("A1", "A2", "A1-B1", "A1-B1-B2", "kit")
KIT_OF_FIVE = PackData("fixed", (PartData("VN-1005", Decimal(2)), PartData("VN-1003", Decimal(5))))


class buying:  # noqa: N801  # it reads as a function
    """The scope of a buyer of acme, as actor and account."""

    def __init__(self, world: World, company: CompanyWorld | None = None) -> None:
        self.company = company or world.delmas
        self.scope = use_tenant(world.acme.scope, company_id=self.company.id)

    def __enter__(self) -> tuple[Actor, CustomerInfo]:
        self.scope.__enter__()
        return self.company.buyer, require_approved(self.company.buyer)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.scope.__exit__(kind, error, trace)


def whole(*numbers: Decimal) -> tuple[int, ...]:
    """Numbers to compare; none of them has a fraction."""
    assert all(number % 1 == 0 for number in numbers)
    return tuple(map(int, numbers))


@pytest.fixture
def packed(world: World) -> World:
    """VN-1001 is a set to configure, VN-1004 a kit of two rods and five nuts."""
    make(world, SET)
    make(world, KIT_OF_FIVE, sku=KIT_SKU)
    return world


def wish(world: World, quantity: object, choice: str = "A1-B1", sku: str = "VN-1001", digest: str = "") -> NewLine:
    return NewLine(world.acme.variants[sku], "", Decimal(str(quantity)), choice, digest)


def checkout(actor: Actor, customer: CustomerInfo, company: CompanyWorld, **expected: Any) -> Order:
    delivery = Delivery(addresses_of(company.id)[0].id)
    return Order.objects.get(pk=services.checkout(actor=actor, customer=customer, delivery=delivery, **expected))


def problems_of(world: World, *lines: NewLine) -> list[str]:
    with buying(world) as (actor, customer), pytest.raises(LinesRefused) as refused:
        carts.add_lines(actor=actor, customer=customer, lines=lines)
    with buying(world) as (actor, customer):
        assert carts.line_count(actor, customer) == 0
    return [problem.code for problem in refused.value.problems]


def test_a_set_is_one_line_at_the_price_of_what_is_in_it(packed: World) -> None:
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 2)])
        ((_line_id, line),) = carts.wishes_of(actor, customer)
        assert (line.choice, int(line.quantity), len(line.digest)) == ("A1-B1", 2, 16)
        (checked,) = check_lines(customer, [line])
        assert checked.pack is not None
        assert checked.pack.reference == "VN-1001-A1-B1"
        assert checked.unit_price == Decimal("37.80")  # 6.20 + 1.60 + 35 - 5; what VN-1001 itself costs does not count
        assert carts.cart_sum(actor, customer).net == checked.net_amount == Decimal("75.60")
        assert checked.stock is not None
        assert checked.stock.available == 8, "80 screws at ten in each"
        assert checked.stock.lead_time_days == 9
        row = CartLine.objects.get()
        assert row.pack is not None
        assert "0.62" not in str(row.pack), "a cart never holds a price"


def test_equal_choices_are_one_line_and_others_are_not(packed: World) -> None:
    with buying(packed) as (actor, customer):
        lines = [wish(packed, 1), wish(packed, 2, "B1-A1"), wish(packed, 1, "A2"), wish(packed, 1, "", KIT_SKU)]
        assert carts.add_lines(actor=actor, customer=customer, lines=lines) == 4
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 3)])
        found = [(line.choice, int(line.quantity)) for _key, line in carts.wishes_of(actor, customer)]
        assert sorted(found) == [("", 1), ("A1-B1", 6), ("A2", 1)]


def test_a_line_is_chosen_again_and_meets_its_like(packed: World) -> None:
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 1), wish(packed, 2, "A2")])
        keys = {line.choice: key for key, line in carts.wishes_of(actor, customer)}
        carts.choose_again(actor=actor, customer=customer, line_id=keys["A2"], line=wish(packed, 2, "A1"))
        assert {line.choice for _key, line in carts.wishes_of(actor, customer)} == {"A1-B1", "A1"}
        keys = {line.choice: key for key, line in carts.wishes_of(actor, customer)}
        carts.choose_again(actor=actor, customer=customer, line_id=keys["A1"], line=wish(packed, 5, "A1-B1"))
        ((last, line),) = carts.wishes_of(actor, customer)
        assert line.quantity == 6
        with pytest.raises(NotFound):
            carts.choose_again(actor=actor, customer=customer, line_id=keys["A1"], line=wish(packed, 1))
        before = line
    with buying(packed) as (actor, customer), pytest.raises(LinesRefused):
        carts.choose_again(actor=actor, customer=customer, line_id=last, line=wish(packed, 1, "A2-B1"))
    with buying(packed) as (actor, customer):
        assert [line for _key, line in carts.wishes_of(actor, customer)] == [before]


@pytest.mark.parametrize(
    ("choice", "code"),
    [("", "configure"), ("A2-B1", "configure"), ("A1-B2", "configure"), ("A1-A2", "configure"), ("Z9", "configure")],
)
def test_an_impossible_choice_is_refused(packed: World, choice: str, code: str) -> None:
    assert problems_of(packed, wish(packed, 1, "A1"), wish(packed, 1, choice)) == [code]


def test_quantities_keep_to_the_rules_of_the_pack(packed: World) -> None:
    with acting(packed):
        OrderUnit.objects.filter(variant__sku="VN-1001", code="H87").update(minimum=2, multiple="0.5")
    assert problems_of(packed, wish(packed, 1)) == ["below_minimum"]
    assert problems_of(packed, wish(packed, "2.5")) == ["not_a_multiple"]
    make(packed, replace(SET, parts=(PartData("VN-1002", Decimal(10_000)),)))
    assert problems_of(packed, wish(packed, 999_999_998)) == ["too_much"]


def test_a_pack_that_has_changed_waits_to_be_chosen_again(packed: World) -> None:
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 1), wish(packed, 1, "A2")])
    make(packed, replace(SET, options=(*SET.options[:2], replace(SET.options[2], name_fr="Peinture"), SET.options[3])))
    with buying(packed) as (actor, customer):
        figures = carts.cart_figures(actor, customer)
        assert {line.choice for key, line in figures.pairs if key in figures.wrong} == {"A1-B1"}
        basket = basket_of(actor, customer)
        wrong = next(line for line in basket.lines if line.error)
        assert wrong.contents is not None
        assert "A1-B1" in wrong.contents.reference
        assert not basket.is_orderable
        with pytest.raises(LinesRefused) as refused:
            checkout(actor, customer, packed.delmas)
        assert [problem.code for problem in refused.value.problems] == ["pack_changed"]
    with buying(packed) as (actor, customer):  # chosen again it is what it is now
        (key,) = figures.wrong
        carts.choose_again(actor=actor, customer=customer, line_id=key, line=wish(packed, 1))
        assert carts.cart_figures(actor, customer).wrong == frozenset()


def test_what_is_no_longer_sold_or_seen_or_priced_keeps_the_pack_back(packed: World) -> None:
    def codes() -> list[str]:
        with buying(packed) as (actor, customer):
            wishes = [line for _key, line in carts.wishes_of(actor, customer)]
            figures, checked = carts.cart_figures(actor, customer), check_lines(customer, wishes)
            assert len(figures.wrong) == sum(line.problem is not None for line in checked)
            assert all("Lock nut" not in line.problem.message for line in checked if line.problem) or not hidden
            return [line.problem.code for line in checked if line.problem]

    hidden = False
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 1)])
    assert codes() == []
    with acting(packed):
        Variant.objects.filter(sku="VN-1003").update(state="archived")
    assert codes() == ["component_not_sold"]
    with acting(packed):
        Variant.objects.filter(sku="VN-1003").update(state="active", tax_rate=Decimal("0.055"))
    assert codes() == ["mixed_vat"]
    with acting(packed):
        Variant.objects.filter(sku="VN-1003").update(tax_rate=Decimal("0.2"))
        Price.objects.filter(variant__sku="VN-1003").delete()
    assert codes() == ["no_price"]
    hidden = True
    with acting(packed):
        VisibilityRule.objects.create(product=Product.objects.get(code="VN-1003"), is_visible=False)
    assert codes() == ["configure"], "the option is not there for this customer"
    with acting(packed):
        VisibilityRule.objects.create(product=Product.objects.get(code="VN-1002"), is_visible=False)
    assert codes() == ["pack_unavailable"]
    with acting(packed):
        dissolve_pack(variant_id=packed.acme.variants["VN-1001"], actor=packed.acme.staff)
    assert codes() == ["pack_unavailable"], "an article of the same name is not what was chosen"


def test_an_order_keeps_the_pack_and_reserves_the_goods_in_it(packed: World) -> None:
    with buying(packed) as (actor, customer):
        lines = [wish(packed, 10), NewLine(packed.acme.variants["VN-1002"], "", Decimal(5))]
        carts.add_lines(actor=actor, customer=customer, lines=lines)
        total = basket_of(actor, customer).gross
        order = checkout(actor, customer, packed.delmas, expected_total=total)
        assert order.total_amount == total
        first, second = order.lines.all()
        assert first.pack is not None
        assert (first.reference, second.reference) == ("VN-1001-A1-B1", "VN-1002")
        screws, nuts = OrderComponent.objects.order_by("position")
        assert (screws.sku, *whole(screws.quantity, screws.reserved_quantity)) == ("VN-1002", 100, 75)
        assert (nuts.sku, *whole(nuts.quantity, nuts.reserved_quantity)) == ("VN-1003", 100, 100)
        assert whole(first.reserved_quantity, second.reserved_quantity) == (7, 5)
        stock = dict(Stock.objects.values_list("variant__sku", "reserved"))
        assert whole(stock["VN-1002"], stock["VN-1003"], stock["VN-1001"]) == (80, 100, 0)
    with acting(packed):
        assert [(row.sku, row.order_count) for row in waiting_goods()] == [("VN-1002", 1)]
        assert work_counts().goods == 1
    with buying(packed) as (actor, _customer):
        services.cancel(order_id=order.id, actor=actor)
        assert not Stock.objects.filter(reserved__gt=0).exists()


def test_an_order_is_never_read_again_from_the_catalogue(packed: World) -> None:
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 2)])
        order = checkout(actor, customer, packed.delmas)
        before = order_progress(actor, order.id)
    with acting(packed):
        Variant.objects.update(name_fr="?", name_en="?")
        dissolve_pack(variant_id=packed.acme.variants["VN-1001"], actor=packed.acme.staff)
    with buying(packed) as (actor, _customer):
        after = order_progress(actor, order.id)
    assert after.lines == before.lines
    pack = after.lines[0].pack
    assert pack is not None
    twenty = [("VN-1002", "20 pieces"), ("VN-1003", "20 pieces")]
    assert [(row.sku, row.quantity_text) for row in pack.contents] == twenty
    assert pack.options_text == "Lock, Assembly"


def test_packs_are_shipped_whole_and_the_invoice_names_them(packed: World) -> None:
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 3), wish(packed, 2, "", KIT_SKU)])
        order = checkout(actor, customer, packed.delmas)
        sets, kits = order.lines.all()
    with acting(packed):
        staff = packed.acme.staff
        confirm_order(order_id=order.id, actor=staff)
        with pytest.raises(InvalidParcelQuantity):
            ship(order_id=order.id, quantities={sets.id: Decimal("0.5")}, actor=staff)
    with acting(packed):
        ship(order_id=order.id, quantities={sets.id: Decimal(1)}, actor=staff)
        assert Stock.objects.get(variant__sku="VN-1002").on_hand == 70
        ship(order_id=order.id, quantities={sets.id: Decimal(2), kits.id: Decimal(2)}, actor=staff)
        stock = {row.variant.sku: whole(row.on_hand, row.reserved) for row in Stock.objects.select_related("variant")}
        assert stock["VN-1002"] == (50, 0)
        assert stock["VN-1003"] == (12000 - 30 - 10, 0)
        assert stock["VN-1005"] == (296, 0)
        assert stock["VN-1001"] == (4200, 0), "the set itself was never there"
        invoice = Invoice.objects.get()
        rows = [(line.sku, line.net_amount) for line in invoice.lines.order_by("position")]
        assert rows == [("VN-1001-A1-B1", Decimal("113.40")), ("VN-1004", Decimal("18.40"))]
        assert (invoice.net_amount, invoice.total_amount) == (order.net_amount, order.total_amount)


def test_what_is_missing_for_a_pack_is_said_at_its_line(packed: World) -> None:
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 9)])
        order = checkout(actor, customer, packed.delmas)
        line = order.lines.get()
    with acting(packed):
        confirm_order(order_id=order.id, actor=packed.acme.staff)
        with pytest.raises(NotInStock) as refused:
            ship(order_id=order.id, quantities={line.id: Decimal(9)}, actor=packed.acme.staff)
        assert refused.value.field == str(line.id)
    with acting(packed):
        assert not StockMovement.objects.filter(kind="ship").exists()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    packs=st.lists(
        st.tuples(st.sampled_from(["A1", "A2", "A1-B1", "A1-B1-B2", "kit"]), st.integers(1, 120)),
        min_size=1,
        max_size=4,
    ),
    goods=st.lists(st.tuples(st.sampled_from(["VN-1002", "VN-1003", "VN-1005"]), st.integers(1, 900)), max_size=3),
    lecomte=st.booleans(),
)
def test_cart_order_and_invoice_agree_to_the_cent(
    packed: World, packs: list[tuple[str, int]], goods: list[tuple[str, int]], *, lecomte: bool
) -> None:
    company = packed.lecomte if lecomte else packed.delmas
    lines = [
        wish(packed, count, "", KIT_SKU) if choice == "kit" else wish(packed, count, choice) for choice, count in packs
    ]
    lines += [NewLine(packed.acme.variants[sku], "", Decimal(count)) for sku, count in goods]
    with acting(packed):
        CreditAccount.objects.update(limit_amount=10**9)
        Stock.objects.update(on_hand=10**9, reserved=0)
    with buying(packed, company) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=lines)
        basket = basket_of(actor, customer)
        order = checkout(actor, customer, company, expected_total=basket.gross)
        assert order.net_amount == basket.sum.net
        shipped = {line.pk: line.base_quantity for line in order.lines.all()}
        for line in order.lines.exclude(pack=None):
            assert line.net_amount == line.unit_price * line.base_quantity, "a pack's price is in cents"
    with acting(packed):
        confirm_order(order_id=order.id, actor=packed.acme.staff)
        ship(order_id=order.id, quantities=shipped, actor=packed.acme.staff)
        invoice = Invoice.objects.get(order_id=order.id)
        assert (invoice.net_amount, invoice.tax_amount) == (order.net_amount, order.tax_amount)
        assert invoice.total_amount == order.total_amount == basket.gross


def test_tiers_count_what_is_in_packs_and_what_is_not(packed: World) -> None:
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 49, "A2")])
        assert carts.cart_sum(actor, customer).net == 49 * Decimal("6.20")
        screws = NewLine(packed.acme.variants["VN-1002"], "", Decimal(10))
        carts.add_lines(actor=actor, customer=customer, lines=[screws])
        assert carts.cart_sum(actor, customer).net == 49 * Decimal("5.10") + Decimal("5.10"), "500 screws cost 0.51"


def test_a_price_that_moved_is_shown_first(packed: World) -> None:
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 1)])
        total = basket_of(actor, customer).gross
    with acting(packed):
        PackOption.objects.filter(name_fr="Montage").update(amount=40)
    with buying(packed) as (actor, customer), pytest.raises(PriceChanged):
        checkout(actor, customer, packed.delmas, expected_total=total)
    with acting(packed):
        assert not Order.objects.exists()


def test_a_hundred_packs_take_as_many_statements_as_one(packed: World) -> None:
    options = [replace(SET.options[2], code=f"C{n}", name_fr=f"Service {n}", is_default=False) for n in range(1, 41)]
    group = replace(SET.groups[1], code="C", name_fr="Plus", maximum=40)
    make(packed, replace(SET, groups=(*SET.groups, group), options=(*SET.options, *options)))

    def count(lines: list[NewLine]) -> list[int]:
        counted = []
        with statements() as texts:
            carts.add_lines(actor=actor, customer=customer, lines=lines)
        counted.append(len(texts))
        with statements() as texts:
            total = basket_of(actor, customer).gross
        counted.append(len(texts))
        with statements() as texts:
            order = checkout(actor, customer, packed.delmas, expected_total=total)
        counted.append(len(texts))
        with statements() as texts:
            services.cancel(order_id=order.id, actor=actor)
        return [*counted, len(texts)]

    many = [wish(packed, 1, f"A{1 + n % 2}-C{1 + n // 2}") for n in range(80)]
    many += [wish(packed, 1, f"A1-B1-C{n}") for n in range(1, 21)]
    with acting(packed):
        CreditAccount.objects.update(limit_amount=10**6)
        Stock.objects.update(on_hand=10**6)
    with buying(packed) as (actor, customer):
        assert len(many) == 100
        assert count([wish(packed, 1)]) == count(many)


def test_the_scarcest_goods_say_how_many_there_are(packed: World) -> None:
    with acting(packed):
        Stock.objects.filter(variant__sku="VN-1005").update(on_hand=7, lead_time_days=30)
    with buying(packed) as (_actor, customer):
        (checked,) = check_lines(customer, [wish(packed, 1, "", KIT_SKU)])
        assert checked.stock is not None
        assert whole(checked.stock.available, Decimal(checked.stock.lead_time_days)) == (math.floor(7 / 2), 30)


def test_a_kit_is_not_the_kit_of_another_supplier(packed: World) -> None:
    stranger = NewLine(packed.bolt.variants["VN-1001"], "", Decimal(1), "A1-B1")
    assert problems_of(packed, stranger, NewLine(UUID(int=5), "", Decimal(1), "A1")) == ["not_sold", "not_sold"]


def test_kits_hold_what_their_supplier_says_now(packed: World) -> None:
    make(packed, KIT, sku=KIT_SKU)
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[wish(packed, 1, "", KIT_SKU)])
        assert carts.cart_sum(actor, customer).net == 4 * Decimal("0.62") + 4 * Decimal("0.16")


def test_of_goods_that_are_ending_no_more_packs_are_sold_than_there_are(packed: World) -> None:
    with acting(packed):
        Variant.objects.filter(sku="VN-1005").update(state="ending")  # 300 rods, two in each kit
    kits, rods = wish(packed, 150, "", KIT_SKU), wish(packed, 1, "", "VN-1005")
    assert problems_of(packed, replace(kits, quantity=Decimal(151))) == ["sold_out"]
    assert problems_of(packed, kits, rods) == ["sold_out", "sold_out"]
    with buying(packed) as (actor, customer):
        carts.add_lines(actor=actor, customer=customer, lines=[kits])
        assert carts.cart_figures(actor, customer).wrong == frozenset()
        carts.add_lines(actor=actor, customer=customer, lines=[rods])
        assert len(carts.cart_figures(actor, customer).wrong) == 2
        with pytest.raises(LinesRefused):
            checkout(actor, customer, packed.delmas)


def test_ready_quick_lines_come_to_what_they_cost_in_the_cart_kits_among_them(packed: World) -> None:
    """Ten kits bring the rods in them to their tier, so that the rods beside them are cheaper, too."""
    with acting(packed):
        base = Price.objects.filter(variant__sku="VN-1005").earliest("pk").price_list
        Price.objects.create(price_list=base, variant=Variant.objects.get(sku="VN-1005"), min_quantity=20, unit_price=1)
    with buying(packed) as (actor, customer):
        lines = [Typed(KIT_SKU, "10"), Typed("VN-1005", "3"), Typed("VN-1002", "7")]
        drafts.edit(actor=actor, customer=customer, added=lines)
        ready = drafts.ready_net(actor, customer)
        assert drafts.take_ready(actor=actor, customer=customer) == len(lines)
        assert ready == carts.cart_sum(actor, customer).net


def test_a_kit_in_a_list_has_the_price_that_its_line_has_for_each_quantity(packed: World) -> None:
    with acting(packed):
        base = Price.objects.filter(variant__sku="VN-1005").earliest("pk").price_list
        for sku, minimum, price in (("VN-1005", 7, 1), ("VN-1005", "31.5", "0.9"), ("VN-1003", 60, "0.123456")):
            variant = Variant.objects.get(sku=sku)
            Price.objects.create(price_list=base, variant=variant, min_quantity=minimum, unit_price=price)
        Stock.objects.filter(variant__sku="VN-1003").update(on_hand=44)
    key = packed.acme.variants[KIT_SKU]
    with buying(packed) as (_actor, customer):
        kits = kits_among(variants_by_id({key, packed.acme.variants["VN-1001"]}, customer.view).values(), customer.view)
        assert set(kits.chosen) == {key}, "a set costs what is chosen"
        found = kits.prices(price_context(customer), {key: Decimal(5)})[key]
        lines = {n: check_lines(customer, [wish(packed, n, "", KIT_SKU)])[0] for n in range(1, 40)}
        assert {n: found.at(Decimal(n)) for n in lines} == {n: line.unit_price for n, line in lines.items()}
        assert found.unit_price == lines[5].unit_price
        assert len(found.tiers) > 3
        assert kits.stocks(availability(kits.goods)) == {key: lines[1].stock}


def test_a_kit_that_cannot_be_ordered_has_no_price_in_a_list(packed: World) -> None:
    key = packed.acme.variants[KIT_SKU]
    for mend in (
        lambda: Price.objects.filter(variant__sku="VN-1003").delete(),
        lambda: Variant.objects.filter(sku="VN-1005").update(state="archived"),
    ):
        with acting(packed):
            mend()
        with buying(packed) as (_actor, customer):
            kits = kits_among(variants_by_id({key}, customer.view).values(), customer.view)
            assert kits.prices(price_context(customer), {key: Decimal(1)}) == {}
