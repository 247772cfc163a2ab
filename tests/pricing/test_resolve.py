"""The resolver against a slow one written without SQL, and its edges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ids import uuid7
from core.tenancy import use_tenant
from pricing.models import Price, PriceList, PriceListAssignment
from pricing.queries import PriceContext, Tier, base_prices, resolve, unit_prices
from tests.counting import statements
from tests.world import World

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SKUS = ("VN-1001", "VN-1002", "VN-1003")


@dataclass(frozen=True)
class PriceSpec:
    sku: str
    minimum: int
    cents: int
    starts: int
    """Days from now."""
    ends: int | None


@dataclass(frozen=True)
class ListSpec:
    currency: str
    is_base: bool
    customer_priority: int | None
    group_priority: int | None
    prices: tuple[PriceSpec, ...]


prices = st.builds(
    PriceSpec,
    sku=st.sampled_from(SKUS),
    minimum=st.sampled_from((1, 10, 100)),
    cents=st.integers(0, 5000),
    starts=st.integers(-3, 1),
    ends=st.one_of(st.none(), st.integers(-1, 3)),
)
lists = st.builds(
    ListSpec,
    currency=st.sampled_from(("EUR", "EUR", "EUR", "USD")),
    is_base=st.booleans(),
    customer_priority=st.one_of(st.none(), st.integers(0, 2)),
    group_priority=st.one_of(st.none(), st.integers(0, 2)),
    prices=st.lists(prices, max_size=8, unique_by=lambda p: (p.sku, p.minimum, p.ends)).map(tuple),
)


@dataclass(frozen=True)
class Row:
    """A price as the oracle sees it."""

    place: tuple[int, int, UUID]
    variant_id: UUID
    minimum: Decimal
    price: Decimal
    starts: datetime
    ends: datetime | None
    id: UUID


def oracle(rows: list[Row], variant_id: UUID, quantity: Decimal) -> tuple[Decimal, list[Tier]] | None:
    """The price of one variant, by looking at everything."""
    valid = [
        row
        for row in rows
        if row.variant_id == variant_id and row.starts <= NOW and (row.ends is None or row.ends > NOW)
    ]
    if not valid:
        return None
    first = min(row.place for row in valid)
    mine = sorted((row for row in valid if row.place == first), key=lambda row: (row.minimum, row.starts, row.id))
    tiers = [Tier(minimum, price) for minimum, price in {row.minimum: row.price for row in mine}.items()]
    reached = [tier for tier in tiers if tier.min_quantity <= quantity]
    return (reached[-1] if reached else tiers[0]).unit_price, tiers


def build(specs: list[ListSpec], customer: UUID, group: UUID, variants: dict[str, UUID]) -> list[Row]:
    """Write the lists and return what the oracle needs of those in force."""
    rows: list[Row] = []
    based: set[str] = set()
    for number, spec in enumerate(specs):
        is_base = spec.is_base and spec.currency not in based
        based |= {spec.currency} if is_base else set()
        price_list = PriceList.objects.create(
            code=f"l{number}", name=f"List {number}", currency=spec.currency, is_base=is_base
        )
        places: list[tuple[int, int, UUID]] = [(2, 0, price_list.id)] if is_base else []
        if spec.customer_priority is not None:
            places.append((0, spec.customer_priority, price_list.id))
            PriceListAssignment.objects.create(
                price_list=price_list, customer_id=customer, priority=spec.customer_priority
            )
        if spec.group_priority is not None:
            places.append((1, spec.group_priority, price_list.id))
            PriceListAssignment.objects.create(price_list=price_list, group_id=group, priority=spec.group_priority)
        for price in spec.prices:
            starts = NOW + timedelta(days=price.starts)
            ends = None if price.ends is None else max(NOW + timedelta(days=price.ends), starts)
            row = Price.objects.create(
                price_list=price_list,
                variant_id=variants[price.sku],
                min_quantity=price.minimum,
                unit_price=Decimal(price.cents) / 100,
                valid_from=starts,
                valid_to=ends,
            )
            if places and spec.currency == "EUR":
                cents, minimum = Decimal(price.cents) / 100, Decimal(price.minimum)
                rows.append(Row(min(places), variants[price.sku], minimum, cents, starts, ends, row.id))
    return rows


@given(
    specs=st.lists(lists, max_size=5),
    quantity=st.sampled_from([Decimal(text) for text in ("0.5", "1", "9", "10", "99", "100", "5000")]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_resolves_like_the_oracle(world: World, specs: list[ListSpec], quantity: Decimal) -> None:
    customer, group = uuid7(), uuid7()
    variants = {sku: world.acme.variants[sku] for sku in SKUS}
    with use_tenant(world.acme.scope), transaction.atomic():
        PriceList.objects.all().delete()
        rows = build(specs, customer, group, variants)
        asked = PriceContext(customer, group, "EUR"), dict.fromkeys(variants.values(), quantity)
        found = resolve(*asked, at=NOW)
        assert unit_prices(*asked, at=NOW) == {key: price.unit_price for key, price in found.items()}
        for variant_id in variants.values():
            expected = oracle(rows, variant_id, quantity)
            price = found.get(variant_id)
            assert (expected is None) == (price is None)
            if expected and price:
                assert (price.unit_price, list(price.tiers)) == expected
                assert price.quantity == quantity
        transaction.set_rollback(True)


def context(world: World, slug: str) -> PriceContext:
    return PriceContext(world.acme.customers[slug], None, "EUR")


def test_two_customers_pay_their_own_prices(world: World) -> None:
    variant_id = world.acme.variants["VN-1001"]
    with use_tenant(world.acme.scope):
        delmas = resolve(context(world, "delmas"), {variant_id: Decimal(200)})[variant_id]
        lecomte = resolve(context(world, "lecomte"), {variant_id: Decimal(200)})[variant_id]
    assert (delmas.unit_price, delmas.price_list_name) == (Decimal("0.5"), "Tarif public")
    assert (lecomte.unit_price, lecomte.price_list_name) == (Decimal("0.33"), "Tarif Lecomte")
    assert lecomte.at(Decimal(1)) == Decimal("0.45")


def test_a_variant_that_the_own_list_does_not_have_comes_from_the_base_list(world: World) -> None:
    variant_id = world.acme.variants["VN-1002"]
    with use_tenant(world.acme.scope):
        price = resolve(context(world, "lecomte"), {variant_id: Decimal(1)})[variant_id]
    assert price.price_list_name == "Tarif public"


def test_a_list_in_another_currency_is_no_list(world: World) -> None:
    variant_id = world.acme.variants["VN-1001"]
    with use_tenant(world.acme.scope):
        customer = world.acme.customers["delmas"]
        assert resolve(PriceContext(customer, None, "USD"), {variant_id: Decimal(1)}) == {}


@pytest.mark.parametrize("count", [1, 5])
def test_one_statement_for_any_number_of_variants(world: World, count: int) -> None:
    quantities = dict.fromkeys(list(world.acme.variants.values())[:count], Decimal(1))
    with use_tenant(world.acme.scope), statements() as captured:
        assert len(resolve(context(world, "lecomte"), quantities)) == count
    assert len(captured) == 1


def test_nothing_asked_is_no_statement(world: World) -> None:
    with use_tenant(world.acme.scope), statements() as captured:
        assert resolve(context(world, "lecomte"), {}) == {}
    assert len(captured) == 0


def test_base_prices_are_those_of_the_smallest_tier(world: World) -> None:
    variant_id = world.acme.variants["VN-1001"]
    with use_tenant(world.acme.scope):
        assert base_prices([variant_id]) == {variant_id: Decimal("0.5")}
