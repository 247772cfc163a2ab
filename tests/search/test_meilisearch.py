"""The Meilisearch engine: what it sends and what it makes of answers.

No server is needed: the transport of ``requests`` is replaced by one that keeps what was sent and answers from a
script. The contract against a real server is in ``test_meilisearch_contract.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from search.backends.meilisearch import MeilisearchEngine, filters, payloads
from search.backends.meilisearch.payloads import Fields
from search.curves import Affine, Curve
from search.documents import Doc
from search.errors import IndexOutdatedError, UnknownFacetError, WriteFailedError, WriteTimeoutError
from search.port import (
    ALL_FACETS,
    BuyerContext,
    FacetValue,
    ListTerms,
    Query,
    Result,
    Target,
    Visibility,
    VisibilityRule,
)
from search.segments import Segment
from tests.search.contract import EN, FR
from tests.search.samples import ACME, CATALOGUE, key, many, product

URL = "http://search.invalid:7700"
INDEX = "t-1"
Answer = tuple[int, Any]


@dataclass
class Server:
    """Answers from rules, first match wins, and remembers requests. Writes become tasks that have succeeded."""

    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    rules: list[tuple[str, str, Callable[[Any], Answer]]] = field(default_factory=list)
    tasks: int = 0

    def on(self, method: str, path: str, answer: Any, status: int = 200) -> None:
        self.rules.insert(0, (method, path, answer if callable(answer) else lambda _: (status, answer)))

    def bodies(self, method: str, path: str) -> list[Any]:
        return [body for sent, at, body in self.sent if (sent, at) == (method, path)]

    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path, _ in self.sent if method != "GET"]

    def send(self, request: requests.PreparedRequest) -> Answer:
        path = urlsplit(str(request.url)).path
        body = json.loads(str(request.body)) if request.body else None
        self.sent.append((str(request.method), path, body))
        self.headers.append({name: str(value) for name, value in request.headers.items()})
        for method, at, answer in self.rules:
            if (method, at) == (request.method, path):
                return answer(body)
        if request.method == "GET" and path.startswith("/tasks/"):
            return 200, self.task(int(path.rsplit("/", 1)[1]), "succeeded")
        self.tasks += 1
        return 202, {
            "taskUid": self.tasks,
            "indexUid": INDEX,
            "status": "enqueued",
            "type": "documentAdditionOrUpdate",
            "enqueuedAt": "2026-01-01T00:00:00.123456789Z",
        }

    @staticmethod
    def task(uid: int, status: str) -> dict[str, Any]:
        return {
            "uid": uid,
            "indexUid": INDEX,
            "status": status,
            "type": "documentAdditionOrUpdate",
            "details": None,
            "error": {"message": "no space left", "code": "internal"} if status == "failed" else None,
            "canceledBy": None,
            "duration": "PT0.1S",
            "enqueuedAt": "2026-01-01T00:00:00.123456789Z",
            "startedAt": "2026-01-01T00:00:00.123456789Z",
            "finishedAt": "2026-01-01T00:00:00.123456789Z",
        }


FILTERABLE = f"/indexes/{INDEX}/settings/filterable-attributes"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()

    def send(_: object, request: requests.PreparedRequest, **__: object) -> requests.Response:
        status, body = server.send(request)
        response = requests.Response()
        response.status_code = status
        response.url, response.request = str(request.url), request
        response._content = json.dumps(body).encode()
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    server.on("GET", FILTERABLE, Fields(frozenset({"size", "material"})).filterable)
    return server


@pytest.fixture
def engine() -> MeilisearchEngine:
    return MeilisearchEngine(f"{URL}/", "secret", lock_wait_s=0.1)


def hit(number: int, *codes: str) -> dict[str, Any]:
    return {
        "pk": key(number),
        "tenant_id": ACME,
        "sku": f"P{number}",
        "label_fr": f"Vis {number}",
        "label_en": f"Screw {number}",
        "brand": "Bossard",
        "codes": list(codes),
    }


def answer(hits: list[dict[str, Any]], total: int, facets: dict[str, dict[str, int]] | None = None) -> dict[str, Any]:
    return {"indexUid": INDEX, "hits": hits, "estimatedTotalHits": total, "facetDistribution": facets}


def script(server: Server, *rounds: list[dict[str, Any]]) -> None:
    left = list(rounds)
    server.on("POST", "/multi-search", lambda _: (200, {"results": left.pop(0)}))


def asked(server: Server) -> list[list[dict[str, Any]]]:
    return [body["queries"] for body in server.bodies("POST", "/multi-search")]


NOT_FOUND = {"message": "Index `t-1` not found.", "code": "index_not_found", "type": "invalid_request", "link": ""}


SEEN = '((targets = "public=1"))'
LIST = f"l{7:032x}"


# --- payloads ---------------------------------------------------------------------------------------------------------
def test_settings() -> None:
    settings = payloads.settings_for(Fields(frozenset({"size"}), frozenset({"bore"}), frozenset({LIST})))
    assert settings["rankingRules"][0] == "sort"
    assert settings["typoTolerance"]["minWordSizeForTypos"] == {"oneTypo": 5, "twoTypos": 9}
    assert settings["typoTolerance"]["disableOnAttributes"] == ["codes", "codes_rev"]
    assert settings["typoTolerance"]["disableOnNumbers"] is True
    assert settings["filterableAttributes"] == [
        "pk",
        "gtins",
        "public_price",
        "lead_days",
        "targets",
        f"settings-version-{payloads.SETTINGS_VERSION}",
        "facets.brand",
        "facets.category",
        "facets.family",
        "facets.in_stock",
        "facets.size",
        "facets.taxonomy",
        "facets.tenant",
        "numbers.bore",
        f"prices.{LIST}",
    ]
    assert f"prices.{LIST}" in settings["sortableAttributes"]
    assert settings["pagination"]["maxTotalHits"] > 1_000_000, "the server counts no further"
    told = Fields.told(settings["filterableAttributes"])
    assert told.facets == {"brand", "category", "family", "in_stock", "size", "taxonomy", "tenant"}
    assert told.numbers == {"bore"}
    assert told.lists == {LIST}


def test_searched_fields_exist_in_documents() -> None:
    made = payloads.document(CATALOGUE[0])
    settings = payloads.settings_for(Fields.of(CATALOGUE))
    assert set(settings["searchableAttributes"]) <= set(made)
    assert set(settings["sortableAttributes"]) <= set(made)
    assert set(settings["displayedAttributes"]) <= set(made)
    assert set(payloads.CARD) <= set(made)
    json.dumps(made)


def test_document() -> None:
    made = payloads.document(replace(CATALOGUE[0], prices={LIST: 1_250_000}, numbers={"bore": 2.5}, family="f"))
    assert made["codes"] == ["vth08040a2", "3017620422003"]
    assert made["codes_rev"] == ["2a04080htv", "3002240267103"]
    assert made["gtins"] == ["03017620422003"]
    assert made["facets"]["diameter"] == ["M8"]
    assert made["name_fr"].startswith("vis a tet hexagonal m8x40")
    assert made["in_stock"] == 1
    assert (made["prices"], made["numbers"]) == ({LIST: 1_250_000}, {"bore": 2.5})
    assert made["targets"] == [f"tenant={ACME}", "brand=Bossard", "family=f", "public=1"]
    assert (
        int(made["digest"]) == replace(CATALOGUE[0], prices={LIST: 1_250_000}, numbers={"bore": 2.5}, family="f").digest
    )


@pytest.mark.parametrize(
    ("value", "quoted"),
    [("inox", '"inox"'), ('1/2"', '"1/2\\""'), ("a\\", '"a\\\\"'), ('\\" OR pk EXISTS', '"\\\\\\" OR pk EXISTS"')],
)
def test_quoting(value: str, quoted: str) -> None:
    assert filters.quoted(value) == quoted


def test_filters() -> None:
    query = Query(filters={"size": ("9", "10"), "material": ("laiton",), "brand": ()}, ranges={"bore": (1, None)})
    every = ['facets.size IN ["9", "10"]', 'facets.material IN ["laiton"]', "(numbers.bore >= 1)"]
    assert filters.chosen(query) == every
    assert filters.chosen(query, without="facets.size") == every[1:]
    assert filters.chosen(query, without="numbers.bore") == every[:2]


def test_what_is_seen() -> None:
    assert filters.visible(BuyerContext()) == SEEN
    rules = (
        VisibilityRule(Target("brand", 'A"'), is_visible=True),
        VisibilityRule(Target("pk", key(1)), is_visible=False),
        VisibilityRule(Target("family", "f"), is_visible=False),
    )
    seen = filters.visible(BuyerContext(visibility={ACME: Visibility(default=True, rules=rules)}))
    hidden = f'(pk EXISTS AND NOT (pk IN ["{key(1)}"] OR targets IN ["family=f"]))'
    shown = f'((targets IN ["brand=A\\""]) OR {hidden})'
    assert seen == (
        f'((targets = "tenant={ACME}" AND {shown}) OR (targets = "public=1" AND NOT targets = "tenant={ACME}"))'
    )


def test_own_prices_between_bounds() -> None:
    half = Curve((Affine(1, 2),))
    segment = Segment(LIST, ("l2",), (Target("brand", "A"),), (Target("family", "f"),), half)
    inside = f'prices.{LIST} >= 0 AND NOT prices.l2 >= 0 AND (targets IN ["brand=A"]) AND NOT (targets IN ["family=f"])'
    assert filters.in_segment(segment) == f"({inside})"
    assert filters.in_prices([segment], 10, 20) == f"((({inside}) AND prices.{LIST} 19 TO 40))"
    assert filters.in_prices([segment], 5, 4) == 'pk = ""'


@pytest.mark.parametrize(
    ("query", "buyer", "rules"),
    [
        (Query(text="vis"), FR, []),
        (Query(), FR, ["rank:desc", "sort_fr:asc", "pk:asc"]),
        (Query(sort="name"), EN, ["sort_en:asc", "pk:asc"]),
    ],
)
def test_sort_rules(query: Query, buyer: BuyerContext, rules: list[str]) -> None:
    assert payloads.rules_of(payloads.sort_fields(query, buyer)) == rules


def test_batches_are_bounded() -> None:
    docs = many(25)
    assert [len(batch) for batch in payloads.batches(docs, size=10)] == [10, 10, 5]
    assert [len(batch) for batch in payloads.batches(docs, most_bytes=1)] == [1] * 25
    assert list(payloads.batches(())) == []


# --- searching --------------------------------------------------------------------------------------------------------
def test_search_by_words(server: Server, engine: MeilisearchEngine) -> None:
    script(server, [answer([hit(1), hit(2)], 7)])
    result = engine.search(INDEX, Query(text="Vis à têtes M8 x 40", filters={"size": ("9",)}, size=2), EN)
    assert [(found.pk, found.name) for found in result.hits] == [(key(1), "Screw 1"), (key(2), "Screw 2")]
    assert result.total == 7
    (query,) = asked(server)[0]
    assert query["indexUid"] == INDEX
    assert query["q"] == "vis tet m8x40"
    assert query["filter"] == [SEEN, 'facets.size IN ["9"]']
    assert query["matchingStrategy"] == "all"
    assert server.headers[-1]["Authorization"] == "Bearer secret"


def test_facets_leave_their_own_filter_out(server: Server, engine: MeilisearchEngine) -> None:
    script(
        server,
        [
            answer([], 3),
            answer([], 3, {"facets.brand": {"Würth": 3}}),
            answer([], 9, {"facets.size": {"10": 4, "9": 3, "XL": 2}}),
        ],
    )
    query = Query(text="gants", filters={"size": ("9",)}, facets=("size", "brand"), size=0)
    result = engine.search(INDEX, query, FR)
    assert result.facets == {
        "size": (FacetValue("9", 3, selected=True), FacetValue("10", 4), FacetValue("XL", 2)),
        "brand": (FacetValue("Würth", 3),),
    }
    _, brand, size = asked(server)[0]
    assert (brand["facets"], brand["filter"]) == (["facets.brand"], [SEEN, 'facets.size IN ["9"]'])
    assert (brand["page"], brand["hitsPerPage"]) == (1, 0), "counted, not estimated"
    assert "limit" not in brand
    assert (size["facets"], size["filter"]) == (["facets.size"], [SEEN])


def test_totals_are_counted_where_something_is_counted(server: Server, engine: MeilisearchEngine) -> None:
    counted = {"indexUid": INDEX, "hits": [], "totalHits": 12_345, "facetDistribution": {"facets.size": {"9": 7}}}
    script(server, [answer([hit(1)], 1_000), counted])
    result = engine.search(INDEX, Query(text="vis", facets=("size",)), FR)
    assert (result.total, result.facets["size"]) == (12_345, (FacetValue("9", 7),))


@pytest.mark.parametrize(
    "told", [["pk", "targets"], [name for name in Fields().filterable if "version" not in name], ["settings-version-1"]]
)
def test_settings_of_other_code_are_outdated_until_it_is_built_anew(
    server: Server, engine: MeilisearchEngine, told: list[str]
) -> None:
    server.on("GET", FILTERABLE, told)
    for use in (
        lambda: engine.search(INDEX, Query(), FR),
        lambda: engine.write(INDEX, [product(1, "Vis")]),
        lambda: engine.digests(INDEX),
    ):
        with pytest.raises(IndexOutdatedError):
            use()
    assert server.writes() == []
    engine.rebuild(INDEX, [product(1, "Vis")])
    assert ("POST", "/swap-indexes") in server.writes()
    engine.drop(INDEX)


def test_codes_come_first_and_are_counted_once(server: Server, engine: MeilisearchEngine) -> None:
    suffix, prefix, exact = hit(1, "xx1001"), hit(2, "10015"), hit(3, "1001")
    script(
        server,
        [answer([prefix, exact], 2), answer([suffix, exact], 2)],
        [
            answer([hit(4), hit(5)], 6),
            answer([suffix, prefix, exact], 3),
            answer([], 6, {"facets.brand": {"Würth": 6}}),
            answer([], 3, {"facets.brand": {"Würth": 1, "Facom": 2}}),
        ],
    )
    result = engine.search(INDEX, Query(text="10-01", facets=("brand",), size=5), FR)
    assert result.ids == [key(3), key(2), key(1), key(4), key(5)]
    assert result.total == 9
    assert result.facets["brand"] == (FacetValue("Facom", 2), FacetValue("Würth", 7))
    codes, (by_words, by_code, words_counted, codes_counted) = asked(server)
    assert [(one["q"], one["attributesToSearchOn"]) for one in codes] == [("1001", ["codes"]), ("1001", ["codes_rev"])]
    leading = f'pk IN ["{key(3)}", "{key(2)}", "{key(1)}"]'
    assert by_words["filter"] == words_counted["filter"] == [SEEN, f"NOT {leading}"]
    assert (by_code["q"], by_code["filter"]) == (codes_counted["q"], codes_counted["filter"]) == ("", [SEEN, leading])


@pytest.mark.parametrize(("offset", "wanted"), [(0, [3, 2, 4, 5]), (2, [4, 5, 6, 9]), (5, [9]), (6, [])])
def test_pages_go_through_codes_words_and_other_wordings(
    server: Server, engine: MeilisearchEngine, offset: int, wanted: list[int]
) -> None:
    words = [hit(4), hit(5), hit(6)]
    start = max(offset - 2, 0)
    script(
        server,
        [answer([hit(4), hit(9), hit(3)], 3)],  # another wording
        [answer([hit(4)], 1)],  # of them, what the words find
        [answer(words[start:], 3), answer([hit(9), hit(2), hit(3)], 3)],
    )
    query = Query(text="vis", pins=(key(3), key(2)), alternatives=("boulon",), size=4, offset=offset)
    result = engine.search(INDEX, query, FR)
    assert result.ids == [key(number) for number in wanted]
    assert result.total == 6
    assert [one["q"] for round_ in asked(server) for one in round_] == ["boulon", "vis", "vis", ""]


def test_half_of_the_words_when_nothing_has_them_all(server: Server, engine: MeilisearchEngine) -> None:
    script(server, [answer([], 0)], [answer([hit(1)], 1)])
    result = engine.search(INDEX, Query(text="pince chromée"), FR)
    assert result.ids == [key(1)]
    assert result.degraded == {"partial_match"}
    assert [round_[0]["matchingStrategy"] for round_ in asked(server)] == ["all", "last"]


def test_own_price_order_asks_for_the_buyers_prices_only(server: Server, engine: MeilisearchEngine) -> None:
    server.on("GET", FILTERABLE, Fields(lists=frozenset({LIST, f"l{8:032x}"})).filterable)

    def priced(number: int, price: int) -> dict[str, Any]:
        return {"pk": key(number), "prices": {LIST: price}}

    script(
        server,
        [answer([], 3)],
        [answer([priced(1, 100)], 2), answer([priced(2, 900)], 2)],
        [answer([priced(1, 100), priced(2, 900)], 2)],
        [answer([{"pk": key(3), "sort_fr": "c"}], 1)],
        [answer([hit(3), hit(2), hit(1)], 3)],
    )
    buyer = BuyerContext(shops=((ListTerms(LIST), ListTerms("l" + "f" * 32)),))
    result = engine.search(INDEX, Query(sort="price", size=3), buyer)
    assert (result.ids, result.total, result.degraded) == ([key(1), key(2), key(3)], 3, frozenset())
    _total, ends, page, unpriced, cards = asked(server)
    assert [one["sort"] for one in ends] == [[f"prices.{LIST}:asc"], [f"prices.{LIST}:desc"]]
    assert (page[0]["sort"], page[0]["limit"]) == ([f"prices.{LIST}:asc", "pk:asc"], 3)
    assert page[0]["attributesToRetrieve"] == ["pk", f"prices.{LIST}"]
    assert unpriced[0]["filter"][-1] == f"NOT ((prices.{LIST} >= 0))"
    assert cards[0]["attributesToRetrieve"] == list(payloads.CARD)
    assert "f" * 32 not in json.dumps([body for _, _, body in server.sent])


def test_all_facets_are_those_of_the_settings(server: Server, engine: MeilisearchEngine) -> None:
    script(server, [answer([], 1), answer([], 1, {"facets.size": {"9": 1}})])
    result = engine.search(INDEX, Query(facets=(ALL_FACETS,)), FR)
    assert set(result.facets) == {"size"}
    assert asked(server)[0][1]["facets"] == [
        f"facets.{code}"
        for code in ("brand", "category", "family", "in_stock", "material", "size", "taxonomy", "tenant")
    ]


def test_unknown_facet_looks_once_more_then_raises(server: Server, engine: MeilisearchEngine) -> None:
    with pytest.raises(UnknownFacetError):
        engine.search(INDEX, Query(facets=("colour",)), FR)
    assert len(server.bodies("GET", FILTERABLE)) == 2
    assert not server.writes()


def test_index_that_does_not_exist_is_empty(server: Server, engine: MeilisearchEngine) -> None:
    server.on("GET", FILTERABLE, NOT_FOUND, 404)
    assert engine.search(INDEX, Query(text="vis", facets=("anything",)), FR) == Result()
    engine.drop(INDEX)
    assert not server.writes()


def test_text_without_a_word_asks_nothing(server: Server, engine: MeilisearchEngine) -> None:
    assert engine.search(INDEX, Query(text="?!"), FR).total == 0
    assert engine.suggest(INDEX, Query(text="  "), FR) == []
    assert not asked(server)


def test_suggest(server: Server, engine: MeilisearchEngine) -> None:
    script(server, [answer([hit(1)], 1)])
    assert [found.name for found in engine.suggest(INDEX, Query(text="vi", size=5), FR)] == ["Vis 1"]
    assert asked(server)[0][0]["limit"] == 5


# --- writing ----------------------------------------------------------------------------------------------------------
def test_first_write_sets_the_index_up(server: Server, engine: MeilisearchEngine) -> None:
    server.on("GET", FILTERABLE, NOT_FOUND, 404)
    receipt = engine.write(INDEX, [product(1, "Vis", facets={"size": ("9",)})])
    assert server.writes() == [("PATCH", f"/indexes/{INDEX}/settings"), ("POST", f"/indexes/{INDEX}/documents")]
    assert "facets.size" in server.bodies("PATCH", f"/indexes/{INDEX}/settings")[0]["filterableAttributes"]
    assert receipt.tasks == (2,)
    assert [path for method, path, _body in server.sent if method == "GET" and "/tasks/" in path] == ["/tasks/1"], (
        "settings are there before the next writer looks at them"
    )


def test_write_deletes_first_and_changes_no_settings(server: Server, engine: MeilisearchEngine) -> None:
    engine.write(INDEX, [product(1, "Vis", facets={"size": ("9",)})], [key(2)])
    assert server.writes() == [
        ("POST", f"/indexes/{INDEX}/documents/delete"),
        ("POST", f"/indexes/{INDEX}/documents"),
    ]
    assert server.bodies("POST", f"/indexes/{INDEX}/documents/delete") == [{"filter": f'pk IN ["{key(2)}"]'}]


def test_new_facet_is_added_to_the_settings_before_its_documents(server: Server, engine: MeilisearchEngine) -> None:
    engine.write(INDEX, [product(1, "Vis", facets={"colour": ("rouge",)})])
    settings = f"/indexes/{INDEX}/settings"
    assert server.writes() == [("PATCH", settings), ("POST", f"/indexes/{INDEX}/documents")]
    (sent,) = server.bodies("PATCH", settings)
    assert set(sent) == {"filterableAttributes", "sortableAttributes"}
    assert Fields.told(sent["filterableAttributes"]).facets >= {"colour", "size", "material", "brand"}


def test_empty_write_sends_nothing(server: Server, engine: MeilisearchEngine) -> None:
    assert engine.write(INDEX, []).tasks == ()
    assert not server.sent


def test_delete_by_something_else_than_a_key_is_refused(server: Server, engine: MeilisearchEngine) -> None:
    with pytest.raises(ValueError, match="badly formed"):
        engine.write(INDEX, [], ['x"] OR pk EXISTS'])
    assert not server.sent


def test_wait_tells_failure_and_delay(server: Server, engine: MeilisearchEngine) -> None:
    receipt = engine.write(INDEX, [product(1, "Vis")])
    engine.wait(receipt, 1)
    server.on("GET", "/tasks/1", Server.task(1, "failed"))
    with pytest.raises(WriteFailedError, match="no space left"):
        engine.wait(receipt, 1)
    server.on("GET", "/tasks/1", Server.task(1, "processing"))
    with pytest.raises(WriteTimeoutError):
        engine.wait(receipt, 0.05)


def test_rebuild_fills_beside_then_swaps(server: Server, engine: MeilisearchEngine) -> None:
    engine.rebuild(INDEX, [product(1, "Vis", facets={"colour": ("rouge",)})])
    paths = server.writes()
    beside = paths[0][1].split("/")[2]
    assert beside.startswith(f"{INDEX}_")
    assert paths == [
        ("PATCH", f"/indexes/{beside}/settings"),
        ("POST", f"/indexes/{beside}/documents"),
        ("PATCH", f"/indexes/{beside}/settings"),
        ("POST", "/swap-indexes"),
        ("DELETE", f"/indexes/{beside}"),
    ]
    assert server.bodies("POST", "/swap-indexes") == [[{"indexes": [INDEX, beside]}]]


def test_rebuild_of_an_index_that_does_not_exist_makes_it_to_swap_with(
    server: Server, engine: MeilisearchEngine
) -> None:
    server.on("GET", FILTERABLE, NOT_FOUND, 404)
    engine.rebuild(INDEX, [product(1, "Vis")])
    assert server.writes()[-3:-1] == [("POST", "/indexes"), ("POST", "/swap-indexes")]


def test_failed_rebuild_removes_its_own_index_only(server: Server, engine: MeilisearchEngine) -> None:
    def broken() -> Any:
        yield product(1, "Vis")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        engine.rebuild(INDEX, broken())
    assert ("POST", "/swap-indexes") not in server.writes()
    assert server.writes()[-1][0] == "DELETE"
    assert server.writes()[-1][1].startswith(f"/indexes/{INDEX}_")


def test_hostile_text_never_raises(server: Server, engine: MeilisearchEngine) -> None:
    server.on("POST", "/multi-search", lambda body: (200, {"results": [answer([], 0) for _ in body["queries"]]}))
    for text in ('"', "(((", "\\", "a" * 10_000, "\x00", "\ud800", "💥 vis", "1" * 400, 'x" OR pk EXISTS'):
        engine.search(INDEX, Query(text=text, filters={"brand": (text,)}, facets=(ALL_FACETS,)), FR)


def test_docs_of_the_samples_are_accepted(server: Server, engine: MeilisearchEngine) -> None:
    docs: list[Doc] = [*CATALOGUE, *many(30)]
    engine.write(INDEX, docs)
    assert len(server.bodies("POST", f"/indexes/{INDEX}/documents")[0]) == len(docs)
