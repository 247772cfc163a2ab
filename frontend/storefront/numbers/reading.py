"""Part numbers in pasted text and files: two columns, whatever stands between them."""

from __future__ import annotations

import csv
import io

from django.utils import translation
from django.utils.translation import gettext as _

from catalog.part_numbers import NumberRow

MOST_BYTES = 4_000_000
_ENCODINGS = ("utf-8-sig", "cp1252")
_FORMULA = ("=", "+", "-", "@")


def decoded(content: bytes) -> str:
    """A file's text: UTF-8, else as Windows writes it."""
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def read_rows(text: str) -> list[NumberRow]:
    """Own number and reference of each line; a head like that of our own export and empty lines are passed over."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = next((mark for mark in "\t;," if mark in first), ";")
    rows = []
    for number, cells in enumerate(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter), start=1):
        texts = [cell.strip() for cell in (*cells, "", "")]
        if any(texts) and not _is_head(texts[0]):
            rows.append(NumberRow(number, _bare(texts[0]), _bare(texts[1])))
    return rows


def heads() -> tuple[str, str, str]:
    """The names of an export's columns in the active language."""
    return _("Your part number"), _("Reference"), _("Name")


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _bare(text: str) -> str:
    """What :func:`guarded` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _is_head(text: str) -> bool:
    for language in ("fr", "en"):
        with translation.override(language):
            if text.casefold() == heads()[0].casefold():
                return True
    return False
