"""What a page tells search engines in its head: whether it is listed, under which address, in which languages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from markupsafe import Markup

from accounts.requests import Request
from frontend.languages import LANGUAGES, PARAMETER, asked_language
from notifications.mail import origin

_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&'\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Head:
    """``alternates`` are languages (``x-default``: the visitor's own) and addresses, ``data`` is structured data.

    A page is not listed unless its view says so.
    """

    is_indexed: bool = False
    canonical: str = ""
    alternates: tuple[tuple[str, str], ...] = ()
    data: tuple[Markup, ...] = ()


NOT_INDEXED = Head()


def indexed(
    request: Request, path: str, query: Mapping[str, object] | None = None, data: Sequence[Mapping[str, Any]] = ()
) -> Head:
    """The head of a page that everybody may find; ``query`` is what of its address counts.

    What somebody signed in sees is theirs: not listed.
    """
    if request.actor.is_signed_in:
        return NOT_INDEXED
    asked = asked_language(request)
    return Head(
        is_indexed=True,
        canonical=address(request, path, query, language=asked),
        alternates=alternates(request, path, query),
        data=tuple(structured({"@context": "https://schema.org", **one}) for one in data),
    )


def site(request: Request) -> str:
    """The origin under which this host's pages are listed: a tenant's first domain, or the platform's."""
    return origin(request.tenant.primary_domain if request.tenant else settings.PLATFORM_DOMAIN)


def address(request: Request, path: str, query: Mapping[str, object] | None = None, *, language: str = "") -> str:
    """The whole address of a page, in a language or in the visitor's own."""
    asked = {**(query or {}), **({PARAMETER: language} if language else {})}
    return f"{site(request)}{path}{'?' if asked else ''}{urlencode(asked)}"


def alternates(request: Request, path: str, query: Mapping[str, object] | None = None) -> tuple[tuple[str, str], ...]:
    """A page's addresses in each language, and the one that leaves it open."""
    named = [(code, address(request, path, query, language=code)) for code in LANGUAGES]
    return (*named, ("x-default", address(request, path, query)))


def structured(value: Mapping[str, Any]) -> Markup:
    """JSON for a ``<script>``: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return Markup(text)  # noqa: S704 - every character that HTML knows is escaped
