"""The way out: what is refused before a packet leaves, and that the checked address is the one that is used."""

from __future__ import annotations

import ipaddress
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core import egress
from core.db import atomic
from core.egress import Egress

MEGABYTE = 1 << 20


class Site(BaseHTTPRequestHandler):
    """A small web server of the tests."""

    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        self.server.asked.append((self.headers["Host"], self.path))  # type: ignore[attr-defined]
        getattr(self, f"_{self.path.strip('/').partition('/')[0]}", self._missing)()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/echo" and self.headers["Content-Type"] == "application/x-www-form-urlencoded":
            self._answer(200, {}, body)
        else:
            self._moved()

    def log_message(self, *_args: object) -> None:
        return

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _file(self) -> None:
        self._answer(200, {"Content-Length": "5"}, b"bytes")

    def _moved(self) -> None:
        self._answer(302, {"Location": "/file"})

    def _circle(self) -> None:
        self._answer(302, {"Location": "/circle"})

    def _inside(self) -> None:
        port = self.server.server_port  # type: ignore[attr-defined]
        self._answer(302, {"Location": f"http://inside.example:{port}/file"})

    def _files(self) -> None:
        self._answer(302, {"Location": "file:///etc/passwd"})

    def _announced(self) -> None:
        self._answer(200, {"Content-Length": str(9 * MEGABYTE)})

    def _endless(self) -> None:
        self._answer(200, {}, b"x" * (3 * MEGABYTE))

    def _packed(self) -> None:
        self._answer(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")

    def _dripping(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _second in range(20):
            time.sleep(0.1)
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def _headless(self) -> None:
        for _second in range(20):
            time.sleep(0.1)
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def _missing(self) -> None:
        self._answer(404, {})


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def out(site):
    """A way out that knows one public server, on this machine, and one inside."""
    return Egress(
        resolve=lambda host, _port: {"shop.example": ["127.0.0.1"], "inside.example": ["127.0.0.2"]}.get(host, []),
        is_allowed=lambda address: address == ipaddress.ip_address("127.0.0.1"),
        ports=frozenset({site.server_port}),
        seconds=1,
        sleep=lambda _seconds: None,
    )


@pytest.fixture
def fetch(site, out):
    return lambda path: out.fetch(f"http://shop.example:{site.server_port}/{path}", max_bytes=2 * MEGABYTE)


def test_a_file_comes_under_the_name_that_was_asked_for(site, fetch):
    assert fetch("file").content == b"bytes"
    assert site.asked == [(f"shop.example:{site.server_port}", "/file")]


def test_a_redirect_is_followed(fetch):
    found = fetch("moved")
    assert (found.content, found.url.endswith("/file")) == (b"bytes", True)


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("circle", egress.TooManyRedirects),
        ("inside", egress.AddressNotAllowed),
        ("files", egress.AddressNotAllowed),
        ("announced", egress.AnswerTooBig),
        ("endless", egress.AnswerTooBig),
        ("packed", egress.AnswerCompressed),
        ("dripping", egress.TooSlow),
        ("headless", egress.Unfetchable),
        ("nothing", egress.BadAnswer),
    ],
)
def test_what_a_server_may_not_do(fetch, site, path, refusal):
    before = time.monotonic()
    with pytest.raises(refusal):
        fetch(path)
    assert time.monotonic() - before < 10
    assert len(site.asked) <= 4


def test_a_name_that_resolves_differently_the_second_time_is_connected_where_it_was_checked(site):
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    out = Egress(
        resolve=lambda _host, _port: next(answers),
        is_allowed=lambda address: str(address) == "127.0.0.1",
        ports=frozenset({site.server_port}),
    )
    assert out.fetch(f"http://shop.example:{site.server_port}/file", max_bytes=100).content == b"bytes"
    assert next(answers) == ["127.0.0.2"]  # it was asked only once


def test_a_name_that_nobody_resolves_in_time_is_given_up():
    asked, answered = threading.Event(), threading.Event()

    def resolve(_host, _port):
        asked.set()
        answered.wait(20)
        return ["93.184.216.34"]

    before = time.monotonic()
    with pytest.raises(egress.TooSlow):
        Egress(resolve=resolve, connect_seconds=0.2).fetch("http://shop.example/a.jpg", max_bytes=100)
    assert asked.is_set()
    assert time.monotonic() - before < 5
    answered.set()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://shop.example/a.jpg",
        "file:///etc/passwd",
        "gopher://shop.example/",
        "http://shop.example:22/",
        "http://shop.example:8000/",
        "http://user:secret@shop.example/a.jpg",
        "http://user@shop.example/a.jpg",
        "http:///a.jpg",
        "http://shop.example\\@inside.example/",
        "http://shop.example/\r\nX: y",
        "http://[::1/",
        "//shop.example/a.jpg",
        "a.jpg",
        "",
        f"http://shop.example/{'a' * 2001}",
    ],
)
def test_addresses_that_are_refused_without_asking_anybody(url):
    asked: list[str] = []

    def resolve(host, _port):
        asked.append(host)
        return []

    out = Egress(resolve=resolve)
    with pytest.raises(egress.AddressNotAllowed):
        out.fetch(url, max_bytes=100)
    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1",  # noqa: S104 - refused
        "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2002:7f00:1::", "64:ff9b::7f00:1",
        "2001:0:53aa:64c:0:1:2:3",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not egress.is_public(ipaddress.ip_address(address))
    out = Egress(resolve=lambda _host, _port: ["93.184.216.34", address])
    with pytest.raises(egress.AddressNotAllowed):
        out.fetch("http://shop.example/a.jpg", max_bytes=100)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_addresses_that_are_public(address):
    assert egress.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1", "[::1]"])
def test_other_spellings_of_this_machine_are_refused(host):
    with pytest.raises(egress.Unfetchable):
        Egress().fetch(f"http://{host}/", max_bytes=100)


def test_proxies_of_the_environment_are_not_used(fetch, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch("file").content == b"bytes"


def test_one_host_is_asked_with_breaks(site, out, fetch):
    waited: list[float] = []
    out.sleep = waited.append
    for _time in range(3):
        fetch("file")
    assert len(waited) == 2
    assert all(0 < seconds <= 2 * out.interval for seconds in waited)


def test_never_inside_a_transaction(fetch, world):
    with pytest.raises(RuntimeError, match="transaction"):
        atomic(fetch)("file")


def test_a_form_is_sent_once_and_nowhere_on(site, out):
    url = f"http://shop.example:{site.server_port}"
    assert out.post(f"{url}/echo", {"code": "a b&c"}, max_bytes=100).content == b"code=a+b%26c"
    with pytest.raises(egress.TooManyRedirects):
        out.post(f"{url}/moved", {}, max_bytes=100)
    with pytest.raises(egress.AddressNotAllowed):
        out.post(f"http://inside.example:{site.server_port}/echo", {}, max_bytes=100)
    with pytest.raises(RuntimeError):
        atomic(lambda: out.post(f"{url}/echo", {}, max_bytes=100))()
