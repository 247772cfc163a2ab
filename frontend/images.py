"""Images that people upload: read, checked and written anew; what was uploaded is never served."""

from __future__ import annotations

import io

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 20_000_000
LOGO_BOX = (320, 80)


def clean_logo(upload: UploadedFile[bytes] | None) -> File[bytes] | None:
    """A PNG of at most 320 × 80 pixels made from an uploaded PNG, JPEG or WebP. Raises ValidationError."""
    if upload is None:
        return None
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(_("The image is larger than 2 MB."))
    try:
        with Image.open(upload, formats=("PNG", "JPEG", "WEBP")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValidationError(_("The image has too many pixels."))
            picture = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ValidationError(_("This is not a PNG, JPEG or WebP image.")) from error
    picture.thumbnail(LOGO_BOX)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name="logo.png")
