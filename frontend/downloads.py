"""Files that somebody uploaded, handed out so that no browser runs or shows them."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from accounts.requests import Request
from catalog.media.attached import Download as SentFile
from catalog.media.attachments import MAX_BYTES
from customers.documents.queries import Download

#: What a field takes for files that people send each other.
ACCEPT = ".pdf,.png,.jpg,.jpeg,.webp,.dxf,.step,.stp,.xlsx,.csv,.txt"


def as_download(found: Download) -> HttpResponse:
    """Always an attachment, of the type that its content had, kept by nobody on the way."""
    response = HttpResponse(found.content, content_type=found.content_type)
    response.headers["Content-Disposition"] = _disposition(found.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    patch_cache_control(response, private=True, no_store=True)
    return response


def as_sent_file(found: SentFile) -> HttpResponse:
    """A file that somebody sent, to be kept: no browser shows it, sniffs it or runs anything in it."""
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def uploaded(request: Request, name: str = "files", *, most: int) -> Sequence[tuple[str, bytes]]:
    """Names and contents of uploaded files: one, and a byte, more than is taken, so that the service refuses them."""
    uploads = request.FILES.getlist(name)[: most + 1]
    return [(file.name or "", file.read(MAX_BYTES + 1)) for file in uploads]


def _disposition(name: str) -> str:
    plain = name.encode("ascii", "ignore").decode().replace('"', "") or "document"
    return f'attachment; filename="{plain}"'
