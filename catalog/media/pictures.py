"""Pictures that people upload: read, checked and written anew in fixed sizes; what was uploaded is never kept."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import InvalidInput

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 30_000_000
#: Longest side in pixels: of a row, of a list, of a page.
SIZES = (96, 240, 800)
CONTENT_TYPE = "image/webp"
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in all sizes as WebP, with no metadata; width and height are those of the largest one."""

    width: int
    height: int
    files: dict[int, bytes]


def rendered(content: bytes, *, field: str = "upload") -> Picture:
    """The picture of an uploaded PNG, JPEG or WebP, turned as its camera was held. Raises InvalidInput."""
    if len(content) > MAX_BYTES:
        raise InvalidInput(field=field, reason=_("The image is larger than %(count)s MB.") % {"count": MAX_BYTES >> 20})
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise InvalidInput(field=field, reason=_("The image has too many pixels."))
            image.draft("RGB", (SIZES[-1], SIZES[-1]))  # a JPEG is decoded no larger than needed
            upright = ImageOps.exif_transpose(image)
            picture = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInput(field=field, reason=_("This is not a PNG, JPEG or WebP image.")) from error
    files: dict[int, bytes] = {}
    for size in sorted(SIZES, reverse=True):
        smaller = picture.copy()
        smaller.thumbnail((size, size), Image.Resampling.LANCZOS)
        files[size] = _webp(smaller)
    with Image.open(io.BytesIO(files[SIZES[-1]])) as largest:
        return Picture(largest.width, largest.height, files)


def _webp(picture: Image.Image) -> bytes:
    """Pixels only: a new image has neither EXIF nor a colour profile."""
    out = io.BytesIO()
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    bare.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()
