"""Language of a request, second factors that are missing, and refusals and conflicts that no view caught."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts.requests import Request
from core.db import is_conflict
from core.errors import Refused
from frontend.errors import busy_page, refusal_page
from frontend.languages import LANGUAGES, asked_language
from frontend.redirects import see_other

#: What is open without the second factor that a company asks for: the way to one, and out.
_WITHOUT_FACTOR = (
    "/security/",
    "/sign-in/",
    "/sign-out/",
    "/company/choose/",
    "/enter/",
    "/language/",
    "/theme.css",
    "/brand/",
    "/static/",
    "/media/",
    "/api/",
)


class LanguageMiddleware:
    """Activate a language: the one in the address, else the one chosen by the switch (a cookie), else the browser's.

    An answer is its reader's own and no cache's, unless its view says otherwise.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        chosen = asked_language(request) or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in LANGUAGES else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Cache-Control", "private")
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


class SecondFactorMiddleware:
    """Lead who acts for a company that asks for a second factor to where one is set up, and back afterwards.

    The actor is of no company until then, so that a page which is open by mistake shows nothing of it.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        acts_otherwise = request.actor.acting_id is not None
        if not request.lacks_factor_for or acts_otherwise or request.path.startswith(_WITHOUT_FACTOR):
            return self.get_response(request)
        wanted = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
        target = f"/security/required/?{urlencode({'next': wanted})}"
        if "HX-Request" in request.headers:
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return see_other(target)


class RefusalMiddleware:
    """Answer a refusal that reached the edge with its status and its message.

    So is what others were changing for too long at the same moment: nothing was changed, and it may be sent again.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return refusal_page(request, exception)
        return busy_page(request) if is_conflict(exception) else None
