"""The one way out to an address that a tenant's user gave.

Only http and https, only their own ports, only public addresses, and the connection goes to the very address that was
checked: a name that resolves differently the second time gains nothing. Redirects follow the same rules. Size and time
are bounded while names are looked up and while the answer comes in, compressed answers are not taken, neither proxies
nor credentials of the environment are used. What came is bytes that nobody has looked at yet: the caller decides by
content what they are.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

import httpcore
from django.utils.translation import gettext_lazy as _

from core.db import in_service
from core.errors import Refused

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24")))  # protocols, relays, a cloud's metadata
_URL_LENGTH = 2000
_SAFE = "/%:=&?~#+!$,;'@()*[]"
_HEADERS = ((b"User-Agent", b"Comptoir"), (b"Accept", b"*/*"), (b"Accept-Encoding", b"identity"))
_FORM = ((b"Content-Type", b"application/x-www-form-urlencoded"),)


class Unfetchable(Refused):
    """An address could not be fetched, or must not be."""

    code = "unfetchable"
    message = _("The server could not be reached.")


class AddressNotAllowed(Unfetchable):
    code = "address_not_allowed"
    message = _("Only http and https addresses of public servers are fetched, without port and without password.")


class HostUnknown(Unfetchable):
    code = "host_unknown"
    message = _("There is no server of this name.")


class TooManyRedirects(Unfetchable):
    code = "too_many_redirects"
    message = _("The server sends on from one address to the next.")


class BadAnswer(Unfetchable):
    code = "bad_answer"
    message = _("The server answered %(status)s instead of the file.")


class AnswerTooBig(Unfetchable):
    code = "answer_too_big"
    message = _("The file is larger than %(limit)s MB.")


class AnswerCompressed(Unfetchable):
    code = "answer_compressed"
    message = _("The server sends the file compressed although it was asked not to.")


class TooSlow(Unfetchable):
    code = "too_slow"
    message = _("The server did not send the file in time.")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address holds, and the address that gave it in the end."""

    url: str
    content: bytes = field(repr=False)


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Addresses of a host. Raises HostUnknown."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HostUnknown from error
    return [str(row[4][0]) for row in found]


def is_public(address: IPAddress) -> bool:
    """Whether an address is one of the public internet, also when IPv4 hides in IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None or address in _NAT64:
            return False
    elif any(address in network for network in _SPECIAL):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


@dataclass
class Egress:
    """Fetches files under rules. Tests give another resolver, other addresses that are allowed, another port."""

    resolve: Resolve = system_resolver
    is_allowed: Callable[[IPAddress], bool] = is_public
    ports: frozenset[int] = frozenset(_PORTS.values())
    seconds: float = 30
    connect_seconds: float = 5
    redirects: int = 3
    interval: float = 0.2
    sleep: Callable[[float], None] = time.sleep
    _next_at: dict[str, float] = field(default_factory=dict, init=False)

    def fetch(self, url: str, *, max_bytes: int) -> Fetched:
        """The file at an address. Raises Unfetchable and its kinds; never inside a transaction."""
        if in_service():
            raise RuntimeError("no network inside a transaction")
        deadline = time.monotonic() + self.seconds
        for _hop in range(self.redirects + 1):
            parts = self._checked(url)
            url = parts.geturl()
            self._wait_for_turn(parts.hostname or "")
            answer = self._ask(url, deadline, max_bytes)
            if isinstance(answer, bytes):
                return Fetched(url, answer)
            url = urljoin(url, answer)
        raise TooManyRedirects

    def post(self, url: str, form: Mapping[str, str], *, max_bytes: int) -> Fetched:
        """What an address answers to a form. It sends nothing on: a redirect is refused.

        Raises Unfetchable and its kinds; never inside a transaction.
        """
        if in_service():
            raise RuntimeError("no network inside a transaction")
        url = self._checked(url).geturl()
        answer = self._ask(url, time.monotonic() + self.seconds, max_bytes, urlencode(form).encode())
        if isinstance(answer, str):
            raise TooManyRedirects
        return Fetched(url, answer)

    def _checked(self, url: str) -> SplitResult:
        """The address taken apart and written in ASCII. Raises AddressNotAllowed."""
        try:
            parts = urlsplit(url.strip())
            host = (parts.hostname or "").encode("idna").decode()
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except (ValueError, UnicodeError) as error:
            raise AddressNotAllowed from error
        is_plain = url.isprintable() and len(url) <= _URL_LENGTH and "\\" not in url
        if parts.scheme not in _PORTS or not host or "@" in parts.netloc or port not in self.ports or not is_plain:
            raise AddressNotAllowed
        named = f"[{host}]" if ":" in host else host
        netloc = named if parts.port is None else f"{named}:{port}"
        return SplitResult(parts.scheme, netloc, quote(parts.path or "/", _SAFE), quote(parts.query, _SAFE), "")

    def _wait_for_turn(self, host: str) -> None:
        """A short breath between two requests to the same host."""
        now = time.monotonic()
        turn = max(now, self._next_at.get(host, now))
        self._next_at[host] = turn + self.interval
        if turn > now:
            self.sleep(turn - now)

    def _ask(self, url: str, deadline: float, max_bytes: int, form: bytes | None = None) -> bytes | str:
        """One request, with a form if there is one: the content, or the address that it sends on to."""
        backend = _Backend(self, deadline)
        timeouts = {"connect": self.connect_seconds, "read": self.seconds, "write": self.seconds, "pool": self.seconds}
        try:
            with (
                httpcore.ConnectionPool(network_backend=backend) as pool,
                pool.stream(
                    "GET" if form is None else "POST",
                    url,
                    headers=[*_HEADERS, *(_FORM if form is not None else ())],
                    content=form,
                    extensions={"timeout": timeouts},
                ) as response,
            ):
                return _read(response, deadline, max_bytes)
        except (httpcore.TimeoutException, TimeoutError) as error:
            raise TooSlow from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise Unfetchable from error

    def address_of(self, host: str, port: int, seconds: float) -> str:
        """The address to connect to; all that a name resolves to must be allowed.

        Raises AddressNotAllowed, TooSlow when nobody says in time what the name resolves to.
        """
        found = _within(seconds, lambda: self.resolve(host, port))
        try:
            addresses = [ipaddress.ip_address(text) for text in found]
        except ValueError as error:
            raise AddressNotAllowed from error
        if not addresses or not all(map(self.is_allowed, addresses)):
            raise AddressNotAllowed
        return str(addresses[0])


def _within(seconds: float, ask: Callable[[], Sequence[str]]) -> Sequence[str]:
    """What is answered in time: the system's resolver knows no limit, so a thread that nobody waits for asks it.

    Raises TooSlow, and what the asking raises.
    """
    found: list[Sequence[str]] = []
    failed: list[Exception] = []

    def answer() -> None:
        try:
            found.append(ask())
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            failed.append(error)

    thread = threading.Thread(target=answer, name="egress-resolver", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise TooSlow
    return found[0]


def _read(response: httpcore.Response, deadline: float, max_bytes: int) -> bytes | str:
    headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status in _REDIRECTS and b"location" in headers:
        return headers[b"location"]
    if response.status != 200:
        raise BadAnswer(status=response.status)
    if headers.get(b"content-encoding", "identity").lower() != "identity":
        raise AnswerCompressed
    announced = headers.get(b"content-length", "")
    if announced.isdigit() and int(announced) > max_bytes:
        raise AnswerTooBig(limit=max_bytes >> 20)
    content = bytearray()
    for part in response.iter_stream():
        content += part
        if len(content) > max_bytes:
            raise AnswerTooBig(limit=max_bytes >> 20)
        if time.monotonic() > deadline:
            raise TooSlow
    return bytes(content)


class _Backend(httpcore.NetworkBackend):
    """Connects to the address that was checked; the name stays for ``Host`` and TLS."""

    def __init__(self, egress: Egress, deadline: float) -> None:
        self._egress = egress
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        address = self._egress.address_of(host, port, _left(self._deadline, timeout))
        stream = httpcore.SyncBackend().connect_tcp(address, port, timeout=_left(self._deadline, timeout))
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    """A connection on which nothing waits beyond the deadline, however slowly it drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=_left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    """Seconds that may still be waited. Raises TooSlow."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TooSlow
    return left if timeout is None else min(left, timeout)
