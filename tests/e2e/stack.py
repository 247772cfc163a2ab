"""A fresh platform for the browser suite: own servers, example data, and the processes of ``./dev demo``."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from devkit import announce, demo, places, procs, servers
from devkit.walk.browser import Site
from devkit.walk.journey import Journey, Step, prepare

PATIENCE = 60  # seconds
LOG = "platform.log"


@dataclass(frozen=True)
class Stack(Site):
    """Where the platform answers, its state folder, and the environment of its processes."""

    state: Path
    env: Mapping[str, str]

    @property
    def log(self) -> str:
        """What its processes have said so far."""
        return (self.state / LOG).read_text(errors="replace")

    def manage(self, *arguments: str) -> None:
        """Run a management command, as whoever operates the platform does."""
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=places.ROOT, env=self.env, check=True)

    def journey(self, *chapters: tuple[Step, ...]) -> Journey:
        """A walk over plain HTTP that took the steps of these chapters: what a test needs to be there already."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COMPTOIR_VAR", str(self.state))
            journey = prepare(self)
        for _title, step in (step for chapter in chapters for step in chapter):
            step(journey)
        return journey


@contextlib.contextmanager
def running() -> Iterator[Stack]:
    """Start the platform, and stop it whatever happens. It shares nothing with the servers of the test process."""
    with contextlib.ExitStack() as until_the_end:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("TEST_DATABASE_URL", "TEST_REDIS_URL"):
                patch.delenv(name, raising=False)
            own = until_the_end.enter_context(servers.throwaway())
        port, state = procs.free_port(), own.state
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings.development", "PORT": str(port), demo.MARK: str(state)}
        env = own.env | settings
        demo.prepare(env)
        stack = Stack(env["PLATFORM_DOMAIN"], port, state, env)
        children: list[subprocess.Popen[bytes]] = []
        try:
            _start(env, stack, children)
            yield stack
        finally:
            procs.stop(list(procs.with_variable(demo.MARK, str(state))))
            for child in children:
                child.wait()


def _start(env: dict[str, str], stack: Stack, children: list[subprocess.Popen[bytes]]) -> None:
    """Start every process and wait until pages are served. Raises RuntimeError with what they said if they are not."""
    with (stack.state / LOG).open("wb") as log:
        for command in demo.platform(stack.port).values():
            child = subprocess.Popen(command, shell=True, cwd=places.ROOT, env=env, stdout=log, stderr=log)  # noqa: S602
            children.append(child)
    if not procs.wait_until(lambda: announce.answers(stack.port, stack.domain), PATIENCE, pause=0.1):
        raise RuntimeError(f"the platform does not answer:\n{stack.log}")
