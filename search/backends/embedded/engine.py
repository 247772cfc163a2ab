"""The port over tantivy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from tantivy import IndexWriter
from tantivy import Query as Match

from search.backends.embedded.schema import pk_of, to_tantivy
from search.backends.embedded.searching import Search
from search.backends.embedded.storage import MAX_READERS, Known, Readers, Store, open_for_writing, remember
from search.documents import Doc
from search.port import BuyerContext, Hit, Query, Receipt, Result

SMALL_HEAP, LARGE_HEAP = 15_000_000, 64_000_000
SMALL_BATCH = 500


class EmbeddedEngine:
    """Indexes in folders under ``root``, shared by all processes of one machine."""

    def __init__(self, root: Path, *, lock_wait_s: float = 10.0, max_readers: int = MAX_READERS) -> None:
        self._store = Store(root)
        self._readers = Readers(self._store, max_readers)
        self._lock_wait_s = lock_wait_s

    # --- reading --------------------------------------------------------------------------------------------
    def search(self, index: str, query: Query, buyer: BuyerContext) -> Result:
        """See :meth:`search.port.SearchEngine.search`."""
        reader = self._readers.get(index)
        if reader is None:
            return Result()
        return Search(reader, query, buyer).result()

    def suggest(self, index: str, query: Query, buyer: BuyerContext) -> list[Hit]:
        """See :meth:`search.port.SearchEngine.suggest`."""
        if not query.text.strip():
            return []
        return list(self.search(index, query, buyer).hits)

    def digests(self, index: str) -> dict[str, int]:
        """See :meth:`search.port.SearchEngine.digests`."""
        reader = self._readers.get(index)
        if reader is None or not reader.searcher.num_docs:
            return {}
        searcher = reader.searcher
        found = searcher.search(Match.all_query(), searcher.num_docs, count=False)
        places = [at for _, at in found.hits]
        values = searcher.fast_field_values("digest", places)
        return {pk_of(searcher.doc(at)): int(value or 0) for at, value in zip(places, values, strict=True)}

    # --- writing --------------------------------------------------------------------------------------------
    def write(self, index: str, upserts: Sequence[Doc], deletes: Sequence[str] = ()) -> Receipt:
        """See :meth:`search.port.SearchEngine.write`. Returns after the commit: durable and visible at
        once.
        """
        if not upserts and not deletes:
            return Receipt(index)
        with self._store.writing(index, self._lock_wait_s):
            current = self._store.current(index)
            version = current or self._store.new_version(index)
            heap = SMALL_HEAP if len(upserts) <= SMALL_BATCH else LARGE_HEAP
            with _committing(version, heap) as writer:
                for pk in deletes:
                    writer.delete_documents_by_term("pk", pk)
                for doc in upserts:
                    writer.delete_documents_by_term("pk", doc.pk)
                    writer.add_document(to_tantivy(doc))
                remember(version, Known.of(upserts))
            if current is None:
                self._store.publish(version)
        return Receipt(index)

    def wait(self, receipt: Receipt, timeout: float) -> None:
        """Nothing to wait for: a write returns when it has settled."""

    def rebuild(self, index: str, docs: Iterable[Doc]) -> None:
        """See :meth:`search.port.SearchEngine.rebuild`."""
        with self._store.writing(index, self._lock_wait_s):
            version = self._store.new_version(index)
            try:
                self._fill(version, docs)
            except BaseException:
                rmtree(version, ignore_errors=True)
                raise
            self._store.publish(version)

    def drop(self, index: str) -> None:
        """See :meth:`search.port.SearchEngine.drop`."""
        with self._store.writing(index, self._lock_wait_s):
            self._store.drop(index)
        self._readers.forget(index)

    @staticmethod
    def _fill(version: Path, docs: Iterable[Doc]) -> None:
        seen: set[str] = set()
        known = Known()
        with _committing(version, LARGE_HEAP) as writer:
            for doc in docs:
                if doc.pk in seen:
                    writer.delete_documents_by_term("pk", doc.pk)
                seen.add(doc.pk)
                known |= Known.of([doc])
                writer.add_document(to_tantivy(doc))
            remember(version, known)


@contextmanager
def _committing(version: Path, heap: int) -> Iterator[IndexWriter]:
    """A writer whose work is committed when the block ends well, and undone otherwise."""
    writer = open_for_writing(version).writer(heap_size=heap, num_threads=1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()
