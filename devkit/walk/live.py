"""The websocket of live pages: what a page listens to, and what it hears."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from devkit.walk.browser import Browser
from devkit.walk.pages import Page, Unexpected


class News:
    """An open socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def hear(self, topic: str, *, since: float, seconds: float = 45) -> float:
        """Milliseconds from ``since`` until the topic had news. Raises Unexpected when it has none in time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                message = json.loads(self.connection.recv(timeout=left))
            except TimeoutError:
                break
            if message.get("topic") == topic:
                return (time.monotonic() - since) * 1000
        raise Unexpected(f"the websocket said nothing about {topic} within {seconds:.0f} s")


@contextmanager
def listening(browser: Browser, page: Page) -> Iterator[News]:
    """Listen to a page's topics, with its person's session."""
    host = urlsplit(page.url).netloc
    wire = socket.create_connection(("127.0.0.1", browser.site.port), timeout=30)
    address = f"ws://{host}/live/?topics={','.join(page.topics)}"
    headers = {"Cookie": browser.cookies_for(page.url)}
    with connect(
        address, sock=wire, origin=Origin(f"http://{host}"), additional_headers=headers, proxy=None
    ) as connection:
        hello = json.loads(connection.recv(timeout=30))
        if set(hello.get("hello", ())) != set(page.topics):
            raise Unexpected(f"the websocket joined {hello}, not {page.topics}")
        yield News(connection)
