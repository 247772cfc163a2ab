"""Browser tests that did not run are said, and fail a run that requires them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from devkit import browser, places, pytest_plugin

SUITE = """
import pytest

@pytest.mark.browser
def test_in_a_browser():
    pass

def test_elsewhere():
    pass
"""
RUN = [sys.executable, "-m", "pytest", "-p", "devkit.pytest_plugin", "-p", "no:django", "-p", "no:randomly", "-c"]


@pytest.fixture
def run(tmp_path):
    (tmp_path / "test_suite.py").write_text(SUITE)
    settings = tmp_path / "pytest.ini"
    settings.write_text("[pytest]\nmarkers = browser: in a browser\n")

    def start(**variables):
        inherited = {name: value for name, value in os.environ.items() if name != pytest_plugin.REQUIRED}
        env = inherited | {"PYTHONPATH": str(places.ROOT)} | variables
        command = [*RUN, str(settings), str(tmp_path)]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    return start


def test_without_a_browser_they_are_skipped_and_it_is_said(run):
    done = run(**{browser.VARIABLE: "/no/such/browser"})
    assert done.returncode == 0
    assert "1 browser tests did not run" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


def test_where_they_are_required_skipping_them_fails(run):
    done = run(**{browser.VARIABLE: "/no/such/browser", pytest_plugin.REQUIRED: "1"})
    assert done.returncode == 1
    assert "none ran" in done.stdout


@pytest.mark.skipif(not browser.driver_runs(), reason="libatomic is missing")
def test_where_they_are_required_and_ran_all_is_well(run):
    done = run(**{browser.VARIABLE: "/bin/sh", pytest_plugin.REQUIRED: "1"})
    assert done.returncode == 0
    assert "did not run" not in done.stdout
