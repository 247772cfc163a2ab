"""Timestamped HMAC signatures of webhook bodies: ``t=<seconds>,v1=<hex>``, as Stripe signs."""

from __future__ import annotations

import hashlib
import hmac
import time
from uuid import UUID

from payments.errors import InvalidSignature
from payments.gateways.port import TOLERANCE_SECONDS


def sign(body: bytes, secret: str, *, at: int | None = None) -> str:
    """The header that says that ``body`` comes from who knows ``secret``, now."""
    moment = int(time.time()) if at is None else at
    return f"t={moment},v1={_digest(body, secret, moment)}"


def verify(body: bytes, header: str, secret: str) -> None:
    """Raises InvalidSignature unless one signature fits and the clock is near ours, in both directions."""
    pairs = [part.strip().split("=", 1) for part in header.split(",")]
    stamps = [pair[1] for pair in pairs if pair[0] == "t" and len(pair) == 2]
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdigit()) or len(stamps[0]) > 12:
        raise InvalidSignature
    moment = int(stamps[0])
    expected = _digest(body, secret, moment)
    given = [pair[1] for pair in pairs if pair[0] == "v1" and len(pair) == 2]
    if not any(hmac.compare_digest(expected.encode(), candidate.encode()) for candidate in given):
        raise InvalidSignature
    require_fresh(moment)


def require_fresh(moment: int) -> None:
    """Raises InvalidSignature for a message from too long ago, or from the future."""
    if abs(time.time() - moment) > TOLERANCE_SECONDS:
        raise InvalidSignature


def uuid_or_none(text: object) -> UUID | None:
    """The UUID that a message carries; None for anything else."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _digest(body: bytes, secret: str, moment: int) -> str:
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
