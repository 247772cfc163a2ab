"""After an order was placed: the buyer amends it, the supplier cancels a part; stock, credit and volume follow."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import CompanyRole
from accounts.spending.models import SpendingEntry
from core.errors import IllegalMove, NotAllowed, NotFound, Refused
from core.tenancy import use_tenant
from customers.queries import require_approved
from inventory.models import Stock, StockMovement
from marketplace.models import Document
from orders import fulfilment, services
from orders.amending import services as amending
from orders.amending.errors import (
    MoreThanOpen,
    NothingLeft,
    NothingToChange,
    OrderChanged,
    ReasonMissing,
    TooLateToAmend,
)
from orders.amending.services import Change
from orders.approvals.errors import RaiseNeedsApproval
from orders.enums import OrderState
from orders.errors import LinesRefused
from orders.lines import NewLine
from orders.models import Order, OrderLine, OrderRevision
from orders.placing import OrderDetails
from payments import credit
from payments.errors import CreditExceeded
from payments.models import CreditAccount, CreditEntry, Invoice
from pricing.models import Price, VolumeEntry
from tests.orders.buying_company import member, two_steps
from tests.orders.test_ordering import ADDRESS
from tests.world import CompanyWorld, World


def place(world: World, *lines: tuple[str, object, str], company: CompanyWorld | None = None) -> Order:
    """An order of Delmas at Acme; in its scope."""
    buyer = (company or world.delmas).buyer
    wishes = [NewLine(world.acme.variants[sku], unit, Decimal(str(quantity))) for sku, quantity, unit in lines]
    order_id = services.place_order(
        actor=buyer,
        customer=require_approved(buyer),
        lines=wishes,
        delivery_address=ADDRESS,
        details=OrderDetails(po_number="PO-1"),
    )
    return Order.objects.get(pk=order_id)


def lines_of(order: Order) -> dict[str, OrderLine]:
    return {line.sku: line for line in OrderLine.objects.filter(order=order)}


def reserved(world: World, sku: str) -> Decimal:
    return Stock.objects.get(variant_id=world.acme.variants[sku]).reserved


def volume(order: Order) -> Decimal:
    return VolumeEntry.objects.filter(order_id=order.pk).aggregate(sum=Sum("net_amount"))["sum"] or Decimal(0)


def amend(world: World, order: Order, quantities: dict[str, object], version: int = 1, **other: object) -> None:
    lines = lines_of(order)
    change = Change({lines[sku].pk: Decimal(str(n)) for sku, n in quantities.items()}, **other)  # type: ignore[arg-type]
    amending.amend(order_id=order.pk, change=change, version=version, actor=world.delmas.buyer)


def _state(order: Order) -> tuple[object, ...]:
    order.refresh_from_db()
    lines = list(
        OrderLine.objects.filter(order=order).values_list("sku", "quantity", "net_amount", "reserved_quantity")
    )
    stock = list(Stock.objects.order_by("pk").values_list("reserved", flat=True))
    counts = (CreditEntry.objects.count(), OrderRevision.objects.count(), StockMovement.objects.count())
    return order.version, order.total_amount, lines, stock, counts, volume(order)


def test_an_amended_order_is_right_everywhere(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 400, ""), ("VN-1003", 1, "XBX"), ("VN-1005", 2, ""))
        amend(world, order, {"VN-1001": 600, "VN-1003": 0}, po_number="PO-2")
        order.refresh_from_db()
        lines = lines_of(order)
        assert set(lines) == {"VN-1001", "VN-1005"}
        assert (lines["VN-1001"].unit_price, lines["VN-1001"].net_amount) == (Decimal("0.4"), Decimal(240))
        assert (order.net_amount, order.total_amount) == (Decimal("248.40"), Decimal("298.08"))
        assert (order.version, order.po_number) == (2, "PO-2")
        assert (reserved(world, "VN-1001"), reserved(world, "VN-1003"), reserved(world, "VN-1005")) == (
            Decimal(600),
            Decimal(0),
            Decimal(2),
        )
        assert credit.status(order.customer_id).reserved == order.total_amount
        assert volume(order) == order.net_amount
        revision = OrderRevision.objects.get(order=order)
        assert revision.before["po_number"] == "PO-1"
        assert [line["sku"] for line in revision.before["lines"]] == ["VN-1001", "VN-1003", "VN-1005"]
        assert (revision.actor_name, revision.kind, len(revision.changes)) == (world.delmas.admin.name, "amended", 2)
        assert Document.objects.get(object_id=order.pk).amount == order.total_amount


def test_the_price_is_that_of_the_day_of_the_order(world: World) -> None:
    """A price that changed since does not reach the order; lines that stay keep theirs to the last digit."""
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 100, ""), ("VN-1002", 10, ""))
        prices = Price.objects.filter(variant_id=world.acme.variants["VN-1001"])
        prices.update(valid_to=timezone.now())
        Price.objects.create(
            price_list=prices[0].price_list,
            variant_id=world.acme.variants["VN-1001"],
            min_quantity=1,
            unit_price=9,
            valid_from=timezone.now(),
        )
        kept = lines_of(order)["VN-1002"].net_amount
        amend(world, order, {"VN-1001": 500})
        assert (lines_of(order)["VN-1002"].net_amount, lines_of(order)["VN-1001"].net_amount) == (kept, Decimal(200))


def test_more_than_the_credit_is_refused_and_nothing_changes(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1005", 10, ""))
        CreditAccount.objects.filter(customer_id=order.customer_id).update(limit_amount=Decimal(60))
        before = _state(order)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        with pytest.raises(CreditExceeded) as refusal:
            amend(world, order, {"VN-1005": 20})
        assert refusal.value.requested == Decimal("100.80")
        assert _state(order) == before
        CreditAccount.objects.filter(customer_id=order.customer_id).update(limit_amount=Decimal(10))
        amend(world, order, {"VN-1005": 8})
        assert credit.status(order.customer_id).reserved == Decimal("40.32")


@pytest.mark.parametrize(
    ("quantities", "version", "refusal"),
    [
        ({"VN-1001": "1.5"}, 1, LinesRefused),
        ({"VN-1001": "-1"}, 1, LinesRefused),
        ({"VN-1001": 0}, 1, NothingLeft),
        ({"VN-1001": 10}, 1, NothingToChange),
        ({"VN-1001": 11}, 7, OrderChanged),
    ],
)
def test_what_is_not_possible_changes_nothing(
    world: World, quantities: dict[str, object], version: int, refusal: type[Refused]
) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 10, ""))
        before = _state(order)
        with pytest.raises(refusal):
            amend(world, order, quantities, version)
        assert _state(order) == before


def test_only_who_may_order_for_the_company_amends_and_only_in_time(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 10, ""))
        change = Change({line.pk: Decimal(20) for line in order.lines.all()})
        with pytest.raises(NotAllowed):
            amending.amend(order_id=order.pk, change=change, version=1, actor=world.delmas.onlooker)
        with pytest.raises(NotFound):
            amending.amend(order_id=order.pk, change=change, version=1, actor=world.lecomte.buyer)
        with pytest.raises(NotFound):
            amending.amend(order_id=order.pk, change=change, version=1, actor=world.acme.staff)
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
        with pytest.raises(TooLateToAmend):
            amending.amend(order_id=order.pk, change=change, version=1, actor=world.delmas.buyer)


def cancel_part(world: World, order: Order, quantities: dict[str, object], reason: str = "Out of stock") -> None:
    lines = lines_of(order)
    amending.cancel_part(
        order_id=order.pk,
        quantities={lines[sku].pk: Decimal(str(n)) for sku, n in quantities.items()},
        reason=reason,
        actor=world.acme.staff,
    )


def ship(world: World, order: Order, quantities: dict[str, object]) -> None:
    lines = lines_of(order)
    wanted = {lines[sku].pk: Decimal(str(n)) for sku, n in quantities.items()}
    fulfilment.ship(order_id=order.pk, quantities=wanted, actor=world.acme.staff)


def test_the_supplier_cancels_what_has_not_left_at_the_price_agreed(world: World) -> None:
    with use_tenant(world.acme.scope):
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            order = place(world, ("VN-1001", 600, ""), ("VN-1003", 2, "XBX"))
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
        ship(world, order, {"VN-1001": 100})
        with pytest.raises(MoreThanOpen):
            cancel_part(world, order, {"VN-1001": 501})
        with pytest.raises(ReasonMissing):
            cancel_part(world, order, {"VN-1001": 1}, reason=" ")
        cancel_part(world, order, {"VN-1001": 300, "VN-1003": 100})
        order.refresh_from_db()
        lines = lines_of(order)
        assert (lines["VN-1001"].unit_price, lines["VN-1001"].base_quantity) == (Decimal("0.4"), Decimal(300))
        assert (lines["VN-1003"].unit_code, lines["VN-1003"].quantity) == ("H87", Decimal(300))
        assert (reserved(world, "VN-1001"), reserved(world, "VN-1003")) == (Decimal(200), Decimal(300))
        assert credit.status(order.customer_id).reserved == order.total_amount
        assert volume(order) == order.net_amount == Decimal(168)
        assert OrderRevision.objects.get(order=order).reason == "Out of stock"


def test_when_all_that_is_left_has_left_the_order_is_invoiced(world: World) -> None:
    with use_tenant(world.acme.scope):
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            order = place(world, ("VN-1001", 100, ""), ("VN-1003", 200, ""))
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
        ship(world, order, {"VN-1001": 40})
        cancel_part(world, order, {"VN-1001": 60, "VN-1003": 200})
        order.refresh_from_db()
        assert order.state == OrderState.SHIPPED
        assert Invoice.objects.get(order_id=order.pk).total_amount == order.total_amount == Decimal(24)
        status = credit.status(order.customer_id)
        assert (status.reserved, status.invoiced) == (Decimal(0), Decimal(24))
        with pytest.raises(IllegalMove):
            cancel_part(world, order, {"VN-1001": 1})


def test_a_buyer_cannot_cancel_a_part_as_the_supplier_does(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 10, ""))
        wanted = {line.pk: Decimal(1) for line in order.lines.all()}
        for actor in (world.delmas.buyer, world.bolt.staff):
            with pytest.raises(NotAllowed):
                amending.cancel_part(order_id=order.pk, quantities=wanted, reason="No", actor=actor)


SKUS = ("VN-1001", "VN-1002", "VN-1004", "VN-1005")
STEPS = st.lists(
    st.tuples(st.sampled_from(("amend", "part", "confirm", "cancel")), st.sampled_from(SKUS), st.integers(0, 120)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_credit_and_stock_are_those_of_the_order(
    world: World, steps: list[tuple[str, str, int]]
) -> None:
    with use_tenant(world.acme.scope):
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            order = place(world, *((sku, 50, "") for sku in SKUS))
        for step, sku, quantity in steps:
            _step(world, order, step, sku, quantity)
            _agrees(world, order)
        if order.state != OrderState.CANCELLED:
            services.cancel(order_id=order.pk, actor=world.acme.staff)
        _agrees(world, order)


def _step(world: World, order: Order, step: str, sku: str, quantity: int) -> None:
    line = lines_of(order).get(sku)
    if line is None and step in ("amend", "part"):
        return
    try:
        if step == "amend":
            amend(world, order, {sku: quantity}, order.version)
        elif step == "part":
            cancel_part(world, order, {sku: quantity})
        elif step == "confirm":
            fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
        else:
            services.cancel(order_id=order.pk, actor=world.delmas.buyer)
    except Refused:
        pass
    order.refresh_from_db()


def _agrees(world: World, order: Order) -> None:
    order.refresh_from_db()
    is_open = order.state != OrderState.CANCELLED
    assert credit.status(order.customer_id).reserved == (order.total_amount if is_open else 0)
    assert volume(order) == (order.net_amount if is_open else 0)
    lines = lines_of(order) if is_open else {}
    for sku in SKUS:
        held = lines[sku].reserved_quantity if sku in lines else Decimal(0)
        assert reserved(world, sku) == held
        stock = Stock.objects.get(variant_id=world.acme.variants[sku])
        if sku in lines:
            assert held == min(lines[sku].base_quantity, stock.on_hand)


def test_statements_do_not_grow_with_lines(world: World) -> None:
    def count(*skus: str) -> int:
        order = place(world, *((sku, 10, "") for sku in skus))
        with CaptureQueriesContext(connection) as seen:
            amend(world, order, dict.fromkeys(skus, 20))
        return len(seen)

    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        count("VN-1001")
        assert count("VN-1001", "VN-1003") == count("VN-1001", "VN-1003", "VN-1004", "VN-1005")


def test_what_would_need_an_approval_is_not_added_afterwards(world: World) -> None:
    two_steps(world, member(world, "Chief", CompanyRole.APPROVER), member(world, "Director", CompanyRole.APPROVER))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = place(world, ("VN-1001", 100, ""))
        with pytest.raises(RaiseNeedsApproval):
            amend(world, order, {"VN-1001": 400})
        amend(world, order, {"VN-1001": 120})
        assert _spent(order) == Decimal(60)
        order.refresh_from_db()
        amend(world, order, {"VN-1001": 20}, version=2)
        assert _spent(order) == Decimal(10)


def _spent(order: Order) -> Decimal:
    """What the company's ledger of spending says of the order."""
    found = SpendingEntry.objects.filter(order_id=order.pk).aggregate(net=Sum("amount"))["net"]
    return Decimal(found)
