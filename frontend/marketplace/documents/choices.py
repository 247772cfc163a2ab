"""What the list of documents is narrowed to, as the address says it: read, and shown as chips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.requests import Request
from core import formatting
from frontend.paging import query_url
from marketplace.models import DocumentKind
from marketplace.queries import NEWEST, SORTS, DocumentFilter, DocumentPage, state_choices

#: Parameters that a chip takes away.
_NAMES = ("q", "supplier", "state", "site", "since", "until", "overdue", "unread")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Choices:
    """The filter that the address describes, and what is wrong with its dates."""

    chosen: DocumentFilter
    since_error: str = ""
    until_error: str = ""


def read_choices(request: Request) -> Choices:
    """Nonsense does not narrow; a date that is none is said at its field."""
    asked = request.GET
    kind, state, sort = asked.get("kind", ""), asked.get("state", ""), asked.get("sort", "")
    kind = kind if kind in DocumentKind.values else ""
    since, since_error = _day(asked.get("since", ""))
    until, until_error = _day(asked.get("until", ""))
    if since and until and until < since:
        until, until_error = None, _("This is before the first day.")
    chosen = DocumentFilter(
        kind=kind,
        tenant_id=_key(asked.get("supplier", "")),
        state=state if state in dict(state_choices(kind)) else "",
        unit_id=_key(asked.get("site", "")),
        since=since,
        until=until,
        search=asked.get("q", "").replace("\x00", "").strip()[:_LONGEST],
        only_overdue=asked.get("overdue") == "1",
        only_unread=asked.get("unread") == "1",
        sort=sort if sort.removeprefix("-") in SORTS else NEWEST,
    )
    return Choices(chosen, since_error, until_error)


def chips(request: Request, chosen: DocumentFilter, page: DocumentPage) -> list[tuple[str, str]]:
    """The active filters, each with the address that takes it away."""
    texts = {
        "q": _("“%(text)s”") % {"text": chosen.search} if chosen.search else "",
        "supplier": dict(page.suppliers).get(chosen.tenant_id.hex, "…") if chosen.tenant_id else "",
        "state": dict(state_choices(chosen.kind)).get(chosen.state, ""),
        "site": dict(page.units).get(chosen.unit_id.hex, "…") if chosen.unit_id else "",
        "since": _("from %(day)s") % {"day": formatting.day(chosen.since)} if chosen.since else "",
        "until": _("until %(day)s") % {"day": formatting.day(chosen.until)} if chosen.until else "",
        "overdue": _("Overdue") if chosen.only_overdue else "",
        "unread": _("Unread messages") if chosen.only_unread else "",
    }
    return [(texts[name], query_url(request, **{name: None, "page": None})) for name in _NAMES if texts[name]]


def without_any(request: Request) -> str:
    """The address without any filter; kind and order stay."""
    return query_url(request, page=None, **dict.fromkeys(_NAMES))


def _day(text: str) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(text), "") if text else (None, "")
    except ValueError:
        return None, _("Enter a date, such as 2026-11-24.")


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
