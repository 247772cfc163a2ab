"""A sign-in that waits for its second factor: known to the session, which belongs to nobody meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from accounts.middleware import host_of
from accounts.models import User
from accounts.requests import Request

_KEY, _SECONDS = "pending_sign_in", 10 * 60


@dataclass(frozen=True, slots=True)
class Pending:
    """Who has given a password here, where they want to go, and for which company they acted on the host before."""

    user: User
    methods: tuple[str, ...]
    target: str
    is_fresh: bool
    company_id: UUID | None = None


def hold(request: Request, pending: Pending) -> None:
    """Keep a sign-in until its second factor comes; whoever was signed in here is signed out."""
    request.session.flush()
    request.session[_KEY] = {
        "user": pending.user.pk.hex,
        "hash": pending.user.get_session_auth_hash(),
        "host": host_of(request),
        "methods": list(pending.methods),
        "target": pending.target,
        "is_fresh": pending.is_fresh,
        "company": pending.company_id.hex if pending.company_id else None,
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
    company = kept.get("company")
    return Pending(
        user, tuple(kept["methods"]), kept["target"], bool(kept["is_fresh"]), UUID(company) if company else None
    )
