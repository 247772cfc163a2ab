"""A plain HTTP client whose own cost is small beside what it times: one kept connection per client, cookies, forms."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

PATIENCE = 60.0


@dataclass(frozen=True)
class Answer:
    """A response, its body read."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One user agent on one host of the platform. Not for several threads at once."""

    def __init__(self, port: int, host: str) -> None:
        self.host = f"{host}:{port}"
        self.cookies: dict[str, str] = {}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, form: dict[str, Any] | list[tuple[str, Any]], **headers: str) -> Answer:
        """Send a form, as a page of this host would."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
        return self.request("POST", path, urlencode(form, doseq=True).encode(), headers)

    def post_json(self, path: str, content: object, **headers: str) -> Answer:
        return self.request("POST", path, json.dumps(content).encode(), {"Content-Type": "application/json"} | headers)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send a request and read its answer; underscores in names of headers become hyphens."""
        sent = {
            "Host": self.host,
            "Accept-Language": "en",
            "Sec-Fetch-Site": "same-origin",
            "Origin": f"http://{self.host}",
        }
        sent |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(method, path, body, sent)
        response = self._connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value
        return answer

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class Site:
    """A running web server."""

    port: int
    platform_domain: str

    def client(self, slug: str | None = None) -> Client:
        """A new user agent, on the marketplace or on a tenant's storefront."""
        return Client(self.port, f"{slug}.{self.platform_domain}" if slug else self.platform_domain)

    def wait(self, is_alive: Callable[[], bool]) -> bool:
        """Whether the home page was answered in time, without a server error."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and is_alive():
            client = self.client()
            try:
                if client.get("/").status < 500:
                    return True
            except OSError:
                time.sleep(0.1)
            finally:
                client.close()
        return False


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
