"""Opening and closing sessions, bound to the host that they were opened on."""

from __future__ import annotations

from django.contrib.auth import login, logout

from accounts.middleware import HOST_SESSION_KEY, host_of
from accounts.models import User
from accounts.requests import Request


def open_session(request: Request, user: User) -> None:
    """Sign the user in on this host; the session gets a new key."""
    login(request, user, backend="accounts.backends.EmailBackend")
    request.session[HOST_SESSION_KEY] = host_of(request)


def close_session(request: Request) -> None:
    """Sign out on this host."""
    logout(request)
