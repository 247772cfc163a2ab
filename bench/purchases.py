"""One purchase over three suppliers of the example world, 30 lines in one transaction, placed on the marketplace."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounts.identity import buyer_actor
from accounts.models import User
from bench.bench_storefront import ok
from bench.harness import Bench, Timings
from bench.http import Client, Site
from catalog.enums import VariantState
from catalog.models import Variant
from core.actor import Actor
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from demo.people import PASSWORD
from inventory.models import Stock
from marketplace.models import PurchaseOrder
from orders import carts
from orders.lines import NewLine
from orders.models import Order, OrderLine
from payments.models import CreditAccount
from tenants.models import Tenant

BUYER = "claire@delmas.example"
SUPPLIERS = ("visserie-nord", "lumen", "securivet")
LINES = 10  # at each
QUANTITY = Decimal(1000)  # of each line: a multiple of every pack
PLENTY = Decimal(1_000_000_000)
WARMUP = 4


@dataclass(frozen=True, slots=True)
class Seller:
    """A supplier, and the goods that are bought there."""

    tenant: Tenant
    goods: tuple[UUID, ...]


def measure(bench: Bench, site: Site, runs: int) -> dict[str, float | int]:
    """Time the POST that makes three carts one purchase, and count its statements."""
    sellers = [_seller(slug) for slug in SUPPLIERS]
    with use_tenant(PLATFORM):
        actor = buyer_actor(User.objects.get(email=BUYER))
    client = site.client()
    form = {"username": BUYER, "password": PASSWORD, "csrfmiddlewaretoken": _token(client, "/sign-in/")}
    answer = client.post("/sign-in/", form)
    assert answer.status == 303, answer.text[:1000]
    for _n in range(WARMUP):
        _place(client, actor, sellers)
    timings = Timings([_place(client, actor, sellers) for _n in range(runs)])
    ready = _ready(client, actor, sellers)
    with bench.statements() as seen:
        assert client.post("/cart/", ready).status == 303
    bench.say(f"marketplace3: {timings.median_ms} ms, 95 % within {timings.p95_ms} ms, {seen.total} statements")
    return {
        "marketplace3_p50_ms": timings.median_ms,
        "marketplace3_p95_ms": timings.p95_ms,
        "marketplace3_sql": seen.total,
    }


def _seller(slug: str) -> Seller:
    with use_tenant(PLATFORM):
        tenant = Tenant.objects.get(slug=slug)
    with use_tenant(tenant.scope, party="tenant"):
        Stock.objects.update(on_hand=PLENTY)
        CreditAccount.objects.update(limit_amount=PLENTY)
        active = Variant.objects.filter(state=VariantState.ACTIVE, pack=None).order_by("sku")
        return Seller(tenant, tuple(active.values_list("pk", flat=True)[:LINES]))


def _ready(client: Client, actor: Actor, sellers: list[Seller]) -> dict[str, str]:
    """Three full carts, and the form of the page that shows them."""
    for seller in sellers:
        with use_tenant(seller.tenant.scope, company_id=actor.require_company()):
            wishes = [NewLine(variant_id, "", QUANTITY) for variant_id in seller.goods]
            carts.add_lines(actor=actor, customer=require_approved(actor), lines=wishes)
    page = ok(client.get("/cart/")).text
    hidden = r'<input type="hidden" name="((?:cart|expected|shown)-[0-9a-f]+|csrfmiddlewaretoken)" value="([^"]*)"'
    form = dict(re.findall(hidden, page))
    form |= dict(re.findall(r'<input[^>]* name="(quantity-[0-9a-f]+)"[^>]* value="([^"]*)"', page))
    form |= dict(re.findall(r'<input type="radio" name="(address)" value="([0-9a-f]+)"', page))
    assert len([name for name in form if name.startswith("quantity-")]) == LINES * len(sellers), page[:2000]
    return form | {"order": "1"}


def _place(client: Client, actor: Actor, sellers: list[Seller]) -> float:
    """Seconds of a purchase; each supplier has its order, with its lines and nothing else."""
    form = _ready(client, actor, sellers)
    began = time.perf_counter()
    answer = client.post("/cart/", form)
    spent = time.perf_counter() - began
    found = re.search(r"/purchases/([0-9a-f-]{32,36})/", answer.headers.get("location", ""))
    assert found is not None, f"{answer.status}: {answer.text[:2000]}"
    with use_tenant(PLATFORM, company_id=actor.require_company()):
        orders = dict(PurchaseOrder.objects.filter(purchase_id=found[1]).values_list("tenant_id", "order_id"))
    assert len(orders) == len(sellers), orders
    for seller in sellers:
        with use_tenant(seller.tenant.scope, party="tenant"):
            order = Order.objects.get(pk=orders[seller.tenant.pk])
            lines = OrderLine.objects.filter(order=order)
            assert set(lines.values_list("variant_id", flat=True)) == set(seller.goods)
            assert sum(lines.values_list("net_amount", flat=True)) == order.net_amount
            assert f"{order.total_amount:f}".rstrip("0") == form[f"expected-{seller.tenant.pk.hex}"].rstrip("0")
    return spent


def _token(client: Client, path: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', ok(client.get(path)).text)
    return found[1] if found else ""
