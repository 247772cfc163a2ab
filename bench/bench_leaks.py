"""10,000 mixed requests of two customers of one supplier, a customer of another and a visitor: nobody reads another's.

``BENCH_REQUESTS`` gives another number.
"""

from __future__ import annotations

import os

from bench.goods import analyze
from bench.harness import Bench, Outcome
from bench.leak_doors import READERS, ask_everywhere, doors, signed_in
from bench.leak_scene import build

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "10000"))
THREADS = 8
SHOWN = 20


def run(bench: Bench) -> Outcome:
    """Build the scene, then ask over kept connections; every answer is searched."""
    bench.say("two suppliers, three customers")
    scene = build()
    analyze()
    with bench.web() as site:
        report = ask_everywhere(signed_in(site, scene), requests=REQUESTS, threads=THREADS)
    for text in (*report.leaks[:SHOWN], *report.mistakes[:SHOWN]):
        bench.say(text)
    assert report.mistakes == [], "a door that shows nothing proves nothing"
    metrics: dict[str, float | int] = {
        "requests": report.requests,
        "leaks": len(report.leaks),
        "rps": round(report.requests / report.seconds, 1),
    }
    return Outcome(metrics, {"doors": len(doors(scene)), "readers": len(READERS), "threads": THREADS}, runs=1)
