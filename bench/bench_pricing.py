"""What resolving prices takes: 100, 1,000 and 10,000 lines of one customer over a million prices and 500 rules.

And what a batch of 10,000 new prices takes to be simulated for 5,000 customers. ``BENCH_PRODUCTS`` gives another size
of the catalogue (the prices are ten times as many).
"""

from __future__ import annotations

import os
import random
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.goods import analyze
from bench.harness import Bench, Outcome
from catalog.models import Brand, Family, Product, Variant
from core.actor import Actor
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.enums import TermKind
from customers.models import Customer, PaymentTerm
from orders.price_impact import impact_of
from pricing.batches import create_batch
from pricing.models import DiscountRule, PriceBatchLine, PriceList, PriceListAssignment
from pricing.prices import tier_price
from pricing.queries import PriceContext, resolve, unit_prices
from pricing.raising import Selection, add_percentage
from tenants.models import Tenant
from tenants.services import provision_tenant, request_tenant

PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "100000"))
RULES, RULES_IN_FORCE, LISTS = 500, 50, 9
BATCH_LINES, CUSTOMERS = 10_000, 5_000
RUNS = 11
BOT = Actor(kind="system", name="Bench")

# One price in the base list for each article, with three tiers; seven other lists hold it once.
_GOODS = """
INSERT INTO catalog_product (id, code, name_fr, name_en, description_fr, description_en, brand_id, family_id, axes,
       created_at)
SELECT gen_random_uuid(), 'P' || n, 'Article ' || n, '', '', '', (%(brands)s::uuid[])[1 + n %% 50],
       (%(families)s::uuid[])[1 + n %% 20], '[]', now()
  FROM generate_series(1, %(count)s) AS n;
INSERT INTO catalog_variant (id, product_id, sku, sku_key, gtin, manufacturer_part_number, name_fr, name_en, attributes,
       state, tax_rate, origin_country, customs_code, is_dangerous, un_number, is_oversize, is_service, created_at,
       updated_at)
SELECT gen_random_uuid(), id, code, lower(code), '', '', name_fr, '', '{}', 'active', 0.2, '', '', false, '', false,
       false, now(), now()
  FROM catalog_product;
INSERT INTO pricing_price (id, price_list_id, variant_id, min_quantity, unit_price, valid_from)
SELECT gen_random_uuid(), l.id, v.id, t.minimum, 1 + (hashtext(v.sku || l.code) & 65535) / 100.0 * t.part, now()
  FROM catalog_variant v CROSS JOIN pricing_pricelist l
  JOIN (VALUES (1, 1.0), (10, 0.9), (100, 0.8)) AS t(minimum, part) ON t.minimum = 1 OR l.is_base
 WHERE l.is_base OR (hashtext(l.code || v.sku) & 7) < 7;
"""


def run(bench: Bench) -> Outcome:
    """Fill a tenant, then resolve lines in growing numbers, each time for goods that were not asked before."""
    with use_tenant(PLATFORM):
        tenant_id = request_tenant(slug="bench", name="Bench", kind="supplier", primary="#114b5f", actor=BOT)
        provision_tenant(tenant_id=tenant_id, actor=BOT)
        tenant = Tenant.objects.get(pk=tenant_id)
    with use_tenant(tenant):
        context = _filled(bench)
        return _measured(bench, context, list(Variant.objects.values_list("pk", flat=True)))


def _measured(bench: Bench, context: PriceContext, variants: list[UUID]) -> Outcome:
    draw = random.Random(7)  # the same lines in every run
    metrics: dict[str, float | int] = {}
    for count in (100, 1_000, 10_000):
        lines = [
            {key: Decimal(draw.choice((1, 12, 250))) for key in draw.sample(variants, count)} for _run in range(RUNS)
        ]

        def price(number: int, lines: list[dict[UUID, Decimal]] = lines) -> None:
            asked = lines[number % RUNS]
            assert len(unit_prices(context, asked)) == len(asked)

        metrics[f"lines{count}_ms"] = bench.time(price, runs=RUNS, warmup=2).median_ms

        def explain(number: int, lines: list[dict[UUID, Decimal]] = lines) -> None:
            asked = lines[number % RUNS]
            assert len(resolve(context, asked)) == len(asked)

        metrics[f"explained{count}_ms"] = bench.time(explain, runs=RUNS, warmup=1).median_ms
        bench.say(f"{count} lines: {metrics[f'lines{count}_ms']} ms, {metrics[f'explained{count}_ms']} with all steps")
    asked = {key: Decimal(12) for key in variants[:1_000]}
    with CaptureQueriesContext(connection) as captured:
        found = resolve(context, asked)
    _assert_right(context, asked)
    discounted = sum(price.unit_price < tier_price(price.list_tiers, price.quantity) for price in found.values())
    assert discounted > len(found) / 2
    metrics["sql"] = len(captured)
    metrics |= _simulated(bench, variants)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pricing_price")
        (prices,) = cursor.fetchone()
    data = {
        "products": PRODUCTS,
        "prices": prices,
        "rules": RULES,
        "rules_in_force": RULES_IN_FORCE,
        "lists": 4,
        "batch_lines": BATCH_LINES,
        "customers": CUSTOMERS,
    }
    return Outcome(metrics=metrics, data=data, runs=RUNS)


def _simulated(bench: Bench, variants: list[UUID]) -> dict[str, float | int]:
    """What the page of a batch waits for: its lines beside what holds, and whom they concern."""
    term = PaymentTerm.objects.create(kind=TermKind.NET, days=30)
    Customer.objects.bulk_create(
        Customer(
            company_id=uuid7(), company_name=f"Company {n}", number=f"K{n}", state="approved", payment_term=term,
            currency="EUR",
        )
        for n in range(CUSTOMERS)
    )  # fmt: skip
    base = PriceList.objects.get(is_base=True, currency="EUR")
    batch_id = create_batch(name="Bench", actor=BOT)
    goods = Selection(price_list_ids=(base.pk,), variant_ids=tuple(variants[: BATCH_LINES // 2]))
    count = add_percentage(batch_id=batch_id, selection=goods, rate=Decimal("0.03"), decimals=4, actor=BOT)
    surplus = PriceBatchLine.objects.filter(batch_id=batch_id).values("pk")[BATCH_LINES:]
    PriceBatchLine.objects.filter(pk__in=list(surplus.values_list("pk", flat=True))).delete()
    assert count >= BATCH_LINES

    def look(_number: int) -> None:
        impact = impact_of(batch_id)
        assert (impact.simulation.line_count, impact.customer_count) == (BATCH_LINES, CUSTOMERS)

    taken = bench.time(look, runs=5, warmup=1).median_ms / 1000
    bench.say(f"simulation of {BATCH_LINES} lines for {CUSTOMERS} customers: {taken:.2f} s")
    return {"simulation_s": round(taken, 3)}


def _assert_right(context: PriceContext, asked: dict[UUID, Decimal]) -> None:
    """The short form says what the long one says, and a price is the same alone and among thousands."""
    found = resolve(context, asked)
    assert unit_prices(context, asked) == {key: price.unit_price for key, price in found.items()}
    for key, quantity in list(asked.items())[:20]:
        assert resolve(context, {key: quantity})[key] == found[key]


def _filled(bench: Bench) -> PriceContext:
    """Goods, lists, rules; the customer whose four lists and fifty rules are in force."""
    draw = random.Random(1)
    brands = Brand.objects.bulk_create(Brand(slug=f"b{n}", name=f"Brand {n}") for n in range(50))
    families = Family.objects.bulk_create(Family(code=f"f{n}", name_fr=f"Family {n}") for n in range(20))
    base, _made = PriceList.objects.get_or_create(is_base=True, currency="EUR", defaults={"code": "b", "name": "Base"})
    lists = PriceList.objects.bulk_create(PriceList(code=f"L{n}", name=f"List {n}") for n in range(LISTS - 1))
    values: dict[str, Any] = {"brands": [b.pk for b in brands], "families": [f.pk for f in families], "count": PRODUCTS}
    with connection.cursor() as cursor:
        for statement in _GOODS.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values if "%(" in statement else None)
    analyze()
    bench.say(f"{PRODUCTS} products in {LISTS} lists")
    customer, group = uuid7(), uuid7()
    for place, price_list in enumerate(lists[:3]):
        party = {"group_id": group} if place == 2 else {"customer_id": customer}
        PriceListAssignment.objects.create(price_list=price_list, priority=place, **party)
    some = list(Product.objects.order_by("code").values_list("pk", flat=True)[:100])
    DiscountRule.objects.bulk_create(
        _rule(draw, number, customer if number < RULES_IN_FORCE else uuid7(), (brands, families, some))
        for number in range(RULES)
    )
    assert base.is_base
    return PriceContext(customer, group, "EUR")


def _rule(
    draw: random.Random, number: int, customer: UUID, goods: tuple[list[Brand], list[Family], list[UUID]]
) -> DiscountRule:
    brands, families, products = goods
    targets: tuple[dict[str, object], ...] = (
        {"brand": brands[number % 50]},
        {"family": families[number % 20]},
        {"product_id": products[number % 100]},
        {"brand": brands[number * 7 % 50], "min_quantity": 10},
    )
    return DiscountRule(
        name=f"Rule {number}",
        position=number,
        rate=Decimal(draw.randrange(10, 300)) / 1000,
        customer_id=customer,
        **targets[number % 4],
    )
