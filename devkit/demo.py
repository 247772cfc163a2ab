"""``./dev demo``: the whole platform in the foreground, from nothing, under one supervisor (honcho).

``--check`` starts a second, fresh one on free ports in a temporary folder and runs ``devkit.walk`` against it.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from honcho.manager import Manager
from honcho.printer import Message, Printer

from devkit import filelocks, places, procs, servers, translations
from devkit.errors import SetupError

USUAL_PORT = 8000
#: As root (in a container, say) Celery warns at length, but the demo listens to this machine only. Static files are
#: streamed by WhiteNoise, which is synchronous; in production they come from a WSGI process.
_EXPECTED_WARNINGS = ("You're running the worker", "StreamingHttpResponse must consume synchronous iterators")
MARK = "COMPTOIR_SUPERVISOR"  # in the environment of everything the demo starts
_PATIENCE = 15.0  # seconds that what the demo has started may take to end


def main(arguments: list[str]) -> int:
    """Start, or check; returns the exit code."""
    parser = argparse.ArgumentParser(prog="./dev demo")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--reset", action="store_true", help="throw this checkout's data away first")
    either.add_argument("--check", action="store_true", help="walk the main path through a fresh one and stop")
    chosen = parser.parse_args(arguments)
    return check() if chosen.check else start(reset=chosen.reset)


def start(*, reset: bool) -> int:
    """Run this checkout's demo until Ctrl-C."""
    state = places.state_dir()
    with _only_one(state):
        procs.stop(list(procs.with_variable(MARK, str(state))))  # left over from a supervisor that was killed
        if reset:
            _throw_away(state)
        with servers.shared(state) as running:
            port = _chosen_port()
            (state / "demo.lock").write_text(str(port))
            env = running.env | {"PORT": str(port), MARK: str(state)}
            prepare(env)
            code = _supervise(env, {**platform(port), "demo": _python("devkit.announce", "--stay")})
    print("Stopped. The data is kept; ./dev demo --reset throws it away.")
    return code


def check() -> int:
    """Walk the main path through a fresh platform; 0 when every step was right."""
    began = time.monotonic()
    with servers.throwaway() as running:
        port = procs.free_port()
        env = running.env | {"PORT": str(port), MARK: str(running.state)}
        prepare(env)
        passed = running.state / "walk-passed"
        steps = [_python("devkit.announce"), _python("devkit.walk", base_url(env)), f"touch {shlex.quote(str(passed))}"]
        _supervise(env, {**platform(port), "walk": " && ".join(steps)})
        ok = passed.exists()
    verdict = "The main path works" if ok else "The main path is broken"
    print(f"{verdict} ({time.monotonic() - began:.0f} s).")
    return 0 if ok else 1


def platform(port: int) -> dict[str, str]:
    """The processes of the platform: name → command."""
    celery = ("celery", "--quiet", "-A", "config")
    web = _python("uvicorn", "config.asgi:application", "--host", "127.0.0.1", "--port", str(port))
    worker = _python(*celery, "worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "WARNING")
    beat = _python(*celery, "beat", "--loglevel", "WARNING", "--pidfile", "")
    return {
        "web": f"exec {web} --no-access-log --log-level warning --lifespan off --timeout-graceful-shutdown 3",
        "drain": f"exec {shlex.join([sys.executable, 'manage.py', 'drain_outbox'])}",
        # A worker that is told to stop finishes what it does and gives back the rest.
        "worker": f"exec env REMAP_SIGTERM=SIGQUIT {worker} --without-gossip --without-mingle --without-heartbeat",
        "beat": f'exec {beat} --schedule "$COMPTOIR_VAR/beat-schedule"',
    }


def base_url(env: dict[str, str]) -> str:
    """The marketplace's address. Tenants are at ``<slug>.<platform domain>`` on the same port."""
    return f"http://{env['PLATFORM_DOMAIN']}:{env['PORT']}"


def _python(module: str, *arguments: str) -> str:
    quiet = [part for text in _EXPECTED_WARNINGS for part in ("-W", f"ignore:{text}")]
    return shlex.join([sys.executable, *quiet, "-m", module, *arguments])


def prepare(env: dict[str, str]) -> None:
    """Schemas, example data, static files: each looks first and is quick when there is nothing to do."""
    translations.compile_stale()
    code = procs.run([sys.executable, "-m", "devkit.prepare"], env, places.ROOT)
    if code:
        raise SetupError(f"the data could not be prepared (exit code {code}, see above)")


def _chosen_port() -> int:
    """``PORT`` when set, else 8000, else a free one. Raises SetupError when the wanted one is taken."""
    wanted = os.environ.get("PORT")
    if wanted is None:
        return USUAL_PORT if procs.port_is_free(USUAL_PORT) else procs.free_port()
    if not wanted.isdigit() or not procs.port_is_free(int(wanted)):
        raise SetupError(f"port {wanted} cannot be used")
    return int(wanted)


def _throw_away(state: Path) -> None:
    """Remove all data of this checkout. Raises SetupError while another command uses it."""
    if "DATABASE_URL" in os.environ:
        raise SetupError("DATABASE_URL is set: ./dev does not empty a database it has not made")
    with servers.unused(state):
        for entry in state.iterdir():
            if entry.is_dir():
                places.remove(entry)
            elif entry.name not in ("demo.lock", *servers.LOCK_FILES):
                entry.unlink()
    print("The data is gone; starting afresh.")


@contextlib.contextmanager
def _only_one(state: Path) -> Iterator[None]:
    """One demo per checkout. Raises SetupError when one runs."""
    file = state / "demo.lock"
    with filelocks.opened(file) as lock:
        if not filelocks.try_lock(lock):
            domain = os.environ.get("PLATFORM_DOMAIN", "localhost")
            port = file.read_text() or USUAL_PORT
            raise SetupError(f"this checkout's demo runs already: http://{domain}:{port}/")
        yield


class _NamePrinter(Printer):  # type: ignore[misc]  # honcho has no types
    """Says who speaks, except for the announcements; of the supervisor's own remarks, which process ended unasked."""

    asked_to_end = False

    def write(self, message: Message) -> None:
        data = message.data
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
        if message.name == "system":
            self._remark(text)
            return
        prefix = "" if message.name in ("demo", "walk") else f"{message.name.ljust(self.width)} | "
        for line in filter(str.strip, text.splitlines()):
            print(prefix + line, flush=True)

    def _remark(self, text: str) -> None:
        if "received" in text:
            self.asked_to_end = True
            print("Stopping …", flush=True)
        elif "stopped" in text and not self.asked_to_end:
            self.asked_to_end = True  # the others are now ended by the supervisor
            print(f"Ended: {text.strip()}", flush=True)


def _supervise(env: dict[str, str], processes: dict[str, str]) -> int:
    """Run the processes until one ends or we are told to stop, end the others; 0 when we were told to."""
    manager = Manager(_NamePrinter(sys.stdout))
    for name, command in processes.items():
        manager.add_process(name, command, env=env, cwd=str(places.ROOT))
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        manager.loop()
    except KeyError:
        # Told to stop while a process has not reported its start yet: honcho looks its id up in vain. We end it below.
        if manager.returncode is None:
            raise
    finally:
        _end_all(env[MARK])
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0 if manager.returncode in (130, 143) else 1


def _end_all(mark: str) -> None:
    """End what was started, and what a child that was forked a moment ago starts only after we looked."""
    deadline = time.monotonic() + _PATIENCE
    procs.stop(list(procs.with_variable(MARK, mark)))
    while (children := multiprocessing.active_children()) and time.monotonic() < deadline:
        children[0].join(timeout=0.1)
        procs.stop(list(procs.with_variable(MARK, mark)))
    for child in children:
        child.kill()
