"""Links of lists: other page, other sort, one filter less. All keep the rest of the query."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.requests import Request

WINDOW = 2


@dataclass(frozen=True, slots=True)
class PageLink:
    """One number of the pager; an empty `href` is a gap."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """What `table.pager` shows under a list."""

    summary: str
    links: tuple[PageLink, ...]
    previous_href: str
    next_href: str
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class SortLink:
    """What a sortable column head needs; `state` is "", "asc" or "desc"."""

    href: str
    state: str


def query_url(request: Request, **changes: object) -> str:
    """Return this page's URL with parameters changed; None removes, a list repeats."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        elif isinstance(value, list | tuple):
            query.setlist(name, [str(item) for item in value])
        else:
            query[name] = str(value)
    encoded = query.urlencode()
    return f"{request.path}?{encoded}" if encoded else request.path


def without(request: Request, name: str, value: str) -> str:
    """Return this page's URL without one value of the filter `name` (a chip's link)."""
    kept = [item for item in request.GET.getlist(name) if item != value]
    return query_url(request, **{name: kept or None, "page": None})


def page_number(request: Request, pages: int | None = None) -> int:
    """Return the page asked for, never below 1 (nor above `pages`); nonsense is page 1."""
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
    number = max(number, 1)
    return number if pages is None else min(number, max(pages, 1))


def build_pager(request: Request, *, total: int, per_page: int, path: str = "") -> Pager:
    """Return the pager of a list of `total` rows for the page in the request.

    `path` is where the list is, if not there where the request went: a refused form answers from an address of its own.
    """
    path = path or request.path
    pages = max(-(-total // per_page), 1)
    number = page_number(request, pages)
    first = min((number - 1) * per_page + 1, total)
    last = min(number * per_page, total)
    summary = _("%(first)s–%(last)s of %(total)s") % {
        "first": first,
        "last": last,
        "total": total,
    }
    return Pager(
        summary=summary,
        links=_links(request, path, number, pages),
        previous_href=_page_href(request, path, number - 1) if number > 1 else "",
        next_href=_page_href(request, path, number + 1) if number < pages else "",
        number=number,
        pages=pages,
    )


def sort_link(request: Request, key: str, *, parameter: str = "sort") -> SortLink:
    """Return the head link that sorts by `key`, or turns the order when it already does."""
    active = request.GET.get(parameter, "")
    if active == key:
        return SortLink(query_url(request, **{parameter: f"-{key}", "page": None}), "asc")
    state = "desc" if active == f"-{key}" else ""
    return SortLink(query_url(request, **{parameter: key, "page": None}), state)


def _page_href(request: Request, path: str, number: int) -> str:
    return path + query_url(request, page=None if number == 1 else number).removeprefix(request.path)


def _links(request: Request, path: str, number: int, pages: int) -> tuple[PageLink, ...]:
    shown = {1, pages, *range(max(number - WINDOW, 1), min(number + WINDOW, pages) + 1)}
    links: list[PageLink] = []
    before = 0
    for page in sorted(shown):
        if page > before + 1:
            links.append(PageLink("…", ""))
        links.append(PageLink(str(page), _page_href(request, path, page), page == number))
        before = page
    return tuple(links)
