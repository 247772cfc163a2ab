"""Prices that customers of the small world get, and the edges."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.tenancy import use_tenant
from pricing.queries import PriceContext, base_prices, resolve
from tests.counting import statements
from tests.world import World


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
