"""Passkeys of a small authenticator in the test: each counts on its own site, for one challenge, for its owner."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

from accounts.security.factors import factors_of
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tests.accounts.codes import at_the_question
from tests.conftest import Browser, BrowserFactory
from tests.world import World

PRESENT, VERIFIED, MADE = 1, 4, 64


@dataclass
class Authenticator:
    """A device with one passkey."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = b"the only credential"
    handle: str = ""
    flags: int = PRESENT | VERIFIED

    def make(self, options: dict[str, Any], origin: str) -> dict[str, Any]:
        """The answer to being asked for a new passkey."""
        self.handle = options["user"]["id"]
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        data = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        told = _client_data("webauthn.create", options["challenge"], origin)
        stated = self._state(options["rp"]["id"], self.flags | MADE) + data
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": stated})
        return self._answer({"clientDataJSON": websafe_encode(told), "attestationObject": websafe_encode(attested)})

    def sign(self, options: dict[str, Any], origin: str, *, site: str = "") -> dict[str, Any]:
        """The answer to being asked to sign."""
        told = _client_data("webauthn.get", options["challenge"], origin)
        stated = self._state(site or options["rpId"], self.flags)
        signature = self.key.sign(stated + sha256(told).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": told, "authenticatorData": stated, "signature": signature}
        return self._answer({**{name: websafe_encode(part) for name, part in parts.items()}, "userHandle": self.handle})

    def _state(self, site: str, flags: int) -> bytes:
        return sha256(site.encode()).digest() + bytes([flags]) + bytes(4)

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def _client_data(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


def options_of(browser: Browser, path: str) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]+)"', browser.get(path).content.decode())
    assert found is not None
    options: dict[str, Any] = json.loads(html.unescape(found[1]))["publicKey"]
    return options


def send(browser: Browser, path: str, answer: dict[str, Any], **data: str) -> Any:
    return browser.post(path, {"credential": json.dumps(answer), **data})


def with_passkey(browser: Browser) -> Authenticator:
    device = Authenticator()
    answer = device.make(options_of(browser, "/security/passkeys/"), f"http://{browser.host}")
    made = send(browser, "/security/passkeys/", answer, name="Office laptop")
    assert made["Location"].startswith("/security/recovery-codes/"), made.content.decode()
    return device


def signed_in(browser: Browser) -> bool:
    return bool(browser.get("/security/").status_code == 200)


def test_a_passkey_signs_in_alone_and_is_a_second_factor(world: World, browser: BrowserFactory) -> None:
    other, here = browser("localhost", world.delmas.admin), browser(world.acme.host, world.delmas.admin)
    device = with_passkey(here)
    assert (signed_in(other), signed_in(here)) == (False, True)
    page = here.get("/security/").content.decode()
    assert f"Works on {world.acme.host}" in page
    alone = browser(world.acme.host)
    options = options_of(alone, "/sign-in/passkey/?next=/company/")
    assert options.get("allowCredentials") in (None, [])
    answer = send(alone, "/sign-in/passkey/", device.sign(options, f"http://{world.acme.host}"), next="/company/")
    assert answer["Location"] == "/company/"
    assert alone.get("/company/").status_code == 200
    asked = at_the_question(browser, world.acme.host, world.delmas.admin, "/company/")
    answer = device.sign(options_of(asked, "/sign-in/passkey/"), f"http://{world.acme.host}")
    assert send(asked, "/sign-in/passkey/", answer)["Location"] == "/company/"


def test_a_passkey_of_another_site_or_origin_or_challenge_is_refused(world: World, browser: BrowserFactory) -> None:
    device, path = with_passkey(browser(world.acme.host, world.delmas.admin)), "/sign-in/passkey/"
    origin = f"http://{world.acme.host}"
    here, there = browser(world.acme.host), browser("localhost")
    tries = [
        (here, device.sign(options_of(here, path), "http://evil.example")),
        (here, device.sign(options_of(here, path), f"http://x.{world.acme.host}")),
        (here, device.sign(options_of(here, path), origin, site="localhost")),
        (here, device.sign({**options_of(here, path), "challenge": websafe_encode(b"of another day")}, origin)),
        (there, device.sign(options_of(there, path), "http://localhost")),
        (there, device.sign(options_of(there, path), origin)),
    ]
    for place, answer in tries:
        options_of(place, path)
        assert send(place, path, answer).status_code == 422
    good = device.sign(options_of(here, path), origin)
    stranger = Authenticator(handle=device.handle)
    assert send(here, path, stranger.sign(options_of(here, path), origin)).status_code == 422
    assert send(here, path, good).status_code == 422, "its challenge was replaced meanwhile"
    for nonsense in ("{}", "[]", "x", "", '{"response": {"userHandle": "AA"}}'):
        options_of(here, path)
        assert here.post(path, {"credential": nonsense}).status_code == 422
    assert not signed_in(here)
    assert not signed_in(there)


def test_a_challenge_is_answered_once(world: World, browser: BrowserFactory) -> None:
    device, path = with_passkey(browser(world.acme.host, world.delmas.admin)), "/sign-in/passkey/"
    here = browser(world.acme.host)
    answer = device.sign(options_of(here, path), f"http://{world.acme.host}")
    assert send(here, path, answer).status_code == 303
    assert send(browser(world.acme.host), path, answer).status_code == 422
    here.post("/sign-out/")
    assert send(here, path, answer).status_code == 422


def test_a_device_that_did_not_ask_for_finger_or_pin_is_refused(world: World, browser: BrowserFactory) -> None:
    device, path = with_passkey(browser(world.acme.host, world.delmas.admin)), "/sign-in/passkey/"
    device.flags = PRESENT
    here = browser(world.acme.host)
    answer = device.sign(options_of(here, path), f"http://{world.acme.host}")
    assert send(here, path, answer).status_code == 422


def test_somebody_elses_passkey_is_no_second_factor(world: World, browser: BrowserFactory) -> None:
    device = with_passkey(browser(world.acme.host, world.lecomte.admin))
    with_passkey(browser(world.acme.host, world.delmas.admin))
    asked = at_the_question(browser, world.acme.host, world.delmas.admin)
    stranger = Authenticator(key=device.key, credential_id=b"theirs", handle=device.handle)
    answer = stranger.sign(options_of(asked, "/sign-in/passkey/"), f"http://{world.acme.host}")
    assert send(asked, "/sign-in/passkey/", answer).status_code == 422
    assert not signed_in(asked)


def test_a_passkey_is_removed_by_its_owner_only(world: World, browser: BrowserFactory) -> None:
    mine, theirs = browser("localhost", world.delmas.admin), browser("localhost", world.lecomte.admin)
    with_passkey(mine)
    found = re.search(r"/security/passkeys/(\d+)/remove/", mine.get("/security/").content.decode())
    assert found is not None
    assert theirs.post(found[0]).status_code == 404
    assert mine.post(found[0])["Location"] == "/security/"
    with use_tenant(PLATFORM):
        gone = factors_of(world.delmas.admin.id)
    assert (gone.is_on, gone.unused_recovery_codes) == (False, 0)


def test_handles_are_the_persons_ids(world: World, browser: BrowserFactory) -> None:
    device = with_passkey(browser("localhost", world.delmas.admin))
    assert websafe_decode(device.handle) == world.delmas.admin.id.bytes
