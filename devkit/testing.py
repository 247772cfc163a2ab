"""``./dev test``: pytest on servers of its own, so that several runs do not meet."""

from __future__ import annotations

import os
import sys

from devkit import browser, places, procs, servers, translations

# Asking for less than everything runs in one process; so does asking for a number of processes oneself.
NARROWING = (
    "-k",
    "-m",
    "-n",
    "--numprocesses",
    "--lf",
    "--ff",
    "--last-failed",
    "--sw",
    "--stepwise",
    "--pdb",
    "--co",
)
WHOLE_SUITE = ["-n", "2", "--dist", "loadgroup"]


def main(arguments: list[str]) -> int:
    """Run the suite, or the part that the arguments name; returns pytest's exit code."""
    chromium = browser.ensure(install=is_whole_suite(arguments) or any(map(names_browser_tests, arguments)))
    with servers.throwaway() as running:
        translations.compile_stale()
        env = running.env | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
        if chromium:
            env[browser.VARIABLE] = chromium
        workers = WHOLE_SUITE if is_whole_suite(arguments) and (os.cpu_count() or 1) > 1 else []
        return procs.run([sys.executable, "-m", "pytest", *workers, *arguments], env, places.ROOT)


def is_whole_suite(arguments: list[str]) -> bool:
    """Whether nothing in the arguments narrows the choice of tests."""
    return all(argument.startswith("-") and not argument.startswith(NARROWING) for argument in arguments)


def names_browser_tests(argument: str) -> bool:
    """Whether an argument asks for tests that drive a browser."""
    return "browser" in argument or "e2e" in argument
