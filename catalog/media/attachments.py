"""Files that people send each other: what they are shows their content; pictures are written anew.

Nothing that is stored was decompressed or run here, and nothing is served but as a download.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from hashlib import sha256

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from catalog.media.documents import DXF, STEP, sniffed
from catalog.media.pictures import MAX_PIXELS
from core.errors import InvalidInput

MOST_FILES = 5
MAX_BYTES = 10 * 1024 * 1024
FIELD = "files"
#: What a workbook may come to when it is unpacked, by what its directory says, and of how many parts.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 2_000

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXTS = {"csv": "text/csv", "txt": "text/plain"}
_IMAGES = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg"), "WEBP": ("image/webp", "webp")}
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_MARKUP = re.compile(r"<\s*(?:!doctype|!--|\?xml|html|head|body|svg|script|iframe)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read and checked, as it is stored."""

    name: str
    content_type: str
    digest: str
    content: bytes = field(repr=False)


def prepare(name: str, content: bytes) -> Prepared:
    """Check a file and answer what is stored of it; no database here. Raises InvalidInput (at ``files``)."""
    shown = cleaned_name(name) or _("file")
    try:
        content_type, suffix, kept = _recognised(name, content)
    except InvalidInput as refusal:
        refusal.params["reason"] = f"{shown} – {refusal.params['reason']}"
        raise
    stem = shown.rpartition(".")[0] or shown
    return Prepared(f"{stem}.{suffix}", content_type, sha256(kept).hexdigest(), kept)


def cleaned_name(name: str) -> str:
    """The last part of a file's name, without anything that is not shown or turns what is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    stem, dot, suffix = " ".join(visible.split()).strip(". ").rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{suffix[:10]}" if dot else suffix[:_LONGEST_NAME]


def _recognised(name: str, content: bytes) -> tuple[str, str, bytes]:
    """Content type, suffix and what is kept."""
    if len(content) > MAX_BYTES:
        raise _refused(_("This file is larger than %(count)s MB.") % {"count": MAX_BYTES >> 20})
    if not content:
        raise _refused(_("This file is empty."))
    if content.startswith(_MAGIC) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return _picture(content)
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return "application/pdf", "pdf", content
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content)
    if (known := sniffed(content)) in (DXF, STEP) and known is not None:
        return known.content_type, known.suffix, content
    return _text(name, content)


def _picture(content: bytes) -> tuple[str, str, bytes]:
    """The pixels alone, upright, in the format that they came in."""
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_IMAGES)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _refused(_("The image has too many pixels."))
            form = image.format or ""
            upright = ImageOps.exif_transpose(image)
            has_alpha = upright.has_transparency_data and form != "JPEG"
            picture = upright.convert("RGBA" if has_alpha else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _refused(_("This image is damaged.")) from error
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, form, **({} if form == "PNG" else {"quality": 88}))
    content_type, suffix = _IMAGES[form]
    return content_type, suffix, out.getvalue()


def _workbook(content: bytes) -> tuple[str, str, bytes]:
    """A workbook without macros that stays in bounds when it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _refused(_unknown()) from error
    names = {part.filename for part in parts}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise _refused(_unknown())
    if any("vbaproject" in name.lower() or "/activex/" in name.lower() for name in names):
        raise _refused(_("Workbooks with macros are not taken."))
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _refused(_("This workbook is too large when it is unpacked."))
    return _XLSX, "xlsx", content


def _text(name: str, content: bytes) -> tuple[str, str, bytes]:
    """Plain text that is called so: UTF-8, nothing that a browser would take for a page."""
    suffix = name.rpartition(".")[2].lower()
    if suffix not in _TEXTS:
        raise _refused(_unknown())
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(_("Texts and CSV files are taken in UTF-8 only.")) from error
    if _CONTROL.search(text) or _MARKUP.search(text[:4096]):
        raise _refused(_unknown())
    return _TEXTS[suffix], suffix, content


def _unknown() -> str:
    return _("This is not a PDF, PNG, JPEG, WebP, DXF, STEP, XLSX, CSV or text file.")


def _refused(reason: str) -> InvalidInput:
    return InvalidInput(field=FIELD, reason=reason)
