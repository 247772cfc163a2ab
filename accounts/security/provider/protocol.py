"""OpenID Connect, the authorization code flow with PKCE, and nothing else of it. All fetching is the guarded egress's.

What a provider says counts only as an ID token that it signed, for our client, for the sign-in that was begun: state
and PKCE bind the code to the browser, the nonce binds the token to it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.security.errors import ProviderRefused, ProviderUnreachable
from core.egress import Egress, Unfetchable

_ALGORITHMS = ("RS256", "PS256", "ES256")
_LEEWAY, _BYTES = 60, 256 * 1024
_SCOPE = "openid email profile"


@dataclass(frozen=True, slots=True)
class Client:
    """What a provider knows us by."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: what the browser's session keeps, and the address that the browser goes to."""

    state: str
    nonce: str
    verifier: str
    address: str


def begin(client: Client) -> Begun:
    """Begin a sign-in. Raises ProviderUnreachable; never inside a transaction."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": _SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = _endpoint(_discover(client.issuer), "authorization_endpoint")
    return Begun(state, nonce, verifier, f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}")


def finish(client: Client, *, code: str, nonce: str, verifier: str) -> dict[str, Any]:
    """What the provider's signed ID token says. Raises ProviderUnreachable, ProviderRefused; not in a transaction."""
    document = _discover(client.issuer)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "code_verifier": verifier,
    }
    try:
        answer = _egress().post(_endpoint(document, "token_endpoint"), form, max_bytes=_BYTES).content
    except Unfetchable as error:
        raise ProviderUnreachable from error
    token = _object(answer).get("id_token")
    if not isinstance(token, str):
        raise ProviderRefused
    claims = _verified(token, _object(_fetched(_endpoint(document, "jwks_uri"))), client)
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise ProviderRefused
    return claims


def is_issuer(url: str) -> bool:
    """Whether an address may be an issuer's: https, nothing but host and path."""
    parts = urlsplit(url)
    return (
        parts.scheme in settings.SINGLE_SIGN_ON_SCHEMES
        and bool(parts.hostname)
        and not (parts.query or parts.fragment or "@" in parts.netloc)
    )


def _verified(token: str, keys: Mapping[str, Any], client: Client) -> dict[str, Any]:
    """The claims of a token that the provider signed for us. Raises ProviderRefused."""
    try:
        header = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(keys, header),
            algorithms=list(_ALGORITHMS),
            audience=client.client_id,
            issuer=client.issuer,
            leeway=_LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
        raise ProviderRefused from error
    audience = claims["aud"]
    many = isinstance(audience, list) and len(audience) > 1
    if (many or "azp" in claims) and claims.get("azp") != client.client_id:
        raise ProviderRefused
    return claims


def _key(keys: Mapping[str, Any], header: Mapping[str, Any]) -> jwt.PyJWK:
    """The provider's key that a token names, or its only one. Raises PyJWTError, KeyError."""
    usable = [row for row in keys["keys"] if isinstance(row, dict) and row.get("use", "sig") == "sig"]
    named = [row for row in usable if row.get("kid") == header.get("kid")] if "kid" in header else usable
    if len(named) != 1 or header.get("alg") not in _ALGORITHMS:
        raise jwt.InvalidKeyError
    return jwt.PyJWK(named[0], algorithm=header["alg"])


def _discover(issuer: str) -> dict[str, Any]:
    document = _object(_fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    if document.get("issuer") != issuer:
        raise ProviderUnreachable
    return document


def _endpoint(document: Mapping[str, Any], name: str) -> str:
    found = document.get(name)
    if not isinstance(found, str) or urlsplit(found).scheme not in settings.SINGLE_SIGN_ON_SCHEMES:
        raise ProviderUnreachable
    return found


def _fetched(url: str) -> bytes:
    try:
        return _egress().fetch(url, max_bytes=_BYTES).content
    except Unfetchable as error:
        raise ProviderUnreachable from error


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise ProviderUnreachable from error
    if not isinstance(found, dict):
        raise ProviderUnreachable
    return found


def _egress() -> Egress:
    made: Egress = import_string(settings.SINGLE_SIGN_ON_EGRESS)()
    return made


def guarded_egress() -> Egress:
    """The way out to providers: quick, and without redirects."""
    return Egress(seconds=10, redirects=0)
