"""What customers wrote about their orders and invoices, and the answers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from core.live import topic
from frontend.guards import staff_required
from frontend.messages import file_answer, thread_page
from frontend.paging import build_pager, page_number
from frontend.render import render_page
from marketplace.messages.queries import threads_page

PER_PAGE = 50


@require_safe
@staff_required
def threads(request: Request) -> HttpResponse:
    """All documents that were written about, unanswered ones first."""
    rows, total = threads_page(request.actor, limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    values = {
        "rows": [(row, reverse("portal_messages", args=[row.document_id])) for row in rows],
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "topic": topic("todo"),
        "live_href": request.get_full_path(),
    }
    return render_page(request, "portal/messages/list.html", values, area="portal", fragment="results")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def thread(request: Request, document_id: UUID) -> HttpResponse:
    """Read and write."""
    return thread_page(request, document_id, "portal")


@require_safe
@staff_required
def file(request: Request, document_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A file of a message."""
    return file_answer(request, document_id, attachment_id)
