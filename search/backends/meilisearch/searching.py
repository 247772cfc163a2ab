"""One search: what the words mean, in which order, and the counts.

What matches is one or two sets that have nothing in common: what the server finds by the words, and products that are
named (pinned, found by their code, or by another wording). Every question is asked of each set and put together here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from search.backends.meilisearch import filters, payloads
from search.backends.meilisearch.filters import FACETS, NUMBERS
from search.backends.meilisearch.ownprice import OwnPrices
from search.backends.meilisearch.payloads import Fields, Payload
from search.facets import listed, without_empty
from search.normalise import gtin_form
from search.port import MAX_WINDOW, MOST_COUNTED, BuyerContext, FacetValue, Hit, Query, Result

MAX_OTHER_HITS = 100
Send = Callable[[Sequence[Payload]], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the last round has said."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    ranges: Mapping[str, tuple[float, float]]


class Search:
    """The requests of one search, in as few rounds as it takes."""

    def __init__(self, send: Send, query: Query, buyer: BuyerContext, known: Fields, facets: Sequence[str]) -> None:
        self._send = send
        self._query = query
        self._buyer = buyer
        self._known = known
        self._facets = facets
        self._always = filters.always(query, buyer)
        self._strategy = "all"
        self._degraded: set[str] = set()
        self._leading: list[str] = []
        self._trailing: list[str] = []

    def result(self) -> Result:
        self._leading = [*dict.fromkeys((*self._pinned(), *self._by_code()))]
        self._trailing = self._by_other_wordings()
        answered = self._answer()
        if not answered.total and self._may_be_partial():
            self._strategy = "last"
            answered = self._answer()
            if answered.total:
                self._degraded.add("partial_match")
        query = self._query
        return Result(
            answered.hits,
            answered.total,
            without_empty(answered.facets, query),
            self._own.histogram(query.buckets) if query.buckets else (),
            answered.ranges,
            frozenset(self._degraded),
        )

    def _may_be_partial(self) -> bool:
        several = len(payloads.words_of(self._query.text).split()) > 1
        return several and not self._named and not self._query.selected

    # --- what matches ---------------------------------------------------------------------------------------
    def _pinned(self) -> Sequence[str]:
        return self._query.pins if self._query.text.strip() else ()

    def _by_code(self) -> list[str]:
        """Products found by their code, exact before beginning before end. Ordered by relevance only."""
        code = payloads.looked_up_code(self._query.text) if self._query.sort == "relevance" else ""
        if not code:
            return []
        common = {
            **self._request(self._always),
            "limit": payloads.MAX_CODE_HITS,
            "attributesToRetrieve": ["pk", "codes"],
        }
        asked = [
            {**common, "q": code, "attributesToSearchOn": ["codes"]},
            {**common, "q": code[::-1], "attributesToSearchOn": ["codes_rev"]},
        ]
        gtin = gtin_form(code)
        if gtin:
            asked.append({**common, "q": "", "filter": [*self._always, filters.any_of("gtins", [gtin])]})
        begins, ends, *scanned = self._send(asked)
        same = [hit["pk"] for answer in scanned for hit in answer["hits"]]
        found = {one["pk"]: one["codes"] for one in (*begins["hits"], *ends["hits"])}
        return [*same, *sorted(found, key=lambda pk: _code_rank(code, found[pk]))]

    def _by_other_wordings(self) -> list[str]:
        """Products that only another wording of the text finds."""
        texts = [text for text in map(payloads.words_of, self._query.alternatives) if text]
        if not texts:
            return []
        common = {**self._request(self._always), **self._words(), "attributesToRetrieve": ["pk"]}
        answers = self._send([{**common, "q": text, "limit": MAX_OTHER_HITS} for text in texts])
        found = dict.fromkeys(hit["pk"] for answer in answers for hit in answer["hits"])
        others = [pk for pk in found if pk not in self._leading]
        if not others:
            return []
        both = {
            **common,
            **self._words(),
            "filter": [*self._always, filters.any_of("pk", others)],
            "limit": len(others),
        }
        known = {hit["pk"] for hit in self._send([both])[0]["hits"]}
        return [pk for pk in others if pk not in known]

    @property
    def _named(self) -> list[str]:
        return [*self._leading, *self._trailing]

    @property
    def _sets(self) -> list[Payload]:
        """What finds each set, with the filter that is its own."""
        found: list[Payload] = []
        words = payloads.words_of(self._query.text)
        if words or not self._query.text.strip():
            apart = [f"NOT {filters.any_of('pk', self._named)}"] if self._named else []
            found.append({**self._words(), "filter": apart})
        if self._named:
            found.append({"q": "", "filter": [filters.any_of("pk", self._named)]})
        return found

    def _words(self) -> Payload:
        return {
            "q": payloads.words_of(self._query.text),
            "matchingStrategy": self._strategy,
            "attributesToSearchOn": list(payloads.SEARCHED),
        }

    def _request(self, conditions: Sequence[str]) -> Payload:
        return {"filter": list(conditions), "matchingStrategy": "all"}

    def _asked(self, conditions: Sequence[str], **more: Any) -> list[Payload]:
        """One request per set."""
        common = self._request(conditions)
        return [{**common, **one, "filter": [*conditions, *one["filter"]], **more} for one in self._sets]

    def _conditions(self, *, without: str = "", priced: bool = True) -> list[str]:
        price = [self._price] if priced and self._query.price is not None else []
        return [*self._always, *filters.chosen(self._query, without=without), *price]

    # --- prices ---------------------------------------------------------------------------------------------
    @cached_property
    def _own(self) -> OwnPrices:
        conditions = self._conditions(priced=False)

        def ask(extra: Sequence[str], /, **more: Any) -> list[Payload]:
            return self._asked([*conditions, *extra], **more)

        return OwnPrices(self._send, ask, self._buyer, self._known)

    @cached_property
    def _price(self) -> str:
        if self._own.is_public:
            self._degraded.add("public_price_filter")
        low, high = self._query.price or (0, 0)
        return filters.in_prices(self._own.segments, low, high)

    # --- the page -------------------------------------------------------------------------------------------
    def _answer(self) -> _Answer:
        counting = self._counting()
        page = self._page_requests()
        answers = self._send([*page, *(request for _, requests in counting for request in requests)])
        totals = [payloads.counted(answer) for answer in answers[: len(page)]]
        read = iter(answers[len(page) :])
        counts: dict[str, dict[str, int]] = {}
        ranges: dict[str, tuple[float, float]] = {}
        few: list[tuple[list[str], list[Payload]]] = []
        for fields, requests in counting:
            found = [next(read) for _request in requests]
            matches = [payloads.counted(answer) for answer in found]
            if fields[0] not in self._filtered:  # the same matches as the page's, and not estimated
                totals = matches
            for answer in found:
                _add(answer, fields, counts, ranges)
            if self._counts_goods(fields, sum(matches)):
                few.append((fields, requests))
        counts |= self._of_goods(few)
        selected = self._query.selected
        facets = {code: listed(counts.get(code, {}), selected.get(code, ())) for code in self._facets}
        return _Answer(self._hits(answers[: len(page)], totals), sum(totals), facets, ranges)

    @property
    def _is_by_price(self) -> bool:
        return self._query.sort in {"price", "-price"}

    def _page_requests(self) -> list[Payload]:
        """Per set its part of the page; when a set alone does not make the order, as much as may be needed of each."""
        query = self._query
        end = query.offset + query.size
        if self._is_by_price or not query.size or end > MAX_WINDOW:
            return self._asked(self._conditions(), **payloads.COUNT)
        fields = payloads.sort_fields(query, self._buyer)
        retrieved = [*payloads.CARD, *(field for field, _ in fields if field != "pk")]
        more = {"sort": payloads.rules_of(fields), "attributesToRetrieve": retrieved}
        if fields and self._named:
            return self._asked(self._conditions(), **more, offset=0, limit=end)
        requests = self._asked(self._conditions(), **more)
        for request in requests:
            named = request["q"] == "" and bool(self._named)
            start = 0 if named else max(query.offset - len(self._leading), 0)
            request |= {"offset": start, "limit": len(self._named) if named else end - start}
        return requests

    def _hits(self, answers: Sequence[Mapping[str, Any]], totals: Sequence[int]) -> tuple[Hit, ...]:
        query = self._query
        first, last = query.offset, query.offset + query.size
        if not query.size or last > MAX_WINDOW or not sum(totals):
            return ()
        if self._is_by_price:
            found = self._by_price(first, last)
        elif len(answers) == 1 and not self._named:
            found = list(answers[0]["hits"])
        elif fields := payloads.sort_fields(query, self._buyer):
            found = _merged([hit for answer in answers for hit in answer["hits"]], fields)[first:last]
        else:
            found = self._in_order(answers, totals, first, last)
        return tuple(payloads.hit_from(one, self._buyer.locale) for one in found[: query.size])

    def _in_order(
        self, answers: Sequence[Mapping[str, Any]], totals: Sequence[int], first: int, last: int
    ) -> list[Mapping[str, Any]]:
        """Named products before those found by words, other wordings after them."""
        named = {hit["pk"]: hit for hit in answers[-1]["hits"]}
        before = [named[pk] for pk in self._leading if pk in named]
        after = [named[pk] for pk in self._trailing if pk in named]
        words = list(answers[0]["hits"]) if len(answers) > 1 else []
        count = totals[0] if len(answers) > 1 else 0
        skipped = max(first - len(self._leading), 0)
        words = words[max(first - len(before), 0) - skipped :]
        behind = len(before) + count
        return [*before[first:last], *words, *after[max(first - behind, 0) : max(last - behind, 0)]]

    def _by_price(self, first: int, last: int) -> list[Mapping[str, Any]]:
        """By own price; what has none comes after it, unless a price was asked for."""
        query, own = self._query, self._own
        if own.is_public:
            self._degraded.add("public_price_sort")
        pks, priced = own.page(first, last, query.price, falling=query.sort == "-price")
        if len(pks) < query.size and query.price is None:
            name = payloads.sort_fields(query, self._buyer)
            start, end = max(first - priced, 0), last - priced
            retrieved = [field for field, _ in name]
            asked = self._asked(
                [*self._conditions(), own.unpriced],
                sort=payloads.rules_of(name),
                limit=end,
                attributesToRetrieve=retrieved,
            )
            hits = [hit for answer in self._send(asked) for hit in answer["hits"]]
            pks += [hit["pk"] for hit in _merged(hits, name)[start:end]]
        if not pks:
            return []
        cards = {**self._request([filters.any_of("pk", pks)]), "q": "", "limit": len(pks)}
        found = {
            hit["pk"]: hit for hit in self._send([{**cards, "attributesToRetrieve": list(payloads.CARD)}])[0]["hits"]
        }
        return [found[pk] for pk in pks if pk in found]

    @cached_property
    def _filtered(self) -> frozenset[str]:
        """Fields that something is chosen of."""
        query = self._query
        return frozenset(
            [*(f"{FACETS}{code}" for code in query.selected), *(f"{NUMBERS}{code}" for code in query.bounded)]
        )

    # --- counts ---------------------------------------------------------------------------------------------
    def _counting(self) -> list[tuple[list[str], list[Payload]]]:
        """Fields to count, with the requests that answer for them: all without a filter at once, each other alone."""
        query = self._query
        fields = [f"{FACETS}{code}" for code in self._facets] + [f"{NUMBERS}{code}" for code in query.ranges]
        own = self._filtered
        groups = [[field for field in fields if field not in own], *([field] for field in fields if field in own)]
        return [
            (
                group,
                self._asked(
                    self._conditions(without=group[0] if group[0] in own else ""), **payloads.COUNT, facets=group
                ),
            )
            for group in groups
            if group
        ]

    def _counts_goods(self, fields: Sequence[str], total: int) -> bool:
        """Whether goods are wanted, and documents few enough, to be counted in these fields."""
        if not self._query.by_goods or not any(field.startswith(FACETS) for field in fields):
            return False
        if total > MOST_COUNTED:
            self._degraded.add("documents_counted")
        return 0 < total <= MOST_COUNTED

    def _of_goods(self, few: Sequence[tuple[list[str], list[Payload]]]) -> dict[str, dict[str, int]]:
        """The same counts of goods: the server counts documents only, so that these are read."""
        asked = [
            {name: value for name, value in request.items() if name not in (*payloads.COUNT, "facets")}
            | {"limit": MOST_COUNTED, "attributesToRetrieve": ["pk", "goods", "facets"]}
            for _fields, requests in few
            for request in requests
        ]
        answers = iter(self._send(asked) if asked else ())
        counts: dict[str, dict[str, int]] = {}
        for fields, requests in few:
            hits = [hit for _request in requests for hit in next(answers)["hits"]]
            for code in (field.removeprefix(FACETS) for field in fields if field.startswith(FACETS)):
                pairs = {(value, hit["goods"] or hit["pk"]) for hit in hits for value in hit["facets"].get(code, ())}
                counts[code] = dict(Counter(value for value, _goods in pairs))
        return counts


def _add(
    answer: Mapping[str, Any],
    fields: Sequence[str],
    counts: dict[str, dict[str, int]],
    ranges: dict[str, tuple[float, float]],
) -> None:
    """Add one answer's counts to those of the other disjoint sets."""
    found, stats = answer.get("facetDistribution") or {}, answer.get("facetStats") or {}
    for field in fields:
        if field.startswith(FACETS):
            mine = counts.setdefault(field.removeprefix(FACETS), {})
            for value, number in found.get(field, {}).items():
                mine[value] = mine.get(value, 0) + number
        elif field in stats:
            code = field.removeprefix(NUMBERS)
            low, high = float(stats[field]["min"]), float(stats[field]["max"])
            known = ranges.get(code, (low, high))
            ranges[code] = (min(low, known[0]), max(high, known[1]))


def _merged(hits: Sequence[Mapping[str, Any]], fields: Sequence[tuple[str, bool]]) -> list[Mapping[str, Any]]:
    """Sets that are in order each, as one."""
    return sorted(hits, key=lambda hit: [-hit[field] if falls else hit[field] for field, falls in fields])


def _code_rank(code: str, codes: Sequence[str]) -> int:
    if code in codes:
        return 0
    return 1 if any(one.startswith(code) for one in codes) else 2
