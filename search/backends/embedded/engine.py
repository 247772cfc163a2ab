"""The port over tantivy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

from tantivy import IndexWriter
from tantivy import Query as Match

from search.backends.embedded.matching import Text, boosts, combined, facet_filter, price_filter
from search.backends.embedded.schema import hit_from, schema, to_tantivy
from search.backends.embedded.storage import (
    MAX_READERS,
    Reader,
    Readers,
    Store,
    open_for_writing,
    remember_facets,
)
from search.documents import Doc
from search.facets import listed, wanted_facets, without_empty
from search.port import MAX_WINDOW, BuyerContext, FacetValue, Hit, Query, Receipt, Result

SMALL_HEAP, LARGE_HEAP = 15_000_000, 64_000_000
SMALL_BATCH = 500
MAX_FACET_BUCKETS = 2_000


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
        return _Search(reader, query, buyer).result()

    def suggest(self, index: str, text: str, buyer: BuyerContext, size: int = 8) -> list[Hit]:
        """See :meth:`search.port.SearchEngine.suggest`."""
        if not text.strip():
            return []
        return list(self.search(index, Query(text=text, size=size), buyer).hits)

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
                remember_facets(version, frozenset(code for doc in upserts for code in doc.facets))
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
        facets: set[str] = set()
        with _committing(version, LARGE_HEAP) as writer:
            for doc in docs:
                if doc.pk in seen:
                    writer.delete_documents_by_term("pk", doc.pk)
                seen.add(doc.pk)
                facets.update(doc.facets)
                writer.add_document(to_tantivy(doc))
            remember_facets(version, frozenset(facets))


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


class _Search:
    """One search on one snapshot."""

    def __init__(self, reader: Reader, query: Query, buyer: BuyerContext) -> None:
        self._reader = reader
        self._query = query
        self._buyer = buyer
        self._facets = wanted_facets(query, reader.facets)
        self._text = Text.read(query.text, buyer.locale)
        self._degraded: set[str] = set()
        self._filters = {code: facet_filter(code, values) for code, values in query.selected.items()}
        self._always: list[Match] = []
        if query.price is not None:
            self._always.append(price_filter(*query.price))
            self._degraded.add("public_price_filter")

    def result(self) -> Result:
        core, total = self._matching()
        hits = self._page(core) if total else []
        facets = without_empty(self._count(core), self._query)
        return Result(tuple(hits), total, facets, frozenset(self._degraded))

    def _matching(self) -> tuple[list[Match], int]:
        """What the words ask for (nothing when there are none), and how many documents pass it and the
        filters.
        """
        if self._text.is_empty:
            nothing = bool(self._query.text.strip())
            core = [Match.empty_query()] if nothing else []
            return core, self._total(core)
        core = [self._text.matching()]
        total = self._total(core)
        if total or len(self._text.words) == 1 or self._total(core, filtered=False):
            return core, total
        core = [self._text.matching(half=True)]
        total = self._total(core)
        if total:
            self._degraded.add("partial_match")
        return core, total

    def _total(self, core: list[Match], *, filtered: bool = True) -> int:
        filters = [*self._always, *self._filters.values()] if filtered else []
        found = self._reader.searcher.search(combined([*core, *filters]), 1, count=True)
        return int(found.count)  # type: ignore[attr-defined]  # the stub forgets it

    def _page(self, core: list[Match]) -> list[Hit]:
        query = self._query
        if query.size == 0 or query.offset + query.size > MAX_WINDOW:
            return []
        must = [*core, *self._always, *self._filters.values()]
        if query.sort == "relevance" and core:
            match = combined(must, boosts(self._text, self._buyer))
            found = self._reader.searcher.search(match, query.size, count=False, offset=query.offset)
            return [hit_from(self._reader.searcher.doc(at), self._buyer.locale) for _, at in found.hits]
        return self._cards(self._sorted(combined(must)))

    def _sorted(self, match: Match) -> list[str]:
        """Keys in a total order, by a composite aggregation: tantivy sorts by one field only."""
        sources = [{code: {"terms": {"field": code, "order": order}}} for code, order in self._order(self._query.sort)]
        window = self._query.offset + self._query.size
        found = self._reader.searcher.aggregate(match, {"page": {"composite": {"size": window, "sources": sources}}})
        return [bucket["key"]["pk"] for bucket in found["page"]["buckets"][self._query.offset :]]

    def _order(self, sort: str) -> list[tuple[str, str]]:
        name = ("sort_fr" if self._buyer.locale == "fr" else "sort_en", "asc")
        first: Mapping[str, tuple[tuple[str, str], ...]] = {
            "relevance": (("rank", "desc"),),
            "name": (),
            "price": (("public_price", "asc"),),
            "-price": (("unpriced", "asc"), ("public_price", "desc")),
        }
        if sort in {"price", "-price"}:
            self._degraded.add("public_price_sort")
        return [*first[sort], name, ("pk", "asc")]

    def _cards(self, pks: Sequence[str]) -> list[Hit]:
        if not pks:
            return []
        searcher = self._reader.searcher
        found = searcher.search(Match.term_set_query(schema(), "pk", list(pks)), len(pks), count=False)
        hits = [hit_from(searcher.doc(at), self._buyer.locale) for _, at in found.hits]
        places = {pk: place for place, pk in enumerate(pks)}
        return sorted(hits, key=lambda hit: places[hit.pk])

    def _count(self, core: list[Match]) -> dict[str, tuple[FacetValue, ...]]:
        """Counts per facet, each with all filters but its own."""
        selected = self._query.selected
        together = [code for code in self._facets if code not in selected]
        counts = self._terms(core, together, without=None)
        for code in self._facets:
            if code in selected:
                counts |= self._terms(core, [code], without=code)
        return {code: listed(counts[code], selected.get(code, ())) for code in self._facets}

    def _terms(self, core: list[Match], codes: Sequence[str], *, without: str | None) -> dict[str, dict[str, int]]:
        if not codes:
            return {}
        filters = [match for code, match in self._filters.items() if code != without]
        wanted: dict[str, Any] = {
            f"f{place}": {"terms": {"field": f"facets.{code}", "size": MAX_FACET_BUCKETS}}
            for place, code in enumerate(codes)
        }
        found = self._reader.searcher.aggregate(combined([*core, *self._always, *filters]), wanted)
        return {
            code: {bucket["key"]: bucket["doc_count"] for bucket in found[f"f{place}"]["buckets"]}
            for place, code in enumerate(codes)
        }
