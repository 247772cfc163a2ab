"""What a buyer waits for: list, search, product, cart of 100 lines, adding, ordering, the API; over 100,000 products.

The shop has 200 price lists and 5,000 customers. ``BENCH_PRODUCTS`` gives another number of products.
"""

from __future__ import annotations

import gzip
import os
import re
import time
from collections.abc import Callable
from decimal import Decimal

from django.core.management import call_command

from accounts.identity import buyer_actor
from accounts.models import User
from bench.goods import Customer as BenchCustomer
from bench.goods import build
from bench.harness import Bench, Outcome, Timings
from bench.http import Answer, Client
from catalog.models import Variant
from core.actor import Actor, system
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.models import CustomerGroup
from customers.queries import require_approved
from customers.services import Conditions, approve_customer, ensure_payment_terms, request_account
from demo.people import BUYERS, PASSWORD
from integrations.keys import create_key
from orders import carts
from orders.lines import NewLine
from payments.models import CreditAccount
from pricing.models import PriceListAssignment
from search import indexing
from tenants.models import Tenant
from tenants.services import provision_tenant, request_tenant

SLUG = "bench"
PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "100000"))
PRICE_LISTS, CUSTOMERS = 200, 5_000
LIMIT = Decimal(1_000_000_000)  # what is ordered here is never too much
BUYER = BUYERS[0].people[0][0]
WORDS = (
    "vis chc m8",
    "ecrou frein",
    "rondelle inox",
    "VI-000240",
    "tige filetee",
    "boulon m10",
    "vis chc m6x20",
    "rivet",
)
RUNS = 30
WARMUP = 24  # three for each of the threads, which have a database connection of their own


class Shop:
    """The bench's shop: its tenant, some articles, a signed-in buyer."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        with use_tenant(PLATFORM):
            self.tenant = Tenant.objects.get(slug=slug)
        with use_tenant(self.tenant):
            rows = Variant.objects.order_by("sku").values_list("id", "sku")
            self.variants = list(rows[:2000])
            self.products = rows.count()

    def sign_in(self, client: Client, email: str) -> Client:
        token = csrf(client.get("/sign-in/"))
        answer = client.post("/sign-in/", {"username": email, "password": PASSWORD, "csrfmiddlewaretoken": token})
        assert answer.status == 303, answer.status
        return client

    def actor(self, email: str) -> Actor:
        with use_tenant(PLATFORM):
            return buyer_actor(User.objects.get(email=email))

    def fill_cart(self, email: str, lines: int) -> None:
        actor = self.actor(email)
        wishes = [NewLine(key, "", Decimal(10)) for key, _sku in self.variants[:lines]]
        with use_tenant(self.tenant.scope, company_id=actor.require_company()):
            customer = require_approved(actor)
            carts.clear(actor=actor, customer=customer)
            carts.add_lines(actor=actor, customer=customer, lines=wishes)

    def api_key(self, email: str) -> str:
        actor = self.actor(email)
        with use_tenant(self.tenant.scope, company_id=actor.require_company()):
            return create_key(key_id=uuid7(), name="bench", actor=actor)


def run(bench: Bench) -> Outcome:
    """Seed the shop, then time each page through HTTP as one client, count its statements, and load it with eight."""
    bench.say(f"seeding: the example world, and a shop of {PRODUCTS} products")
    call_command("seed_demo", scale=1, without_story=True, verbosity=0)
    shop = open_shop(PRODUCTS)
    metrics: dict[str, float | int] = {}
    with bench.web() as site:
        client = shop.sign_in(site.client(SLUG), BUYER.email)
        for name, ask in _pages(shop, client).items():
            _measure(bench, name, ask, metrics)
        _cart_and_order(bench, shop, client, metrics)
        api = site.client(SLUG)
        bearer = f"Bearer {shop.api_key(BUYER.email)}"
        _measure(bench, "api_list", lambda _n: ok(api.get("/api/v1/products/?limit=50", Authorization=bearer)), metrics)
        packed = [len(gzip.compress(ok(client.get(_listing(number))).body, 6)) for number in range(5)]
        metrics["listing_kb"] = round(max(packed) / 1024, 1)  # as the proxy in front sends it
        clients = [shop.sign_in(site.client(SLUG), BUYER.email) for _n in range(8)]
        metrics["rps_c8"] = bench.throughput(lambda number: ok(clients[number].get(_listing(number))))
    return Outcome(metrics=metrics, data=_data(shop), runs=RUNS)


def _data(shop: Shop) -> dict[str, float | int | str]:
    return {
        "products": shop.products,
        "price_lists": PRICE_LISTS,
        "customers": CUSTOMERS,
        "rows": 50,
        "cart_lines": 100,
    }


def open_shop(products: int) -> Shop:
    """A tenant with goods, prices and customers; the bench's buyer takes the place of the first of these."""
    bot = system("bench")
    with use_tenant(PLATFORM):
        tenant_id = request_tenant(slug=SLUG, name="Bench", kind="supplier", primary="#114b5f", actor=bot)
        provision_tenant(tenant_id=tenant_id, actor=bot)
    shop = Shop(SLUG)
    with use_tenant(shop.tenant):
        customers = build(products=products, price_lists=PRICE_LISTS, customers=CUSTOMERS)
        _become(shop, customers[0])
        indexing.rebuild_shop(tenant_id=tenant_id)
    return Shop(SLUG)


def _become(shop: Shop, place: BenchCustomer) -> None:
    buyer = shop.actor(BUYER.email)
    clerk = Actor(kind="staff", name="Bench", tenant_id=shop.tenant.pk, role="owner")
    group = CustomerGroup.objects.create(pk=place.prices.group_id, name="Bench")
    with use_tenant(shop.tenant.scope, company_id=buyer.require_company()):
        customer_id = request_account(company_id=buyer.require_company(), actor=buyer)
    with use_tenant(shop.tenant.scope, party="tenant"):
        conditions = Conditions(payment_term_id=ensure_payment_terms()["net30"], group_id=group.pk)
        approve_customer(customer_id=customer_id, conditions=conditions, actor=clerk)
    CreditAccount.objects.create(customer_id=customer_id, limit_amount=LIMIT)
    PriceListAssignment.objects.filter(customer_id=place.prices.customer_id).update(customer_id=customer_id)


def _pages(shop: Shop, client: Client) -> dict[str, Callable[[int], object]]:
    def listing(number: int) -> None:
        answer = ok(client.get(_listing(number)))
        assert answer.text.count('class="q"') == 50, "50 rows to order from"

    def product(number: int) -> None:
        sku = shop.variants[number * 37 % len(shop.variants)][1]
        assert sku in ok(client.get(f"/catalog/p/{sku}/")).text

    def search(number: int) -> None:
        words = WORDS[number % len(WORDS)].replace(" ", "+")
        assert "€" in ok(client.get(f"/catalog/?q={words}")).text

    return {"listing": listing, "product": product, "search": search}


def _listing(number: int) -> str:
    return f"/catalog/?page={number % 20 + 1}"


def _cart_and_order(bench: Bench, shop: Shop, client: Client, metrics: dict[str, float | int]) -> None:
    shop.fill_cart(BUYER.email, 100)
    token = csrf(client.get("/cart/"))

    def cart(_number: int) -> None:
        assert ok(client.get("/cart/")).text.count('name="unit-') == 50  # its first page

    def add(number: int) -> None:
        key = shop.variants[500 + number % 1000][0].hex
        form = {f"quantity-{key}": "10", f"unit-{key}": "", "csrfmiddlewaretoken": token}
        assert client.post("/cart/lines/", form, HX_Request="true").status == 200

    _measure(bench, "cart100", cart, metrics)
    _measure(bench, "add", add, metrics)
    seconds = [_order(shop, client)() for _n in range(RUNS)]
    metrics["order10_p50_ms"] = Timings(seconds).median_ms
    place = _order(shop, client)
    with bench.statements() as seen:
        place()
    metrics["order10_sql"] = seen.total
    bench.say(f"order10: {metrics['order10_p50_ms']} ms, {seen.total} statements")


def _order(shop: Shop, client: Client) -> Callable[[], float]:
    """A checkout of 10 lines that is ready to be sent; calling it answers the seconds of the POST."""
    shop.fill_cart(BUYER.email, 10)
    page = ok(client.get("/checkout/")).text
    names = ("csrfmiddlewaretoken", "cart", "expected_total", "address")
    form = {name: field(page, name) for name in names}

    def send() -> float:
        began = time.perf_counter()
        answer = client.post("/checkout/", form)
        spent = time.perf_counter() - began
        assert answer.status == 303, answer.text[:2000]
        assert "/orders/" in answer.headers["location"]
        return spent

    return send


def _measure(bench: Bench, name: str, ask: Callable[[int], object], metrics: dict[str, float | int]) -> None:
    timings = bench.time(ask, runs=RUNS, warmup=WARMUP)
    with bench.statements() as seen:
        ask(3)
    metrics[f"{name}_p50_ms"] = timings.median_ms
    metrics[f"{name}_sql"] = seen.total
    bench.say(f"{name}: {timings.median_ms} ms, {seen.total} statements")


def ok(answer: Answer) -> Answer:
    """The answer, which must be 200."""
    assert answer.status == 200, f"{answer.status}: {answer.text[:1000]}"
    return answer


def field(page: str, name: str) -> str:
    """The value of a form's field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no field {name}"
    return found[1]


def csrf(answer: Answer) -> str:
    """The token of a page's form."""
    return field(ok(answer).text, "csrfmiddlewaretoken")
