"""Services among goods: their own place of supply, no stock, no parcel; done when the supplier records them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.editing import save_measures
from catalog.enums import VariantState
from catalog.models import Variant
from catalog.packs.services import PackData, PartData, save_pack
from catalog.rows import Measures
from core.errors import IllegalMove, InvalidInput, NotAllowed
from core.tenancy import use_tenant
from customers.models import Customer, SellerVat, VatCheck
from customers.order_terms import PolicyData, set_order_policy
from customers.queries import require_approved
from inventory.alerts import watch
from inventory.errors import ServiceNotStocked
from inventory.models import Stock, StockMovement
from orders import carts, fulfilment, services
from orders.amending import services as amending
from orders.amending.errors import NothingLeft
from orders.errors import LinesRefused
from orders.figures import waiting_goods, work_counts
from orders.lines import NewLine, check_lines
from orders.models import Order, OrderComponent, OrderLine
from orders.progress import order_progress
from orders.returns.queries import returnable_of
from orders.vat import usual
from payments.models import CreditAccount, Invoice
from shipping.errors import EmptyShipment, OverShipping
from shipping.models import Shipment
from tests.catalog.test_packs import make
from tests.conftest import BrowserFactory
from tests.counting import statements
from tests.world import World

ZERO, CENT = Decimal(0), Decimal("0.01")
GOODS, SERVICE = "VN-1001", "VN-1002"
BELGIAN = "BE0403019261"
PLACES = {
    "FR": {"country": "FR", "postal_code": "62000"},
    "BE": {"country": "BE", "postal_code": "1000"},
    "CH": {"country": "CH", "postal_code": "1200"},
}


@pytest.fixture
def serving(world: World) -> World:
    """VN-1002 is a service; it was goods once, so that there is stock of it."""
    make_service(world, SERVICE)
    return world


def make_service(world: World, sku: str) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        save_measures(variant_id=world.acme.variants[sku], data=Measures(is_service=True), actor=world.acme.staff)


def buying(world: World, country: str = "FR", number: str = "", check: str = "") -> use_tenant:
    """Delmas at acme, established there, with a VAT number about which this was answered."""
    with use_tenant(world.acme):
        customer = Customer.objects.get(company_id=world.delmas.id)
        Customer.objects.filter(pk=customer.pk).update(country=country, vat_number=number)
        if check:
            VatCheck.objects.create(customer=customer, number=number, outcome=check, source="vies")
    return use_tenant(world.acme.scope, company_id=world.delmas.id)


def wishes(world: World, **quantities: int) -> list[NewLine]:
    skus = {"goods": GOODS, "service": SERVICE}
    return [NewLine(world.acme.variants[skus[name]], "", Decimal(count)) for name, count in quantities.items()]


def place(world: World, to: str = "FR", **quantities: int) -> Order:
    actor = world.delmas.buyer
    order_id = services.place_order(
        actor=actor,
        customer=require_approved(actor),
        lines=wishes(world, **quantities),
        delivery_address=PLACES[to],
    )
    return Order.objects.get(pk=order_id)


def by_sku(order: Order) -> dict[str, OrderLine]:
    return {line.sku: line for line in order.lines.all()}


def stock_of(world: World, sku: str) -> tuple[Decimal, Decimal]:
    row = Stock.objects.get(variant_id=world.acme.variants[sku])
    return row.on_hand, row.reserved


def supplying(world: World) -> use_tenant:
    return use_tenant(world.acme.scope, party="tenant")


def fulfil(world: World, order: Order, **quantities: int) -> UUID | None:
    lines = {"goods": GOODS, "service": SERVICE}
    wanted = {by_sku(order)[lines[name]].pk: Decimal(count) for name, count in quantities.items()}
    return fulfilment.fulfil(order_id=order.pk, quantities=wanted, actor=world.acme.staff)


# --- VAT ---------------------------------------------------------------------------------------------------
# Where the buyer is, its number and the answer, where the order goes; category, reason, sentence, doubt.
ALONE = [
    ("FR", "", "", "FR", ("S", "", "", "")),
    ("FR", "", "", "CH", ("S", "", "", "")),
    ("BE", BELGIAN, "valid", "BE", ("AE", "VATEX-EU-AE", "reverse_charge", "")),
    ("BE", BELGIAN, "valid", "FR", ("AE", "VATEX-EU-AE", "reverse_charge", "")),
    ("BE", BELGIAN, "", "BE", ("S", "", "", "unverified")),
    ("BE", BELGIAN, "invalid", "FR", ("S", "", "", "invalid")),
    ("BE", "", "", "BE", ("S", "", "", "none")),
    ("CH", "", "", "CH", ("O", "VATEX-EU-O", "not_subject", "")),
    ("CH", "", "", "FR", ("O", "VATEX-EU-O", "not_subject", "")),
]


@pytest.mark.parametrize("case", ALONE)
def test_a_service_is_taxed_where_its_buyer_is(serving: World, case: tuple[Any, ...]) -> None:
    country, number, check, to, expected = case
    with buying(serving, country, number, check):
        order = place(serving, to, service=100)
        line = order.lines.get()
        assert (line.tax_category, line.vatex, line.tax_mention, order.vat_doubt) == expected
        rate = Decimal("0.2") if expected[0] == "S" else ZERO
        assert (line.tax_rate, line.home_rate, line.is_service) == (rate, Decimal("0.2"), True)
        assert order.total_amount == order.net_amount * (1 + rate)


# Each of the two by its own row of the table.
MIXED = [
    ("FR", "", "", "FR", "S", "S"),
    ("BE", BELGIAN, "valid", "BE", "K", "AE"),
    ("BE", BELGIAN, "valid", "FR", "S", "AE"),
    ("BE", BELGIAN, "", "BE", "S", "S"),
    ("CH", "", "", "CH", "G", "O"),
    ("CH", "", "", "FR", "S", "O"),
    ("FR", "", "", "CH", "G", "S"),
]


@pytest.mark.parametrize("case", MIXED)
def test_goods_and_services_of_one_order_keep_apart_and_the_cart_says_the_same(
    serving: World, case: tuple[str, ...]
) -> None:
    country, number, check, to, of_goods, of_service = case
    with buying(serving, country, number, check):
        order = place(serving, to, goods=100, service=100)
        lines = by_sku(order)
        assert (lines[GOODS].tax_category, lines[SERVICE].tax_category) == (of_goods, of_service)
        actor = serving.delmas.buyer
        customer = require_approved(actor)
        carts.add_lines(actor=actor, customer=customer, lines=wishes(serving, goods=100, service=100))
        figures = carts.cart_figures(actor, customer, usual(customer, PLACES[to]))
        assert (figures.totals.gross, figures.vat_doubt) == (order.total_amount, order.vat_doubt)
        said = {line.tax_mention for line in lines.values()}
        assert set(figures.mentions.values()) == said


def test_what_is_charged_with_goods_follows_them_and_with_services_alone_these(serving: World) -> None:
    with supplying(serving):
        fee = PolicyData(small_order_below=Decimal(10**6), small_order_fee=Decimal(15))
        set_order_policy(customer_id=None, data=fee, actor=serving.acme.staff)
    with buying(serving, "BE", BELGIAN, "valid"):
        mixed, alone = place(serving, "BE", goods=100, service=100), place(serving, "BE", service=100)
        assert mixed.lines.get(variant_id=None).tax_category == "K"
        assert alone.lines.get(variant_id=None).tax_category == "AE"
        actor = serving.delmas.buyer
        customer = require_approved(actor)
        carts.add_lines(actor=actor, customer=customer, lines=wishes(serving, service=100))
        figures = carts.cart_figures(actor, customer, usual(customer, PLACES["BE"]))
        assert {category for category, _rate in figures.mentions} == {"AE"}
        assert figures.totals.gross == alone.total_amount


def test_a_supplier_that_looks_at_doubtful_vat_looks_at_services_too(serving: World) -> None:
    with supplying(serving):
        SellerVat.objects.create(doubtful="hold")
    with buying(serving, "BE"):
        assert place(serving, "FR", service=1).vat_held
        assert not place(serving, "FR", goods=100).vat_held


def test_an_amendment_taxes_each_by_its_kind_anew(serving: World) -> None:
    with buying(serving, "BE", BELGIAN):
        order = place(serving, "BE", goods=100, service=100)
        assert {line.tax_category for line in order.lines.all()} == {"S"}
        customer = Customer.objects.get(pk=order.customer_id)
        VatCheck.objects.create(customer=customer, number=BELGIAN, outcome="valid", source="vies")
        before = stock_of(serving, SERVICE)
        change = amending.Change(quantities={by_sku(order)[SERVICE].pk: Decimal(200)})
        amending.amend(order_id=order.pk, change=change, version=1, actor=serving.delmas.buyer)
        order.refresh_from_db()
        lines = by_sku(order)
        assert (lines[GOODS].tax_category, lines[SERVICE].tax_category) == ("K", "AE")
        assert (lines[SERVICE].reserved_quantity, stock_of(serving, SERVICE)) == (ZERO, before)
        assert (order.tax_amount, order.vat_doubt) == (ZERO, "")


def _oracle(lines: list[OrderLine], categories: dict[bool, str]) -> tuple[Decimal, Decimal]:
    """Net and VAT by hand: each line by its kind, a group per category and rate, rounded once."""
    groups: dict[tuple[str, Decimal], Decimal] = {}
    for line in lines:
        category = categories[line.sku == SERVICE]
        rate = Variant.objects.get(sku=line.sku).tax_rate if category == "S" else ZERO
        groups[category, rate] = groups.get((category, rate), ZERO) + line.net_amount
    tax = sum(((net * rate).quantize(CENT, ROUND_HALF_UP) for (_one, rate), net in groups.items()), ZERO)
    return sum(groups.values(), ZERO), tax


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    case=st.sampled_from(MIXED),
    rates=st.tuples(*[st.sampled_from(["0.2", "0.1", "0.055"])] * 2),
    quantities=st.tuples(*[st.integers(1, 900)] * 2),
)
def test_order_and_invoice_are_right_to_the_cent(
    world: World, case: tuple[str, ...], rates: tuple[str, str], quantities: tuple[int, int]
) -> None:
    country, number, check, to, of_goods, of_service = case
    with supplying(world):
        Variant.objects.filter(sku=SERVICE).update(is_service=True)
        Stock.objects.update(on_hand=10**6, reserved=0)
        CreditAccount.objects.update(limit_amount=10**8)
        for sku, rate in zip((GOODS, SERVICE), rates, strict=True):
            Variant.objects.filter(sku=sku).update(tax_rate=rate)
        VatCheck.objects.all().delete()
    with buying(world, country, number, check):
        order = place(world, to, goods=quantities[0], service=quantities[1])
        net, tax = _oracle(list(order.lines.all()), {False: of_goods, True: of_service})
        assert (order.net_amount, order.tax_amount, order.total_amount) == (net, tax, net + tax)
    with supplying(world):
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
        fulfil(world, order, goods=quantities[0], service=quantities[1])
        invoice = Invoice.objects.get(order_id=order.pk)
        assert (invoice.net_amount, invoice.tax_amount, invoice.total_amount) == (net, tax, net + tax)


# --- Stock and parcels -------------------------------------------------------------------------------------
def test_a_service_takes_nothing_from_stock_and_nothing_waits_for_it(serving: World) -> None:
    with buying(serving):
        before = stock_of(serving, SERVICE)
        order = place(serving, service=500)
        assert order.lines.get().reserved_quantity == ZERO
        assert stock_of(serving, SERVICE) == before
        actor = serving.delmas.buyer
        (checked,) = check_lines(require_approved(actor), wishes(serving, service=1))
        assert checked.stock is None, "what was counted once says nothing"
        with pytest.raises(ServiceNotStocked):
            watch(variant_id=serving.acme.variants[SERVICE], view=require_approved(actor).view, actor=actor)
    with supplying(serving):
        assert not StockMovement.objects.filter(order_line_id=order.lines.get().pk).exists()
        assert (waiting_goods(), work_counts().goods) == ([], 0)
    with buying(serving):
        services.cancel(order_id=order.pk, actor=serving.delmas.buyer)
        assert stock_of(serving, SERVICE) == before


def test_a_service_that_is_ending_is_not_sold_out(serving: World) -> None:
    with supplying(serving):
        Variant.objects.update(state=VariantState.ENDING)
        Stock.objects.update(on_hand=0, reserved=0)
    with buying(serving):
        actor = serving.delmas.buyer
        customer = require_approved(actor)
        carts.add_lines(actor=actor, customer=customer, lines=wishes(serving, service=5))
        assert not carts.cart_figures(actor, customer).wrong
        assert place(serving, service=5).lines.count() == 1
        with pytest.raises(LinesRefused):
            place(serving, goods=5)


def test_an_order_of_services_is_completed_without_a_parcel(serving: World) -> None:
    with buying(serving, "BE", BELGIAN, "valid"):
        order = place(serving, "BE", service=10)
    with supplying(serving):
        with pytest.raises(IllegalMove):
            fulfil(serving, order, service=1)
        fulfilment.confirm_order(order_id=order.pk, actor=serving.acme.staff)
        assert fulfil(serving, order, service=4) is None
        order.refresh_from_db()
        line = order.lines.get()
        assert line.shipped_quantity == line.delivered_quantity == Decimal(4)
        assert order.state == "shipping"
        with pytest.raises(OverShipping):
            fulfil(serving, order, service=7)
        assert fulfil(serving, order, service=6) is None
        order.refresh_from_db()
        assert order.state == "delivered"
        assert not Shipment.objects.exists()
        assert not StockMovement.objects.filter(order_line_id=line.pk).exists()
        invoice = Invoice.objects.prefetch_related("taxes").get(order_id=order.pk)
        (tax,) = invoice.taxes.all()
        assert (tax.tax_category, tax.tax_mention, invoice.tax_amount) == ("AE", "reverse_charge", ZERO)
    with buying(serving):
        assert order_progress(serving.delmas.buyer, order.pk).lines[0].promise_text == "performed"
        assert returnable_of(serving.delmas.buyer, order.pk).line_count == 0


def test_a_parcel_holds_the_goods_and_the_order_goes_on_until_the_service_is_done(serving: World) -> None:
    with buying(serving):
        order = place(serving, goods=100, service=2)
        assert order_progress(serving.delmas.buyer, order.pk).lines[1].promise_text == "to be performed"
    with supplying(serving):
        fulfilment.confirm_order(order_id=order.pk, actor=serving.acme.staff)
        parcel = fulfil(serving, order, goods=100, service=1)
        shipment = Shipment.objects.get()
        assert (shipment.pk, [line.sku for line in shipment.lines.all()]) == (parcel, [GOODS])
        for code in ("handed_over", "out_for_delivery", "delivered"):
            fulfilment.record_tracking(shipment_id=shipment.pk, code=code, actor=serving.acme.staff)
        order.refresh_from_db()
        assert order.state == "shipping"
        assert not Invoice.objects.exists()
        assert fulfil(serving, order, service=1) is None
        order.refresh_from_db()
        assert (order.state, Invoice.objects.count(), Shipment.objects.count()) == ("delivered", 1, 1)
    with buying(serving):
        assert [line.sku for line in returnable_of(serving.delmas.buyer, order.pk).lines] == [GOODS]


def test_what_is_not_performed_is_cancelled_and_the_order_is_complete(serving: World) -> None:
    with buying(serving):
        order, alone = place(serving, goods=100, service=2), place(serving, service=2)
    with supplying(serving):
        actor = serving.acme.staff
        for one in (order, alone):
            fulfilment.confirm_order(order_id=one.pk, actor=actor)
        fulfil(serving, order, goods=100)
        left = {by_sku(order)[SERVICE].pk: Decimal(2)}
        amending.cancel_part(order_id=order.pk, quantities=left, reason="Ill", actor=actor)
        order.refresh_from_db()
        invoice = Invoice.objects.get(order_id=order.pk)
        assert (order.state, invoice.total_amount) == ("shipped", order.total_amount)
        left = {by_sku(alone)[SERVICE].pk: Decimal(2)}
        with pytest.raises(NothingLeft):
            amending.cancel_part(order_id=alone.pk, quantities=left, reason="Ill", actor=actor)


def test_a_parcel_of_services_is_none_and_only_the_supplier_records_them(serving: World) -> None:
    with buying(serving):
        order = place(serving, service=2)
        quantities = {order.lines.get().pk: Decimal(2)}
    with supplying(serving):
        fulfilment.confirm_order(order_id=order.pk, actor=serving.acme.staff)
        for actor in (serving.delmas.buyer, serving.bolt.staff):
            with pytest.raises(NotAllowed):
                fulfilment.fulfil(order_id=order.pk, quantities=quantities, actor=actor)
        assert order.lines.get().shipped_quantity == 0
    with pytest.raises(EmptyShipment), supplying(serving):
        fulfilment.ship(order_id=order.pk, quantities=quantities, actor=serving.acme.staff)


def test_services_cost_no_statement_more(serving: World) -> None:
    make_service(serving, "VN-1003")
    with buying(serving):
        actor = serving.delmas.buyer
        customer = require_approved(actor)
        few = [NewLine(serving.acme.variants[SERVICE], "", Decimal(1))]
        many = [NewLine(serving.acme.variants[sku], "", Decimal(100)) for sku in (GOODS, SERVICE, "VN-1003", "VN-1004")]
        with statements() as of_few:
            check_lines(customer, few)
        with statements() as of_many:
            check_lines(customer, many)
        assert len(of_many) == len(of_few)


# --- Packs -------------------------------------------------------------------------------------------------
def test_a_service_in_a_kit_is_priced_and_neither_stocked_nor_waited_for(serving: World) -> None:
    make(serving, PackData("fixed", (PartData("VN-1005", Decimal(2)), PartData(SERVICE, Decimal(1)))), sku="VN-1004")
    with buying(serving, "BE", BELGIAN, "valid"):
        actor = serving.delmas.buyer
        customer = require_approved(actor)
        wish = NewLine(serving.acme.variants["VN-1004"], "", Decimal(3))
        (checked,) = check_lines(customer, [wish])
        assert checked.pack is not None
        assert {part.sku: part.is_service for part in checked.pack.lines} == {"VN-1005": False, SERVICE: True}
        assert all(part.net for part in checked.pack.lines)
        assert checked.stock is not None, "that of the goods in it"
        order_id = services.place_order(actor=actor, customer=customer, lines=[wish], delivery_address=PLACES["BE"])
        line = OrderLine.objects.get(order_id=order_id)
        assert line.tax_category == "K", "one supply, and goods are what it is about"
        assert [row.sku for row in OrderComponent.objects.filter(line=line)] == ["VN-1005"]
        assert line.reserved_quantity == min(Decimal(3), checked.stock.available)


def test_a_service_holds_no_goods(serving: World) -> None:
    with supplying(serving), pytest.raises(InvalidInput) as refused:
        save_pack(
            variant_id=serving.acme.variants[SERVICE],
            data=PackData("fixed", (PartData("VN-1005", Decimal(2)),)),
            actor=serving.acme.staff,
        )
    assert refused.value.field == "parts-sku-0"
    make(serving, PackData("fixed", (PartData("VN-1005", Decimal(2)),)), sku="VN-1004")
    make_service(serving, "VN-1004")
    with buying(serving):
        (checked,) = check_lines(
            require_approved(serving.delmas.buyer), [NewLine(serving.acme.variants["VN-1004"], "", Decimal(1))]
        )
        assert checked.problem is not None
        assert checked.problem.code == "mixed_vat"


# --- Pages -------------------------------------------------------------------------------------------------
def test_the_supplier_says_so_in_the_editor_and_records_it_on_the_order(world: World, browser: BrowserFactory) -> None:
    portal = browser(world.acme.host, world.acme.owner)
    path = f"/portal/catalog/{world.acme.variants[SERVICE]}/"
    assert 'name="is_service"' in portal.get(path).content.decode()
    assert portal.post(f"{path}measures/", {"is_service": "on", "weight_kg": "3"}).status_code == 303
    shop = browser(world.acme.host, world.delmas.admin)
    page = shop.get(f"/catalog/p/{SERVICE}/").content.decode()
    assert "A service: nothing is shipped." in page
    assert "3 kg" not in page
    with buying(world):
        order = place(world, goods=100, service=2)
    with supplying(world):
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
        goods, service = (f"line-{by_sku(order)[sku].pk.hex}" for sku in (GOODS, SERVICE))
    href = f"/portal/orders/{order.pk}/"
    page = portal.get(href).content.decode()
    assert "Shipped or performed now" in page
    assert f'aria-label="Quantity of {SERVICE} performed"' in page
    assert portal.post(f"{href}ship/", {service: "3"}).status_code == 422
    assert portal.post(f"{href}ship/", {goods: "100"}).status_code == 303
    page = portal.get(href).content.decode()
    assert "Record as performed" in page
    assert 'name="carrier"' not in page
    assert portal.post(f"{href}ship/", {service: "2"}).status_code == 303
    with supplying(world):
        order.refresh_from_db()
        assert (order.state, Shipment.objects.count(), Invoice.objects.count()) == ("shipped", 1, 1)
    assert "performed" in shop.get(f"/orders/{order.pk}/").content.decode()
