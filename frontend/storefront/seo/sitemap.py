"""The shop's pages for search engines: an index, and parts of it as visitors see the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.urls import reverse
from django.utils import timezone

from accounts.requests import Request
from catalog.sitemap import filled_categories, portion, portions
from catalog.visibility import Viewpoint
from frontend.goods import product_path
from frontend.head import address, alternates
from frontend.languages import LANGUAGES
from frontend.storefront.catalog.rows import PRODUCT_PREFIX

MOST_ADDRESSES = 10_000
GOODS = MOST_ADDRESSES // len(LANGUAGES)
"""Goods of one part: each has an address in every language."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_AT_ONCE = 100

Page = tuple[str, dict[str, str], datetime | None]
"""A path, what counts of its query, and when it changed last."""


def index(request: Request, view: Viewpoint) -> list[str]:
    """The index of all parts; empty when a visitor sees nothing. One statement."""
    changes = portions(view, GOODS)
    if not changes:
        return []
    own = address(request, request.path)
    entries = [_entry(own, 0, max(changes)), *(_entry(own, place, at) for place, at in enumerate(changes, start=1))]
    return [_HEAD, f'<sitemapindex xmlns="{_SCHEMA}">\n', *entries, "</sitemapindex>\n"]


def part(request: Request, view: Viewpoint, number: int) -> Iterator[str] | None:
    """One part: 0 are the ways in, the others goods. None without such a part. One statement, before it begins."""
    pages = _ways_in(view) if number == 0 else _goods(view, number)
    return _urlset(request, pages) if pages else None


def _ways_in(view: Viewpoint) -> list[Page]:
    paths = filled_categories(view, GOODS - 2)
    listing = reverse("storefront_listing")
    if not paths and not portion(view, 0, 1):
        return []
    return [
        (reverse("storefront_home"), {}, None),
        (listing, {}, None),
        *((listing, {"category": path}, None) for path in paths),
    ]


def _goods(view: Viewpoint, number: int) -> list[Page]:
    found = portion(view, number - 1, GOODS)
    return [(product_path(PRODUCT_PREFIX, sku), {}, changed_at) for sku, changed_at in found]


def _urlset(request: Request, pages: list[Page]) -> Iterator[str]:
    yield f'{_HEAD}<urlset xmlns="{_SCHEMA}" xmlns:xhtml="{_XHTML}">\n'
    for start in range(0, len(pages), _AT_ONCE):
        yield "".join(_urls(request, pages[start : start + _AT_ONCE]))
    yield "</urlset>\n"


def _urls(request: Request, pages: Iterable[Page]) -> Iterator[str]:
    for path, query, changed_at in pages:
        others = alternates(request, path, query)
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{_escaped(href)}"/>' for language, href in others
        )
        changed = f"<lastmod>{_moment(changed_at)}</lastmod>" if changed_at else ""
        for language, href in others:
            if language in LANGUAGES:
                yield f"<url><loc>{_escaped(href)}</loc>{changed}{links}</url>\n"


def _entry(own: str, number: int, changed_at: datetime) -> str:
    return f"<sitemap><loc>{_escaped(own)}?part={number}</loc><lastmod>{_moment(changed_at)}</lastmod></sitemap>\n"


def _moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def _escaped(text: str) -> str:
    return escape(text, {'"': "&quot;"})
