"""pytest plugin: what tests marked ``browser`` need, and a closing word on whether they ran."""

from __future__ import annotations

import os

import pytest

from devkit import browser

REQUIRED = "COMPTOIR_REQUIRE_BROWSER"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests stay in one worker, and are skipped where there is no browser."""
    marked = [item for item in items if item.get_closest_marker("browser")]
    missing = bool(marked) and not browser.is_ready()
    for item in marked:
        item.add_marker(pytest.mark.xdist_group("browser"))
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"no Chromium ({browser.HOW_TO_GET_IT})"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line when browser tests did not run."""
    skipped = _browser_tests(terminalreporter, "skipped")
    if skipped:
        terminalreporter.write_line(f"{skipped} browser tests did not run; to run them, {browser.HOW_TO_GET_IT}")
    if os.environ.get(REQUIRED) and not _ran(terminalreporter):
        terminalreporter.write_line("browser tests are required here and none ran", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With ``COMPTOIR_REQUIRE_BROWSER``, a run in which they did not all run is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput") or not os.environ.get(REQUIRED):
        return
    if session.exitstatus == 0 and (not _ran(reporter) or _browser_tests(reporter, "skipped")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _ran(reporter: pytest.TerminalReporter) -> int:
    return _browser_tests(reporter, "passed") + _browser_tests(reporter, "failed")


def _browser_tests(reporter: pytest.TerminalReporter, outcome: str) -> int:
    return sum("browser" in getattr(report, "keywords", {}) for report in reporter.stats.get(outcome, []))
