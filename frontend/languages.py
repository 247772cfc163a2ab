"""The language of a page in its address: ``?lang=fr``, for links from elsewhere and for search engines."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest

PARAMETER = "lang"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def asked_language(request: HttpRequest) -> str:
    """The language that the address of a page names; "" when it leaves it to cookie and browser."""
    if request.method not in ("GET", "HEAD"):
        return ""
    asked = request.GET.get(PARAMETER, "")
    return asked if asked in LANGUAGES else ""


def without_language(path: str) -> str:
    """A path with its query, as it is when cookie and browser choose the language."""
    parts = urlsplit(path)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if all(name != PARAMETER for name, _value in pairs):
        return path
    return parts._replace(query=urlencode([pair for pair in pairs if pair[0] != PARAMETER])).geturl()
