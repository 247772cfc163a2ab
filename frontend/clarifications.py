"""What the pages of both sides share about files, questions and answers of a request."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.requests import Request
from catalog.media.attachments import MAX_BYTES
from core.ids import uuid7
from rfq.talk.queries import Talk


def files_help(most: int) -> str:
    """Which files a field takes."""
    return _("PDF, images, DXF, STEP, XLSX, CSV or text; at most %(count)s files of %(size)s MB each.") % {
        "count": most,
        "size": MAX_BYTES >> 20,
    }


def line_choices(talk: Talk) -> list[tuple[str, str]]:
    """Lines to speak of, first the request as a whole."""
    return [("", _("The whole request")), *((line.id.hex, line.text) for line in talk.lines)]


def chosen_line(request: Request) -> UUID | None:
    """The line that was chosen. Raises Http404 for what is no line."""
    text = request.POST.get("line", "")
    try:
        return UUID(hex=text) if text else None
    except ValueError as error:
        raise Http404 from error


def form_token(request: Request) -> UUID:
    """The form's token, so that one that is sent twice does its work once."""
    try:
        return UUID(hex=request.POST.get("token", ""))
    except ValueError:
        return uuid7()
