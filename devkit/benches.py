"""``./dev bench``: each bench on servers of its own, with the durability of real ones."""

from __future__ import annotations

import os
import sys

from devkit import places, procs, servers, translations


def main(arguments: list[str]) -> int:
    """List the benches, or run one; returns the exit code."""
    command = [sys.executable, "-m", "bench", *arguments]
    if not arguments:
        return procs.run(command, dict(os.environ), places.ROOT)
    with servers.throwaway(durable=True) as running:
        translations.compile_stale()
        own = {"BENCH_ADMIN_URL": running.admin_url, "BENCH_POSTGRES_LOG": str(running.log or "")}
        return procs.run(command, running.env | own, places.ROOT)
