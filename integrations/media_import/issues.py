"""Why a file was not taken, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import egress

_REASONS: dict[str, str | Promise] = {
    "unsafe_name": _("The name of this file leads out of the ZIP, or is no name of a file."),
    "name_twice": _("Two files in the ZIP have this name."),
    "encrypted": _("This file has a password."),
    "too_large": _("Pictures up to 15 MB and documents up to 20 MB are taken."),
    "bomb": _("This file unpacks to far more than it should."),
    "unreadable": _("This file is damaged, or is not in the ZIP any more."),
    "not_in_zip": _("This file is not in the ZIP."),
    "sku_unknown": _("No product has this reference: a file is named like VIS-8.jpg, VIS-8_2.jpg or VIS-8/sheet.pdf."),
    "sku_ambiguous": _("The name fits several references: %(skus)s."),
    "unknown_type": _("Pictures are PNG, JPEG or WebP, documents PDF, drawings DXF or STEP: this is none of them."),
    "not_an_image": _("This is no picture in PNG, JPEG or WebP, or it has too many pixels."),
    "not_a_document": _("This is not a PDF."),
    "kept_changed": _("Its title was changed since: it stays."),
    "kept_shared": _("Another import brought the same file: it stays."),
    "kept_unknown": _("It is not known any more which picture or document this is: it stays."),
    "not_a_drawing": _("This is no drawing in DXF, STEP or PDF."),
}


def reason(code: str, params: Mapping[str, Any]) -> str:
    """The text of a reason in the active language, an empty one for none."""
    if not code:
        return ""
    text = _REASONS.get(code) or _EGRESS.get(code)
    return str(text) % params if text else gettext("Something went wrong on our side. Try again.")


_EGRESS: dict[str, str | Promise] = {
    kind.code: kind.message
    for kind in vars(egress).values()
    if isinstance(kind, type) and issubclass(kind, egress.Unfetchable)
}
