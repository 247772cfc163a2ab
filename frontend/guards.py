"""Who may open a page. Not signed in: to the sign-in page and back. Signed in as somebody else: it does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import Http404, HttpResponseBase, HttpResponseRedirect

from accounts.middleware import HOST_SESSION_KEY, host_of
from accounts.requests import Request
from frontend.redirects import see_other

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponseBase]


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
        if not request.user.is_authenticated or not _is_session_of_host(request):
            return sign_in_redirect(request)
        actor = request.actor
        if actor.kind != kind or (needs_company and actor.company_id is None):
            raise Http404
        return view(request, *args, **kwargs)

    return cast("View[P]", guarded)


def _is_session_of_host(request: Request) -> bool:
    return bool(request.session.get(HOST_SESSION_KEY) == host_of(request))


def sign_in_redirect(request: Request) -> HttpResponseRedirect:
    """To the sign-in page of this host, and back here afterwards."""
    return see_other(f"/sign-in/?{urlencode({'next': request.get_full_path()})}")
