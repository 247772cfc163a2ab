"""``python -m bench NAME``, called by ``./dev bench`` with the servers running; without a name it lists."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import sys
from pathlib import Path

import bench
from bench.harness import Bench, Outcome, environment

PREFIX = "bench_"


def names() -> list[str]:
    """Every bench there is."""
    found = (module.name for module in pkgutil.iter_modules(bench.__path__))
    return sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX))


def main(arguments: list[str]) -> int:
    """List, or run one and print its result as the last line of standard output."""
    if not arguments:
        for name in names():
            print(f"{name:<14} {_title(name)}")
        return 0
    (name,) = arguments
    if name not in names():
        print(f"no bench is called {name}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    outcome = _run(name)
    result = {
        "bench": name,
        "metrics": outcome.metrics,
        "data": outcome.data,
        "runs": outcome.runs,
        "environment": environment(),
    }
    print(json.dumps(result), flush=True)
    return 0


def _run(name: str) -> Outcome:
    import django
    from django.core.management import call_command

    django.setup()
    running = Bench.from_environment(name)
    running.say("preparing an empty platform")
    call_command("bootstrap", stdout=sys.stderr)
    outcome = importlib.import_module(f"bench.{PREFIX}{name}").run(running)
    if not isinstance(outcome, Outcome):
        raise TypeError(f"bench {name} returned {type(outcome).__name__}, not an Outcome")
    return outcome


def _title(name: str) -> str:
    """The first line of the module's docstring, without importing it."""
    source = Path(bench.__path__[0], f"{PREFIX}{name}.py").read_text()
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
