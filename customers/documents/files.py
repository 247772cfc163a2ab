"""What an uploaded document is, by its content; images are written anew. Kept in a private folder of the tenant."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import InvalidInput
from core.scope import current_scope

MAX_BYTES = 10 * 1024 * 1024
_MAX_PIXELS = 40_000_000
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
_SUFFIXES = {PDF: "pdf", PNG: "png", JPEG: "jpg"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A document as it will be kept; ``name`` is harmless and ends as its content says."""

    name: str
    content_type: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def recognised(name: str, content: bytes, *, field: str = "file") -> Upload:
    """What was uploaded: a PDF as it is, a PNG or JPEG written anew without metadata. Raises InvalidInput."""
    if len(content) > MAX_BYTES:
        reason = _("The document is larger than %(count)s MB.") % {"count": MAX_BYTES >> 20}
        raise InvalidInput(field=field, reason=reason)
    if content[:1024].lstrip().startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return Upload(_named(name, PDF), PDF, content)
    kind = PNG if content.startswith(b"\x89PNG\r\n\x1a\n") else JPEG if content.startswith(b"\xff\xd8\xff") else ""
    if not kind:
        raise InvalidInput(field=field, reason=_("This is not a PDF, PNG or JPEG file."))
    return Upload(_named(name, kind), kind, _anew(content, kind, field))


def store(upload: Upload) -> None:
    """Write a document unless it is there."""
    path = _path(upload.digest)
    if not storages["private"].exists(path):
        storages["private"].save(path, ContentFile(upload.content))


def content_of(digest: str) -> bytes | None:
    """What a kept document holds."""
    path = _path(digest)
    if not storages["private"].exists(path):
        return None
    with storages["private"].open(path) as file:
        return bytes(file.read())


def _anew(content: bytes, kind: str, field: str) -> bytes:
    """The pixels only. Raises InvalidInput."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise InvalidInput(field=field, reason=_("The image has too many pixels."))
            upright = ImageOps.exif_transpose(image)
            picture = upright.convert("RGBA" if kind == PNG and upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInput(field=field, reason=_("This image cannot be read.")) from error
    bare, out = Image.new(picture.mode, picture.size), io.BytesIO()
    bare.paste(picture)
    bare.save(out, "PNG" if kind == PNG else "JPEG", **({} if kind == PNG else {"quality": 88}))
    return out.getvalue()


def _named(name: str, content_type: str) -> str:
    stem = re.sub(r"[^\w .-]", "_", PurePosixPath(name.replace("\\", "/")).stem)[:80].strip(" .") or "document"
    return f"{stem}.{_SUFFIXES[content_type]}"


def _path(digest: str) -> str:
    tenant_id = current_scope().tenant_id
    if tenant_id is None or not (len(digest) == 64 and digest.isalnum()):
        raise RuntimeError("documents belong to a tenant and are named by their digest")
    return f"tenants/{tenant_id.hex}/accounts/{digest[:2]}/{digest}"
