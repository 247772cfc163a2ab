"""What an engine is told about a buyer's prices comes to the prices that are charged."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from catalog.models import Variant
from core.tenancy import use_tenant
from pricing import models
from pricing.queries import PriceContext, resolve, terms_of
from search.documents import PRICE_SCALE, list_key
from search.listprices import list_prices
from search.port import ListTerms, Target
from search.terms import is_exact, shop_terms
from tests.pricing import specification as spec
from tests.pricing.test_specification import CUSTOMER, GROUP, NOW, SECOND_SEGMENT, SEGMENT, goods_of, worlds, written
from tests.world import World


def own_price(shop: tuple[ListTerms, ...], prices: dict[str, int], targets: set[Target]) -> int | None:
    """The price in the first list that has one, by the one class that the goods are in."""
    for terms in shop:
        if terms.key in prices:
            (fits,) = [
                each for each in terms.classes if targets >= set(each.require) and not targets & set(each.exclude)
            ]
            return fits.curve.apply(prices[terms.key])
    return None


def targets_of(goods: spec.Goods) -> set[Target]:
    row = Variant.objects.select_related("product__brand", "product__family").get(pk=goods.variant)
    product = row.product
    assert product.brand
    assert product.family
    return {
        Target("pk", str(row.pk)),
        Target("product", str(product.pk)),
        Target("brand", product.brand.name),
        Target("family", product.family.code),
    }


@given(drawn=worlds())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_curves_come_to_the_prices_that_are_charged(world: World, drawn: spec.World) -> None:
    context = PriceContext(CUSTOMER, GROUP, "EUR", (SEGMENT, SECOND_SEGMENT), NOW.date())
    plain = tuple(replace(rule, min_quantity=None, min_amount=None) for rule in drawn.rules)
    with use_tenant(world.acme.scope), transaction.atomic(), time_machine.travel(NOW, tick=False):
        models.PriceList.objects.all().delete()
        goods = goods_of(world.acme.variants)
        written(replace(drawn, rules=plain, floors={}), goods)
        targeted = terms_of(context)
        assert is_exact(targeted.terms)
        shop = shop_terms(targeted)
        ids: list[UUID] = [each.variant for each in goods.values()]
        listed, charged = list_prices(ids), resolve(context, dict.fromkeys(ids, Decimal(1)))
        for each in goods.values():
            prices = {
                list_key(price.price_list_id): int(price.unit_price * PRICE_SCALE)
                for price in listed.get(each.variant, ())
            }
            found = own_price(shop, prices, targets_of(each))
            expected = charged.get(each.variant)
            assert found == (int(expected.unit_price * PRICE_SCALE) if expected else None)
        transaction.set_rollback(True)
