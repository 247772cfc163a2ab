"""Who is at the other end of a negotiation: a line of text that refreshes itself, for both sides."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.requests import Request
from core.live import topic
from frontend.render import render_page
from notifications.handlers.live import tell_company, tell_tenant
from rfq.talk.presence import Present, Room


def buyers_answer(request: Request, room: Room) -> HttpResponse:
    """What the buyer sees; a supplier at whose negotiation the buyer is now learns of it."""
    if room.news_for is not None:
        tell_tenant(room.news_for, topic("presence", room.rfq_id))
    return _answer(request, room, "marketplace", [_supplier_text(one) for one in room.others])


def suppliers_answer(request: Request, room: Room) -> HttpResponse:
    """What the supplier sees; the buyer learns that the supplier is there."""
    if room.news_for is not None:
        tell_company(room.news_for, topic("presence", room.rfq_id))
    return _answer(request, room, "portal", [_buyer_text(one) for one in room.others])


def is_writing(request: Request) -> bool:
    """Whether the page says that somebody types."""
    return request.GET.get("doing") == "writing"


def _answer(request: Request, room: Room, area: str, texts: Iterable[str]) -> HttpResponse:
    values = {"topic": topic("presence", room.rfq_id), "href": _address(request), "text": " · ".join(texts)}
    answer = render_page(request, "ui/presence_line.html", values, area=area)
    answer["Cache-Control"] = "no-store"
    return answer


def _address(request: Request) -> str:
    """This address, without what was done there."""
    at = request.GET.get("with", "")
    return f"{request.path}?with={at}" if at.isalnum() else request.path


def _supplier_text(one: Present) -> str:
    if one.is_writing:
        return _("%(name)s is writing to you") % {"name": one.name}
    return _("%(name)s is looking at the request") % {"name": one.name}


def _buyer_text(one: Present) -> str:
    if one.is_writing:
        return _("%(name)s is writing to you") % {"name": one.name}
    return _("%(name)s is looking at what you sent") % {"name": one.name}
