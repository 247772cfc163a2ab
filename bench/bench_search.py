"""Search over 100,000 products, 200 price lists and 5,000 customers: pages at own prices, words, codes, fresh changes.

``BENCH_PRODUCTS``, ``BENCH_PRICE_LISTS`` and ``BENCH_CUSTOMERS`` give other sizes.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.db import connection

from bench.goods import Customer, build
from bench.harness import ROOT, Bench, Outcome, Timings
from catalog.models import Variant
from catalog.services import announce
from core.actor import Actor
from core.db import atomic
from core.scope import PLATFORM
from core.tenancy import use_tenant
from pricing.queries import PriceContext, unit_prices
from pricing.services import NewPrice, PriceSet, set_prices
from search import indexing
from search.engine import engine, index_name
from search.port import ALL_FACETS, BuyerContext, Query, Result
from tenants.directory import find_by_id
from tenants.services import provision_tenant, request_tenant

PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "100000"))
PRICE_LISTS = int(os.environ.get("BENCH_PRICE_LISTS", "200"))
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "5000"))
RUNS, CHANGES, CHECKED = 200, 20, 3
PAGE = 50
PATIENCE_S = 20.0


class Shop:
    """The bench's tenant, its index, and its customers."""

    def __init__(self, tenant_id: UUID, customers: list[Customer]) -> None:
        self.tenant_id = tenant_id
        self.actor = Actor(kind="staff", name="Bench", tenant_id=tenant_id, role="owner")
        self.index = index_name(tenant_id)
        self._turn = itertools.cycle(customers)
        rows = Variant.objects.order_by("sku").values_list("pk", "sku", "name_fr")
        self.goods: list[tuple[UUID, str, str]] = list(rows)

    def next_customer(self) -> Customer:
        return next(self._turn)

    def search(self, query: Query, buyer: BuyerContext) -> Result:
        return engine().search(self.index, query, buyer)


def run(bench: Bench) -> Outcome:
    """Fill a tenant, index it, then time each kind of question and a change until it is found."""
    bot = Actor(kind="system", name="Bench")
    with use_tenant(PLATFORM):
        tenant_id = request_tenant(slug="bench", name="Bench", kind="supplier", primary="#114b5f", actor=bot)
        provision_tenant(tenant_id=tenant_id, actor=bot)
        tenant = find_by_id(tenant_id)
    assert tenant is not None
    with use_tenant(tenant.scope):
        began = time.perf_counter()
        customers = build(products=PRODUCTS, price_lists=PRICE_LISTS, customers=CUSTOMERS)
        bench.say(f"{PRODUCTS} products, {PRICE_LISTS} lists in {time.perf_counter() - began:.0f} s")
        return _measured(bench, Shop(tenant_id, customers))


def _measured(bench: Bench, shop: Shop) -> Outcome:
    metrics: dict[str, float | int] = {"rebuild_s": _indexed(bench, shop)}
    _assert_own_prices(bench, shop)
    for name, ask in (
        ("listing", _listing),
        ("own_price_sort", _sorted_page),
        ("own_price_deep_sort", _deep_page),
        ("own_price_filter", _filtered_page),
        ("typo", _typo),
        ("sku", _sku),
        ("suggest", _suggestion),
    ):
        timings = bench.time(_bound(ask, shop), runs=RUNS, warmup=20)
        metrics |= {f"{name}_p50_ms": timings.median_ms, f"{name}_p95_ms": timings.p95_ms}
        bench.say(f"{name}: {timings.median_ms} ms, 95 % below {timings.p95_ms} ms")
    metrics |= _changes(bench, shop)
    data = {"products": PRODUCTS, "price_lists": PRICE_LISTS, "customers": CUSTOMERS, "facets": 8, "segments": 12}
    return Outcome(metrics=metrics, data={**data, "list_prices": metrics.pop("list_prices")}, runs=RUNS)


def _indexed(bench: Bench, shop: Shop) -> float:
    began = time.perf_counter()
    assert indexing.rebuild_shop(tenant_id=shop.tenant_id) == PRODUCTS
    spent = round(time.perf_counter() - began, 1)
    bench.say(f"indexed in {spent} s")
    return spent


# --- questions --------------------------------------------------------------------------------------------------------
def _bound(ask: Callable[[Shop, int], None], shop: Shop) -> Callable[[int], None]:
    return lambda number: ask(shop, number)


def _page_of(number: int) -> Query:
    """A page as a buyer asks for it: everything, a category, two filters, words; first and second pages."""
    kinds = (
        Query(),
        Query(filters={"category": (f"c{number % 8}",)}),
        Query(filters={"brand": (f"Marque {number % 30}",), "diametre": (f"M{(3, 4, 6, 8)[number % 4]}",)}),
        Query(text=("vis inox", "ecrou m8", "rondelle acier zingue", "cheville nylon")[number // 4 % 4]),
    )
    page = replace(kinds[number % 4], facets=(ALL_FACETS,), buckets=10, size=PAGE)
    return replace(page, offset=PAGE) if number % 5 == 0 else page


def _listing(shop: Shop, number: int) -> None:
    """A page with its facets and its histogram, and the prices of its rows from pricing."""
    customer = shop.next_customer()
    result = shop.search(_page_of(number), customer.buyer)
    ids = [UUID(pk) for pk in result.ids]
    prices = unit_prices(customer.prices, dict.fromkeys(ids, Decimal(1)))
    assert len(ids) == min(PAGE, max(result.total - (PAGE if number % 5 == 0 else 0), 0)), number
    assert len(prices) == len(ids)
    assert sum(step.count for step in result.histogram) == result.total
    assert len(result.facets) >= 8
    assert not result.degraded


def _sorted_page(shop: Shop, number: int) -> None:
    query = replace(_page_of(number), sort=("price", "-price")[number % 2], offset=0)
    _ordered(shop, query)


def _deep_page(shop: Shop, number: int) -> None:
    _ordered(shop, Query(sort="price", size=PAGE, offset=min(number * 37 % 180 * PAGE, PRODUCTS - PAGE)))


def _ordered(shop: Shop, query: Query) -> None:
    result = shop.search(query, shop.next_customer().buyer)
    assert len(result.hits) == min(PAGE, result.total)
    assert not result.degraded


def _filtered_page(shop: Shop, number: int) -> None:
    low = 1_000_000 * (number % 40 + 1)
    query = replace(_page_of(number), price=(low, low * 3), offset=0)
    result = shop.search(query, shop.next_customer().buyer)
    assert not result.degraded
    assert result.total <= sum(step.count for step in result.histogram)


def _typo(shop: Shop, number: int) -> None:
    text = ("rondele m8", "chevile nylon m6", "boulon hexagonl", "goupile inox")[number % 4]
    result = shop.search(Query(text=text, size=24), shop.next_customer().buyer)
    word = ("Rondelle", "Cheville", "Boulon", "Goupille")[number % 4]
    assert result.hits[0].name.startswith(word), (text, result.hits[0])


def _sku(shop: Shop, number: int) -> None:
    _pk, sku, _name = shop.goods[number * 7919 % len(shop.goods)]
    text = (sku, sku.lower().replace("-", ""), sku.replace("-", " "))[number % 3]
    result = shop.search(Query(text=text, size=24), shop.next_customer().buyer)
    assert result.hits[0].sku == sku


def _suggestion(shop: Shop, number: int) -> None:
    word = ("Rondelle", "Cheville", "Boulon", "Goupille", "Écrou")[number % 5]
    hits = engine().suggest(shop.index, Query(text=word[: 3 + number % 4].lower(), size=8), shop.next_customer().buyer)
    assert len(hits) == 8


# --- right ------------------------------------------------------------------------------------------------------------
def _assert_own_prices(bench: Bench, shop: Shop) -> None:
    """The order of the engine is that of the prices that are charged, for all products of some customers."""
    everything = dict.fromkeys((pk for pk, _sku, _name in shop.goods), Decimal(1))
    for _ in range(CHECKED):
        customer = shop.next_customer()
        charged = sorted((price, pk) for pk, price in unit_prices(customer.prices, everything).items())
        assert len(charged) == PRODUCTS
        for query, wanted in (
            (Query(sort="price", size=500), charged[:500]),
            (Query(sort="price", size=500, offset=4_321), charged[4_321:4_821]),
            (Query(sort="-price", size=500), charged[:-501:-1]),
        ):
            own = _charged(customer.prices, shop.search(query, customer.buyer))
            assert own == [price for price, _pk in wanted], query
        low, high = charged[len(charged) // 3][0], charged[len(charged) // 2][0]
        bounds = (int(low * 1_000_000), int(high * 1_000_000))
        found = shop.search(Query(price=bounds, size=0), customer.buyer)
        assert found.total == sum(low <= price <= high for price, _pk in charged)
    bench.say(f"own prices of {CHECKED} customers are those charged")


def _charged(context: PriceContext, result: Result) -> list[Decimal]:
    ids = [UUID(pk) for pk in result.ids]
    prices = unit_prices(context, dict.fromkeys(ids, Decimal(1)))
    return [prices[pk] for pk in ids]


# --- changes ----------------------------------------------------------------------------------------------------------
def _changes(bench: Bench, shop: Shop) -> dict[str, float | int]:
    """Times from a commit until the index answers with it, through the outbox and its own process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pricing_price")
        (list_prices,) = cursor.fetchone()
    with _drain():
        seconds = [_renamed(shop, number) for number in range(-2, CHANGES)][2:]
        touched = _touched_by_price(shop)
    visible = Timings(seconds)
    bench.say(f"a change is found after {visible.median_ms} ms, at worst {max(seconds) * 1000:.0f} ms")
    return {
        "visible_after_change_ms": visible.median_ms,
        "docs_touched_by_price_change": touched,
        "list_prices": list_prices,
    }


@contextmanager
def _drain() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "manage.py", "drain_outbox"], cwd=ROOT, stdout=sys.stderr)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _renamed(shop: Shop, number: int) -> float:
    pk, _sku, name = shop.goods[(number + 2) * 3391 % len(shop.goods)]
    word = f"nouveaute{number + 2}x"

    @atomic
    def rename() -> None:
        Variant.objects.filter(pk=pk).update(name_fr=f"{name} {word}")
        announce([pk])

    rename()
    return _until(lambda: shop.search(Query(text=word), shop.next_customer().buyer).ids == [str(pk)])


def _touched_by_price(shop: Shop) -> int:
    """Documents that a new price in one list changes."""
    pk, _sku, _name = shop.goods[len(shop.goods) // 2]
    customer = shop.next_customer()
    before = engine().digests(shop.index)
    price = PriceSet((NewPrice(Decimal(1), Decimal("0.000001")),))

    @atomic
    def change() -> None:
        announce(set_prices(price_list_id=customer.own_list, prices={pk: price}, actor=shop.actor))

    change()
    _until(lambda: shop.search(Query(sort="price", size=1), customer.buyer).ids == [str(pk)])
    after = engine().digests(shop.index)
    assert after.keys() == before.keys()
    return sum(after[key] != before[key] for key in after)


def _until(is_true: Callable[[], bool]) -> float:
    began = time.perf_counter()
    while not is_true():
        spent = time.perf_counter() - began
        assert spent < PATIENCE_S, "the change was not found"
        time.sleep(0.002)
    return time.perf_counter() - began
