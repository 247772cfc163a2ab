"""Pages that listen: websockets of one ASGI server, each to the topic of a request, with the drain that feeds them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bench.harness import ROOT, Bench
from bench.http import Client, Site, free_port
from core.live import topic

PATIENCE = 10  # seconds


@dataclass(frozen=True, slots=True)
class Rooms:
    """Open sockets by request."""

    sockets: dict[UUID, ClientConnection]

    @classmethod
    @contextlib.contextmanager
    def open(cls, bench: Bench, sign_in: Callable[[Client], Client], requests: Sequence[UUID]) -> Iterator[Self]:
        """As in production: an ASGI server for the sockets, a drain of the outbox beside it."""
        port = free_port()
        server = [
            sys.executable,
            "-m",
            "uvicorn",
            "config.asgi:application",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        server += ["--no-access-log", "--log-level", "warning", "--lifespan", "off"]
        drain = [sys.executable, "manage.py", "drain_outbox"]
        env = bench.env | {"PORT": str(port)}
        running = [subprocess.Popen(command, cwd=ROOT, env=env) for command in (server, drain)]
        try:
            site = Site(port, bench.env["PLATFORM_DOMAIN"])
            assert site.wait(lambda: running[0].poll() is None), "the server did not come up"
            cookies = sign_in(site.client()).cookies
            cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
            sockets = {key: _socket(site, cookie, topic("rfq", key)) for key in requests}
            bench.say(f"{len(sockets)} rooms are open")
            yield cls(sockets)
            for socket in sockets.values():
                socket.close()
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(timeout=PATIENCE)

    def delay_of(self, key: UUID, act: Callable[[], object]) -> float:
        """Seconds from the call of ``act`` to the next frame in the room."""
        heard: list[float] = []

        def listen() -> None:
            self.sockets[key].recv(timeout=PATIENCE)
            heard.append(time.perf_counter())

        ear = threading.Thread(target=listen)
        ear.start()
        began = time.perf_counter()
        act()
        ear.join()
        return heard[0] - began


def _socket(site: Site, cookie: str, name: str) -> ClientConnection:
    origin = f"http://{site.platform_domain}:{site.port}"
    socket = connect(
        f"ws://{site.platform_domain}:{site.port}/live/?topics={name}",
        additional_headers={"Cookie": cookie},
        origin=Origin(origin),
    )
    socket.recv(timeout=PATIENCE)  # hello
    return socket
