"""What benches share: timing, counting statements, a web server, the description of the machine."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psycopg

from bench.http import Site, free_port

ROOT = Path(__file__).resolve().parent.parent
MINIMUM_RUNS = 5
VERSIONS = ("django", "django-tenants", "granian", "uvicorn", "psycopg", "jinja2", "celery")
STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]+): (.*)")
CONTROL = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|START TRANSACTION)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Outcome:
    """What a bench returns."""

    metrics: dict[str, float | int]
    data: dict[str, float | int | str]
    runs: int


@dataclass(frozen=True)
class Timings:
    """Durations in seconds."""

    seconds: list[float]

    @property
    def median_s(self) -> float:
        return round(statistics.median(self.seconds), 4)

    @property
    def p95_s(self) -> float:
        return round(percentile(self.seconds, 0.95), 4)

    @property
    def median_ms(self) -> float:
        return round(statistics.median(self.seconds) * 1000, 2)

    @property
    def p95_ms(self) -> float:
        return round(percentile(self.seconds, 0.95) * 1000, 2)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie, between two neighbours where it falls between them."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


@dataclass
class Statements:
    """What PostgreSQL was asked inside the block, tenant switches included, transaction control left out."""

    texts: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class Bench:
    """A running bench. Django is set up, the platform is bootstrapped and empty."""

    name: str
    env: dict[str, str]

    @classmethod
    def from_environment(cls, name: str) -> Self:
        return cls(name, dict(os.environ))

    @property
    def state(self) -> Path:
        """A folder that is thrown away afterwards."""
        return Path(self.env["COMPTOIR_VAR"])

    def say(self, text: str) -> None:
        """Report progress."""
        print(f"[{self.name}] {text}", file=sys.stderr, flush=True)

    def time(self, action: Callable[[int], object], *, runs: int = 20, warmup: int = 3) -> Timings:
        """Call `action` with the number of the run, `warmup` times untimed (numbers below 0), then `runs` times."""
        if runs < MINIMUM_RUNS:
            raise ValueError(f"at least {MINIMUM_RUNS} runs")
        for number in range(-warmup, 0):
            action(number)
        seconds = []
        for number in range(runs):
            began = time.perf_counter()
            action(number)
            seconds.append(time.perf_counter() - began)
        return Timings(seconds)

    @contextlib.contextmanager
    def statements(self) -> Iterator[Statements]:
        """Count what reaches PostgreSQL while the block runs, from any process: it is asked to log every statement."""
        counted = Statements()
        log = Path(self.env["BENCH_POSTGRES_LOG"])
        with psycopg.connect(self.env["BENCH_ADMIN_URL"], autocommit=True, application_name="bench-admin") as admin:
            _log_statements(admin, "all")
            start = log.stat().st_size
            try:
                yield counted
            finally:
                time.sleep(0.05)  # the last lines
                with log.open(errors="replace") as text:
                    text.seek(start)
                    found = [match.group(1) for line in text if (match := STATEMENT.search(line))]
                _log_statements(admin, "none")
        counted.texts.extend(text for text in found if not CONTROL.match(text))

    @contextlib.contextmanager
    def web(self, *, workers: int = 2, threads: int = 4) -> Iterator[Site]:
        """A WSGI server (granian) as in production, on a free port, on this bench's database."""
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        command += [
            "--workers",
            str(workers),
            "--blocking-threads",
            str(threads),
            "--no-access-log",
            "--log-level",
            "warning",
        ]
        command += ["config.wsgi:application"]
        with tempfile.TemporaryFile() as output:
            server = subprocess.Popen(
                command, cwd=ROOT, env=self.env | {"PORT": str(port)}, stdout=output, stderr=output
            )
            try:
                site = Site(port, self.env["PLATFORM_DOMAIN"])
                if not site.wait(lambda: server.poll() is None):
                    output.seek(0)
                    raise RuntimeError(
                        f"the web server did not come up:\n{output.read().decode(errors='replace')[-4000:]}"
                    )
                yield site
            finally:
                server.terminate()
                try:
                    server.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()

    def throughput(self, request: Callable[[int], object], *, clients: int = 8, seconds: float = 10.0) -> float:
        """Requests per second of `clients` that ask one after the other; `request` gets the client's number.

        A warm-up of a tenth of the time is not counted.
        """
        began = time.perf_counter()
        first, last = began + seconds / 10, began + seconds

        def ask(number: int) -> int:
            done = 0
            while (now := time.perf_counter()) < last:
                request(number)
                done += now >= first
            return done

        with ThreadPoolExecutor(max_workers=clients) as pool:
            total = sum(pool.map(ask, range(clients)))
        return round(total / (time.perf_counter() - first), 1)


def _log_statements(admin: psycopg.Connection[Any], level: str) -> None:
    """Set `log_statement` for everybody and wait until sessions have noticed."""
    admin.execute(f"ALTER SYSTEM SET log_statement = '{level}'")
    admin.execute("SELECT pg_reload_conf()")
    time.sleep(0.3)


def environment() -> dict[str, Any]:
    """The machine and the versions, so that figures can be compared."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        postgres = connection.info.server_version
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "machine": platform.machine(),
        "versions": {
            "python": platform.python_version(),
            "postgresql": f"{postgres // 10000}.{postgres % 10000}",
            **{name: importlib.metadata.version(name) for name in VERSIONS},
        },
    }
