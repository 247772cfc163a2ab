"""Second factors: a code app (TOTP, RFC 6238) and recovery codes. allauth keeps them, their secrets sealed.

A code counts once, on whichever host: the last time step that was used is kept in the row, under its lock.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote, urlencode
from uuid import UUID

import qrcode
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.utils import timezone
from qrcode.image.svg import SvgPathImage

from accounts.models import User
from accounts.security.enums import SecurityChange
from accounts.security.errors import FactorExists, WrongCode
from accounts.security.passwords import announce
from accounts.security.proofs import CODE, RECOVERY
from core.db import atomic
from core.errors import NotFound
from core.sealing import Unreadable, seal, unseal

CODE_LENGTH = 6
_KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SETUP = "code app being set up"


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has beside the password."""

    has_code_app: bool
    passkey_count: int
    unused_recovery_codes: int

    @property
    def is_on(self) -> bool:
        return self.has_code_app or self.passkey_count > 0


@dataclass(frozen=True, slots=True)
class NewCodeApp:
    """What a code app is told: the key in text, and as a picture to scan (an address of type ``data:``)."""

    sealed: str
    key: str
    picture: str


def factors_of(user_id: UUID) -> Factors:
    """What a person has beside the password."""
    rows = list(Authenticator.objects.filter(user_id=user_id))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return Factors(
        has_code_app=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkey_count=sum(row.type == Authenticator.Type.WEBAUTHN for row in rows),
        unused_recovery_codes=len(_unused(codes)) if codes else 0,
    )


def has_second_factor(user_id: UUID) -> bool:
    """Whether somebody is asked for more than a password."""
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=_KINDS).exists())


def new_code_app(user: User, *, sealed: str = "") -> NewCodeApp:
    """A key to type or to scan; the one that was sealed before, where it can be read."""
    try:
        secret = unseal(sealed, purpose=_setup_of(user.pk))
    except Unreadable:
        secret = generate_totp_secret()
        sealed = seal(secret, purpose=_setup_of(user.pk))
    spaced = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return NewCodeApp(sealed, spaced, _picture(user.email, secret))


@atomic
def add_code_app(*, user_id: UUID, sealed: str, code: str) -> bool:
    """Keep a code app once it has given a right code; answers whether recovery codes were made, which are to be shown.

    Raises FactorExists, WrongCode. Emits SignInChanged.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists():
        raise FactorExists
    try:
        secret = unseal(sealed, purpose=_setup_of(user_id))
    except Unreadable as error:
        raise WrongCode(field="code") from error
    step = _step_of(secret, code)
    if step is None:
        raise WrongCode(field="code")
    row = TOTP.activate(user, secret).instance
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    announce(user_id, SecurityChange.CODE_ADDED)
    return ensure_recovery_codes(user)


@atomic
def remove_code_app(*, user_id: UUID) -> None:
    """Ask for no codes any more. Raises NotFound. Emits SignInChanged."""
    User.objects.select_for_update(of=("self",)).get(pk=user_id)
    gone, _by_table = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).delete()
    if not gone:
        raise NotFound
    drop_idle_recovery_codes(user_id)
    announce(user_id, SecurityChange.CODE_REMOVED)


@atomic
def renew_recovery_codes(*, user_id: UUID) -> None:
    """Make new recovery codes; those before are worthless. Raises NotFound without a factor. Emits SignInChanged."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if not has_second_factor(user_id):
        raise NotFound
    Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.RECOVERY_CODES).delete()
    ensure_recovery_codes(user)
    announce(user_id, SecurityChange.NEW_RECOVERY_CODES)


def recovery_codes(user_id: UUID) -> list[str]:
    """The codes that are still good, in groups of four digits."""
    row = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.RECOVERY_CODES).first()
    codes = _unused(row) if row else []
    return ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]


@atomic
def use_code(*, user_id: UUID, code: str) -> str | None:
    """Take a code of the app or a recovery code, once; which of the two it was, None when it is not right.

    Emits SignInChanged for a recovery code.
    """
    typed = plain(code)
    kind = Authenticator.Type.TOTP if len(typed) == CODE_LENGTH else Authenticator.Type.RECOVERY_CODES
    rows = Authenticator.objects.select_for_update(of=("self",))
    row = rows.filter(user_id=user_id, type=kind).first()
    if row is None or not has_second_factor(user_id):
        return None
    if kind == Authenticator.Type.RECOVERY_CODES:
        return _use_recovery_code(row, typed)
    try:
        step = _step_of(decrypt(row.data["secret"]), typed)
    except Unreadable:  # sealed with a SECRET_KEY that was thrown away
        return None
    if step is None or step <= row.data.get("last_step", 0):
        return None
    row.data["last_step"] = step
    row.last_used_at = timezone.now()
    row.save(update_fields=["data", "last_used_at"])
    return CODE


def plain(code: str) -> str:
    """A code without the spaces and dashes that make it readable."""
    return "".join(sign for sign in code if sign.isdigit())


def ensure_recovery_codes(user: User) -> bool:
    """Make recovery codes for who has none; answers whether they are new. Inside a service."""
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).exists():
        return False
    RecoveryCodes.activate(user)
    return True


def drop_idle_recovery_codes(user_id: UUID) -> None:
    """Without a factor there is nothing to recover. Inside a service."""
    if not has_second_factor(user_id):
        Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.RECOVERY_CODES).delete()


def _unused(row: Authenticator) -> list[str]:
    """Recovery codes that are still good; none when the key that sealed them was thrown away."""
    try:
        return list(RecoveryCodes(row).get_unused_codes())
    except Unreadable:
        return []


def _use_recovery_code(row: Authenticator, typed: str) -> str | None:
    if not _unused(row) or not RecoveryCodes(row).validate_code(typed):
        return None
    announce(row.user_id, SecurityChange.RECOVERY_USED)
    return RECOVERY


def _step_of(secret: str, code: str) -> int | None:
    """The time step that a code belongs to, of those that count now; the latest of them."""
    typed = plain(code).encode()
    found = None
    for step in yield_hotp_counters_from_time():
        if hmac.compare_digest(format_hotp_value(hotp_value(secret, step)).encode(), typed):
            found = step
    return found


def _setup_of(user_id: UUID) -> str:
    return f"{_SETUP}:{user_id}"


def _picture(email: str, secret: str) -> str:
    """The key's address (Key Uri Format) as a QR code: the policy for content allows images of type ``data:``."""
    issuer = settings.MFA_TOTP_ISSUER
    parameters = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    written = BytesIO()
    address = f"otpauth://totp/{quote(issuer)}:{quote(email)}?{parameters}"
    qrcode.make(address, image_factory=SvgPathImage).save(written)
    return f"data:image/svg+xml;base64,{b64encode(written.getvalue()).decode()}"
