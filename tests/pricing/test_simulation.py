"""What a batch would change, and whom it concerns."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.enums import CustomerState, Fact
from customers.models import Customer, PaymentTerm
from customers.queries import require_approved
from customers.segments import save_segment
from orders import carts
from orders.lines import NewLine
from orders.price_impact import impact_of
from pricing import batches
from pricing.errors import PackHasNoPrice
from pricing.models import PriceList
from pricing.services import ListTerms, NewPrice, PriceSet, assign_list, create_list
from pricing.settings import Cost, set_costs
from pricing.simulation import BOUNDS, simulate
from rfq import asking, offers
from rfq.models import Invitation, RFQLine
from tests.catalog.test_packs import SET, make
from tests.counting import statements
from tests.world import BOT, TenantWorld, World, acting


@pytest.fixture(autouse=True)
def acme(world: World):
    with acting((world.acme.scope, {"party": "tenant"})):
        yield


def filled(world: World, list_id: UUID, prices: dict[str, str]) -> UUID:
    batch_id = batches.create_batch(name="Spring", actor=BOT)
    wanted = {
        world.acme.variants[sku]: PriceSet((NewPrice(Decimal(1), Decimal(price)),), is_partial=True)
        for sku, price in prices.items()
    }
    batches.fill_batch(batch_id=batch_id, price_list_id=list_id, prices=wanted, actor=BOT)
    return batch_id


def base() -> UUID:
    return PriceList.objects.get(is_base=True).pk


def test_rises_falls_new_equal_and_classes(world: World) -> None:
    prices = {"VN-1001": "0.55", "VN-1002": "0.62", "VN-1003": "0.12", "VN-1004": "0.0585", "VN-1005": "4.2"}
    found = simulate(filled(world, base(), prices))
    assert (found.line_count, found.equal_count, found.rise_count, found.fall_count) == (5, 2, 2, 1)
    assert [(line.sku, line.rate) for line in found.rises] == [
        ("VN-1001", Decimal("0.1")),
        ("VN-1004", Decimal("0.0585") / Decimal("0.058") - 1),
    ]
    assert [line.sku for line in found.falls] == ["VN-1003"]
    assert (found.product_count, len(found.classes), sum(found.classes)) == (3, len(BOUNDS) + 1, 3)
    assert (found.classes[0], found.classes[4], found.classes[6]) == (1, 1, 1)
    own = PriceList.objects.get(code="lecomte").pk
    fresh = simulate(filled(world, own, {"VN-1005": "4"}))
    assert (fresh.new_count, fresh.rise_count, fresh.agreements) == (1, 0, ())


def test_lines_below_cost_or_floor(world: World) -> None:
    variants = world.acme.variants
    costs = {
        variants["VN-1001"]: Cost(Decimal("0.4"), Decimal("0.45")),
        variants["VN-1002"]: Cost(Decimal("0.5"), None),
    }
    set_costs(costs=costs, currency="EUR", actor=BOT)
    found = simulate(filled(world, base(), {"VN-1001": "0.44", "VN-1002": "0.3", "VN-1003": "0.01"}))
    assert [(line.sku, line.is_below_cost, line.is_below_floor) for line in found.below] == [
        ("VN-1002", True, False),
        ("VN-1001", False, True),
    ]
    assert found.below_count == 2


def test_a_later_moment_is_compared_with_what_is_planned_then(world: World) -> None:
    later = timezone.now() + timedelta(days=9)
    batches.publish(batch_id=filled(world, base(), {"VN-1001": "0.8"}), at=later, actor=BOT)
    batch_id = filled(world, base(), {"VN-1001": "0.8"})
    assert (simulate(batch_id).equal_count, simulate(batch_id, later).equal_count) == (0, 1)


def test_customers_are_those_who_are_given_the_list(world: World) -> None:
    customers = world.acme.customers
    own = PriceList.objects.get(code="lecomte").pk
    assert impact_of(filled(world, own, {"VN-1001": "0.4"})).customer_names == ("Garage Lecomte",)
    everybody = impact_of(filled(world, base(), {"VN-1001": "0.9"}))
    assert (everybody.customer_count, everybody.customer_names) == (2, ("Ateliers Delmas", "Garage Lecomte"))
    for party in (
        {"customer_id": customers["delmas"]},
        {"group_id": Customer.objects.get(pk=customers["delmas"]).group_id},
        {"segment_id": _segment_of_delmas(world)},
    ):
        list_id = create_list(code=next(iter(party)), name="List", terms=ListTerms("L", is_agreement=True), actor=BOT)
        assign_list(price_list_id=list_id, **party, actor=BOT)
        found = impact_of(filled(world, list_id, {"VN-1001": "0.9"}))
        assert found.customer_names == ("Ateliers Delmas",)
        assert found.simulation.agreements == ("List",)


def _segment_of_delmas(world: World) -> UUID:
    Customer.objects.filter(pk=world.acme.customers["delmas"]).update(naf_code="25.62B")
    return save_segment(name="Métal", rules={Fact.SECTOR: ["25"]}, actor=world.acme.staff)


def test_open_carts_with_the_goods_inside_a_pack(world: World) -> None:
    make(world, SET)  # VN-1001: ten VN-1002, and ten VN-1003 with A1
    counts = []
    for choice, quantity in (("A2", 1), ("A1", 2)):
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            line = NewLine(world.acme.variants["VN-1001"], "", Decimal(quantity), choice)
            carts.add_lines(actor=world.delmas.buyer, customer=require_approved(world.delmas.buyer), lines=[line])
        with statements() as texts:
            counts.append((impact_of(filled(world, base(), {"VN-1003": "9"})).cart_count, len(texts)))
    assert [cart_count for cart_count, _statements in counts] == [0, 1], "only the second choice has the nut in it"
    assert counts[0][1] == counts[1][1]
    assert impact_of(filled(world, base(), {"VN-1002": "9"})).cart_count == 1
    with pytest.raises(PackHasNoPrice):
        filled(world, base(), {"VN-1001": "9"})


def test_open_carts_with_goods_that_change_for_their_customer(world: World) -> None:
    for company in (world.delmas, world.lecomte):
        with use_tenant(world.acme.scope, company_id=company.id):
            lines = [NewLine(world.acme.variants["VN-1001"], "", Decimal(10))]
            carts.add_lines(actor=company.buyer, customer=require_approved(company.buyer), lines=lines)
    own = PriceList.objects.get(code="lecomte").pk
    assert impact_of(filled(world, own, {"VN-1001": "0.4"})).cart_count == 1
    assert impact_of(filled(world, base(), {"VN-1001": "0.9", "VN-1002": "9"})).cart_count == 2
    assert impact_of(filled(world, base(), {"VN-1002": "9"})).cart_count == 0
    assert impact_of(filled(world, base(), {"VN-1001": "0.5"})).cart_count == 0, "nothing changes"


def test_offers_that_wait_and_only_our_own(world: World) -> None:
    for tenant in (world.acme, world.bolt):
        _offer(world, tenant)
    assert impact_of(filled(world, base(), {"VN-1001": "0.9"})).quote_count == 1
    assert impact_of(filled(world, base(), {"VN-1002": "0.9"})).quote_count == 0


def _offer(world: World, tenant: TenantWorld) -> None:
    data = asking.NewRFQ(
        title="Vis",
        deadline_at=timezone.now() + timedelta(days=3),
        lines=[asking.NewLine("Vis CHC M8×40 inox A4", Decimal(50), part_number="VN-1001")],
        tenant_ids=[tenant.id],
    )
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        line_id = RFQLine.objects.get(rfq_id=asking.send_rfq(data=data, actor=world.delmas.buyer)).pk
    with use_tenant(tenant.scope, party="tenant"):
        offer = offers.Offer({line_id: offers.OfferLine(Decimal("0.41"), 5)}, timezone.now() + timedelta(days=5))
        offers.send_quote(invitation_id=Invitation.objects.get().pk, offer=offer, actor=tenant.staff)


def test_statements_grow_neither_with_lines_nor_with_customers(world: World) -> None:
    sizes = [_statements(world, {"VN-1001": "0.9"})]
    term = PaymentTerm.objects.all()[0]
    Customer.objects.bulk_create(
        Customer(
            company_id=uuid4(),
            company_name=f"C{number}",
            number=f"N{number}",
            state=CustomerState.APPROVED,
            payment_term=term,
        )
        for number in range(300)
    )
    sizes.append(_statements(world, dict.fromkeys(world.acme.variants, "9")))
    assert sizes == [8, 8]


def _statements(world: World, prices: dict[str, str]) -> int:
    batch_id = filled(world, base(), prices)
    with statements() as captured:
        impact_of(batch_id)
    return len(captured)
