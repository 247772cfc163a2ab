"""The supervisor ends what it started, whatever ends first, and nothing of a killed one stays in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from devkit import demo, filelocks, places, procs
from devkit.errors import SetupError

SUPERVISE = """
import sys
import time
from pathlib import Path
from devkit import demo
state = Path(sys.argv[1])
delayed = float(sys.argv[3])
if delayed:
    from honcho.process import Process
    run = Process.run
    def late(self, *arguments):
        if self.name == "first":
            time.sleep(delayed)
        run(self, *arguments)
    Process.run = late
with demo._only_one(state):
    env = {"PATH": "/usr/bin:/bin", demo.MARK: str(state)}
    sys.exit(demo._supervise(env, {"first": sys.argv[2], "second": "echo ready; exec sleep 60"}))
"""


@pytest.fixture
def supervise(tmp_path):
    started = []

    def start(first="exec sleep 60", delayed=0.0):
        command = [sys.executable, "-u", "-c", SUPERVISE, str(tmp_path), first, str(delayed)]
        process = subprocess.Popen(
            command, cwd=places.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        return process

    yield start
    procs.stop(list(procs.with_variable(demo.MARK, str(tmp_path))))
    for process in started:
        process.kill()
        process.communicate()


def await_line(process, text):
    for line in process.stdout:
        if text in line:
            return
    pytest.fail(f"{text!r} was not said")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_ends_everything(supervise, tmp_path, number):
    supervisor = supervise()
    await_line(supervisor, "ready")
    supervisor.send_signal(number)
    assert supervisor.wait(timeout=20) == 0
    assert list(procs.with_variable(demo.MARK, str(tmp_path))) == []


def test_told_to_stop_it_also_ends_what_has_not_begun_yet(supervise, tmp_path):
    supervisor = supervise(delayed=2.0)
    await_line(supervisor, "ready")
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(timeout=20) == 0
    assert list(procs.with_variable(demo.MARK, str(tmp_path))) == []


def test_when_one_process_ends_the_others_do_and_it_is_said(supervise, tmp_path):
    supervisor = supervise(first="sleep 0.5; exit 3")
    said, _ = supervisor.communicate(timeout=20)
    assert supervisor.returncode == 1
    assert "Ended: first stopped (rc=3)" in said
    assert list(procs.with_variable(demo.MARK, str(tmp_path))) == []


def test_a_second_demo_of_the_same_checkout_is_refused(supervise, tmp_path):
    await_line(supervise(), "ready")
    with pytest.raises(SetupError, match="runs already"), demo._only_one(tmp_path):
        pass


def test_after_a_killed_supervisor_the_next_one_may_start(supervise, tmp_path):
    killed = supervise()
    await_line(killed, "ready")
    killed.kill()
    killed.wait()
    with demo._only_one(tmp_path):
        leftover = list(procs.with_variable(demo.MARK, str(tmp_path)))
        assert leftover
        procs.stop(leftover)
        assert not any(map(procs.is_alive, leftover))


def test_a_forked_child_does_not_hold_our_locks(tmp_path):
    with filelocks.opened(tmp_path / "lock") as ours:
        assert filelocks.try_lock(ours)
        from_child, to_parent = os.pipe()
        from_parent, to_child = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(to_parent, b"!")
            os.close(to_child)
            os.read(from_parent, 1)  # stays until the parent closes its end
            os._exit(0)
        os.read(from_child, 1)
    with filelocks.opened(tmp_path / "lock") as others:
        taken = filelocks.try_lock(others)
    for descriptor in (from_child, to_parent, from_parent, to_child):
        os.close(descriptor)
    os.waitpid(child, 0)
    assert taken
