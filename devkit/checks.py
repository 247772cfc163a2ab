"""``./dev check``: everything a machine can judge without running the product."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from devkit import places, servers, translations
from devkit.places import virtualenv_bin


@dataclass(frozen=True)
class Check:
    """One command; it passes when it exits with 0."""

    title: str
    command: list[str]


@dataclass(frozen=True)
class Outcome:
    check: Check
    passed: bool
    seconds: float
    output: str


def checks() -> list[Check]:
    """In the order in which they are reported; the slow one first, so that the others run beside it."""
    python = sys.executable
    architecture = [python, "-m", "pytest", "-q", "-p", "no:randomly", "tests/architecture"]
    return [
        Check("types (mypy)", [virtualenv_bin("mypy"), "."]),
        Check("lint (ruff)", [virtualenv_bin("ruff"), "check", "."]),
        Check("format (ruff)", [virtualenv_bin("ruff"), "format", "--check", "."]),
        Check("import rules (import-linter)", [virtualenv_bin("lint-imports"), "--no-cache"]),
        Check("architecture", architecture),
        Check("migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Check("templates (djlint)", [virtualenv_bin("djlint"), "frontend/templates", "--lint", "--quiet"]),
        Check("translations", [python, "-m", "devkit.translations", "--check"]),
    ]


def main(_arguments: list[str]) -> int:
    """Run every check, two at a time, show what failed, and return 0 when all passed."""
    with servers.throwaway() as running:
        translations.compile_stale()
        env = running.env | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
        failed = 0
        for outcome in _run_all(checks(), env):
            print(
                f"{'ok    ' if outcome.passed else 'FAILED'}  {outcome.check.title}  {outcome.seconds:.1f} s",
                flush=True,
            )
            if not outcome.passed:
                failed += 1
                print(outcome.output.rstrip() + "\n", flush=True)
    print(f"{failed} checks failed" if failed else "all checks passed")
    return 1 if failed else 0


def _run_all(wanted: list[Check], env: dict[str, str]) -> Iterator[Outcome]:
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        yield from pool.map(lambda check: _run(check, env), wanted)


def _run(check: Check, env: dict[str, str]) -> Outcome:
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=places.ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode == 0, time.monotonic() - began, done.stdout)
