"""A request of 500 lines to ten suppliers: the comparison, sending a version, an award to three; how long news takes.

The comparison is read through HTTP by its buyer, with ten whole offers of which one has an earlier version. A version
is sent, and an award made, by the services that the pages call. For the delay, 200 pages listen on websockets of one
ASGI server, each to a request of its own, while a supplier sends versions; ``update_delay`` is from the call that sends
one to the frame at the buyer's socket, through outbox, drain and Redis. ``BENCH_LINES`` and ``BENCH_RUNS`` give other
numbers.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.identity import buyer_actor
from accounts.models import User
from bench.bench_storefront import ok
from bench.goods import analyze
from bench.harness import Bench, Outcome, Timings
from bench.http import Client
from bench.live_rooms import Rooms
from catalog.enums import VariantState
from catalog.models import Variant
from core import outbox
from core.actor import Actor, system
from core.scope import PLATFORM
from core.tenancy import use_tenant
from demo.people import PASSWORD
from frontend.marketplace.rfqs.page import LINES as PAGE
from inventory.models import Stock
from orders.quotes import Part, award_parts
from payments.models import CreditAccount
from rfq.asking import NewLine, NewRFQ, send_rfq
from rfq.models import Invitation, QuoteLine, RFQLine
from rfq.offers import Offer, OfferLine, send_quote
from tenants.models import Tenant
from tenants.services import provision_tenant, request_tenant

LINES = int(os.environ.get("BENCH_LINES", "500"))
RUNS = int(os.environ.get("BENCH_RUNS", "20"))
SUPPLIERS = 10
KNOWN = ("visserie-nord", "lumen", "securivet")  # of the example world: the buyer has an account there
ROOMS = int(os.environ.get("BENCH_ROOMS", "200"))
BUYER = "claire@delmas.example"
ADDRESS = {"label": "Arras", "street": "1 rue", "postal_code": "62000", "city": "Arras", "country": "FR"}
PLENTY = Decimal(1_000_000_000)
SHOWN = min(LINES, PAGE)  # the first page of lines, with the sums and the cheapest split of all
WARMUP = 3
SENT = 63  # versions, to as many rooms


@dataclass(frozen=True, slots=True)
class Seller:
    tenant: Tenant
    skus: tuple[str, ...]

    @property
    def staff(self) -> Actor:
        return Actor(kind="staff", tenant_id=self.tenant.pk, name="Bench")


def run(bench: Bench) -> Outcome:
    """Ten suppliers, one request; then awards, then rooms."""
    settings.RFQ_MOST_A_DAY = settings.RFQ_MOST_A_DAY_TO_ONE = 10_000  # a day of the bench is not a company's
    bench.say("seeding: the example world, and seven suppliers more")
    call_command("seed_demo", scale=1, without_story=True, verbosity=0)
    with use_tenant(PLATFORM):
        actor = buyer_actor(User.objects.get(email=BUYER))
    sellers = [_seller(_tenant(slug)) for slug in KNOWN]
    sellers += [_seller(_opened(number)) for number in range(SUPPLIERS - len(KNOWN))]
    rfq_id = _ask(actor, sellers, LINES)
    for place, seller in enumerate(sellers):
        _offer(seller, rfq_id, place)
    _offer(sellers[0], rfq_id, -1)
    analyze()
    metrics: dict[str, float | int] = {}
    sent = bench.time(lambda _number: _offer(sellers[1], rfq_id, 1), runs=RUNS, warmup=WARMUP)
    metrics["send_version_p50_ms"], metrics["send_version_p95_ms"] = sent.median_ms, sent.p95_ms
    bench.say(f"send_version: {sent.median_ms} ms, 95 % within {sent.p95_ms} ms")
    metrics |= _compare(bench, rfq_id)
    metrics |= _awards(bench, actor, sellers[: len(KNOWN)])
    metrics |= _delays(bench, actor, sellers[0])
    data: dict[str, float | int | str] = {"lines": LINES, "suppliers": SUPPLIERS, "rooms": ROOMS}
    return Outcome(metrics=metrics, data=data, runs=RUNS)


def _compare(bench: Bench, rfq_id: UUID) -> dict[str, float | int]:
    with bench.web() as site:
        client = _signed_in(site.client())

        def look(_number: int) -> None:
            page = ok(client.get(f"/rfqs/{rfq_id}/")).text
            assert page.count("<tr") > SHOWN
            assert page.count('class="num') > SHOWN * SUPPLIERS

        timings = bench.time(look, runs=RUNS, warmup=WARMUP * 2)
        with bench.statements() as seen:
            look(0)
    bench.say(f"comparison: {timings.median_ms} ms, 95 % within {timings.p95_ms} ms, {seen.total} statements")
    return {
        "comparison_p50_ms": timings.median_ms,
        "comparison_p95_ms": timings.p95_ms,
        "comparison_sql": seen.total,
    }


def _awards(bench: Bench, actor: Actor, sellers: Sequence[Seller]) -> dict[str, float | int]:
    """Each run has a request of its own, a third of whose lines goes to each of three suppliers."""
    seconds = []
    for _run in range(WARMUP + RUNS):
        rfq_id = _ask(actor, sellers, LINES)
        versions = [_offer(seller, rfq_id, place) for place, seller in enumerate(sellers)]
        parts = [_part(actor, version_id, place) for place, version_id in enumerate(versions)]
        with use_tenant(PLATFORM, company_id=actor.require_company()):
            began = time.perf_counter()
            awarded = award_parts(parts=parts, actor=actor)
            seconds.append(time.perf_counter() - began)
        assert len(awarded.orders) == len(parts), awarded
    timings = Timings(seconds[WARMUP:])
    bench.say(f"award3: {timings.median_ms} ms, 95 % within {timings.p95_ms} ms")
    return {"award3_p50_ms": timings.median_ms, "award3_p95_ms": timings.p95_ms}


def _part(actor: Actor, version_id: UUID, place: int) -> Part:
    with use_tenant(PLATFORM, company_id=actor.require_company()):
        rows = QuoteLine.objects.filter(version_id=version_id).values_list("pk", "position")
        return Part(version_id, {key: None for key, position in rows if position % len(KNOWN) == place})


def _delays(bench: Bench, actor: Actor, seller: Seller) -> dict[str, float | int]:
    """Versions are sent to one room after the other."""
    requests = [_ask(actor, [seller], 1) for _n in range(ROOMS)]
    outbox.drain()  # what was done until now is not what is waited for
    with Rooms.open(bench, _signed_in, requests) as rooms:
        seconds = [rooms.delay_of(rfq_id, partial(_offer, seller, rfq_id, 0)) for rfq_id in requests[:SENT]]
    timings = Timings(seconds[WARMUP:])
    bench.say(f"update_delay: {timings.median_ms} ms, 95 % within {timings.p95_ms} ms")
    return {"update_delay_p50_ms": timings.median_ms, "update_delay_p95_ms": timings.p95_ms}


# --- the scene --------------------------------------------------------------------------------------------------------
def _tenant(slug: str) -> Tenant:
    with use_tenant(PLATFORM):
        found: Tenant = Tenant.objects.get(slug=slug)
    return found


def _opened(number: int) -> Tenant:
    bot = system("bench")
    with use_tenant(PLATFORM):
        tenant_id = request_tenant(
            slug=f"bench-{number}", name=f"Fournisseur {number}", kind="supplier", primary="#134e4a", actor=bot
        )
        provision_tenant(tenant_id=tenant_id, actor=bot)
    return _tenant(f"bench-{number}")


def _seller(tenant: Tenant) -> Seller:
    with use_tenant(tenant.scope, party="tenant"):
        Stock.objects.update(on_hand=PLENTY)
        CreditAccount.objects.update(limit_amount=PLENTY)
        goods = Variant.objects.filter(state=VariantState.ACTIVE, pack=None, units__code="H87", units__is_base=True)
        return Seller(tenant, tuple(goods.order_by("sku").values_list("sku", flat=True)))


def _ask(actor: Actor, sellers: Sequence[Seller], lines: int) -> UUID:
    data = NewRFQ(
        title="Besoin annuel",
        deadline_at=timezone.now() + timedelta(days=5),
        lines=[NewLine(f"Article {place}", Decimal(100 + place)) for place in range(lines)],
        tenant_ids=[seller.tenant.pk for seller in sellers],
        delivery_address={
            "label": "Arras",
            "street": "1 rue",
            "postal_code": "62000",
            "city": "Arras",
            "country": "FR",
        },
        capital_rate=Decimal("0.042"),
    )
    with use_tenant(PLATFORM, company_id=actor.require_company()):
        return send_rfq(data=data, actor=actor)


def _offer(seller: Seller, rfq_id: UUID, place: int) -> UUID:
    """A whole offer, with own goods where the supplier has some; each place at other prices."""
    with use_tenant(seller.tenant.scope, party="tenant"):
        ids = RFQLine.objects.filter(rfq_id=rfq_id).order_by("position").values_list("pk", flat=True)
        lines = {
            key: OfferLine(
                Decimal("1.25") + Decimal((number * 7 + place * 13) % 97) / 100,
                5 + place % 3,
                sku=seller.skus[number % len(seller.skus)] if seller.skus else "",
                tiers=((Decimal(1000 + number), Decimal("1.1")),) if number % 10 == 0 else (),
            )
            for number, key in enumerate(ids)
        }
        offer = Offer(lines, timezone.now() + timedelta(days=5), Decimal(85))
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).pk
        return send_quote(invitation_id=invitation_id, offer=offer, actor=seller.staff)


def _signed_in(client: Client) -> Client:
    page = ok(client.get("/sign-in/")).text
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    answer = client.post("/sign-in/", {"username": BUYER, "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert answer.status == 303, answer.status
    return client
