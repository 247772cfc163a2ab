"""Choices that the commands make before they start anything."""

from __future__ import annotations

import os
import subprocess

import pytest

from devkit import browser, demo, places, procs, testing
from devkit.errors import SetupError


@pytest.mark.parametrize(
    ("arguments", "whole"),
    [
        ([], True),
        (["-q"], True),
        (["-x", "--tb=long"], True),
        (["tests/devkit"], False),
        (["-k", "orders"], False),
        (["-korders"], False),
        (["-m", "browser"], False),
        (["-n", "4"], False),
        (["--lf"], False),
    ],
)
def test_only_the_whole_suite_runs_in_several_processes(arguments, whole):
    assert testing.is_whole_suite(arguments) is whole


def test_a_taken_port_is_refused_and_a_free_one_taken(monkeypatch):
    port = procs.free_port()
    monkeypatch.setenv("PORT", str(port))
    assert demo._chosen_port() == port
    monkeypatch.setenv("PORT", "not a port")
    with pytest.raises(SetupError):
        demo._chosen_port()


def test_a_named_browser_is_used(monkeypatch):
    monkeypatch.setenv(browser.VARIABLE, "/bin/sh")
    assert browser.find() == "/bin/sh"
    monkeypatch.setenv(browser.VARIABLE, "/no/such/browser")
    assert browser.find() is None


def test_processes_are_found_by_a_variable_and_stopped():
    with subprocess.Popen(["sleep", "60"], env={"COMPTOIR_TRIAL": "here"}) as sleeper:
        assert list(procs.with_variable("COMPTOIR_TRIAL", "here")) == [sleeper.pid]
        assert list(procs.with_variable("COMPTOIR_TRIAL", "elsewhere")) == []
        procs.stop([sleeper.pid])
        assert sleeper.wait() == -15


def test_help_is_there_without_any_setup():
    done = dev("help")
    assert done.returncode == 0
    assert "./dev demo --check" in done.stdout


def test_an_unknown_command_is_refused():
    assert dev("dance").returncode == 2


def dev(*arguments):
    env = {"PATH": os.environ["PATH"]}
    return subprocess.run([places.ROOT / "dev", *arguments], env=env, capture_output=True, text=True, check=False)
