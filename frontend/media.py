"""Addresses of pictures and documents of goods, and the views that serve them to those who may see the goods."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from catalog.enums import MediaKind
from catalog.media.documents import FORMATS
from catalog.media.pictures import SIZES
from catalog.media.queries import StoredMedia, stored_media
from catalog.media.storing import WHOLE, content_of
from catalog.queries import MediaInfo
from core.formatting import number
from frontend.guards import staff_required
from frontend.storefront.buyer import buyer_of

ROW, LIST, PAGE = SIZES
_VERSION = 12


def image_src(image: MediaInfo, size: int, *, area: str = "storefront") -> str:
    """The address of a picture in one of its sizes; it changes with the picture. Area "portal": for the supplier."""
    args = [image.id, image.digest[:_VERSION], size]
    return reverse(f"{area}_image", urlconf=settings.TENANT_URLCONF, args=args)


def document_href(document: MediaInfo, *, area: str = "storefront") -> str:
    """The address of a document; it changes with the document. Area "portal": for the supplier."""
    return reverse(f"{area}_document", args=[document.id, document.digest[:_VERSION]])


def document_title(document: MediaInfo) -> str:
    """What a document is called: its title, else what it is."""
    return document.title or str(MediaKind(document.kind).label)


def document_note(document: MediaInfo) -> str:
    """What a document is, in which language and format, and how large."""
    kind = str(MediaKind(document.kind).label) if document.title else ""
    known = FORMATS.get(document.content_type)
    size = _("%(count)s kB") % {"count": number((document.size + 1023) // 1024)}
    return " · ".join(filter(None, (kind, document.language.upper(), known.suffix.upper() if known else "", size)))


@require_safe
def image(request: Request, media_id: UUID, version: str, size: int) -> HttpResponse:
    """A picture of goods on sale that the reader sees, in one of its sizes."""
    return _image(request, stored_media(media_id, buyer_of(request).view), version, size)


@require_safe
def document(request: Request, media_id: UUID, version: str) -> HttpResponse:
    """A document of goods on sale that the reader sees, as a download."""
    return _document(request, stored_media(media_id, buyer_of(request).view), version)


@require_safe
@staff_required
def own_image(request: Request, media_id: UUID, version: str, size: int) -> HttpResponse:
    """A picture of any goods, for their supplier."""
    return _image(request, stored_media(media_id, None), version, size)


@require_safe
@staff_required
def own_document(request: Request, media_id: UUID, version: str) -> HttpResponse:
    """A document of any goods, for their supplier."""
    return _document(request, stored_media(media_id, None), version)


def _image(request: Request, found: StoredMedia | None, version: str, size: int) -> HttpResponse:
    if found is None or found.kind != MediaKind.IMAGE or size not in SIZES:
        raise Http404
    return _served(request, found, version, str(size))


def _document(request: Request, found: StoredMedia | None, version: str) -> HttpResponse:
    if found is None or found.kind == MediaKind.IMAGE:
        raise Http404
    response = _served(request, found, version, WHOLE)
    name = f"{slugify(found.title)[:80] or 'document'}.{FORMATS[found.content_type].suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _served(request: Request, found: StoredMedia, version: str, variety: str) -> HttpResponse:
    """The file, or 304 for who has it. An address never changes its content, but who may see it may change: private."""
    if found.digest[:_VERSION] != version:
        raise Http404
    tag = f'"{found.digest[:32]}-{variety}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        content = content_of(found.digest, variety)
        if content is None:
            raise Http404
        response = HttpResponse(content, content_type=found.content_type)
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
