"""Passkeys (WebAuthn): a second factor, or password and factor in one. Each works on the one site that it was made on.

The browser signs for a host name; the origin must be exactly this site's, so that a page of another host, even one
below this name, cannot ask for a passkey of ours. allauth keeps them, fido2 checks them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.sessions.backends.base import SessionBase
from django.http.request import split_domain_port
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import User
from accounts.requests import Request
from accounts.security.enums import SecurityChange
from accounts.security.errors import PasskeyRefused
from accounts.security.factors import drop_idle_recovery_codes, ensure_recovery_codes
from accounts.security.passwords import announce
from core.db import atomic
from core.errors import NotFound

_STATE_KEY, _SECONDS = "passkey_challenge", 5 * 60
_MAXIMUM = 20


@dataclass(frozen=True, slots=True)
class PasskeyInfo:
    """A passkey as its owner sees it; ``host`` is where it works."""

    id: int
    name: str
    host: str
    created_at: datetime
    last_used_at: datetime | None


def passkeys_of(user_id: UUID, *, host: str | None = None) -> list[PasskeyInfo]:
    """A person's passkeys, or those that work on a host."""
    return [
        PasskeyInfo(row.pk, row.data["name"], row.data["host"], row.created_at, row.last_used_at)
        for row in _rows(user_id, host)
    ]


def site_of(request: Request) -> str:
    """The host name that passkeys made here are bound to."""
    return split_domain_port(request.get_host())[0]


def begin_adding(request: Request, user: User) -> dict[str, Any]:
    """What the browser is asked to make a passkey of; the challenge is kept in the session, for one answer."""
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.email, display_name=user.name),
        credentials=_credentials(user.pk, site_of(request)),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _keep(request.session, "add", state)
    return dict(options)


def finish_adding(request: Request, user: User, *, name: str, answer: Mapping[str, Any]) -> bool:
    """Keep the passkey that the browser made; answers whether recovery codes were made. Raises PasskeyRefused."""
    state = _take(request.session, "add")
    try:
        _server(request).register_complete(state, answer)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error
    return _add(user_id=user.pk, name=name, host=site_of(request), answer=dict(answer))


def begin_asking(request: Request, user: User | None) -> dict[str, Any]:
    """What the browser is asked to sign: for somebody whose password was right, or for whoever has a passkey here."""
    options, state = _server(request).authenticate_begin(
        credentials=_credentials(user.pk, site_of(request)) if user else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _keep(request.session, "ask", state)
    return dict(options)


def finish_asking(request: Request, user: User | None, *, answer: Mapping[str, Any]) -> User:
    """Whose passkey signed: of ``user``, or of whom the passkey names. Raises PasskeyRefused."""
    state = _take(request.session, "ask")
    try:
        owner = user or User.objects.get(pk=_handle(answer), is_active=True)
        used = _server(request).authenticate_complete(state, _credentials(owner.pk, site_of(request)), answer)
    except (User.DoesNotExist, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error
    _note_use(user_id=owner.pk, host=site_of(request), credential_id=used.credential_id)
    return owner


@atomic
def remove_passkey(*, user_id: UUID, passkey_id: int) -> None:
    """Take a passkey away. Raises NotFound. Emits SignInChanged."""
    User.objects.select_for_update(of=("self",)).get(pk=user_id)
    gone, _by_table = _rows(user_id, None).filter(pk=passkey_id).delete()
    if not gone:
        raise NotFound
    drop_idle_recovery_codes(user_id)
    announce(user_id, SecurityChange.PASSKEY_REMOVED)


@atomic
def _add(*, user_id: UUID, name: str, host: str, answer: dict[str, Any]) -> bool:
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if len(_rows(user_id, None)) >= _MAXIMUM:
        raise PasskeyRefused
    row = WebAuthn.add(user, name, answer).instance
    row.data["host"] = host
    row.save(update_fields=["data"])
    announce(user_id, SecurityChange.PASSKEY_ADDED)
    return ensure_recovery_codes(user)


@atomic
def _note_use(*, user_id: UUID, host: str, credential_id: bytes) -> None:
    for row in _rows(user_id, host).select_for_update(of=("self",)):
        if _credential(row).credential_id == credential_id:
            row.last_used_at = timezone.now()
            row.save(update_fields=["last_used_at"])


def _rows(user_id: UUID, host: str | None) -> Any:
    rows = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.WEBAUTHN).order_by("created_at", "pk")
    return rows if host is None else rows.filter(data__host=host)


def _credentials(user_id: UUID, host: str) -> Sequence[AttestedCredentialData]:
    return [_credential(row) for row in _rows(user_id, host)]


def _credential(row: Any) -> AttestedCredentialData:
    found: AttestedCredentialData = WebAuthn(row).authenticator_data.credential_data
    return found


def _server(request: Request) -> Fido2Server:
    origin = f"{request.scheme}://{request.get_host()}"
    name = request.tenant.name if request.tenant else "Comptoir"
    rp = PublicKeyCredentialRpEntity(id=site_of(request), name=name)
    return Fido2Server(rp, verify_origin=lambda said: said == origin)


def _keep(session: SessionBase, purpose: str, state: Any) -> None:
    session[_STATE_KEY] = {"for": purpose, "state": state, "at": int(time.time())}


def _take(session: SessionBase, purpose: str) -> Any:
    """The challenge that waits for an answer: it is used up, whatever the answer is. Raises PasskeyRefused."""
    kept = session.pop(_STATE_KEY, None)
    if kept is None or kept["for"] != purpose or time.time() - kept["at"] > _SECONDS:
        raise PasskeyRefused
    return kept["state"]


def _handle(answer: Mapping[str, Any]) -> UUID:
    return UUID(bytes=websafe_decode(answer["response"]["userHandle"]))
