"""Who may open a page. Not signed in: to the sign-in page and back. Signed in as somebody else: it does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import Http404, HttpResponseBase, HttpResponseRedirect

from accounts.middleware import HOST_SESSION_KEY, host_of
from accounts.requests import Request
from accounts.security.proofs import is_fresh
from frontend.redirects import see_other

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponseBase]


def signed_in_required(view: View[P]) -> View[P]:
    """Everybody who is signed in on this host, whatever they are here."""

    @wraps(view)
    def guarded(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated or not is_session_of_host(request):
            return sign_in_redirect(request)
        return view(request, *args, **kwargs)

    return cast("View[P]", guarded)


def fresh_required(view: View[P]) -> View[P]:
    """Who is signed in and has proved who they are a short while ago; others do so first, and come back."""

    @wraps(view)
    def guarded(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_fresh(request.session):
            back = request.get_full_path() if request.method in ("GET", "HEAD") else "/security/"
            return see_other(f"/security/confirm/?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    return signed_in_required(cast("View[P]", guarded))


def buyer_required(view: View[P]) -> View[P]:
    """Only users who belong to a company."""
    return _required(view, "buyer", needs_company=True)


def staff_required(view: View[P]) -> View[P]:
    """Only staff of the host's tenant."""
    return _required(view, "staff")


def operator_required(view: View[P]) -> View[P]:
    """Only operators of the platform."""
    return _required(view, "operator")


def _required(view: View[P], kind: str, *, needs_company: bool = False) -> View[P]:
    @wraps(view)
    def guarded(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated or not is_session_of_host(request):
            return sign_in_redirect(request)
        actor = request.actor
        if actor.kind != kind or (needs_company and actor.company_id is None):
            raise Http404
        return view(request, *args, **kwargs)

    return cast("View[P]", guarded)


def is_session_of_host(request: Request) -> bool:
    """Whether the session was opened on this host; one that was carried here says nothing."""
    return bool(request.session.get(HOST_SESSION_KEY) == host_of(request))


def sign_in_redirect(request: Request) -> HttpResponseRedirect:
    """To the sign-in page of this host, and back here afterwards."""
    return see_other(f"/sign-in/?{urlencode({'next': request.get_full_path()})}")
