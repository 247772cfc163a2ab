"""Rows of a file, one after the other, whatever its format; memory does not grow with the file."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils import timezone

from integrations.bmecat import worker as bmecat_worker
from integrations.catalog_import import guard, limits, sheet_worker
from integrations.catalog_import.cells import Cell, Oddity, Row, unguarded
from integrations.catalog_import.errors import (
    BrokenXml,
    EmptyTable,
    HostileFile,
    HostileXml,
    TooManyRows,
    UnreadableFile,
)

_PROJECT = Path(__file__).resolve().parent.parent.parent
csv.field_size_limit(1_000_000)


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is read. Text: ``encoding`` and ``delimiter``; workbook: the name of its ``sheet``."""

    kind: guard.Kind
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read row by row, several times.

    ``sheets`` and ``formulas`` describe a workbook, ``about`` a BMEcat catalogue.
    """

    path: Path
    format: Format
    sheets: tuple[str, ...] = ()
    formulas: int = 0
    about: dict[str, Any] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        """All rows. Raises UnreadableFile, TooManyRows."""
        return _text_rows(self) if self.format.kind == "text" else _sheet_rows(self.path)

    def head(self) -> list[Row]:
        return list(islice(self.rows(), limits.HEAD_ROWS))


@contextmanager
def local_copy(file: File[bytes]) -> Iterator[Path]:
    """The stored file in a folder of its own, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / "file"
        with file.open("rb") as stored, path.open("wb") as copy:
            shutil.copyfileobj(stored, copy)
        yield path


def open_source(path: Path, wanted: Format) -> Source:
    """Make a file readable as ``wanted``. A workbook or a catalogue is converted once, by a process with limits.

    Raises UnreadableFile and its kinds.
    """
    if wanted.kind == "text":
        return Source(path, wanted)
    output = path.with_name("rows.jsonl")
    if wanted.kind == "sheet":
        guard.check_zip(path)
        _run_worker(sheet_worker.__name__, path, output, wanted.sheet)
    else:
        _run_worker(bmecat_worker.__name__, path, output, timezone.localdate().isoformat())
    with output.open(encoding="utf-8") as lines:
        about: dict[str, Any] = json.loads(next(lines))
    return Source(
        output, replace(wanted, sheet=about["sheet"]), tuple(about["sheets"]), about["formulas"], about.get("about", {})
    )


def _run_worker(module: str, path: Path, output: Path, argument: str) -> None:
    command = [sys.executable, "-m", module, str(path), str(output), argument]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_PROJECT)}
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, cwd=path.parent, env=environment, capture_output=True, timeout=limits.WORKER_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise HostileFile(field="file") from error
    if done.returncode == sheet_worker.EXIT_TOO_MANY_ROWS:
        raise TooManyRows(field="file", limit=limits.MAX_ROWS)
    if done.returncode < 0:
        raise HostileFile(field="file")
    if done.returncode == bmecat_worker.EXIT_BROKEN:
        raise BrokenXml(field="file", line=done.stderr.decode(errors="replace")[:10])
    if done.returncode:
        raise _REFUSALS.get(done.returncode, UnreadableFile)(field="file")


_REFUSALS = {bmecat_worker.EXIT_HOSTILE: HostileXml, bmecat_worker.EXIT_EMPTY: EmptyTable}


def _sheet_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            number, cells = json.loads(line, parse_float=Decimal)
            yield Row(number, [_cell(value) for value in cells])


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return Oddity(value[0], value[1])
    if isinstance(value, str):
        return unguarded(value)
    return value  # type: ignore[no-any-return]  # a number


def _text_rows(source: Source) -> Iterator[Row]:
    with source.path.open(encoding=source.format.encoding, errors="replace", newline="") as file:
        lines = (line.replace("\0", "") for line in file)
        reader = csv.reader(lines, delimiter=source.format.delimiter)
        for _number in range(limits.MAX_ROWS + limits.MAX_HEADER_LINE + 1):
            number = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise UnreadableFile(field="file") from error
            if cells is None:
                return
            if cells:
                yield Row(
                    number, [unguarded(cell) if cell[:1] == "'" else cell for cell in cells[: limits.MAX_COLUMNS]]
                )
    raise TooManyRows(field="file", limit=limits.MAX_ROWS)
