"""A buyer uploads 10,000 lines in an XLSX file against 100,000 products, and orders them: read, look up, add, show.

``BENCH_PRODUCTS`` and ``BENCH_LINES`` give other sizes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management import call_command

from bench.harness import MINIMUM_RUNS, Bench, Outcome, percentile

PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "100000"))
SLUG = "visserie-nord"
LINES = int(os.environ.get("BENCH_LINES", "10000"))
BATCH = 2000
PAGE = 50


def run(bench: Bench) -> Outcome:
    """Seed, then work through the file in a process of its own (for its memory), then ask for the cart by HTTP."""
    from bench.bench_storefront import BUYER, Shop, ok
    from bench.goods import analyze
    from core.tenancy import use_tenant

    call_command("seed_demo", scale=1, without_story=True, verbosity=0)
    shop = Shop(SLUG)
    began = time.perf_counter()
    with use_tenant(shop.tenant):
        _fill()
    analyze()
    bench.say(f"{PRODUCTS} products in {time.perf_counter() - began:.0f} s")
    path = bench.state / "need.xlsx"
    _write_file(path)
    metrics = _in_own_process(bench, path)
    bench.say(str(metrics))
    with bench.web() as site:
        client = shop.sign_in(site.client(SLUG), BUYER.email)

        def page(number: int) -> None:
            text = ok(client.get(f"/cart/?page={number % (LINES // PAGE) + 1}")).text
            assert text.count('name="unit-') == PAGE

        def file(_number: int) -> None:
            assert ok(client.get("/cart/download/")).text.count("\r\n") == LINES + 1

        def draft(_number: int) -> None:
            assert "/quick-order/" in ok(client.get("/quick-order/")).text

        metrics["cart_page_ms"] = bench.time(page, runs=20, warmup=8).median_ms
        metrics["cart_csv_s"] = bench.time(file, runs=5, warmup=2).median_s
        metrics["quick_page_ms"] = bench.time(draft, runs=20, warmup=8).median_ms
        for name, ask in (("cart_page_sql", page), ("cart_csv_sql", file)):
            with bench.statements() as seen:
                ask(3)
            metrics[name] = seen.total
    return Outcome(metrics=metrics, data={"products": PRODUCTS, "lines": LINES}, runs=MINIMUM_RUNS)


# --- data -------------------------------------------------------------------------------------------------------------
def _gtin(number: int) -> str:
    from stdnum import ean

    digits = f"37609{number:07}"
    return f"{digits}{ean.calc_check_digit(digits)}"


def _price(number: int) -> Decimal:
    return Decimal(number % 900 + 10) / 100


def _fill() -> None:
    """Articles with all kinds of numbers and a box, through the services that imports use."""
    from catalog.rows import CatalogRow, UnitRow
    from catalog.services import upsert
    from core.actor import system
    from inventory.models import Stock
    from pricing.models import PriceList
    from pricing.services import NewPrice, PriceSet, set_prices

    clerk = system("bench")
    base = PriceList.objects.get(is_base=True)
    units = (UnitRow("H87", is_base=True), UnitRow("XBX", Decimal(100)))
    for start in range(0, PRODUCTS, BATCH):
        numbers = range(start, min(start + BATCH, PRODUCTS))
        rows = [
            CatalogRow(
                sku=f"QO-{n:06}", name_fr=f"Article {n}", gtin=_gtin(n), manufacturer_part_number=f"MP.{n * 7}-K",
                units=units,
            )
            for n in numbers
        ]  # fmt: skip
        ids = upsert(rows=rows, actor=clerk, announce_change=False).ids
        prices = {ids[f"QO-{n:06}"]: PriceSet((NewPrice(Decimal(1), _price(n)),)) for n in numbers}
        set_prices(price_list_id=base.pk, prices=prices, actor=clerk)
        Stock.objects.bulk_create(Stock(variant_id=key, on_hand=500, lead_time_days=3) for key in ids.values())


def _asked() -> list[tuple[int, int]]:
    """Product and quantity of each line of the file."""
    step = PRODUCTS // LINES
    return [(line * step, line % 90 + 1) for line in range(LINES)]


def _write_file(path: Path) -> None:
    """A list as people send it: every kind of reference, whole numbers, names above the columns."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Désignation", "Référence", "Qté"])
    for line, (n, quantity) in enumerate(_asked()):
        code = (f"QO-{n:06}", f"qo {n:06}", _gtin(n), f"mp{n * 7}k")[line % 4]
        sheet.append([f"Article {n}", code, quantity])
    book.save(path)


# --- the work ---------------------------------------------------------------------------------------------------------
def _in_own_process(bench: Bench, path: Path) -> dict[str, float | int]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.bench_quickorder", str(path)],
        env={**os.environ, **bench.env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    pairs = (pair.partition("=") for pair in done.stdout.split())
    return {name: float(value) for name, _equals, value in pairs}


def work(path: Path) -> dict[str, float]:
    """Read, look up and add, several times; the cart is full afterwards."""
    from bench.bench_storefront import BUYER, Shop
    from core.tenancy import use_tenant
    from customers.queries import require_approved
    from orders import carts, drafts, lookups
    from orders.models import QuickOrder

    shop = Shop(SLUG)
    actor = shop.actor(BUYER.email)
    expected = sum((_price(n) * quantity for n, quantity in _asked()), Decimal(0))
    steps: dict[str, list[float]] = {"parse_s": [], "take_in_s": [], "resolve_s": [], "add_s": []}
    with use_tenant(shop.tenant.scope, company_id=actor.require_company()):
        customer = require_approved(actor)
        for _run in range(MINIMUM_RUNS):
            carts.clear(actor=actor, customer=customer)
            drafts.clear(actor=actor, customer=customer)
            typed = _timed(steps["parse_s"], _read, path)
            assert len(typed) == LINES
            _timed(steps["take_in_s"], drafts.edit, actor=actor, customer=customer, added=typed)
            assert drafts.counts_of(actor, customer).waiting == LINES
            draft_id = QuickOrder.objects.values_list("pk", flat=True).get(customer_id=customer.id)
            _timed(steps["resolve_s"], lookups.run, draft_id)
            assert drafts.counts_of(actor, customer) == drafts.Counts(LINES, LINES, 0, 0)
            assert _timed(steps["add_s"], drafts.take_ready, actor=actor, customer=customer) == LINES
        total = carts.cart_figures(actor, customer).sum
        assert (total.count, total.net) == (LINES, expected), total
    figures = {name: percentile(seconds, 0.5) for name, seconds in steps.items()}
    return {**figures, "total_s": sum(figures.values()), "rss_mb": _rss()}


def _read(path: Path) -> Any:
    from django.core.files.base import File

    from integrations.line_files import read_file

    with path.open("rb") as content:
        return read_file(File(content, name=path.name))


def _timed(seconds: list[float], action: Any, *args: Any, **kwargs: Any) -> Any:
    began = time.perf_counter()
    answer = action(*args, **kwargs)
    seconds.append(time.perf_counter() - began)
    return answer


def _rss() -> float:
    """Most memory that this process has held, in MB (``ru_maxrss`` would remember the parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    import django

    django.setup()
    measured = work(Path(sys.argv[1]))
    print(" ".join(f"{name}={value:.4f}" for name, value in measured.items()))
