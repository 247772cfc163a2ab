"""The resolver against the specification, over random worlds of lists, rules, currencies and moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Brand, Family, Product
from core.ids import uuid7
from core.tenancy import use_tenant
from pricing import models
from pricing.queries import PriceContext, Tier, resolve, unit_prices
from tests.pricing import specification as spec
from tests.world import World

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SKUS = ("VN-1001", "VN-1002", "VN-1003")
CUSTOMER, OTHER_CUSTOMER, GROUP, OTHER_GROUP, SEGMENT, SECOND_SEGMENT, OTHER_SEGMENT = (uuid7() for _ in range(7))
QUANTITIES = [Decimal(text) for text in ("0.5", "1", "9", "10", "33", "99", "100", "5000")]

spans = st.builds(
    lambda start, length: spec.Span(
        NOW + timedelta(days=start), None if length is None else NOW + timedelta(days=start + length)
    ),
    start=st.integers(-3, 1),
    length=st.one_of(st.none(), st.integers(0, 4)),
)
long_spans = st.one_of(st.just(spec.Span(NOW - timedelta(days=9))), spans)
parties = st.one_of(
    st.just(spec.Party()),
    st.builds(spec.Party, customer=st.sampled_from((CUSTOMER, CUSTOMER, OTHER_CUSTOMER))),
    st.builds(spec.Party, group=st.sampled_from((GROUP, GROUP, OTHER_GROUP))),
    st.builds(spec.Party, segment=st.sampled_from((SEGMENT, SECOND_SEGMENT, OTHER_SEGMENT))),
)
cents = st.integers(0, 5000).map(lambda value: Decimal(value) / 100)
currencies = st.sampled_from(("EUR", "EUR", "EUR", "USD", "GBP"))
#: Names of goods stand for keys until a world is written.
prices = st.tuples(st.sampled_from(SKUS), st.sampled_from((1, 10, 100)), cents, spans)
lists = st.builds(
    lambda prices, **values: spec.PriceList(uuid7(), prices=tuple(map(named_price, prices)), **values),
    currency=currencies,
    is_base=st.booleans(),
    is_agreement=st.booleans(),
    is_net=st.sampled_from((False, False, True)),
    span=long_spans,
    assignments=st.lists(
        st.builds(spec.Assignment, to=parties, priority=st.integers(0, 2), span=long_spans),
        max_size=2,
        unique_by=lambda given: given.to,
    ).map(tuple),
    prices=st.lists(prices, max_size=8, unique_by=lambda p: (p[0], p[1], p[3].end)),
)
maybe_threshold = st.one_of(st.none(), st.none(), st.sampled_from((Decimal(5), Decimal(10), Decimal(100))))
rules = st.builds(
    spec.Rule,
    position=st.integers(0, 3),
    key=st.builds(uuid7),
    rate=st.one_of(st.none(), st.sampled_from((Decimal("0.05"), Decimal("0.333333"), Decimal(1)))),
    amount=st.sampled_from((Decimal("0.01"), Decimal("3.5"))),
    currency=st.sampled_from(("EUR", "EUR", "USD")),
    target=st.one_of(
        st.none(), st.tuples(st.sampled_from(("variant", "product", "family", "brand")), st.sampled_from(SKUS))
    ),
    to=parties,
    min_quantity=maybe_threshold,
    min_amount=maybe_threshold,
    min_year_amount=maybe_threshold,
    min_years=st.sampled_from((None, None, 2, 5)),
    span=long_spans,
).map(lambda rule: replace(rule, amount=None) if rule.rate is not None else rule)


def named_price(drawn: tuple[Any, int, Decimal, spec.Span]) -> spec.ListPrice:
    sku, minimum, price, span = drawn
    return spec.ListPrice(uuid7(), sku, Decimal(minimum), price, span)


@st.composite
def worlds(draw: st.DrawFn) -> spec.World:
    """A world whose goods are named by reference; written and told apart by :func:`write`."""
    based: set[str] = set()
    drawn = []
    for price_list in draw(st.lists(lists, max_size=5)):
        is_base = price_list.is_base and price_list.currency not in based
        based |= {price_list.currency} if is_base else set()
        drawn.append(replace(price_list, is_base=is_base))
    return spec.World(
        lists=tuple(drawn),
        rules=tuple(draw(st.lists(rules, max_size=5))),
        stacking=draw(st.sampled_from(("best", "cascade"))),
        max_discount=draw(st.sampled_from((Decimal(1), Decimal("0.3"), Decimal(0)))),
        rates=draw(st.sampled_from(({}, {"USD": Decimal("0.87654321")}, {"USD": Decimal(1), "GBP": Decimal("1.15")}))),
        floors=draw(st.dictionaries(st.sampled_from(SKUS), cents, max_size=2)),
        ordered_this_year=draw(st.sampled_from((Decimal(0), Decimal(10), Decimal(999)))),
    )


def goods_of(variants: Mapping[str, UUID]) -> dict[str, spec.Goods]:
    """Three variants: the first two share a brand, the last two a family."""
    brands = [Brand.objects.create(slug=f"b{n}", name=f"B{n}").pk for n in range(2)]
    families = [Family.objects.create(code=f"f{n}", name_fr=f"F{n}").pk for n in range(2)]
    found = {}
    for place, sku in enumerate(SKUS):
        product = Product.objects.get(variants__sku=sku)
        product.brand_id, product.family_id = brands[place // 2], families[(place + 1) // 2]
        product.save()
        found[sku] = spec.Goods(variants[sku], product.pk, product.family_id, product.brand_id)
    return found


def written(world: spec.World, goods: Mapping[str, spec.Goods]) -> spec.World:
    """Put a world into the database; answers it with keys in place of names."""
    lists = []
    for number, drawn in enumerate(world.lists):
        named = tuple(replace(price, variant=goods[price.variant].variant) for price in drawn.prices)  # type: ignore[index]
        price_list = replace(drawn, prices=named)
        write_list(price_list, number)
        lists.append(price_list)
    rules = []
    for drawn_rule in world.rules:
        kind, sku = drawn_rule.target or ("", "")
        rule = replace(drawn_rule, target=(kind, getattr(goods[sku], kind)) if kind else None)  # type: ignore[index]
        write_rule(rule)
        rules.append(rule)
    models.PricingPolicy.objects.create(
        stacking=world.stacking, max_discount_rate=world.max_discount, valid_from=NOW - timedelta(days=9)
    )
    for currency, rate in world.rates.items():
        models.ExchangeRate.objects.create(source=currency, target="EUR", rate=rate, valid_from=NOW - timedelta(days=1))
    floors = {goods[sku].variant: floor for sku, floor in world.floors.items()}  # type: ignore[index]
    for variant, floor in floors.items():
        models.VariantCost.objects.create(variant_id=variant, floor_price=floor, valid_from=NOW - timedelta(days=1))
    for at, amount in ((date(2026, 1, 1), world.ordered_this_year), (date(2025, 12, 31), Decimal(10**6))):
        moment = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)
        models.VolumeEntry.objects.create(customer_id=CUSTOMER, net_amount=amount, at=moment)
    return replace(world, lists=tuple(lists), rules=tuple(rules), floors=floors)


def write_list(price_list: spec.PriceList, number: int) -> None:
    row = models.PriceList.objects.create(
        id=price_list.key,
        code=f"l{number}",
        name=f"List {number}",
        currency=price_list.currency,
        is_base=price_list.is_base,
        is_agreement=price_list.is_agreement,
        is_net=price_list.is_net,
        valid_from=price_list.span.start,
        valid_to=price_list.span.end,
    )
    for given_to in price_list.assignments:
        models.PriceListAssignment.objects.create(
            price_list=row,
            customer_id=given_to.to.customer,
            group_id=given_to.to.group,
            segment_id=given_to.to.segment,
            priority=given_to.priority,
            valid_from=given_to.span.start,
            valid_to=given_to.span.end,
        )
    for price in price_list.prices:
        models.Price.objects.create(
            id=price.key,
            price_list=row,
            variant_id=price.variant,
            min_quantity=price.minimum,
            unit_price=price.price,
            valid_from=price.span.start,
            valid_to=price.span.end,
        )


def write_rule(rule: spec.Rule) -> None:
    target = {f"{rule.target[0]}_id": rule.target[1]} if rule.target else {}
    models.DiscountRule.objects.create(
        key=rule.key,
        name="rule",
        position=rule.position,
        rate=rule.rate,
        amount=rule.amount,
        currency=rule.currency,
        customer_id=rule.to.customer,
        group_id=rule.to.group,
        segment_id=rule.to.segment,
        min_quantity=rule.min_quantity,
        min_amount=rule.min_amount,
        min_year_amount=rule.min_year_amount,
        min_years=rule.min_years,
        valid_from=rule.span.start,
        valid_to=rule.span.end,
        **target,
    )


@given(drawn=worlds(), quantity=st.sampled_from(QUANTITIES), years=st.sampled_from((0, 3)))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_resolves_as_specified(world: World, drawn: spec.World, quantity: Decimal, years: int) -> None:
    since = date(2026 - years, 6, 1)
    buyer = spec.Buyer(CUSTOMER, GROUP, (SEGMENT, SECOND_SEGMENT), "EUR", years)
    context = PriceContext(CUSTOMER, GROUP, "EUR", (SEGMENT, SECOND_SEGMENT), since)
    with use_tenant(world.acme.scope), transaction.atomic():
        models.PriceList.objects.all().delete()
        goods = goods_of(world.acme.variants)
        said = written(drawn, goods)
        asked = dict.fromkeys((each.variant for each in goods.values()), quantity)
        found = resolve(context, asked, at=NOW)
        assert unit_prices(context, asked, at=NOW) == {key: price.unit_price for key, price in found.items()}
        for each in goods.values():
            expected = spec.price_of(said, spec.Asked(each, quantity, buyer, NOW))
            price = found.get(each.variant)
            assert expected == (price.unit_price if price else None)
            if price:
                for other in QUANTITIES:
                    assert price.at(other) == spec.price_of(said, spec.Asked(each, other, buyer, NOW))
                assert_steps(price.tiers, {other: price.at(Decimal(other)) for other in (1, 9, 10, 33, 99, 100, 5000)})
        transaction.set_rollback(True)


def assert_steps(tiers: tuple[Tier, ...], prices: Mapping[int, Decimal]) -> None:
    """The steps say what whole quantities cost, from the first on."""
    for quantity, expected in prices.items():
        reached = [tier for tier in tiers if tier.min_quantity <= quantity]
        assert not reached or reached[-1].unit_price == expected
