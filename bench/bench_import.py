"""Takes a file of 100,000 rows with 29 columns into an empty catalogue, again unchanged, then prices and stock only."""

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

ROWS = 100_000
FEWER = 10_000
SEED = 20_260
ATTRIBUTES = (
    *("Matière", "Filetage", "Longueur (mm)", "Diamètre (mm)", "Finition", "Tête", "Empreinte", "Norme", "Classe"),
    *("Couple (Nm)", "Température max (°C)", "Emballage"),
)
HEADER = (
    *("SKU", "Name FR", "Name EN", "Brand", "Category path", "EAN", "Manufacturer part number", "Base unit", "Box"),
    *("Carton", "Net price", "Break qty 1", "Break price 1", "Break qty 2", "Break price 2", "Stock", "Lead time"),
    *(f"Attribut {name}" for name in ATTRIBUTES),
)


def run(bench: Bench) -> Outcome:
    """One tenant per run, each in a process of its own, so that memory is that of one worker."""
    small = _measured(bench, FEWER, "few")
    large = _measured(bench, ROWS, "many")
    return Outcome(
        metrics={
            **_figures(large, ROWS),
            **{f"{name}_at_10000": value for name, value in _figures(small, FEWER).items()},
            **{name: round(_median(large, name), 2) for name in ("check_s", "apply_s", "again_s", "partial_s")},
            "rss_mb": round(max(result["rss_mb"] for result in large), 1),
            "rss_growth_mb": round(max(result["rss_growth_mb"] for result in large), 1),
        },
        data={
            "rows": ROWS,
            "columns": len(HEADER),
            "attributes_per_row": len(ATTRIBUTES),
            "units_per_row": 3,
            "prices_per_row": 3,
            "partial_columns": 3,
            "partial_prices_changed": ROWS // 2,
            "partial_stocks_changed": ROWS,
            "bytes": (bench.state / f"catalogue-{ROWS}.csv").stat().st_size,
        },
        runs=len(large),
    )


def _measured(bench: Bench, rows: int, name: str) -> list[dict[str, float]]:
    write_files(bench.state, rows)
    results = []
    for number in range(MINIMUM_RUNS):
        results.append(_in_own_process(bench, f"{name}{number}", rows))
        bench.say(f"{rows} rows, run {number + 1}: {results[-1]}")
    return results


def _figures(results: list[dict[str, float]], rows: int) -> dict[str, float]:
    """Rows per second: new ones checked and applied, equal ones checked, prices and stock checked and applied."""
    first = percentile([result["check_s"] + result["apply_s"] for result in results], 0.5)
    return {
        "rows_per_s": round(rows / first, 1),
        "unchanged_rows_per_s": round(rows / _median(results, "again_s"), 1),
        "partial_rows_per_s": round(rows / _median(results, "partial_s"), 1),
    }


def _median(results: list[dict[str, float]], name: str) -> float:
    return percentile([result[name] for result in results], 0.5)


def write_files(folder: Path, rows: int) -> None:
    """A price list that looks like one, every value good; and its references with other prices and stock."""
    chance = random.Random(SEED)
    families = ("Vis", "Écrou", "Rondelle", "Cheville", "Rivet", "Tige filetée", "Boulon", "Goupille")
    with (
        (folder / f"catalogue-{rows}.csv").open("w", encoding="cp1252", newline="") as whole,
        (folder / f"partial-{rows}.csv").open("w", encoding="cp1252", newline="") as partial,
    ):
        catalogue, conditions = csv.writer(whole, delimiter=";"), csv.writer(partial, delimiter=";")
        catalogue.writerow(HEADER)
        conditions.writerow(("Référence", "Prix net", "Stock"))
        for number in range(rows):
            row = _row(number, families[number % len(families)], chance)
            catalogue.writerow(row)
            price = row[10] if number % 2 else _comma(_ten_thousandths(row[10]) + 100)
            conditions.writerow((row[0], price, int(row[15]) + 1))


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
        *_attributes(number, diameter, length),
    ]


def _attributes(number: int, diameter: int, length: int) -> list[str]:
    return [
        f"Inox A{2 + number % 3}",
        f"M{diameter}",
        str(length),
        str(diameter),
        ("Brut", "Zingué", "Passivé", "Noir")[number % 4],
        ("Cylindrique", "Fraisée", "Bombée", "Hexagonale", "Sans tête")[number % 5],
        ("Six pans creux", "Torx", "Pozidriv", "Fente")[number % 4],
        f"ISO {4000 + number % 37}",
        f"A{2 + number % 3}-{(50, 70, 80)[number % 3]}",
        f"{diameter * 1.7:.1f}".replace(".", ","),
        str(200 + 50 * (number % 5)),
        f"Boîte de {(50, 100, 200)[number % 3]}",
    ]


def _comma(ten_thousandths: int) -> str:
    return f"{ten_thousandths / 10_000:.4f}".replace(".", ",")


def _ten_thousandths(price: str) -> int:
    return int(price.replace(",", ""))


def _in_own_process(bench: Bench, name: str, rows: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.bench_import", name, str(rows)],
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


def work(name: str, rows: int) -> dict[str, float]:
    """Take the files into a new tenant through the use cases and the tasks' own functions; assert what is there."""
    from core.tenancy import use_tenant
    from integrations.models import CatalogImport

    folder = Path(os.environ["COMPTOIR_VAR"])
    scope, actor = _tenant(name)
    before = _rss()
    figures: dict[str, float] = {}
    with use_tenant(scope):
        import_id, figures["check_s"] = _checked(folder / f"catalogue-{rows}.csv", actor, len(HEADER))
        assert CatalogImport.objects.get(pk=import_id).created_count == rows
        figures["apply_s"] = _applied(import_id, actor)
        _assert_applied(rows)
        again, figures["again_s"] = _checked(folder / f"catalogue-{rows}.csv", actor, len(HEADER))
        assert CatalogImport.objects.get(pk=again).unchanged_count == rows
        partial, seconds = _checked(folder / f"partial-{rows}.csv", actor, 3)
        figures["partial_s"] = seconds + _applied(partial, actor)
        assert CatalogImport.objects.get(pk=partial).changed_count == rows
        _assert_partial(rows)
        figures["rss_mb"], figures["rss_growth_mb"] = _rss(), _rss() - before
    return figures


def _tenant(name: str) -> tuple[Any, Any]:
    from core.actor import Actor, system
    from core.scope import PLATFORM
    from core.tenancy import use_tenant
    from tenants.directory import find_by_id
    from tenants.services import provision_tenant, request_tenant

    bot = system("bench")
    with use_tenant(PLATFORM):
        tenant_id = request_tenant(
            slug=f"import-{name}", name=f"Import {name}", kind="supplier", primary="#114b5f", actor=bot
        )
        provision_tenant(tenant_id=tenant_id, actor=bot)
        tenant = find_by_id(tenant_id)
    assert tenant is not None
    return tenant.scope, Actor(kind="staff", name="Bench", tenant_id=tenant_id, role="owner")


def _checked(path: Path, actor: Any, columns: int) -> tuple[UUID, float]:
    """Upload a file and check it as it is proposed; how long the check took."""
    from django.core.files.base import File

    from integrations.catalog_import import checking, services
    from integrations.catalog_import.jobs import mapping_of
    from integrations.models import CatalogImport

    with path.open("rb") as content:
        import_id = services.upload(file=File(content, name=path.name), actor=actor)
    row = CatalogImport.objects.get(pk=import_id)
    assert len(row.mapping) == columns, row.mapping
    choices = services.Choices(mapping_of(row), {}, row.price_list_code)
    services.check(import_id=import_id, choices=choices, actor=actor)
    return import_id, _timed(checking.run, import_id)


def _applied(import_id: UUID, actor: Any) -> float:
    from integrations.catalog_import import applying, services

    services.apply(import_id=import_id, actor=actor)
    return _timed(applying.run, import_id)


def _assert_applied(rows: int) -> None:
    from catalog.models import OrderUnit, Variant
    from inventory.models import Stock
    from pricing.models import Price

    assert Variant.objects.count() == rows
    assert all(len(values) == len(ATTRIBUTES) for values in Variant.objects.values_list("attributes", flat=True)[:50])
    assert OrderUnit.objects.count() == 3 * rows
    assert Price.objects.filter(valid_to=None).count() == 3 * rows
    assert Stock.objects.count() == rows


def _assert_partial(rows: int) -> None:
    """Every second price was closed for another one; names, tiers and attributes stayed."""
    from catalog.models import Variant
    from pricing.models import Price

    assert Price.objects.filter(valid_to=None).count() == 3 * rows
    assert Price.objects.exclude(valid_to=None).count() == rows // 2
    assert Variant.objects.exclude(name_fr="").count() == rows


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
    measured = work(sys.argv[1], int(sys.argv[2]))
    print(" ".join(f"{name}={value:.4f}" for name, value in measured.items()))
