"""A ZIP of pictures and documents: looked at before anything is unpacked, read entry by entry, never written out."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from catalog.media import documents, pictures
from integrations.media_import.errors import ArchiveTooBig, HostileArchive, NoArchive, NothingInArchive

MAX_BYTES = 300 * 1024 * 1024
MAX_ENTRIES = 10_000
MAX_UNPACKED = 4 * 1024 * 1024 * 1024
MAX_FILE = max(pictures.MAX_BYTES, documents.MAX_BYTES)
_RATIO = 100
_SMALL = 1024 * 1024
#: Reasons for which an entry is not even looked into: trying again changes nothing.
REFUSALS = ("unsafe_name", "name_twice", "encrypted", "too_large", "bomb")
_SYSTEM = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the archive; ``refusal`` is the reason why it is not even looked into."""

    name: str
    refusal: str = ""


def entries(file: IO[bytes], size: int) -> list[Entry]:
    """What an archive holds, without what file managers add. Raises NoArchive, ArchiveTooBig, HostileArchive."""
    if size > MAX_BYTES:
        raise ArchiveTooBig(field="file", size=size >> 20, limit=MAX_BYTES >> 20)
    try:
        with zipfile.ZipFile(file) as archive:
            found = [info for info in archive.infolist() if not info.is_dir() and not _is_of_system(info.filename)]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise NoArchive(field="file") from error
    if not found:
        raise NothingInArchive(field="file")
    if len(found) > MAX_ENTRIES or sum(info.file_size for info in found) > MAX_UNPACKED:
        raise HostileArchive(field="file")
    counts = Counter(info.filename for info in found)
    return [Entry(info.filename, _refusal(info, is_twice=counts[info.filename] > 1)) for info in found]


def _is_of_system(name: str) -> bool:
    return name.startswith(_SYSTEM[0]) or PurePosixPath(name).name in _SYSTEM or PurePosixPath(name).name[:2] == "._"


def _refusal(info: zipfile.ZipInfo, *, is_twice: bool) -> str:
    parts = PurePosixPath(info.filename).parts
    is_unsafe = (
        ".." in parts
        or info.filename.startswith("/")
        or "\\" in info.orig_filename
        or ":" in info.filename
        or not info.filename.isprintable()
        or stat.S_ISLNK(info.external_attr >> 16)
    )
    is_bomb = info.file_size > _SMALL and info.file_size > _RATIO * max(info.compress_size, 1)
    return (
        "unsafe_name" if is_unsafe
        else "name_twice" if is_twice
        else "encrypted" if info.flag_bits & 1
        else "too_large" if info.file_size > MAX_FILE
        else "bomb" if is_bomb
        else ""
    )  # fmt: skip


def content(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """A file's content whatever its directory says of its size; None when it is broken or larger than allowed."""
    try:
        with archive.open(name) as entry:
            body = entry.read(MAX_FILE + 1)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error):
        return None
    return body if len(body) <= MAX_FILE else None
