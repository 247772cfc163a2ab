"""Documents that people upload: what they are shows their content, whatever their name says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.enums import MediaKind
from core.errors import InvalidInput

MAX_BYTES = 20 * 1024 * 1024
_DXF_BINARY = b"AutoCAD Binary DXF\r\n\x1a\x00"
_DXF_TEXT = re.compile(rb"\A(?:\s*999\r?\n[^\n]*\n)*\s*0\r?\n\s*SECTION\r?\n", re.ASCII)
_STEP = re.compile(rb"\A\s*ISO-10303-21;", re.ASCII)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of document that is taken."""

    content_type: str
    suffix: str


PDF = Format("application/pdf", "pdf")
DXF = Format("image/vnd.dxf", "dxf")
STEP = Format("model/step", "step")
FORMATS = {known.content_type: known for known in (PDF, DXF, STEP)}


def recognised(content: bytes, kind: MediaKind, *, field: str = "upload") -> Format:
    """What a document is: a PDF; a CAD drawing may also be DXF or STEP. Raises InvalidInput."""
    if len(content) > MAX_BYTES:
        reason = _("The document is larger than %(count)s MB.") % {"count": MAX_BYTES >> 20}
        raise InvalidInput(field=field, reason=reason)
    found = sniffed(content)
    if kind == MediaKind.CAD:
        if found is None:
            raise InvalidInput(field=field, reason=_("This is not a DXF, STEP or PDF file."))
        return found
    if found is not PDF:
        raise InvalidInput(field=field, reason=_("This is not a PDF."))
    return found


def sniffed(content: bytes) -> Format | None:
    """What a document's content is, if it is one that is taken."""
    if content[:1024].lstrip().startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF
    if content.startswith(_DXF_BINARY) or _DXF_TEXT.match(content[:65536]):
        return DXF
    if _STEP.match(content[:1024]):
        return STEP
    return None
