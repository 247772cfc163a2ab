"""The port over a Meilisearch server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchTimeoutError
from meilisearch.models.task import TaskInfo

from core.ids import uuid7
from search.backends.meilisearch import payloads
from search.documents import Doc
from search.errors import UnknownFacetError, WriteFailedError, WriteTimeoutError
from search.facets import listed, wanted_facets, without_empty
from search.locking import Locking, process_locking
from search.port import MAX_WINDOW, BuyerContext, FacetValue, Hit, Query, Receipt, Result

REQUEST_TIMEOUT_S = 10
SETTINGS_SEEN_FOR_S = 60.0
REBUILD_TIMEOUT_S = 1_800.0


class MeilisearchEngine:
    """Indexes on a server. ``locking`` keeps writers of one index apart; between processes it must be a
    shared one.
    """

    def __init__(
        self, url: str, key: str | None = None, *, locking: Locking | None = None, lock_wait_s: float = 10.0
    ) -> None:
        self._url = url.rstrip("/")
        self._key = key or None
        self._local = threading.local()
        self._locking = locking or process_locking()
        self._lock_wait_s = lock_wait_s
        self._facets: dict[str, tuple[float, frozenset[str] | None]] = {}

    @property
    def client(self) -> Client:
        """One client per thread: it keeps the headers of the request under way on itself."""
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = Client(self._url, self._key, timeout=REQUEST_TIMEOUT_S)
        return client

    # --- reading --------------------------------------------------------------------------------------------
    def search(self, index: str, query: Query, buyer: BuyerContext) -> Result:
        """See :meth:`search.port.SearchEngine.search`."""
        known = self._known_facets(index)
        if known is None:
            return Result()
        try:
            facets = wanted_facets(query, known)
        except UnknownFacetError:  # perhaps it came with a document a moment ago
            facets = wanted_facets(query, self._known_facets(index, fresh=True) or ())
        if query.text.strip() and not payloads.words_of(query.text):
            return Result(facets=without_empty(dict.fromkeys(facets, ()), query))
        return _Search(self._multi_search, index, query, buyer, facets).result()

    def suggest(self, index: str, text: str, buyer: BuyerContext, size: int = 8) -> list[Hit]:
        """See :meth:`search.port.SearchEngine.suggest`."""
        if not text.strip():
            return []
        return list(self.search(index, Query(text=text, size=size), buyer).hits)

    def _multi_search(self, queries: Sequence[payloads.Payload]) -> list[dict[str, Any]]:
        return list(self.client.multi_search(list(queries))["results"])

    def _known_facets(self, index: str, *, fresh: bool = False) -> frozenset[str] | None:
        """The facets of an index, ``None`` when it does not exist."""
        seen_at, known = self._facets.get(index, (0.0, None))
        now = time.monotonic()
        if not fresh and known is not None and now - seen_at < SETTINGS_SEEN_FOR_S:
            return known
        try:
            known = payloads.facets_in(self.client.index(index).get_filterable_attributes())
        except MeilisearchApiError as error:
            if error.code != "index_not_found":
                raise
            known = None
        self._facets[index] = (now, known)
        return known

    # --- writing --------------------------------------------------------------------------------------------
    def write(self, index: str, upserts: Sequence[Doc], deletes: Sequence[str] = ()) -> Receipt:
        """See :meth:`search.port.SearchEngine.write`. The server works its tasks off in the order they
        came.
        """
        if not upserts and not deletes:
            return Receipt(index)
        gone = [str(UUID(pk)) for pk in deletes]
        with self._locking(index, self._lock_wait_s):
            tasks = self._prepare(index, frozenset(code for doc in upserts for code in doc.facets))
            target = self.client.index(index)
            if gone:
                tasks.append(target.delete_documents(filter=payloads.any_of("pk", gone)))
            tasks += [target.add_documents(batch, primary_key="pk") for batch in payloads.batches(upserts)]
        return Receipt(index, tuple(task.task_uid for task in tasks))

    def _prepare(self, index: str, facets: frozenset[str]) -> list[TaskInfo]:
        """Settings first, and only when they change: a new facet makes the server index everything again."""
        known = self._known_facets(index, fresh=True)
        if known is not None and facets <= known:
            return []
        target = self.client.index(index)
        self._facets.pop(index, None)
        if known is None:
            return [target.update_settings(payloads.settings_for(facets))]
        return [target.update_filterable_attributes(payloads.filterable(known | facets))]

    def wait(self, receipt: Receipt, timeout: float) -> None:
        """See :meth:`search.port.SearchEngine.wait`."""
        deadline = time.monotonic() + timeout
        for task in receipt.tasks:
            left_ms = max(int((deadline - time.monotonic()) * 1_000), 1)
            try:
                done = self.client.wait_for_task(task, timeout_in_ms=left_ms, interval_in_ms=20)
            except MeilisearchTimeoutError as error:
                raise WriteTimeoutError(f"task {task} of {receipt.index}") from error
            if done.status != "succeeded":
                raise WriteFailedError(f"task {task} of {receipt.index}: {done.status} {done.error}")
        self._facets.pop(receipt.index, None)

    def rebuild(self, index: str, docs: Iterable[Doc]) -> None:
        """See :meth:`search.port.SearchEngine.rebuild`."""
        beside = f"{index}_{uuid7().hex}"
        with self._locking(index, self._lock_wait_s):
            try:
                self._fill(beside, docs)
                if self._known_facets(index, fresh=True) is None:
                    self._settle(index, self.client.create_index(index, {"primaryKey": "pk"}))
                self._settle(index, self.client.swap_indexes([{"indexes": [index, beside]}]))
            finally:
                self._facets.pop(index, None)
                self.client.delete_index(beside)

    def _fill(self, index: str, docs: Iterable[Doc]) -> None:
        target = self.client.index(index)
        facets: set[str] = set()

        def noting_facets() -> Iterable[Doc]:
            for doc in docs:
                facets.update(doc.facets)
                yield doc

        tasks = [target.update_settings(payloads.settings_for(()))]
        tasks += [target.add_documents(batch, primary_key="pk") for batch in payloads.batches(noting_facets())]
        tasks.append(target.update_filterable_attributes(payloads.filterable(facets)))
        self._settle(index, *tasks)

    def _settle(self, index: str, *tasks: TaskInfo) -> None:
        self.wait(Receipt(index, tuple(task.task_uid for task in tasks)), REBUILD_TIMEOUT_S)

    def drop(self, index: str) -> None:
        """See :meth:`search.port.SearchEngine.drop`. An index that does not exist is dropped already."""
        with self._locking(index, self._lock_wait_s):
            self._facets.pop(index, None)
            if self._known_facets(index, fresh=True) is not None:
                self._settle(index, self.client.delete_index(index))
        self._facets.pop(index, None)


class _Search:
    """One search: first by code where the text looks like one, then by words, then the counts."""

    def __init__(
        self,
        send: Callable[[Sequence[payloads.Payload]], list[dict[str, Any]]],
        index: str,
        query: Query,
        buyer: BuyerContext,
        facets: Sequence[str],
    ) -> None:
        self._send = send
        self._index = index
        self._query = query
        self._buyer = buyer
        self._facets = facets
        self._degraded: set[str] = set()

    def result(self) -> Result:
        query = self._query
        if query.sort in {"price", "-price"}:
            self._degraded.add("public_price_sort")
        if query.price is not None:
            self._degraded.add("public_price_filter")
        leading = self._by_code()
        shown = [payloads.hit_from(found, self._buyer.locale) for found in leading]
        page, counts = self._by_words([hit.pk for hit in shown])
        found = [payloads.hit_from(one, self._buyer.locale) for one in page["hits"]]
        hits = (shown[query.offset : query.offset + query.size] + found)[: query.size]
        if query.offset + query.size > MAX_WINDOW:
            hits = []
        total = len(shown) + int(page["estimatedTotalHits"])
        return Result(tuple(hits), total, without_empty(counts, query), frozenset(self._degraded))

    def _by_code(self) -> list[dict[str, Any]]:
        """Products found by their code, exact before beginning before end. Ordered by relevance only."""
        code = payloads.looked_up_code(self._query.text) if self._query.sort == "relevance" else ""
        if not code:
            return []
        begins, ends = self._send(payloads.code_queries(self._index, code, payloads.filters(self._query)))
        found = {one["pk"]: one for one in (*begins["hits"], *ends["hits"])}
        return sorted(found.values(), key=lambda one: _code_rank(code, one["codes"]))

    def _by_words(self, leading: Sequence[str]) -> tuple[dict[str, Any], dict[str, tuple[FacetValue, ...]]]:
        page, counts = self._ask(leading, "all")
        several = len(payloads.words_of(self._query.text).split()) > 1
        if several and not leading and not page["estimatedTotalHits"] and not self._query.selected:
            page, counts = self._ask(leading, "last")
            if page["estimatedTotalHits"]:
                self._degraded.add("partial_match")
        return page, counts

    def _ask(self, leading: Sequence[str], strategy: str) -> tuple[dict[str, Any], dict[str, tuple[FacetValue, ...]]]:
        page = payloads.page_query(self._index, self._query, self._buyer, strategy=strategy, behind=leading)
        counting = payloads.facet_queries(self._index, self._query, self._facets, strategy=strategy, leading=leading)
        answers = self._send([page, *(request for _, request in counting)])
        counts: dict[str, dict[str, int]] = {}
        for (codes, _), answer in zip(counting, answers[1:], strict=True):
            payloads.add_counts(counts, codes, answer)
        selected = self._query.selected
        facets = {code: listed(counts.get(code, {}), selected.get(code, ())) for code in self._facets}
        return answers[0], facets


def _code_rank(code: str, codes: Sequence[str]) -> int:
    if code in codes:
        return 0
    return 1 if any(one.startswith(code) for one in codes) else 2
