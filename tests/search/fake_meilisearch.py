"""As much of a Meilisearch server as can be known without one: filters, order, counts. A word matches what it begins.

It stands in for the server's part of a search only, so that what we ask it and make of its answers can be held against
the contract. It says nothing about the server's ranking, typing errors or timing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from meilisearch.errors import MeilisearchApiError
from requests import Response

from search.backends.meilisearch import MeilisearchEngine

_Document = dict[str, Any]
_Test = Callable[[_Document], bool]
_TOKENS = re.compile(r'\s*("(?:\\.|[^"\\])*"|[()\[\],]|>=|<=|=|[^\s()\[\],=<>"]+)')


def values_of(document: Mapping[str, Any], path: str) -> list[Any]:
    """The values at a path, none for nothing."""
    name, dot, rest = path.partition(".")
    value = document.get(name)
    if dot:
        return values_of(value, rest) if isinstance(value, Mapping) else []
    return value if isinstance(value, list) else [] if value is None else [value]


class Filter:
    """A filter expression, read by recursive descent."""

    def __init__(self, text: str, filterable: Sequence[str]) -> None:
        self._tokens = _TOKENS.findall(text)
        assert not _TOKENS.sub("", text).strip(), text
        self._filterable = filterable
        self._at = 0

    def read(self) -> _Test:
        test = self._either()
        assert self._at == len(self._tokens), self._tokens[self._at :]
        return test

    def _next(self, *wanted: str) -> str:
        token: str = self._tokens[self._at]
        assert not wanted or token in wanted, (token, wanted)
        self._at += 1
        return token

    def _is_next(self, token: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at] == token

    def _either(self) -> _Test:
        tests = [self._both()]
        while self._is_next("OR"):
            self._next()
            tests.append(self._both())
        return lambda document: any(test(document) for test in tests)

    def _both(self) -> _Test:
        tests = [self._one()]
        while self._is_next("AND"):
            self._next()
            tests.append(self._one())
        return lambda document: all(test(document) for test in tests)

    def _one(self) -> _Test:
        if self._is_next("NOT"):
            self._next()
            test = self._one()
            return lambda document: not test(document)
        if self._is_next("("):
            self._next()
            inner = self._either()
            self._next(")")
            return inner
        return self._comparison()

    def _comparison(self) -> _Test:
        path = self._next()
        assert path in self._filterable, f"{path} is not filterable"
        kind = self._next()
        if kind == "EXISTS":
            return lambda document: bool(values_of(document, path))
        if kind == "IN":
            wanted = self._list()
            return lambda document: any(str(value) in wanted for value in values_of(document, path))
        if kind == "=":
            text = self._text()
            return lambda document: text in map(str, values_of(document, path))
        return self._bounds(path, kind)

    def _bounds(self, path: str, kind: str) -> _Test:
        low, high = float("-inf"), float("inf")
        if kind == ">=":
            low = float(self._next())
        elif kind == "<=":
            high = float(self._next())
        else:
            low = float(kind)
            self._next("TO")
            high = float(self._next())
        return lambda document: any(low <= value <= high for value in values_of(document, path))

    def _list(self) -> set[str]:
        self._next("[")
        found = set()
        while not self._is_next("]"):
            found.add(self._text())
            if self._is_next(","):
                self._next()
        self._next("]")
        return found

    def _text(self) -> str:
        return re.sub(r"\\(.)", r"\1", self._next()[1:-1])


@lru_cache
def read_filter(text: str, filterable: tuple[str, ...]) -> _Test:
    return Filter(text, filterable).read()


@dataclass
class FakeIndex:
    filterable: list[str] = field(default_factory=list)
    sortable: list[str] = field(default_factory=list)
    documents: dict[str, _Document] = field(default_factory=dict)

    def answer(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """What a search finds, in the shape of the server's answer."""
        tests = [read_filter(text, tuple(self.filterable)) for text in query.get("filter", ())]
        found = [one for one in self.documents.values() if all(test(one) for test in tests) and _has(one, query)]
        for rule in reversed(query.get("sort", ())):
            path, _, direction = rule.rpartition(":")
            assert path in self.sortable, f"{path} is not sortable"
            there = [one for one in found if values_of(one, path)]
            there.sort(key=lambda one: values_of(one, path)[0], reverse=direction == "desc")
            found = there + [one for one in found if not values_of(one, path)]
        counted = {"totalHits" if "hitsPerPage" in query else "estimatedTotalHits": len(found)}
        start, limit = query.get("offset", 0), query.get("hitsPerPage", query.get("limit", 20))
        facets = query.get("facets", ())
        assert set(facets) <= set(self.filterable)
        return {
            "hits": [_shown(one, query["attributesToRetrieve"]) for one in found[start : start + limit]],
            **counted,
            "facetDistribution": {path: dict(self._counted(found, path)) for path in facets},
            "facetStats": {path: stats for path in facets if (stats := self._stats(found, path))},
        }

    @staticmethod
    def _counted(found: Sequence[_Document], path: str) -> Counter[str]:
        return Counter(str(value) for one in found for value in values_of(one, path))

    @staticmethod
    def _stats(found: Sequence[_Document], path: str) -> dict[str, float]:
        numbers = [value for one in found for value in values_of(one, path) if isinstance(value, int | float)]
        return {"min": min(numbers), "max": max(numbers)} if numbers else {}


def _has(document: _Document, query: Mapping[str, Any]) -> bool:
    """Whether all of the words, or all but some of the last ones, begin something in the document."""
    words = query["q"].split()
    texts = " ".join(
        str(value) for path in query.get("attributesToSearchOn", ["codes"]) for value in values_of(document, path)
    ).split()
    matching = [any(text.startswith(word) for text in texts) for word in words]
    return all(matching) if query["matchingStrategy"] == "all" else not words or matching[0]


def _shown(document: _Document, paths: Sequence[str]) -> _Document:
    shown: _Document = {}
    for path in paths:
        name, dot, rest = path.partition(".")
        if not dot:
            shown[name] = document[name]
        elif rest in document[name]:
            shown.setdefault(name, {})[rest] = document[name][rest]
    return shown


class FakeMeilisearch(MeilisearchEngine):
    """The engine with the fake in place of the client: writes are settled when they return."""

    def __init__(self) -> None:
        super().__init__("http://search.invalid:7700")
        self.indexes: dict[str, FakeIndex] = {}

    @property
    def client(self) -> Any:
        return self

    def index(self, name: str) -> _At:
        return _At(self, name)

    def multi_search(self, queries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        asked: list[Mapping[str, Any]] = [{"attributesToRetrieve": ["pk"], **query} for query in queries]
        return {"results": deepcopy([self.indexes[query["indexUid"]].answer(query) for query in asked])}

    def wait_for_task(self, _task: int, **_: int) -> Any:
        return _Done()

    def delete_index(self, name: str) -> Any:
        self.indexes.pop(name, None)
        return _Done()


class _Done:
    task_uid, status = 1, "succeeded"


@dataclass
class _Row:
    pk: str
    digest: str


@dataclass
class _At:
    """The client of one index."""

    server: FakeMeilisearch
    name: str

    def get_filterable_attributes(self) -> list[str]:
        if self.name not in self.server.indexes:
            response = Response()
            response._content, response.status_code = b'{"message": "no", "code": "index_not_found"}', 404
            raise MeilisearchApiError("no", response)
        return self.server.indexes[self.name].filterable

    def update_settings(self, settings: Mapping[str, Any]) -> _Done:
        index = self.server.indexes.setdefault(self.name, FakeIndex())
        index.filterable, index.sortable = settings["filterableAttributes"], settings["sortableAttributes"]
        return _Done()

    def add_documents(self, documents: Sequence[_Document], **_: str) -> _Done:
        self.server.indexes[self.name].documents |= {one["pk"]: deepcopy(one) for one in documents}
        return _Done()

    def delete_documents(self, *, filter: str) -> _Done:  # noqa: A002 - the client's name
        index = self.server.indexes[self.name]
        test = Filter(filter, index.filterable).read()
        index.documents = {pk: one for pk, one in index.documents.items() if not test(one)}
        return _Done()

    def get_documents(self, asked: Mapping[str, Any]) -> Any:
        rows: Iterator[_Document] = iter(self.server.indexes[self.name].documents.values())
        found = [_Row(one["pk"], one["digest"]) for one in rows]
        return type("Page", (), {"results": found[asked["offset"] : asked["offset"] + asked["limit"]]})
