"""Small supplier files of our own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

#: Three good rows: two with tiers and packs, names in two languages, a barcode.
GOOD = (
    "SKU;Name FR;Name EN;Marque;Catégorie;EAN;Unité;Boîte;Prix net;Palier;Prix palier;Stock;Délai\n"
    "PN-2001;Vis à tôle 4,2×13;Tapping screw 4.2×13;Vissal;Fixation > Vis;3760123456784;pce;200;0,0420;1000;0,0310;"
    "12 500;2 j\n"
    "PN-2002;Vis à tôle 4,2×19;Tapping screw 4.2×19;Vissal;Fixation > Vis;;pce;200;0,0480;1000;0,0360;800;1 semaine\n"
    "PN-2003;Cheville 8×40;Wall plug 8×40;Chevitop;Fixation > Chevilles;;pce;100;0,0900;;;0;48h\n"
)


def csv_file(text: str, *, encoding: str = "utf-8", name: str = "tarif.csv") -> SimpleUploadedFile:
    """A text file as a browser sends it."""
    return SimpleUploadedFile(name, text.encode(encoding))


def xlsx_file(rows: Sequence[Sequence[object]], *, name: str = "tarif.xlsx") -> SimpleUploadedFile:
    """A workbook with one sheet."""
    return SimpleUploadedFile(name, xlsx_bytes(rows))


def xlsx_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"


def ods_file(rows: Sequence[Sequence[str | float]], *, name: str = "tarif.ods", after: str = "") -> SimpleUploadedFile:
    """An OpenDocument spreadsheet with one sheet as a browser sends it; ``after`` is raw XML below its rows."""
    return SimpleUploadedFile(name, ods_bytes(rows, after=after))


def ods_bytes(rows: Sequence[Sequence[str | float]], *, after: str = "") -> bytes:
    """The smallest OpenDocument spreadsheet that holds these rows. A text that begins with ``<`` is a whole cell."""
    table = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows) + after
    names = " ".join(f'xmlns:{name}="{_NAMESPACE}:{name}:1.0"' for name in ("office", "table", "text"))
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_NAMESPACE}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/></manifest:manifest>'
    )
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="List">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", _ODS)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def _ods_cell(value: str | float) -> str:
    if isinstance(value, str) and value.startswith("<"):
        return value
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    shown = f"<text:p>{value}</text:p>"
    return f'<table:table-cell office:value-type="float" office:value="{value}">{shown}</table:table-cell>'


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """An archive with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
