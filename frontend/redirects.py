"""After a POST: 303, so that the browser asks for the next page with GET."""

from urllib.parse import urlsplit

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.requests import Request


class HttpResponseSeeOther(HttpResponseRedirect):
    status_code = 303


def see_other(path: str) -> HttpResponseSeeOther:
    """Redirect with status 303 (RFC 9110 §15.4.4)."""
    return HttpResponseSeeOther(path)


def back_path(request: Request, otherwise: str) -> str:
    """The page of this host that a form was sent from, or that it names (``next``)."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    here = came_from.netloc == request.get_host()
    referer = came_from._replace(scheme="", netloc="", fragment="").geturl() if here else ""
    path = request.POST.get("next") or referer
    is_own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_own else otherwise


def safe_path(path: str, otherwise: str = "/") -> str:
    """A path of this host; anything else becomes the home page, or what is given."""
    if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return otherwise
