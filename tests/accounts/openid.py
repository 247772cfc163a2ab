"""A small OpenID Connect provider on this machine, for tests: it signs what it is told to."""

from __future__ import annotations

import ipaddress
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from core.egress import Egress

CLIENT_ID, CLIENT_SECRET = "comptoir", "the client's own secret"
_LOOPBACK = ipaddress.ip_address("127.0.0.1")
_ports: set[int] = set()


def local_egress() -> Egress:
    """The way out in tests: to the providers below and nowhere else."""
    return Egress(
        resolve=lambda _host, _port: [str(_LOOPBACK)],
        is_allowed=lambda address: address == _LOOPBACK,
        ports=frozenset(_ports),
        seconds=5,
        redirects=0,
        sleep=lambda _seconds: None,
    )


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What it answers; a test changes it."""

    issuer: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    signs_with: rsa.RSAPrivateKey | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"kid": "one"})
    algorithm: str = "RS256"
    document: dict[str, Any] = field(default_factory=dict)
    spoils: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def sign_in(self, address: str, **claims: Any) -> str:
        """What a person does at the authorization endpoint; the path that the browser is sent back to."""
        self.claims = claims
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def answer(self, path: str) -> Any:
        if path == "/.well-known/openid-configuration":
            endpoints = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return {"issuer": self.issuer, **{k: f"{self.issuer}/{v}" for k, v in endpoints.items()}, **self.document}
        if path == "/keys":
            return {"keys": [{**RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True), "kid": "one", "use": "sig"}]}
        return None

    def token(self, form: dict[str, str]) -> Any:
        """The ID token for a code, once and only for whoever began."""
        self.asked.append(form)
        begun = self.codes.pop(form["code"], None)
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if begun is None or begun["code_challenge"] != challenge or form["client_secret"] != CLIENT_SECRET:
            return None
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
        }
        claims = {k: v for k, v in {**usual, **self.claims}.items() if v is not None}
        key: Any = "" if self.algorithm == "none" else (self.signs_with or self.key)
        if self.algorithm == "HS256":
            key = CLIENT_SECRET.ljust(32)
        token = jwt.encode(claims, key, algorithm=self.algorithm, headers=self.header)
        if self.spoils:
            head, _body, signature = token.split(".")
            changed = urlsafe_b64encode(json.dumps({**claims, "sub": "subject-2"}).encode()).rstrip(b"=").decode()
            token = f"{head}.{changed}.{signature}"
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that listens."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(provider.answer(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(provider.token(dict(parse_qsl(body))))

        def log_message(self, *_args: object) -> None:
            return

        def _say(self, found: Any) -> None:
            content = json.dumps(found).encode()
            self.send_response(200 if found is not None else 400)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://login.delmas.example:{server.server_port}"
    _ports.add(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        _ports.discard(server.server_port)
