"""The first look at a file: what it is by its bytes, and whether a zip unpacks to what it should.

Measured before anything is parsed: a sheet of 110 KB can hold minutes of work.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from integrations.bmecat.stream import HostileXmlError, check_prolog, looks_like_bmecat
from integrations.catalog_import import limits
from integrations.catalog_import.errors import FileTooBig, HostileFile, HostileXml, OldSpreadsheet, UnreadableFile

Kind = Literal["text", "sheet", "bmecat"]

_OLE = b"\xd0\xcf\x11\xe0"
_NOT_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"MZ", b"\x7fELF")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"{\\rtf")


def kind_of(path: Path) -> Kind:
    """Whether a file is text, a spreadsheet or a BMEcat catalogue, by its content and not by its name.

    Raises UnreadableFile, OldSpreadsheet, FileTooBig, HostileFile, HostileXml.
    """
    size = path.stat().st_size
    if size > limits.MAX_BYTES:
        raise FileTooBig(field="file", size=size // 1_048_576, limit=limits.MAX_BYTES // 1_048_576)
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK\x03\x04"):
        check_zip(path)
        return "sheet"
    if start.startswith(_OLE):
        raise OldSpreadsheet(field="file")
    if looks_like_bmecat(path):
        _check_xml(path)
        return "bmecat"
    if (
        not start.strip()
        or start.startswith(_NOT_TEXT)
        or start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKUP)
    ):
        raise UnreadableFile(field="file")
    is_utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_utf16 and start.count(b"\0") > len(start) // 100:
        raise UnreadableFile(field="file")
    return "text"


def _check_xml(path: Path) -> None:
    try:
        check_prolog(path)
    except HostileXmlError as error:
        raise HostileXml(field="file") from error


def check_zip(path: Path) -> None:
    """Compare the directory of a zip with the limits, without unpacking. Raises HostileFile, UnreadableFile."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableFile(field="file") from error
    names = {entry.filename for entry in entries}
    if not ({"xl/workbook.xml", "xl/workbook.bin", "content.xml"} & names):
        raise UnreadableFile(field="file")
    if len(entries) > limits.ZIP_ENTRIES or sum(entry.file_size for entry in entries) > limits.ZIP_BYTES:
        raise HostileFile(field="file")
    for entry in entries:
        if entry.flag_bits & 1:
            raise OldSpreadsheet(field="file")
        if entry.file_size > limits.ZIP_SMALL_ENTRY and entry.file_size > limits.ZIP_RATIO * max(
            entry.compress_size, 1
        ):
            raise HostileFile(field="file")
