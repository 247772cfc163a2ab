"""Opening and closing sessions, bound to the host that they were opened on."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth import login, logout, update_session_auth_hash

from accounts.identity import COMPANY_SESSION_KEY
from accounts.middleware import HOST_SESSION_KEY, host_of
from accounts.models import User
from accounts.requests import Request
from accounts.security.factors import has_second_factor
from accounts.security.pending import Pending, hold
from accounts.security.proofs import PASSWORD, keep_methods, refresh
from accounts.security.proofs import has_second_factor as proves_enough
from accounts.security.sessions import end_other_sessions, forget_session, keep_session


def open_session(
    request: Request,
    user: User,
    methods: Iterable[str] = (PASSWORD,),
    *,
    is_fresh: bool = True,
    company_id: UUID | None = None,
) -> None:
    """Sign the user in on this host, in a new session. A sign-in that came from another host is not fresh.

    It acts for ``company_id`` as far as ``accounts.security.standing`` lets it.
    """
    request.session.flush()
    login(request, user, backend="accounts.backends.EmailBackend")
    request.session[HOST_SESSION_KEY] = host_of(request)
    keep_methods(request.session, methods)
    if is_fresh:
        refresh(request.session)
    if company_id is not None:
        request.session[COMPANY_SESSION_KEY] = company_id.hex
    keep_session(request, user)


def begin_session(
    request: Request,
    user: User,
    methods: Iterable[str],
    *,
    target: str,
    is_fresh: bool = True,
    company_id: UUID | None = None,
) -> bool:
    """Open a session, unless the user has a second factor that was not given: then it waits for it (False)."""
    known = tuple(methods)
    if not proves_enough(known) and has_second_factor(user.pk):
        hold(request, Pending(user, known, target, is_fresh=is_fresh, company_id=company_id))
        return False
    open_session(request, user, known, is_fresh=is_fresh, company_id=company_id)
    return True


def close_session(request: Request) -> None:
    """Sign out on this host."""
    key = request.session.session_key
    logout(request)
    forget_session(key)


def renew_session(request: Request, user: User) -> int:
    """What the user signs in with has changed: this session gets a new key, all others end; answers how many."""
    old_key = request.session.session_key
    update_session_auth_hash(request, user)
    forget_session(old_key)
    keep_session(request, user)
    return end_other_sessions(user_id=user.id, current_key=request.session.session_key)


def replace_sessions(request: Request, user: User, *, target: str) -> bool:
    """A forgotten password was replaced: all of the user's sessions end, and one begins here (see begin_session)."""
    end_other_sessions(user_id=user.id, current_key=None)
    return begin_session(request, user, (PASSWORD,), target=target)
