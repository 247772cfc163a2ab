"""A person's sessions on all hosts: listed, and ended at once.

The session store alone decides whether a session is open; a row beside it says where and from what it was opened. The
store keeps what it remembers under the host's tenant, so a session is ended in the scope of its own host.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from accounts.requests import Request
from accounts.security.devices import in_words
from accounts.security.models import UserSession
from accounts.security.proofs import methods_of
from core import live
from core.db import atomic
from core.errors import NotFound
from core.scope import PLATFORM, Scope
from core.tenancy import use_tenant

_USED_KEY = "used_at"
#: How exactly "last used" is known.
_USED_SECONDS = 300


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """An open session as its owner sees it."""

    id: UUID
    host: str
    browser: str
    system: str
    ip: str
    created_at: datetime
    last_used_at: datetime
    is_current: bool


def sessions_of(user_id: UUID, *, current_key: str | None) -> list[SessionInfo]:
    """The person's open sessions: this one first, then the last used."""
    rows = list(UserSession.objects.filter(user_id=user_id).order_by("-last_used_at", "-pk"))
    keys = [row.session_key for row in rows]
    is_open = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    found = [_info(row, current_key) for row in rows if row.session_key in is_open]
    return sorted(found, key=lambda info: not info.is_current)


@atomic
def keep_session(request: Request, user: User) -> None:
    """Write down where a session was opened just now, and forget those of the person that are over."""
    if not request.session.session_key:
        request.session.create()
    request.session[_USED_KEY] = int(time.time())
    stored = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    UserSession.objects.filter(~Exists(stored), user=user).delete()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key or "",
        defaults={
            "user": user,
            "tenant_id": request.tenant.id if request.tenant else None,
            "host": request.get_host()[:253],
            "ip": request.META.get("REMOTE_ADDR") or None,
            "user_agent": request.headers.get("User-Agent", "")[:300],
            "methods": list(methods_of(request.session)),
        },
    )


def note_use(session: SessionBase) -> None:
    """The session is in use; written down every few minutes only."""
    used_at, now = session.get(_USED_KEY), int(time.time())
    if used_at is None or now - int(used_at) < _USED_SECONDS:
        return
    session[_USED_KEY] = now
    _write_use(session.session_key or "")


def end_session(*, session_id: UUID, user_id: UUID) -> None:
    """End one of the person's own sessions. Raises NotFound."""
    if not _end(user_id, only=session_id):
        raise NotFound


def end_other_sessions(*, user_id: UUID, current_key: str | None) -> int:
    """End all of the person's sessions but this one; answers how many."""
    return _end(user_id, but=current_key)


def forget_session(session_key: str | None) -> None:
    """The session was signed out."""
    if session_key:
        _forget([session_key])
        live.hang_up(session_key)


def _end(user_id: UUID, *, only: UUID | None = None, but: str | None = None) -> int:
    """End them where they were opened. What the store remembers goes twice: somebody may be reading it meanwhile."""
    rows = UserSession.objects.filter(user_id=user_id).exclude(session_key=but or "").select_related("tenant")
    chosen = [
        (row.session_key, row.tenant.scope if row.tenant else PLATFORM)
        for row in (rows.filter(pk=only) if only else rows)
    ]
    _forget_in_store(chosen)
    _forget([key for key, _scope in chosen])
    _forget_in_store(chosen)
    for key, _scope in chosen:
        live.hang_up(key)
    return len(chosen)


def _forget_in_store(sessions: list[tuple[str, Scope]]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key, scope in sessions:
        with use_tenant(scope):
            store(key).delete()


@atomic
def _forget(keys: list[str]) -> None:
    UserSession.objects.filter(session_key__in=keys).delete()


@atomic
def _write_use(session_key: str) -> None:
    UserSession.objects.filter(session_key=session_key).update(last_used_at=timezone.now())


def _info(row: UserSession, current_key: str | None) -> SessionInfo:
    browser, system = in_words(row.user_agent)
    return SessionInfo(
        id=row.pk,
        host=row.host,
        browser=browser,
        system=system,
        ip=row.ip or "",
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        is_current=row.session_key == current_key,
    )
