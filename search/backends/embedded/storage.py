"""Indexes on disk: versions beside each other, a pointer to the one in use, one writer, readers that follow.

``ROOT/<index>/CURRENT`` holds the name of a folder ``ROOT/<index>/<version>/``; it is replaced by a rename,
so that a reader sees the old version or the new one. The last version but one stays until the next swap, for
readers that have just read its name. Locks are files in ``ROOT/.locks/``: the operating system frees them
when a process dies.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tantivy import Index, Searcher

from core.ids import uuid7
from search.backends.embedded.schema import SCHEMA_VERSION, schema, with_tokenizers
from search.documents import Doc
from search.errors import IndexBusyError, IndexOutdatedError

MAX_READERS = 32
OPENING_ATTEMPTS = 3
LOCK_POLL_S = 0.02
_INDEX_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_POINTER, _KNOWN = "CURRENT", "known.json"


class Store:
    """The folders of all indexes under one root."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _folder(self, index: str) -> Path:
        if not _INDEX_NAME.fullmatch(index):
            raise ValueError(f"not an index name: {index!r}")
        return self._root / index

    @contextmanager
    def writing(self, index: str, wait_s: float) -> Iterator[None]:
        """Be the only writer of an index, over all processes. Raises IndexBusyError after ``wait_s`` seconds."""
        locks = self._root / ".locks"
        self._folder(index)
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / index).open("w") as lock:
            deadline = time.monotonic() + wait_s
            while not _locked(lock.fileno()):
                if time.monotonic() >= deadline:
                    raise IndexBusyError(index)
                time.sleep(LOCK_POLL_S)
            yield

    def current(self, index: str) -> Path | None:
        """The folder of the version in use. Raises IndexOutdatedError when other code has built it."""
        folder = self._folder(index)
        try:
            version = (folder / _POINTER).read_text()
        except FileNotFoundError:
            return None
        if not version.startswith(f"s{SCHEMA_VERSION}-"):
            raise IndexOutdatedError(index)
        return folder / version

    def new_version(self, index: str) -> Path:
        """An empty folder for a version that nobody uses yet."""
        path = self._folder(index) / f"s{SCHEMA_VERSION}-{uuid7().hex}"
        path.mkdir(parents=True)
        return path

    def publish(self, version: Path) -> None:
        """Put a version into use and remove those before the last one."""
        pointer = version.parent / _POINTER
        previous = pointer.read_text() if pointer.exists() else ""
        _replace(pointer, version.name)
        for path in version.parent.iterdir():
            if path.is_dir() and path.name not in {version.name, previous}:
                shutil.rmtree(path, ignore_errors=True)

    def drop(self, index: str) -> None:
        folder = self._folder(index)
        (folder / _POINTER).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _replace(path: Path, text: str) -> None:
    """Write a small file so that it is there whole or not at all, also after a power cut."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@dataclass(frozen=True, slots=True)
class Known:
    """What documents of a version have ever had: facets, numeric attributes, price lists, tenants, and whether any of
    them is not public.
    """

    facets: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    tenants: frozenset[str] = frozenset()
    has_private: bool = False

    def __or__(self, other: Known) -> Known:
        return Known(
            self.facets | other.facets,
            self.numbers | other.numbers,
            self.lists | other.lists,
            self.tenants | other.tenants,
            self.has_private or other.has_private,
        )

    @classmethod
    def of(cls, docs: Iterable[Doc]) -> Known:
        facets: set[str] = set()
        numbers: set[str] = set()
        lists: set[str] = set()
        tenants: set[str] = set()
        has_private = False
        for doc in docs:
            facets.update(doc.facets)
            numbers.update(doc.numbers)
            lists.update(doc.prices)
            tenants.add(doc.tenant_id)
            has_private = has_private or not doc.is_public
        return cls(frozenset(facets), frozenset(numbers), frozenset(lists), frozenset(tenants), has_private)

    @classmethod
    def read(cls, version: Path) -> Known:
        try:
            facets, numbers, lists, tenants, has_private = json.loads((version / _KNOWN).read_text())
        except FileNotFoundError:
            return cls()
        return cls(frozenset(facets), frozenset(numbers), frozenset(lists), frozenset(tenants), has_private)

    def text(self) -> str:
        return json.dumps([*map(sorted, (self.facets, self.numbers, self.lists, self.tenants)), self.has_private])


def remember(version: Path, found: Known) -> None:
    """Add to what is known. Call before the commit: readers look when they see one."""
    known = Known.read(version)
    if known | found != known:
        _replace(version / _KNOWN, (known | found).text())


@dataclass(frozen=True, slots=True)
class Reader:
    """A snapshot of one version of an index."""

    version: Path
    index: Index
    searcher: Searcher
    known: Known
    stamp: tuple[int, int]


def _stamp(version: Path) -> tuple[int, int]:
    """Changes with every commit: tantivy replaces this file by a rename."""
    state = (version / "meta.json").stat()
    return state.st_ino, state.st_mtime_ns


class Readers:
    """Open indexes, the most recently used ones. Each look is at the last commit, of whichever process."""

    def __init__(self, store: Store, limit: int = MAX_READERS) -> None:
        self._store = store
        self._limit = limit
        self._open: OrderedDict[str, Reader] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, index: str) -> Reader | None:
        """A reader of what is committed now, or ``None`` when there is no such index."""
        for attempt in range(OPENING_ATTEMPTS):
            version = self._store.current(index)
            if version is None:
                self.forget(index)
                return None
            try:
                return self._fresh(index, version)
            except (OSError, ValueError):  # removed between our two looks: a newer one is in use
                if attempt == OPENING_ATTEMPTS - 1 or self._store.current(index) == version:
                    raise
        return None

    def forget(self, index: str) -> None:
        with self._lock:
            self._open.pop(index, None)

    def __len__(self) -> int:
        return len(self._open)

    def _fresh(self, index: str, version: Path) -> Reader:
        stamp = _stamp(version)
        with self._lock:
            reader = self._open.get(index)
            if reader is None or reader.version != version:
                reader = _open(version, stamp)
            elif reader.stamp != stamp:
                reader.index.reload()
                reader = replace(reader, searcher=reader.index.searcher(), known=Known.read(version), stamp=stamp)
            self._open[index] = reader
            self._open.move_to_end(index)
            while len(self._open) > self._limit:
                self._open.popitem(last=False)
        return reader


def _open(version: Path, stamp: tuple[int, int]) -> Reader:
    index = with_tokenizers(Index.open(str(version)))
    index.config_reader("manual", 0)
    index.reload()
    return Reader(version, index, index.searcher(), Known.read(version), stamp)


def open_for_writing(version: Path) -> Index:
    """The index of a version, made when its folder is empty."""
    return with_tokenizers(Index(schema(), path=str(version)))
