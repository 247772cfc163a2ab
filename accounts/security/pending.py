"""A sign-in that waits for its second factor: known to the session, which belongs to nobody meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.middleware import host_of
from accounts.models import User
from accounts.requests import Request

_KEY, _SECONDS = "pending_sign_in", 10 * 60


@dataclass(frozen=True, slots=True)
class Pending:
    """Who has given a password here, and where they want to go."""

    user: User
    methods: tuple[str, ...]
    target: str
    is_fresh: bool


def hold(request: Request, user: User, methods: Iterable[str], target: str, *, is_fresh: bool) -> None:
    """Keep a sign-in until its second factor comes; whoever was signed in here is signed out."""
    request.session.flush()
    request.session[_KEY] = {
        "user": user.pk.hex,
        "hash": user.get_session_auth_hash(),
        "host": host_of(request),
        "methods": list(methods),
        "target": target,
        "is_fresh": is_fresh,
        "at": int(time.time()),
    }


def pending_of(request: Request) -> Pending | None:
    """The sign-in that waits here; None when it was begun on another host, too long ago, or with an older password."""
    kept = request.session.get(_KEY)
    if not kept or kept["host"] != host_of(request) or time.time() - kept["at"] > _SECONDS:
        return None
    user = User.objects.filter(pk=UUID(kept["user"]), is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["hash"]:
        return None
    return Pending(user, tuple(kept["methods"]), kept["target"], bool(kept["is_fresh"]))
