"""``./dev manage`` and ``./dev shell``: Django's commands with this checkout's servers running."""

from __future__ import annotations

import sys

from devkit import places, procs, servers, translations


def main(arguments: list[str]) -> int:
    """Run one Django command and return its exit code."""
    with servers.shared() as running:
        translations.compile_stale()
        return procs.run([sys.executable, "manage.py", *arguments], running.env, places.ROOT)


def shell(arguments: list[str]) -> int:
    """Open Django's shell."""
    return main(["shell", *arguments])
