"""The port over a Meilisearch server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchTimeoutError
from meilisearch.models.task import TaskInfo

from core.ids import uuid7
from search.backends.meilisearch import payloads
from search.backends.meilisearch.filters import any_of
from search.backends.meilisearch.payloads import Fields
from search.backends.meilisearch.searching import Search
from search.documents import Doc
from search.errors import IndexOutdatedError, UnknownFacetError, WriteFailedError, WriteTimeoutError
from search.facets import wanted_facets, without_empty
from search.locking import Locking, process_locking
from search.port import BuyerContext, Hit, Query, Receipt, Result

REQUEST_TIMEOUT_S = 10
SETTINGS_SEEN_FOR_S = 60.0
REBUILD_TIMEOUT_S = 1_800.0
DIGESTS_AT_ONCE = 10_000


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
        self._fields: dict[str, tuple[float, Fields | None]] = {}

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
        known = self._known_fields(index)
        if known is None:
            return Result()
        try:
            facets = wanted_facets(query, known.facets, known.numbers)
        except UnknownFacetError:  # perhaps it came with a document a moment ago
            known = self._known_fields(index, fresh=True) or Fields()
            facets = wanted_facets(query, known.facets, known.numbers)
        if query.text.strip() and not payloads.words_of(query.text) and not query.pins:
            return Result(facets=without_empty(dict.fromkeys(facets, ()), query))
        return Search(partial(self._multi_search, index), query, buyer, known, facets).result()

    def suggest(self, index: str, query: Query, buyer: BuyerContext) -> list[Hit]:
        """See :meth:`search.port.SearchEngine.suggest`."""
        if not query.text.strip():
            return []
        return list(self.search(index, query, buyer).hits)

    def _multi_search(self, index: str, queries: Sequence[payloads.Payload]) -> list[dict[str, Any]]:
        return list(self.client.multi_search([{"indexUid": index, **query} for query in queries])["results"])

    def _known_fields(self, index: str, *, fresh: bool = False) -> Fields | None:
        """What an index has been told of, ``None`` when it does not exist.

        Raises IndexOutdatedError when other code has set it up.
        """
        seen_at, known = self._fields.get(index, (0.0, None))
        now = time.monotonic()
        if not fresh and known is not None and now - seen_at < SETTINGS_SEEN_FOR_S:
            return known
        told = self._told(index)
        if told is not None and not payloads.is_current(told):
            raise IndexOutdatedError(index)
        known = None if told is None else Fields.told(told)
        self._fields[index] = (now, known)
        return known

    def _told(self, index: str) -> list[Any] | None:
        """The filterable attributes of an index, ``None`` when it does not exist."""
        try:
            return list(self.client.index(index).get_filterable_attributes())
        except MeilisearchApiError as error:
            if error.code != "index_not_found":
                raise
            return None

    def digests(self, index: str) -> dict[str, int]:
        """See :meth:`search.port.SearchEngine.digests`."""
        if self._known_fields(index, fresh=True) is None:
            return {}
        found: dict[str, int] = {}
        while True:
            asked = {"fields": ["pk", "digest"], "offset": len(found), "limit": DIGESTS_AT_ONCE}
            page = self.client.index(index).get_documents(asked).results
            found |= {one.pk: int(one.digest) for one in page}
            if len(page) < DIGESTS_AT_ONCE:
                return found

    # --- writing --------------------------------------------------------------------------------------------
    def write(self, index: str, upserts: Sequence[Doc], deletes: Sequence[str] = ()) -> Receipt:
        """See :meth:`search.port.SearchEngine.write`. The server works its tasks off in the order they
        came.
        """
        if not upserts and not deletes:
            return Receipt(index)
        gone = [str(UUID(pk)) for pk in deletes]
        with self._locking(index, self._lock_wait_s):
            self._prepare(index, Fields.of(upserts))
            tasks: list[TaskInfo] = []
            target = self.client.index(index)
            if gone:
                tasks.append(target.delete_documents(filter=any_of("pk", gone)))
            tasks += [target.add_documents(batch, primary_key="pk") for batch in payloads.batches(upserts)]
        return Receipt(index, tuple(task.task_uid for task in tasks))

    def _prepare(self, index: str, fields: Fields) -> None:
        """Settings first, and only when they change: a new field makes the server index everything again.

        Waits for them: the next writer adds to what the server has, and would undo what is still under way.
        """
        known = self._known_fields(index, fresh=True)
        if known is not None and known | fields == known:
            return
        settings = payloads.settings_for(fields) if known is None else _changed(known | fields)
        self._settle(index, self.client.index(index).update_settings(settings))

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
        self._fields.pop(receipt.index, None)

    def rebuild(self, index: str, docs: Iterable[Doc]) -> None:
        """See :meth:`search.port.SearchEngine.rebuild`."""
        beside = f"{index}_{uuid7().hex}"
        with self._locking(index, self._lock_wait_s):
            try:
                self._fill(beside, docs)
                if self._told(index) is None:
                    self._settle(index, self.client.create_index(index, {"primaryKey": "pk"}))
                self._settle(index, self.client.swap_indexes([{"indexes": [index, beside]}]))
            finally:
                self._fields.pop(index, None)
                self.client.delete_index(beside)

    def _fill(self, index: str, docs: Iterable[Doc]) -> None:
        target = self.client.index(index)
        fields = Fields()

        def noting_fields() -> Iterable[Doc]:
            nonlocal fields
            for doc in docs:
                fields |= Fields.of([doc])
                yield doc

        tasks = [target.update_settings(payloads.settings_for(fields))]
        tasks += [target.add_documents(batch, primary_key="pk") for batch in payloads.batches(noting_fields())]
        tasks.append(target.update_settings(_changed(fields)))
        self._settle(index, *tasks)

    def _settle(self, index: str, *tasks: TaskInfo) -> None:
        self.wait(Receipt(index, tuple(task.task_uid for task in tasks)), REBUILD_TIMEOUT_S)

    def drop(self, index: str) -> None:
        """See :meth:`search.port.SearchEngine.drop`. An index that does not exist is dropped already."""
        with self._locking(index, self._lock_wait_s):
            self._fields.pop(index, None)
            if self._told(index) is not None:
                self._settle(index, self.client.delete_index(index))
        self._fields.pop(index, None)


def _changed(fields: Fields) -> payloads.Payload:
    """The part of the settings that fields of documents change."""
    return {"filterableAttributes": fields.filterable, "sortableAttributes": fields.sortable}
