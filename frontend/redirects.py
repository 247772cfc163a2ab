"""After a POST: 303, so that the browser asks for the next page with GET."""

from django.http import HttpResponseRedirect


class HttpResponseSeeOther(HttpResponseRedirect):
    status_code = 303


def see_other(path: str) -> HttpResponseSeeOther:
    """Redirect with status 303 (RFC 9110 §15.4.4)."""
    return HttpResponseSeeOther(path)
