"""pytest plugin: what tests marked ``browser`` need, and a closing word on whether they ran."""

from __future__ import annotations

import os

import pytest

from devkit import browser

REQUIRED = "COMPTOIR_REQUIRE_BROWSER"
RAN = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RAN] = 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests stay in one worker, and are skipped where there is no browser."""
    marked = [item for item in items if item.get_closest_marker("browser")]
    missing = bool(marked) and browser.find() is None
    for item in marked:
        item.add_marker(pytest.mark.xdist_group("browser"))
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"no Chromium ({browser.HOW_TO_GET_IT})"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many browser tests ran, when any was asked for or they are required."""
    ran = sum(
        "browser" in report.keywords
        for kind in ("passed", "failed")
        for report in terminalreporter.stats.get(kind, [])
        if report.when == "call"
    )
    config.stash[RAN] = ran
    skipped = sum("browser" in report.keywords for report in terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.write_line(f"{skipped} browser tests did not run: {browser.HOW_TO_GET_IT}")
    if not ran and os.environ.get(REQUIRED):
        terminalreporter.write_line("browser tests are required here and none ran", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With ``COMPTOIR_REQUIRE_BROWSER``, a run without browser tests is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get(REQUIRED) or reporter is None or hasattr(session.config, "workerinput"):
        return
    finished = [*reporter.stats.get("passed", []), *reporter.stats.get("failed", [])]
    if session.exitstatus == 0 and not any(r.when == "call" and "browser" in r.keywords for r in finished):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
