"""CSV and XLSX, written row by row: memory does not grow with the catalogue."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO
from xml.sax.saxutils import escape

from integrations.catalog_import.cells import verbatim

_BOM = "\ufeff"
_LONGEST_NUMBER = 15  # digits that a spreadsheet keeps
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        '<sheet name="Catalogue" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
}
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Characters that XML cannot hold.
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]], *, delimiter: str) -> None:
    """UTF-8 with the mark by which Excel knows it."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write(_BOM)
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([verbatim(cell) for cell in row] for row in rows)
    text.detach()


def write_xlsx(
    file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[bool]
) -> None:
    """A workbook of one sheet. Columns of ``numbers`` hold numbers (written with a point), all others texts."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _PARTS.items():
            archive.writestr(name, _DECLARATION + part)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            sheet.write((_DECLARATION + start).encode())
            columns = [_letters(place) for place in range(len(header))]
            sheet.write(_row(1, columns, header, [False] * len(header)))
            for number, row in enumerate(rows, start=2):
                sheet.write(_row(number, columns, row, numbers))
            sheet.write(b"</sheetData></worksheet>")


def _row(number: int, columns: Sequence[str], cells: Sequence[str], numbers: Sequence[bool]) -> bytes:
    parts = [f'<row r="{number}">']
    for column, cell, is_number in zip(columns, cells, numbers, strict=True):
        if not cell:
            continue
        if is_number and _is_number(cell):
            parts.append(f'<c r="{column}{number}"><v>{cell}</v></c>')
        else:
            text = escape(verbatim(cell.replace("\r\n", "\n").translate(_NOT_XML)))
            parts.append(f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
    return ("".join(parts) + "</row>").encode()


def _is_number(text: str) -> bool:
    """Whether a spreadsheet can hold all digits of a number."""
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER


def _letters(place: int) -> str:
    """Name of a column: A … Z, AA …"""
    name = ""
    while place >= 0:
        name = chr(ord("A") + place % 26) + name
        place = place // 26 - 1
    return name
