"""What a file's name says: which goods it belongs to, what kind of document it is, which comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from catalog.enums import MediaKind
from integrations.catalog_import.cells import fold

_NUMBER = re.compile(r"[_ ]+\(?\d{1,2}\)?$|\(\d{1,2}\)$")
_LAST_WORD = re.compile(r"[_ ][^_ ]*$")
_DIGITS = re.compile(r"(\d+)")
_SAFETY = re.compile(r"\b(fds|sds|msds|sdb|safety|securite|sicherheit)")
_SHEET = re.compile(r"\b(data ?sheet|fiche|ft|tds|ds|datenblatt|technique|technical)\b")
_CANDIDATES = 8


def candidates(name: str) -> list[str]:
    """References that a file may belong to, likeliest first: ``VIS-8_2.jpg`` is ``VIS-8_2``, else ``VIS-8``.

    A number behind a hyphen is part of the reference. A folder may be the reference: ``VIS-8/datasheet.pdf``.
    """
    path = PurePosixPath(name)
    found = list(_shortened(path.stem))
    found += [folder for folder in reversed(path.parts[:-1]) if folder.strip()]
    return list(dict.fromkeys(found))


def _shortened(stem: str) -> Iterator[str]:
    text = stem.strip()
    for _step in range(_CANDIDATES):
        if not text:
            return
        yield text
        yield _NUMBER.sub("", text).strip() or text
        shorter = _LAST_WORD.sub("", text)
        if shorter == text:
            return
        text = shorter.strip()


def document_kind(name: str) -> MediaKind:
    """What kind of document a PDF is, by its name."""
    words = fold(PurePosixPath(name).stem)
    if _SAFETY.search(words):
        return MediaKind.SAFETY_SHEET
    return MediaKind.DATA_SHEET if _SHEET.search(words) else MediaKind.OTHER


def order_of(name: str) -> tuple[str, str]:
    """Key for the order in which pictures are shown: ``A``, ``A_2``, ``A_10``."""
    path = PurePosixPath(name.casefold())
    return str(path.parent), _DIGITS.sub(lambda match: match[0].rjust(12, "0"), path.stem)


def title_of(name: str) -> str:
    """A document's title made of its name."""
    return " ".join(re.split(r"[_\s]+", PurePosixPath(name).stem)).strip()[:160]
