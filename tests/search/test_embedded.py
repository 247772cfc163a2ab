"""The embedded engine: the contract, and what is its own: files, locks, processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.backends.embedded import EmbeddedEngine, storage
from search.backends.embedded.storage import Store
from search.documents import Doc
from search.errors import IndexBusyError, IndexOutdatedError
from search.port import Query, SearchEngine
from tests.search.buyer_contract import BuyerContract
from tests.search.contract import FR, EngineContract
from tests.search.samples import key, many, product

PROJECT = Path(__file__).resolve().parents[2]


class TestContract(EngineContract, BuyerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
        return EmbeddedEngine(tmp_path_factory.mktemp("search"))


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(tmp_path, lock_wait_s=0.1)


def test_short_words_may_be_misspelt_where_nothing_else_is_found(engine: EmbeddedEngine) -> None:
    screw, other, nut = product(1, "Vis CHC M8 inox"), product(2, "Vis CHC M10 inox"), product(3, "Clé 8 mm")
    engine.write("shop", [screw, other, nut])
    found = engine.search("shop", Query("vys cch m8"), FR)
    assert (found.ids, set(found.degraded)) == ([key(1)], {"partial_match"})
    assert engine.search("shop", Query("vys cch m12"), FR).total == 0, "no digit is ever taken for another"
    assert engine.search("shop", Query("vos"), FR).total == 0, "a word alone has to be right"
    assert engine.search("shop", Query("vis cch m8"), FR).ids[0] == key(1), "two of three words come first"


def test_second_writer_refused(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.write("shop", [product(1, "Pince")])
    with Store(tmp_path).writing("shop", 0):
        for attempt in (
            lambda: engine.write("shop", [product(2, "Pince")]),
            lambda: engine.rebuild("shop", ()),
            lambda: engine.drop("shop"),
        ):
            with pytest.raises(IndexBusyError):
                attempt()
    assert engine.search("shop", Query(), FR).ids == [key(1)]
    engine.write("shop", [product(2, "Pince")])
    assert engine.search("shop", Query(), FR).total == 2


def test_writers_in_several_threads_wait_for_each_other(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, lock_wait_s=30)
    writers = [
        threading.Thread(target=engine.write, args=("shop", [product(number, "Pince")])) for number in range(1, 9)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert engine.search("shop", Query(), FR).total == 8


def test_write_during_a_rebuild_is_not_lost(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, lock_wait_s=30)
    engine.write("shop", [product(1, "Pince")])
    reading, go_on = threading.Event(), threading.Event()

    def slowly() -> Iterator[Doc]:
        yield product(1, "Pince")
        reading.set()
        go_on.wait(10)

    rebuild = threading.Thread(target=engine.rebuild, args=("shop", slowly()))
    rebuild.start()
    reading.wait(10)
    write = threading.Thread(target=engine.write, args=("shop", [product(1, "Marteau")]))
    write.start()
    time.sleep(0.1)
    assert engine.search("shop", Query(text="pince"), FR).total == 1
    go_on.set()
    rebuild.join()
    write.join()
    assert engine.search("shop", Query(text="marteau"), FR).ids == [key(1)]
    assert engine.search("shop", Query(), FR).total == 1


def test_failed_write_leaves_nothing_behind(engine: EmbeddedEngine) -> None:
    engine.write("shop", [product(1, "Pince")])
    with pytest.raises(AttributeError):
        engine.write("shop", [product(2, "Pince"), None], [key(1)])  # type: ignore[list-item]
    assert engine.search("shop", Query(), FR).ids == [key(1)]
    engine.write("shop", [product(3, "Pince")])
    assert engine.search("shop", Query(), FR).total == 2


def test_uncommitted_invisible(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.write("shop", [product(1, "Pince")])
    version = Store(tmp_path).current("shop")
    assert version is not None
    writer = storage.open_for_writing(version).writer(heap_size=15_000_000, num_threads=1)
    writer.delete_documents_by_term("pk", key(1))
    assert engine.search("shop", Query(), FR).total == 1
    writer.rollback()
    writer.wait_merging_threads()
    assert engine.search("shop", Query(), FR).total == 1


def test_reader_reopens_after_swap(engine: EmbeddedEngine, tmp_path: Path) -> None:
    reader = EmbeddedEngine(tmp_path)
    engine.rebuild("shop", many(10))
    assert reader.search("shop", Query(), FR).total == 10
    for count in (20, 30, 40):
        engine.rebuild("shop", many(count))
    assert reader.search("shop", Query(), FR).total == 40
    engine.write("shop", [product(1, "Pince")])
    assert reader.search("shop", Query(), FR).total == 41
    engine.drop("shop")
    assert reader.search("shop", Query(), FR).total == 0


def test_old_versions_are_removed(engine: EmbeddedEngine, tmp_path: Path) -> None:
    for count in range(1, 6):
        engine.rebuild("shop", many(count))
    assert len([path for path in (tmp_path / "shop").iterdir() if path.is_dir()]) == 2
    engine.drop("shop")
    assert not (tmp_path / "shop").exists()


def test_few_readers_stay_open(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, max_readers=3)
    for number in range(8):
        engine.write(f"shop-{number}", [product(number, "Pince")])
        engine.search(f"shop-{number}", Query(), FR)
    assert len(engine._readers) == 3
    assert [engine.search(f"shop-{number}", Query(), FR).ids for number in range(8)] == [[key(n)] for n in range(8)]


def test_index_of_other_code_asks_for_a_rebuild(
    engine: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write("shop", [product(1, "Pince")])
    monkeypatch.setattr(storage, "SCHEMA_VERSION", 999)
    with pytest.raises(IndexOutdatedError):
        engine.search("shop", Query(), FR)
    with pytest.raises(IndexOutdatedError):
        engine.write("shop", [product(2, "Pince")])
    engine.rebuild("shop", [product(1, "Pince")])
    assert engine.search("shop", Query(), FR).total == 1


@pytest.mark.parametrize("name", ["", ".", "..", "../other", "a/b", "A", "-a", "a_b", "a" * 101, "a\n"])
def test_index_names_cannot_leave_the_folder(engine: EmbeddedEngine, name: str) -> None:
    for attempt in (
        lambda: engine.search(name, Query(), FR),
        lambda: engine.write(name, [product(1, "Pince")]),
        lambda: engine.rebuild(name, ()),
        lambda: engine.drop(name),
    ):
        with pytest.raises(ValueError, match="not an index name"):
            attempt()


WRITER = """
import sys
from pathlib import Path
from search.backends.embedded import EmbeddedEngine
from tests.search.samples import product
engine = EmbeddedEngine(Path(sys.argv[1]))
for number in range(1, 10_000):
    engine.write("shop", [product(number, "Pince")])
    print(number, flush=True)
"""


def test_kill_during_write_keeps_acknowledged(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    acknowledged = 0
    for line in process.stdout:
        acknowledged = int(line)
        if acknowledged == 12:
            os.kill(process.pid, signal.SIGKILL)
            break
    acknowledged = max([acknowledged, *map(int, process.stdout.read().split())])
    process.stdout.close()
    assert process.wait(10) == -signal.SIGKILL
    engine = EmbeddedEngine(tmp_path, lock_wait_s=1)
    ids = set(engine.search("shop", Query(size=500), FR).ids)
    assert {key(number) for number in range(1, acknowledged + 1)} <= ids
    assert len(ids) <= acknowledged + 1
    engine.write("shop", [product(99_999, "Marteau")])
    assert engine.search("shop", Query(text="marteau"), FR).total == 1
