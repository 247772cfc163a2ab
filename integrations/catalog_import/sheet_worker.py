"""Reads one sheet of a workbook in a process of its own, with limits on memory and time.

``python -m integrations.catalog_import.sheet_worker WORKBOOK OUTPUT SHEET`` writes JSON lines: first a description,
then ``[row, cells]`` for every row that has a value. A cell is a text, a number, or ``[kind, text]`` for a date, an
error or a formula that was never calculated. Nothing of Django is loaded here.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TextIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, load_workbook

from integrations.catalog_import import limits

# A cell of a worksheet's XML that is an error, or a formula.
_CELL = re.compile(rb"<(?:\w+:)?c\s(?P<head>[^>]*?)>\s*(?P<formula><(?:\w+:)?f[\s/>])?", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_ERROR_TYPE = re.compile(rb'\bt="e"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(Id|Target)="([^"]*)"')

EXIT_UNREADABLE = 3
EXIT_TOO_MANY_ROWS = 4


def main(arguments: list[str]) -> int:
    """Read, write, say by the exit code how it ended."""
    workbook, output, wanted = arguments
    resource.setrlimit(resource.RLIMIT_AS, (limits.WORKER_MEMORY, limits.WORKER_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.WORKER_CPU_SECONDS, limits.WORKER_CPU_SECONDS))
    try:
        with Path(output).open("w", encoding="utf-8") as file:
            return _read(Path(workbook), file, wanted)
    except (CalamineError, zipfile.BadZipFile, KeyError, ValueError, MemoryError, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return EXIT_UNREADABLE


def _read(path: Path, output: TextIO, wanted: str) -> int:
    if _has_document_type(path):
        raise ValueError("a document type declaration")
    with load_workbook(path) as book:
        names = [meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        if not names:
            raise ValueError("no worksheet")
        name = wanted if wanted in names else _fullest(book, names)
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > limits.MAX_ROWS + limits.MAX_HEADER_LINE:
            return EXIT_TOO_MANY_ROWS
        odd, formulas = _oddities(path, book, name)
        json.dump({"sheets": names, "sheet": name, "formulas": formulas}, output)
        output.write("\n")
        for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
            cells = _cells(values[: limits.MAX_COLUMNS], number, odd)
            if cells:
                json.dump([number, cells], output, ensure_ascii=False)
                output.write("\n")
    return 0


def _fullest(book: CalamineWorkbook, names: list[str]) -> str:
    """The first sheet with the most cells: cover sheets and notes are smaller than the list."""
    return max(names, key=lambda name: _area(book, name))


def _area(book: CalamineWorkbook, name: str) -> int:
    sheet = book.get_sheet_by_name(name)
    return int(sheet.height) * min(int(sheet.width), limits.MAX_COLUMNS)


def _cells(values: list[Any], number: int, odd: dict[tuple[int, int], list[str]]) -> list[Any]:
    cells = [odd.get((number, column)) or _plain(value) for column, value in enumerate(values)]
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime | date | time):
        return ["date", value.isoformat()]
    if isinstance(value, timedelta):
        return ["date", str(value)]
    return "" if value is None else str(value)


def _has_document_type(path: Path) -> bool:
    """Whether any part declares entities: no spreadsheet program writes that."""
    with zipfile.ZipFile(path) as archive:
        return any(
            b"<!DOCTYPE" in archive.open(entry).read(4096)
            for entry in archive.infolist()
            if entry.filename.endswith((".xml", ".rels"))
        )


def _oddities(path: Path, book: CalamineWorkbook, name: str) -> tuple[dict[tuple[int, int], list[str]], int]:
    """Error cells and formulas without a value by (row, column), which the reader shows as empty; and all formulas."""
    found: dict[tuple[int, int], list[str]] = {}
    formulas = 0
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, [meta.name for meta in book.sheets_metadata].index(name))
        if part is None:
            return found, 0
        for position, kind, text in _odd_cells(archive.read(part)):
            formulas += kind in ("formula", "calculated")
            if kind != "calculated":
                found[position] = [kind, text]
    return found, formulas


def _part_of(archive: zipfile.ZipFile, index: int) -> str | None:
    """Name of the XML part of a sheet in an XLSX workbook."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    identifiers = re.findall(rb'<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"', archive.read("xl/workbook.xml"))
    targets = {}
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        attributes = dict(_ATTRIBUTE.findall(tag))
        targets[attributes.get(b"Id", b"")] = attributes.get(b"Target", b"").decode()
    target = targets.get(identifiers[index], "") if index < len(identifiers) else ""
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in names else None


def _odd_cells(xml: bytes) -> Iterator[tuple[tuple[int, int], str, str]]:
    for match in _CELL.finditer(xml):
        head = match["head"]
        is_error = _ERROR_TYPE.search(head) is not None
        if not (is_error or match["formula"]) or head.endswith(b"/"):
            continue
        reference = _REFERENCE.search(head)
        if reference is None:
            continue
        position = (int(reference[2]), _column(reference[1]))
        end = xml.find(b"</", match.end("formula") if match["formula"] else match.end())
        close = re.compile(rb"</(?:\w+:)?c>").search(xml, end)
        value = _VALUE.search(xml, match.end(), close.start() if close else len(xml))
        if is_error:
            yield position, "error", value[1].decode() if value else "#"
        elif value is None or not value[1]:
            yield position, "formula", "="
        else:
            yield position, "calculated", ""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
