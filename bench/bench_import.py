"""Takes a file of 10,000 rows with 20 columns into an empty catalogue: dry run, then applying, as the worker does."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.harness import MINIMUM_RUNS, Bench, Outcome, percentile

ROWS = 10_000
SEED = 20_260
HEADER = (
    *("SKU", "Name FR", "Name EN", "Brand", "Category path", "EAN", "Manufacturer part number", "Base unit", "Box"),
    *("Carton", "Net price", "Break qty 1", "Break price 1", "Break qty 2", "Break price 2", "Stock", "Lead time"),
    *("Attribut Matière", "Attribut Filetage", "attr:longueur (mm)"),
)


def run(bench: Bench) -> Outcome:
    """One tenant per run, each in a process of its own, so that memory is that of one worker."""
    path = bench.state / "catalogue.csv"
    write_file(path)
    results = []
    for number in range(MINIMUM_RUNS):
        results.append(_in_own_process(bench, number, path))
        bench.say(f"run {number + 1}: {results[-1]}")
    seconds = [result["check_s"] + result["apply_s"] for result in results]
    median = percentile(seconds, 0.5)
    return Outcome(
        metrics={
            "rows_per_s": round(ROWS / median, 1),
            "total_s": round(median, 3),
            "check_s": round(percentile([result["check_s"] for result in results], 0.5), 3),
            "apply_s": round(percentile([result["apply_s"] for result in results], 0.5), 3),
            "again_s": round(percentile([result["again_s"] for result in results], 0.5), 3),
            "rss_mb": round(max(result["rss_mb"] for result in results), 1),
            "rss_growth_mb": round(max(result["rss_growth_mb"] for result in results), 1),
        },
        data={
            "rows": ROWS,
            "columns": len(HEADER),
            "units_per_row": 3,
            "prices_per_row": 3,
            "bytes": path.stat().st_size,
        },
        runs=len(results),
    )


def write_file(path: Path) -> None:
    """A price list that looks like one; every value is good."""
    chance = random.Random(SEED)
    families = ("Vis", "Écrou", "Rondelle", "Cheville", "Rivet", "Tige filetée", "Boulon", "Goupille")
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        for number in range(ROWS):
            writer.writerow(_row(number, families[number % len(families)], chance))


def _row(number: int, family: str, chance: random.Random) -> list[str]:
    diameter, length = chance.choice((3, 4, 5, 6, 8, 10, 12)), chance.randrange(8, 200)
    price = chance.randrange(100, 90_000)
    stem = f"{3_760_000_000_00 + number:012}"
    odd, even = sum(map(int, stem[::2])), sum(map(int, stem[1::2]))
    return [
        f"{family[:2].upper()}-{number:06}",
        f"{family} M{diameter}×{length} inox A{2 + number % 3}",
        f"{family} M{diameter}×{length} stainless A{2 + number % 3}",
        f"Marque {number % 60}",
        f"Fixation > {family} > M{diameter}",
        f"{stem}{-(odd + 3 * even) % 10}",
        f"MPN{number * 7}",
        "pce",
        str(chance.choice((50, 100, 200))),
        str(chance.choice((1200, 2400, 4800))),
        _comma(price),
        "500",
        _comma(price * 9 // 10),
        "2000",
        _comma(price * 8 // 10),
        str(chance.randrange(20_000)),
        f"{chance.randrange(1, 20)} j",
        f"Inox A{2 + number % 3}",
        f"M{diameter}",
        str(length),
    ]


def _comma(ten_thousandths: int) -> str:
    return f"{ten_thousandths / 10_000:.4f}".replace(".", ",")


def _in_own_process(bench: Bench, number: int, path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.bench_import", str(number), str(path)],
        env={**os.environ, **bench.env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    figures: dict[str, float] = {}
    for pair in done.stdout.split():
        name, _equals, value = pair.partition("=")
        figures[name] = float(value)
    return figures


def work(number: int, path: Path) -> dict[str, float]:
    """Take the file into a new tenant through the use cases and the tasks' own functions; assert what is there."""
    from core.tenancy import use_tenant
    from integrations.catalog_import import applying, checking, services
    from integrations.models import CatalogImport

    scope, actor = _tenant(number)
    before = _rss()
    figures: dict[str, float] = {}
    with use_tenant(scope):
        import_id = _upload(path, actor)
        figures["check_s"] = _timed(checking.run, import_id)
        assert CatalogImport.objects.get(pk=import_id).created_count == ROWS
        services.apply(import_id=import_id, actor=actor)
        figures["apply_s"] = _timed(applying.run, import_id)
        _assert_applied()
        figures["rss_mb"], figures["rss_growth_mb"] = _rss(), _rss() - before
        again = _upload(path, actor)
        figures["again_s"] = _timed(checking.run, again)
        assert CatalogImport.objects.get(pk=again).unchanged_count == ROWS
    return figures


def _tenant(number: int) -> tuple[Any, Any]:
    from core.actor import Actor, system
    from core.scope import PLATFORM
    from core.tenancy import use_tenant
    from tenants.directory import find_by_id
    from tenants.services import provision_tenant, request_tenant

    bot = system("bench")
    with use_tenant(PLATFORM):
        tenant_id = request_tenant(
            slug=f"import{number}", name=f"Import {number}", kind="supplier", primary="#114b5f", actor=bot
        )
        provision_tenant(tenant_id=tenant_id, actor=bot)
        tenant = find_by_id(tenant_id)
    assert tenant is not None
    return tenant.scope, Actor(kind="staff", name="Bench", tenant_id=tenant_id, role="owner")


def _upload(path: Path, actor: Any) -> UUID:
    from django.core.files.base import File

    from integrations.catalog_import import services
    from integrations.catalog_import.jobs import mapping_of
    from integrations.models import CatalogImport

    with path.open("rb") as content:
        import_id = services.upload(file=File(content, name="catalogue.csv"), actor=actor)
    row = CatalogImport.objects.get(pk=import_id)
    assert len(row.mapping) == len(HEADER), row.mapping
    choices = services.Choices(mapping_of(row), {}, row.price_list_code)
    services.check(import_id=import_id, choices=choices, actor=actor)
    return import_id


def _assert_applied() -> None:
    from catalog.models import OrderUnit, Variant
    from inventory.models import Stock
    from pricing.models import Price

    assert Variant.objects.count() == ROWS
    assert OrderUnit.objects.count() == 3 * ROWS
    assert Price.objects.filter(valid_to=None).count() == 3 * ROWS
    assert Stock.objects.count() == ROWS


def _timed(job: Any, import_id: UUID) -> float:
    began = time.perf_counter()
    job(import_id)
    return time.perf_counter() - began


def _rss() -> float:
    """Most memory that this process has held, in MB (``ru_maxrss`` would remember the parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    import django

    django.setup()
    measured = work(int(sys.argv[1]), Path(sys.argv[2]))
    print(" ".join(f"{name}={value:.4f}" for name, value in measured.items()))
