"""Placing orders of 10, 100 and 1,000 lines at one supplier; 50 buyers of one customer who order at the same moment.

The orders are carts that are checked out through HTTP, from 10,000 products with the customer's own price lists and its
credit limit on. All 50 want the same goods; then all 50 want more than their credit. ``marketplace3`` is one purchase
over three suppliers. ``BENCH_PRODUCTS``, ``BENCH_RUNS`` and ``BENCH_ORDERS`` give other numbers.
"""

from __future__ import annotations

import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.management import call_command
from django.db.models import Q, Sum

from accounts.enums import CompanyRole
from accounts.services import add_company_user, create_user
from bench import purchases
from bench.bench_storefront import BUYER, LIMIT, PRICE_LISTS, Shop, field, ok, open_shop
from bench.goods import analyze
from bench.harness import Bench, Outcome, Timings
from bench.http import Answer, Client, Site
from catalog.enums import VariantState
from catalog.models import Variant
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from demo.people import PASSWORD
from inventory.models import Stock, StockMovement
from orders import carts
from orders.lines import NewLine
from orders.models import Order, OrderLine
from payments.models import CreditAccount, CreditEntry

PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "10000"))
RUNS = int(os.environ.get("BENCH_RUNS", "20"))
ORDERS = int(os.environ.get("BENCH_ORDERS", "50"))
SIZES = (10, 100, 1000)
WARMUP = 8  # the server's threads connect and compile their templates
PLENTY = Decimal(1_000_000)
QUANTITY = Decimal(10)  # of each line
THREADS = 25  # of each of two web workers: as many orders at once, each with a connection of its own

Form = dict[str, str]


def run(bench: Bench) -> Outcome:
    """Time orders of each size one after the other, count their statements, then let everybody order at once."""
    bench.say(f"seeding: the example world, and a shop of {PRODUCTS} products")
    call_command("seed_demo", scale=1, without_story=True, verbosity=0)
    shop = open_shop(PRODUCTS)
    with use_tenant(shop.tenant):
        Stock.objects.update(on_hand=PLENTY)
    analyze()
    metrics: dict[str, float | int] = {}
    with bench.web() as site:
        client = shop.sign_in(site.client(shop.slug), BUYER.email)
        for lines in SIZES:
            _measure(bench, shop, client, lines, metrics)
        metrics |= purchases.measure(bench, site, RUNS)
    counts = {metrics[f"place{lines}_sql"] for lines in SIZES}
    assert len(counts) == 1, f"the statements of an order grow with its lines: {metrics}"
    people = _people(shop)
    with bench.web(workers=2, threads=THREADS) as site:
        clients = [shop.sign_in(site.client(shop.slug), email) for email in people]
        race = _Race(bench, shop, site, people, clients)
        metrics |= race.for_stock()
        for name, number in race.for_credit().items():
            metrics[name] = metrics.get(name, 0) + number
    data: dict[str, float | int | str] = {
        "products": shop.products,
        "price_lists": PRICE_LISTS,
        "orders_at_once": ORDERS,
    }
    return Outcome(metrics=metrics, data=data, runs=RUNS)


# --- one after the other ----------------------------------------------------------------------------------------------
def _measure(bench: Bench, shop: Shop, client: Client, lines: int, metrics: dict[str, float | int]) -> None:
    for _n in range(WARMUP):
        _place(shop, client, lines)
    timings = Timings([_place(shop, client, lines) for _n in range(RUNS)])
    form = _checkout(shop, client, lines)
    with bench.statements() as seen:
        _placed(client.post("/checkout/", form))
    name = f"place{lines}"
    metrics[f"{name}_p50_ms"], metrics[f"{name}_p95_ms"] = timings.median_ms, timings.p95_ms
    metrics[f"{name}_sql"] = seen.total
    bench.say(f"{name}: {timings.median_ms} ms, 95 % within {timings.p95_ms} ms, {seen.total} statements")


def _place(shop: Shop, client: Client, lines: int) -> float:
    """Seconds of the POST that makes a cart an order; what was ordered is compared with the cart."""
    form = _checkout(shop, client, lines)
    began = time.perf_counter()
    answer = client.post("/checkout/", form)
    spent = time.perf_counter() - began
    order_id = _placed(answer)
    with use_tenant(shop.tenant):
        order = Order.objects.get(pk=order_id)
        rows = OrderLine.objects.filter(order=order).aggregate(
            net=Sum("net_amount"), units=Sum("base_quantity"), reserved=Sum("reserved_quantity")
        )
        held = StockMovement.objects.filter(reference=str(order_id)).aggregate(held=Sum("quantity"))["held"]
        owed = CreditEntry.objects.get(order_id=order_id).reserved_delta
    assert rows["units"] == rows["reserved"] == held == QUANTITY * lines, (rows, held)
    assert (rows["net"], owed) == (order.net_amount, order.total_amount), (rows, owed, order.total_amount)
    assert order.total_amount == Decimal(form["expected_total"])
    return spent


def _checkout(shop: Shop, client: Client, lines: int) -> Form:
    """The form of a checkout of so many lines that is ready to be sent."""
    shop.fill_cart(BUYER.email, lines)
    return _form(client)


def _form(client: Client) -> Form:
    page = ok(client.get("/checkout/")).text
    return {name: field(page, name) for name in ("csrfmiddlewaretoken", "cart", "expected_total", "address")}


def _placed(answer: Answer) -> UUID:
    """The order that an answer leads to."""
    assert answer.status == 303, f"{answer.status}: {answer.text[:2000]}"
    found = re.search(r"/orders/([0-9a-f-]{32,36})/", answer.headers["location"])
    assert found is not None, answer.headers["location"]
    return UUID(found[1])


# --- at once ----------------------------------------------------------------------------------------------------------
def _people(shop: Shop) -> list[str]:
    """Buyers of the bench's company: each has a cart of their own, all have its credit."""
    company_id = shop.actor(BUYER.email).require_company()
    emails = [f"buyer{number}@bench.example" for number in range(ORDERS)]
    with use_tenant(PLATFORM):
        for email in emails:
            user_id = create_user(email=email, password=PASSWORD, name=email.partition("@")[0])
            add_company_user(company_id=company_id, user_id=user_id, role=CompanyRole.BUYER)
    return emails


@dataclass(frozen=True, slots=True)
class _Race:
    """Everybody's cart holds the same: the second article, of which more comes, and the first, of which none does."""

    bench: Bench
    shop: Shop
    site: Site
    people: list[str]
    clients: list[Client]

    def for_stock(self) -> dict[str, float | int]:
        """Of what is ending there is enough for half of them, of the other for a quarter: the rest is back-ordered."""
        fits = ORDERS // 2
        self._prepare(ending=QUANTITY * fits, other=QUANTITY * (ORDERS // 4), limit=LIMIT)
        return self._run("stock", fits, refusal="is ending", limit=LIMIT)

    def for_credit(self) -> dict[str, float | int]:
        """There are plenty of goods, and credit for two in five of the orders."""
        fits = ORDERS * 2 // 5
        self._prepare(ending=PLENTY, other=PLENTY, limit=LIMIT)
        with use_tenant(self.shop.tenant):
            account = CreditAccount.objects.get(customer_id=self._customer_id())
            used = account.reserved_amount + account.invoiced_amount
        gross = Decimal(self._ready(self.clients[0])["expected_total"])
        limit = used + gross * fits + gross / 2
        self._prepare(ending=PLENTY, other=PLENTY, limit=limit)
        return self._run("credit", fits, refusal="available credit", limit=limit)

    def _run(self, name: str, fits: int, *, refusal: str, limit: Decimal) -> dict[str, float | int]:
        """Send all forms at one moment and compare the ledgers with the orders that are there afterwards."""
        forms = [self._ready(client) for client in self.clients]
        with use_tenant(self.shop.tenant):
            before = Order.objects.count()
        barrier = threading.Barrier(len(forms))

        def send(number: int) -> Answer:
            barrier.wait()
            return self.clients[number].post("/checkout/", forms[number])

        began = time.perf_counter()
        with ThreadPoolExecutor(len(forms)) as pool:
            answers = list(pool.map(send, range(len(forms))))
        spent = time.perf_counter() - began
        placed = {_placed(answer) for answer in answers if answer.status == 303}
        refused = [answer for answer in answers if answer.status == 422 and refusal in answer.text]
        wrong = [answer for answer in answers if answer.status != 303 and answer not in refused]
        self.bench.say(f"{name}: {len(placed)} placed, {len(refused)} refused, {len(wrong)} errors in {spent:.2f} s")
        for answer in wrong[:3]:
            self.bench.say(f"{answer.status}: {answer.text[:500]}")
        found = self._compare(placed, before, limit)
        if not wrong:
            assert (len(placed), len(refused)) == (fits, len(forms) - fits), (len(placed), len(refused))
        return {**found, "errors_shown": len(wrong), f"{name}_race_s": round(spent, 3)}

    def _ready(self, client: Client) -> Form:
        """The form of a client's checkout; its connection is opened anew afterwards, as idle ones are not kept."""
        client.close()
        form = _form(client)
        client.close()
        return form

    def _compare(self, placed: set[UUID], before: int, limit: Decimal) -> dict[str, float | int]:
        """What is sold beyond the stock and ordered beyond the limit; the ledgers must agree with the orders."""
        with use_tenant(self.shop.tenant):
            assert Order.objects.count() == before + len(placed), "orders that nobody was told of"
            oversold = sum(self._oversold(variant_id, placed) for variant_id in self._goods())
            account = CreditAccount.objects.get(customer_id=self._customer_id())
            entries = CreditEntry.objects.filter(account=account).aggregate(
                all=Sum("reserved_delta"), placed=Sum("reserved_delta", filter=Q(order_id__in=placed))
            )
            orders = Order.objects.filter(customer_id=account.customer_id)
            sums = orders.aggregate(all=Sum("total_amount"), placed=Sum("total_amount", filter=Q(pk__in=placed)))
            numbers = sorted(int(number.rpartition("-")[2]) for number in orders.values_list("number", flat=True))
        assert entries == sums, f"credit's ledger {entries}, orders {sums}"
        assert account.reserved_amount == entries["all"], "the account is not the sum of its ledger"
        assert numbers == list(range(1, len(numbers) + 1)), "orders are numbered without gaps"
        return {
            "oversold": float(oversold),
            "over_limit": float(max(account.reserved_amount + account.invoiced_amount - limit, Decimal(0))),
        }

    def _oversold(self, variant_id: UUID, placed: set[UUID]) -> Decimal:
        """How much of an article is promised beyond what is there; its ledger must say what its orders' lines say."""
        stock = Stock.objects.get(variant_id=variant_id)
        ledger = StockMovement.objects.filter(variant_id=variant_id).exclude(kind=StockMovement.Kind.COUNT)
        lines = OrderLine.objects.filter(variant_id=variant_id)
        references = [str(key) for key in placed]
        for held, promised in (
            (ledger, lines),
            (ledger.filter(reference__in=references), lines.filter(order_id__in=placed)),
        ):
            quantity = held.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)
            assert quantity == (promised.aggregate(sum=Sum("reserved_quantity"))["sum"] or Decimal(0)), variant_id
        assert stock.reserved == (ledger.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)), variant_id
        return max(stock.reserved - stock.on_hand, Decimal(0))

    def _prepare(self, *, ending: Decimal, other: Decimal, limit: Decimal) -> None:
        """So much of both articles is free, so much credit is granted, and everybody's cart is full."""
        first, second = self._goods()
        with use_tenant(self.shop.tenant):
            Variant.objects.filter(pk=first).update(state=VariantState.ENDING)
            for variant_id, free in ((first, ending), (second, other)):
                stock = Stock.objects.get(variant_id=variant_id)
                Stock.objects.filter(pk=stock.pk).update(on_hand=stock.reserved + free)
            CreditAccount.objects.filter(customer_id=self._customer_id()).update(limit_amount=limit)
        for email in self.people:
            actor = self.shop.actor(email)
            with use_tenant(self.shop.tenant.scope, company_id=actor.require_company()):
                customer = require_approved(actor)
                carts.clear(actor=actor, customer=customer)
                wishes = [NewLine(variant_id, "", QUANTITY) for variant_id in (second, first)]
                carts.add_lines(actor=actor, customer=customer, lines=wishes)

    def _goods(self) -> tuple[UUID, UUID]:
        return self.shop.variants[0][0], self.shop.variants[1][0]

    def _customer_id(self) -> UUID:
        actor = self.shop.actor(self.people[0])
        with use_tenant(self.shop.tenant.scope, company_id=actor.require_company()):
            return require_approved(actor).id
