"""What the company and this supplier write to each other about an order or an invoice."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from frontend.guards import buyer_required
from frontend.messages import file_answer, thread_page


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def thread(request: Request, document_id: UUID) -> HttpResponse:
    """Read and write."""
    return thread_page(request, document_id, "storefront")


@require_safe
@buyer_required
def file(request: Request, document_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A file of a message."""
    return file_answer(request, document_id, attachment_id)
