"""Messages about a document: the section under an order or an invoice, its own page, the form, the files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import Request
from catalog.media.attachments import MAX_BYTES, MOST_FILES
from core.errors import Refused
from core.ids import uuid7
from core.live import topic
from frontend.downloads import ACCEPT, as_sent_file, uploaded
from frontend.paging import Pager, build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from marketplace.messages import queries, services
from marketplace.messages.queries import Thread
from marketplace.models import DocumentKind

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Talk:
    """A thread as a page shows it, with its form: what was typed and what is wrong with it."""

    thread: Thread
    area: str
    href: str
    topic: str
    token: str
    pager: Pager | None
    body: str = ""
    body_error: str = ""
    files_error: str = ""
    problem: str = ""

    @property
    def accept(self) -> str:
        return ACCEPT

    @property
    def files_help(self) -> str:
        return _("PDF, images, DXF, STEP, XLSX, CSV or text; at most %(count)s files of %(size)s MB each.") % {
            "count": MOST_FILES,
            "size": MAX_BYTES >> 20,
        }


def talk_about(request: Request, kind: DocumentKind, object_id: UUID, area: str) -> Talk | None:
    """The section of an order's or an invoice's page: the latest messages, which are read by that. Three statements."""
    thread = queries.thread_about(request.actor, kind, object_id, limit=PER_PAGE)
    return _talk(request, _read(request, thread), area, is_section=True) if thread else None


def thread_page(request: Request, document_id: UUID, area: str) -> HttpResponse:
    """The messages about a document on a page of their own, or (POST) one more of them."""
    if request.method == "POST":
        return _send(request, document_id, area)
    offset = (page_number(request) - 1) * PER_PAGE
    thread = queries.thread(request.actor, document_id, limit=PER_PAGE, offset=offset)
    return _page(request, _talk(request, _read(request, thread), area))


def file_answer(request: Request, document_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A file of a message, to be kept: no browser shows it, sniffs it or runs anything in it."""
    return as_sent_file(queries.download(request.actor, document_id, attachment_id))


def document_href(thread: Thread, area: str) -> str:
    """Where the document itself is read."""
    if thread.kind == DocumentKind.INVOICE:
        return reverse(f"{area}_invoice", args=[thread.object_id])
    return reverse(f"{area}_order", args=[thread.object_id])


def _send(request: Request, document_id: UUID, area: str) -> HttpResponse:
    body = request.POST.get("body", "")
    contents = uploaded(request, most=MOST_FILES)
    try:
        token = UUID(request.POST.get("token", ""))
    except ValueError:
        token = uuid7()
    try:
        services.send_message(document_id=document_id, body=body, contents=contents, token=token, actor=request.actor)
    except Refused as refusal:
        if refusal.status not in (422, 429):
            raise
        thread = queries.thread(request.actor, document_id, limit=PER_PAGE)
        at = {refusal.field if refusal.field in ("body", "files") else "": str(refusal)}
        talk = replace(
            _talk(request, thread, area),
            token=token.hex,
            body=body,
            body_error=at.get("body", ""),
            files_error=at.get("files", ""),
            problem=at.get("", ""),
        )
        return _page(request, talk, status=refusal.status)
    notes.success(request, _("The message is sent."))
    thread = queries.thread(request.actor, document_id, limit=1)
    return see_other(f"{document_href(thread, area)}#messages")


def _read(request: Request, thread: Thread) -> Thread:
    """What is shown is read."""
    if thread.unread and request.method == "GET":
        services.mark_read(document_id=thread.document_id, actor=request.actor)
    return thread


def _talk(request: Request, thread: Thread, area: str, *, is_section: bool = False) -> Talk:
    href = reverse(f"{area}_messages", args=[thread.document_id])
    return Talk(
        thread=thread,
        area=area,
        href=href,
        topic=topic("messages", thread.object_id),
        token=uuid7().hex,
        pager=None if is_section else build_pager(request, total=thread.count, per_page=PER_PAGE, path=href),
    )


def _page(request: Request, talk: Talk, status: int = 200) -> HttpResponse:
    values: dict[str, Any] = {"talk": talk, "back": document_href(talk.thread, talk.area)}
    template = f"{talk.area}/messages/thread.html"
    return render_page(request, template, values, area=talk.area, status=status, fragment="messages")
