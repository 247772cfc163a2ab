"""The tenant's `theme.css`, and the language switch: a choice kept in a cookie of this host."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from frontend import theming
from frontend.languages import without_language

ONE_YEAR = 31_536_000


@require_safe
def theme_css(request: Request) -> HttpResponse:
    """Serve the tenant's tokens; only the URL with the right hash is kept for ever."""
    theme = theming.theme_of(request)
    response = HttpResponse(theming.css(theme), content_type="text/css; charset=utf-8")
    current = request.GET.get("v") == theme.version
    response["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable" if current else "no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def choose_language(request: Request) -> HttpResponse:
    """Remember the language and go back to the page; an unknown language changes nothing."""
    response = HttpResponseRedirect(_safe_next(request))
    response.status_code = 303
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=ONE_YEAR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _safe_next(request: Request) -> str:
    target = request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return without_language(target) if allowed else "/"
