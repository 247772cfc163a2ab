"""Calling off: the agreed price for what is left, the usual one beyond it; what comes back can be called off again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from accounts.spending import services as spending
from accounts.spending.rules import Predicate
from accounts.spending.services import TierData
from agreements import services as agreements
from agreements.enums import CallKind
from agreements.errors import (
    AgreedTwice,
    AgreementShort,
    AlreadyAgreed,
    EndReasonMissing,
    InvalidPeriod,
    NotAgreeable,
    OtherCurrency,
)
from agreements.models import Agreement, AgreementLine, CallOff
from agreements.services import Period
from catalog.packs.services import PackData, PartData
from core.errors import IllegalMove, NotAllowed
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts, drafts, services
from orders.amending import services as amending
from orders.amending.services import Change
from orders.approvals.asking import ask_for_lines
from orders.approvals.models import ApprovalRequest
from orders.call_offs import parted
from orders.enums import ApprovalState, OrderSource
from orders.errors import LinesRefused, PriceChanged, PricesChanged
from orders.lines import NewLine, check_lines, orderable, priced
from orders.models import Order, OrderLine
from orders.quick import Typed
from orders.services import Delivery
from pricing.errors import ListIsAgreed
from pricing.models import PriceList
from pricing.queries import price_context, resolve
from pricing.services import ListTerms, change_list
from tests.agreements.signed import left, line, new_agreement, period, signed
from tests.catalog.test_packs import make
from tests.counting import statements
from tests.orders.buying_company import approve, member
from tests.world import CompanyWorld, TenantWorld, World

ADDRESS = {"label": "Arras", "street": "12 rue des Forges", "postal_code": "62000", "city": "Arras", "country": "FR"}
SKU = "VN-1003"  # 0.16, from 1,000 on 0.12; boxes of 200


def place(tenant: TenantWorld, company: CompanyWorld, quantity: object, sku: str = SKU, unit: str = "") -> Order:
    with use_tenant(tenant.scope, company_id=company.id):
        order_id = services.place_order(
            actor=company.buyer,
            customer=require_approved(company.buyer),
            lines=[NewLine(tenant.variants[sku], unit, Decimal(str(quantity)))],
            delivery_address=ADDRESS,
        )
        return Order.objects.get(pk=order_id)


def lines_of(order: Order) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Quantity, price and net amount of each line."""
    with use_tenant(PLATFORM):
        pass
    return [(row.base_quantity, row.unit_price, row.net_amount) for row in order.lines.all()]


def price_of(tenant: TenantWorld, company: CompanyWorld, quantity: int = 1, sku: str = SKU) -> Decimal:
    with use_tenant(tenant.scope, company_id=company.id):
        context = price_context(require_approved(company.buyer))
        return resolve(context, {tenant.variants[sku]: Decimal(quantity)})[tenant.variants[sku]].unit_price


def told(name: str) -> int:
    with use_tenant(PLATFORM):
        return OutboxEvent.objects.filter(name=f"agreements.{name}").count()


def test_an_order_takes_the_agreed_price_and_is_counted(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    assert price_of(world.acme, world.delmas) == Decimal("0.11")
    assert price_of(world.acme, world.lecomte) == Decimal("0.16"), "it is another company's"
    order = place(world.acme, world.delmas, 300)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert lines_of(order) == [(Decimal(300), Decimal("0.11"), Decimal(33))]
        call = CallOff.objects.get()
        assert (call.quantity, call.kind, call.order_number) == (Decimal(300), CallKind.ORDERED, order.number)
        assert call.order_line_id == order.lines.get().pk
    assert left(world.acme, SKU) == 700


def test_what_is_beyond_costs_what_it_usually_costs_in_a_line_of_its_own(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    order = place(world.acme, world.delmas, 11, unit="XBX")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        rows = list(order.lines.all())
        assert [(row.unit_code, row.quantity, row.unit_price) for row in rows] == [
            ("XBX", Decimal(5), Decimal("0.11")),
            ("XBX", Decimal(6), Decimal("0.12")),
        ], "the rest has the price of its own quantity"
        assert order.net_amount == Decimal(110) + Decimal(144)
        assert CallOff.objects.get().order_line_id == rows[0].pk
    assert left(world.acme, SKU) == 0
    assert price_of(world.acme, world.delmas) == Decimal("0.16"), "it is used up"


def test_what_is_no_whole_unit_is_counted_in_base_units(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 250))
    order = place(world.acme, world.delmas, 2, unit="XBX")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        rows = [(row.unit_code, row.quantity, row.base_quantity) for row in order.lines.all()]
        assert rows == [("H87", Decimal(250), Decimal(250)), ("H87", Decimal(150), Decimal(150))]


def test_a_line_that_may_overrun_has_no_end(world: World) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 100))
    place(world.acme, world.delmas, 100)
    assert price_of(world.acme, world.delmas) == Decimal("0.16")
    with use_tenant(world.acme.scope, party="tenant"):
        line_id = AgreementLine.objects.get().pk
        for actor in (world.delmas.buyer, world.bolt.staff):
            with pytest.raises(NotAllowed):
                agreements.allow_overrun(agreement_id=agreement_id, line_id=line_id, allowed=True, actor=actor)
        agreements.allow_overrun(agreement_id=agreement_id, line_id=line_id, allowed=True, actor=world.acme.staff)
    assert price_of(world.acme, world.delmas) == Decimal("0.11")
    order = place(world.acme, world.delmas, 500)
    with use_tenant(world.acme.scope, party="tenant"):
        assert lines_of(order) == [(Decimal(500), Decimal("0.11"), Decimal(55))]
        assert AgreementLine.objects.get().called_quantity == 600
        with pytest.raises(IllegalMove):
            agreements.allow_overrun(agreement_id=agreement_id, line_id=line_id, allowed=False, actor=world.acme.staff)


def test_a_cancelled_order_gives_back(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 300))
    order = place(world.acme, world.delmas, 300)
    assert price_of(world.acme, world.delmas) == Decimal("0.16")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        services.cancel(order_id=order.pk, actor=world.delmas.buyer)
        assert sorted(CallOff.objects.values_list("quantity", "kind")) == [
            (Decimal(-300), CallKind.CANCELLED),
            (Decimal(300), CallKind.ORDERED),
        ]
    assert left(world.acme, SKU) == 300
    assert price_of(world.acme, world.delmas) == Decimal("0.11"), "something is left again"


def test_an_amendment_takes_more_or_gives_back_at_the_agreed_price(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    order = place(world.acme, world.delmas, 300)

    def amend(quantity: int, version: int) -> None:
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            change = Change({order.lines.get().pk: Decimal(quantity)})
            amending.amend(order_id=order.pk, change=change, version=version, actor=world.delmas.buyer)

    amend(500, 1)
    assert left(world.acme, SKU) == 500
    amend(100, 2)
    assert left(world.acme, SKU) == 900
    place(world.acme, world.delmas, 850)
    with pytest.raises(AgreementShort):
        amend(151, 3)
    assert left(world.acme, SKU) == 50
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert lines_of(order) == [(Decimal(100), Decimal("0.11"), Decimal(11))]
        assert Order.objects.get(pk=order.pk).version == 3, "nothing has changed"


def test_the_part_beyond_is_amended_at_its_own_price(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 200))
    order = place(world.acme, world.delmas, 600)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        agreed, rest = order.lines.all()
        change = Change({rest.pk: Decimal(1000)})
        amending.amend(order_id=order.pk, change=change, version=1, actor=world.delmas.buyer)
        assert lines_of(order) == [
            (Decimal(200), Decimal("0.11"), Decimal(22)),
            (Decimal(1000), Decimal("0.12"), Decimal(120)),
        ]
        change = Change({agreed.pk: Decimal(0)})
        amending.amend(order_id=order.pk, change=change, version=2, actor=world.delmas.buyer)
    assert left(world.acme, SKU) == 200


def test_what_the_supplier_cannot_deliver_is_given_back(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    order = place(world.acme, world.delmas, 300)
    with use_tenant(world.acme.scope, party="tenant"):
        line_id = order.lines.get().pk
        amending.cancel_part(
            order_id=order.pk, quantities={line_id: Decimal(120)}, reason="none left", actor=world.acme.staff
        )
        assert lines_of(order) == [(Decimal(180), Decimal("0.11"), Decimal("19.80"))]
    assert left(world.acme, SKU) == 820


def test_it_holds_in_its_period_only(world: World) -> None:
    today = timezone.localdate()
    signed(
        world.acme,
        world.delmas,
        line(world.acme, SKU, "0.11", 1000),
        within=Period(today + timedelta(days=2), today + timedelta(days=10)),
    )
    for days, price in ((0, "0.16"), (2, "0.11"), (10, "0.11"), (11, "0.16")):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert price_of(world.acme, world.delmas) == Decimal(price), days
    order = place(world.acme, world.delmas, 10)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert lines_of(order)[0][1] == Decimal("0.16")
        assert not CallOff.objects.exists()


def test_a_cart_says_what_is_beyond_and_costs_what_the_order_will(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 500))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer, buyer = require_approved(world.delmas.buyer), world.delmas.buyer
        wishes = [
            NewLine(world.acme.variants[SKU], "H87", Decimal(350)),
            NewLine(world.acme.variants[SKU], "XBX", Decimal(2)),
        ]
        carts.add_lines(actor=buyer, customer=customer, lines=wishes)
        figures = carts.cart_figures(buyer, customer)
        first, second = (figures.portions[key] for key, _wish in figures.pairs)
        assert (first.quantity, first.rest) == (Decimal(350), Decimal(0))
        assert (second.quantity, second.rest) == (Decimal(150), Decimal(250))
        assert figures.goods_net == Decimal("38.50") + Decimal("16.50") + Decimal(40)
        assert not figures.changes, "what was seen is the agreed price"
        order_id = services.checkout(
            actor=buyer,
            customer=customer,
            delivery=Delivery(new=None, address_id=_address(world)),
            expected_total=figures.totals.gross,
        )
        order = Order.objects.get(pk=order_id)
        assert order.total_amount == figures.totals.gross
        assert [row[0] for row in lines_of(order)] == [Decimal(350), Decimal(150), Decimal(250)]


def test_a_price_that_is_gone_is_never_charged_silently(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 500))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer, buyer = require_approved(world.delmas.buyer), world.delmas.buyer
        carts.add_lines(actor=buyer, customer=customer, lines=[NewLine(world.acme.variants[SKU], "H87", Decimal(400))])
        shown = carts.cart_figures(buyer, customer).totals.gross

    def checkout(**more: Any) -> None:
        delivery = Delivery(address_id=_address(world))
        services.checkout(actor=buyer, customer=customer, delivery=delivery, **more)

    place(world.acme, world.delmas, 200)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        with pytest.raises(PriceChanged):
            checkout(expected_total=shown)
        assert carts.cart_figures(buyer, customer).totals.gross > shown
    place(world.acme, world.delmas, 300)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        figures = carts.cart_figures(buyer, customer)
        assert len(figures.changes) == 1, "the price that was seen is gone"
        with pytest.raises(PricesChanged):
            checkout(expected_total=figures.totals.gross)
        checkout(expected_total=figures.totals.gross, prices_taken=figures.prices_token)


def test_goods_without_another_price_are_refused_beyond_it(world: World) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        PriceList.objects.filter(is_base=True).update(valid_to=timezone.now())
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 500))
    with pytest.raises(LinesRefused) as refused:
        place(world.acme, world.delmas, 501)
    (problem,) = refused.value.problems
    assert (problem.code, problem.nearest) == ("beyond_agreement", (Decimal(500),))
    place(world.acme, world.delmas, 500)


def test_four_fifths_are_told_once(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    place(world.acme, world.delmas, 799)
    assert told("AgreementNearlyUsed") == 0
    place(world.acme, world.delmas, 1)
    place(world.acme, world.delmas, 100)
    assert told("AgreementNearlyUsed") == 1


def test_an_ended_agreement_gives_no_more_prices_and_takes_back_what_comes(world: World) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    order = place(world.acme, world.delmas, 300)
    with use_tenant(world.acme.scope, party="tenant"):
        with pytest.raises(NotAllowed):
            agreements.close(agreement_id=agreement_id, reason="no", actor=world.delmas.buyer)
        with pytest.raises(EndReasonMissing):
            agreements.close(agreement_id=agreement_id, reason=" ", actor=world.acme.staff)
        agreements.close(agreement_id=agreement_id, reason="Steel", actor=world.acme.staff)
        with pytest.raises(IllegalMove):
            agreements.close(agreement_id=agreement_id, reason="Steel", actor=world.acme.staff)
        assert Agreement.objects.get().state == "ended"
    assert told("AgreementClosed") == 1
    assert price_of(world.acme, world.delmas) == Decimal("0.16")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        services.cancel(order_id=order.pk, actor=world.delmas.buyer)
    assert left(world.acme, SKU) == 1000
    assert price_of(world.acme, world.delmas) == Decimal("0.16")


def test_one_that_nothing_was_called_off_from_is_cancelled(world: World) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    with use_tenant(world.acme.scope, party="tenant"):
        agreements.close(agreement_id=agreement_id, reason="A mistake", actor=world.acme.staff)
        assert Agreement.objects.get().state == "cancelled"
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.12", 1000))


def test_what_cannot_be_agreed(world: World) -> None:
    good, other = line(world.acme, SKU, "0.11", 10), line(world.acme, "VN-1001", "0.3", 10)
    today = timezone.localdate()
    with pytest.raises(AgreedTwice):
        signed(world.acme, world.delmas, good, line(world.acme, SKU, "0.10", 5))
    with pytest.raises(NotAgreeable):
        signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 10, is_pack=True))
    for starts, ends in ((-1, 30), (0, 0), (0, 6 * 366)):
        wrong = Period(today + timedelta(days=starts), today + timedelta(days=ends))
        with pytest.raises(InvalidPeriod):
            signed(world.acme, world.delmas, good, within=wrong)
    signed(world.acme, world.delmas, good, within=period(30))
    with pytest.raises(AlreadyAgreed):
        signed(world.acme, world.delmas, other, good, within=period(60))
    signed(world.acme, world.delmas, good, within=period(60, begins_in=31))
    signed(world.acme, world.lecomte, good)


def test_an_offer_in_another_currency_is_not_agreed_on(world: World) -> None:
    with pytest.raises(OtherCurrency):
        signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 10), currency="USD")


def test_goods_in_packs_have_their_usual_prices(world: World) -> None:
    make(world, PackData("fixed", parts=(PartData(SKU, Decimal(2)),)), "VN-1005")
    before = price_in_cart(world, "VN-1005")
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.01", 1000))
    assert price_in_cart(world, "VN-1005") == before
    place(world.acme, world.delmas, 3, "VN-1005")
    assert left(world.acme, SKU) == 1000


def test_an_order_that_waits_holds_nothing_and_says_so_when_it_is_too_late(world: World) -> None:
    buyer, approver = member(world, "Julien"), member(world, "Chloé", "approver")
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 100))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        tiers = [TierData(user_ids=[approver.require_user()])]
        spending.add_rule(name="All", predicate=Predicate(), tiers=tiers, actor=world.delmas.buyer)

    def wait(quantity: int) -> ApprovalRequest:
        request_id = ask_for_lines(
            actor=buyer,
            customer=require_approved(buyer),
            lines=[NewLine(world.acme.variants[SKU], "", Decimal(quantity))],
            delivery_address=ADDRESS,
            details=services.OrderDetails(),
            source=OrderSource.CART,
        )
        return ApprovalRequest.objects.get(pk=request_id)

    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        first, second = wait(130), wait(50)
        assert [item["base_quantity"] for item in first.content["lines"]] == ["100.0000", "30.0000"]
        approve(first, approver)
        assert AgreementLine.objects.get().called_quantity == 100
        with pytest.raises(AgreementShort):
            approve(second, approver)
        assert ApprovalRequest.objects.get(pk=second.pk).state == ApprovalState.PENDING
        assert Order.objects.count() == 1


def test_a_quick_order_adds_up_what_it_will_cost(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 500))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer, buyer = require_approved(world.delmas.buyer), world.delmas.buyer
        drafts.edit(actor=buyer, customer=customer, added=[Typed(SKU, "700", "")])
        assert drafts.ready_net(buyer, customer) == Decimal(55) + Decimal(32)


def price_in_cart(world: World, sku: str) -> Decimal | None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        wish = NewLine(world.acme.variants[sku], "", Decimal(10))
        (found,) = check_lines(require_approved(world.delmas.buyer), [wish])
        assert found.problem is None
        return found.unit_price


def test_signed_twice_is_signed_once(world: World) -> None:
    data = new_agreement(line(world.acme, SKU, "0.11", 10))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        first, second = (
            agreements.sign(data=data, period=period(), customer=customer, actor=world.delmas.buyer) for _ in range(2)
        )
        assert first == second
        assert Agreement.objects.count() == 1


def test_nobody_changes_the_list_of_an_agreement(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 10))
    with use_tenant(world.acme.scope, party="tenant"):
        found = PriceList.objects.exclude(agreement_id=None).get()
        with pytest.raises(ListIsAgreed):
            change_list(price_list_id=found.pk, terms=ListTerms("Mine"), actor=world.acme.staff)


def test_what_was_called_off_is_never_changed(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 10))
    place(world.acme, world.delmas, 5)
    with use_tenant(world.acme.scope, party="tenant"), pytest.raises(DatabaseError), transaction.atomic():
        CallOff.objects.update(quantity=1)


def test_statements_do_not_grow_with_the_lines(world: World) -> None:
    skus = ("VN-1001", "VN-1002", "VN-1003", "VN-1005")
    counts = []
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)

        def order(*wanted: str) -> int:
            with statements() as found:
                services.place_order(
                    actor=world.delmas.buyer,
                    customer=customer,
                    lines=[NewLine(world.acme.variants[sku], "", Decimal(10)) for sku in wanted],
                    delivery_address=ADDRESS,
                )
            return len(found)

        plain = order(*skus)
    signed(world.acme, world.delmas, *(line(world.acme, sku, "0.11", 1000) for sku in skus))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        counts = [order(skus[0]), order(*skus)]
    assert counts == [plain + 3, plain + 3]


def test_the_lines_of_an_order_are_those_that_were_priced(world: World) -> None:
    """What is parted comes to the same as the line that it was made of."""
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.113333", 333))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        (found,) = orderable(customer, [NewLine(world.acme.variants[SKU], "XBX", Decimal(3))])
        whole = priced(found)
        parts = parted([whole], "EUR")
        assert sum(part.net_amount for part in parts) == whole.net_amount == found.net_amount
        assert sum(part.base_quantity for part in parts) == whole.base_quantity == 600
        (again,) = check_lines(customer, [NewLine(world.acme.variants[SKU], "XBX", Decimal(3))])
        assert again.net_amount == found.net_amount
        assert connection.in_atomic_block
        assert OrderLine.objects.count() == 0


def _address(world: World) -> Any:
    from accounts.models import CompanyAddress

    with use_tenant(PLATFORM, company_id=world.delmas.id):
        return CompanyAddress.objects.filter(company_id=world.delmas.id).values_list("pk", flat=True).first()
