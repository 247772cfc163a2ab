"""What every search engine must do for a buyer: own prices, what is seen, what is meant; against a specification."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest

from search import segments
from search.curves import Affine, Curve
from search.documents import BRAND, FAMILY, Doc
from search.errors import UnknownFacetError
from search.port import (
    ALL_FACETS,
    BuyerContext,
    ListTerms,
    PriceClass,
    Query,
    Result,
    SearchEngine,
    Target,
    Visibility,
    VisibilityRule,
)
from tests.search.buyers import LISTS, buyer, is_seen, own_price, priced, seen
from tests.search.contract import FR, EngineCases
from tests.search.samples import ACME, BOLT, KINDS, counted, key, many, product

DOCS = priced()
TENANTS = {ACME: Visibility(), BOLT: Visibility()}


def at(who: BuyerContext, docs: list[Doc]) -> dict[str, int]:
    """Own prices of those that have one."""
    prices = {doc.pk: own_price(who, doc) for doc in docs}
    return {pk: price for pk, price in prices.items() if price is not None}


def shops(*lists: ListTerms) -> BuyerContext:
    return BuyerContext(shops=(lists,))


def off(percent: int, *require: Target, exclude: tuple[Target, ...] = ()) -> PriceClass:
    return PriceClass(require, exclude, Curve((Affine(100 - percent, 100),)))


class BuyerContract(EngineCases):
    """Cases for an engine that is shared by a test class."""

    @pytest.fixture(scope="class")
    @classmethod
    def market(cls, engine: SearchEngine) -> Iterator[str]:
        yield from cls.filled(engine, DOCS)

    # --- goods --------------------------------------------------------------------------------------------------------
    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls, engine: SearchEngine) -> Iterator[str]:
        """Goods of two suppliers, most of which both sell, under other values each."""
        theirs = many(150, seed=8, tenant_id=BOLT, first=5_000)
        mine = [replace(doc, goods=f"g{place}" if place % 3 else "") for place, doc in enumerate(many(150))]
        hidden = [replace(doc, is_public=place % 5 > 0) for place, doc in enumerate(mine)]
        yield from cls.filled(engine, [*hidden, *(replace(doc, goods=f"g{at}") for at, doc in enumerate(theirs))])

    @pytest.mark.parametrize(
        ("text", "filters", "price"),
        [
            ("", {}, None),
            ("vis", {"material": ("laiton", "acier")}, None),
            ("", {"tenant": (BOLT,), "diameter": ("M8", "M3")}, None),
            ("", {"in_stock": ("1",), "brand": ("Facom",)}, (10_000, 50_000)),
        ],
    )
    def test_goods_count_as_often_as_they_are_listed(
        self,
        engine: SearchEngine,
        shared: str,
        text: str,
        filters: dict[str, tuple[str, ...]],
        price: tuple[int, int] | None,
    ) -> None:
        codes = ("brand", "category", "diameter", "in_stock", "tenant")
        query = Query(text=text, facets=codes, filters=filters, price=price, by_goods=True, size=0)
        result = engine.search(shared, query, FR)
        assert "documents_counted" not in result.degraded
        twice = 0
        for code in codes:
            for value in result.facets[code]:
                chosen = replace(query, facets=(), filters={**filters, code: (value.value,)}, size=500)
                hits = engine.search(shared, chosen, FR).hits
                assert value.count == len({hit.goods or hit.pk for hit in hits}), (code, value)
                twice += len(hits) - value.count
        assert twice or "tenant" in filters, "some goods have several documents"

    def test_of_too_many_matches_the_documents_are_counted(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, *(replace(doc, goods=f"g{place % 100}") for place, doc in enumerate(many(501))))
        query = Query(facets=("diameter", "tenant"), by_goods=True, size=0)
        result = engine.search(index, query, FR)
        assert result.degraded == {"documents_counted"}
        assert [value.count for value in result.facets["tenant"]] == [501]
        few = engine.search(index, replace(query, filters={"diameter": ("M8",)}), FR)
        assert few.degraded == {"documents_counted"}, "in the facet that leaves its own filter out"
        assert few.facets["tenant"][0].count < few.total
        assert sum(value.count for value in few.facets["diameter"]) == 501

    # --- own price ----------------------------------------------------------------------------------------------------
    @pytest.mark.parametrize("seed", range(200))
    def test_own_price_sort_asc_desc_equals_oracle(self, engine: SearchEngine, market: str, seed: int) -> None:
        who = buyer(seed)
        docs = seen(who, DOCS)
        prices = at(who, docs)
        for sort in ("price", "-price"):
            result = engine.search(market, Query(sort=sort, size=500), who)
            found = [prices[pk] for pk in result.ids if pk in prices]
            wanted = sorted(prices.values(), reverse=sort == "-price")
            assert found == wanted[: len(found)]
            assert len(found) == min(len(prices), 500), "what has a price comes first"
            assert set(result.ids) <= {doc.pk for doc in docs}
            assert result.total == len(docs)
            assert result.degraded == frozenset()

    @pytest.mark.parametrize("sort", ["price", "-price"])
    @pytest.mark.parametrize("seed", range(0, 24, 3))
    def test_own_price_deep_pages_no_gap_no_repeat(
        self, engine: SearchEngine, market: str, seed: int, sort: str
    ) -> None:
        who = buyer(seed)
        docs = seen(who, DOCS)
        ask = partial(Query, sort=sort)  # type: ignore[arg-type]
        paged = [
            pk for offset in range(0, 620, 31) for pk in engine.search(market, ask(offset=offset, size=31), who).ids
        ]
        assert len(paged) == len(set(paged)) == len(docs)
        assert paged[:500] == engine.search(market, ask(size=500), who).ids
        prices = at(who, docs)
        assert [pk in prices for pk in paged] == sorted((pk in prices for pk in paged), reverse=True)

    @pytest.mark.parametrize("seed", range(40))
    def test_own_price_filter_inclusive_bounds(self, engine: SearchEngine, market: str, seed: int) -> None:
        who, draw = buyer(seed), random.Random(seed)
        docs = seen(who, DOCS)
        prices = at(who, docs)
        ends = sorted(draw.choices([*prices.values(), 0, 10**12], k=2))
        wanted = {pk for pk, price in prices.items() if ends[0] <= price <= ends[1]}
        query = Query(price=(ends[0], ends[1]), facets=(ALL_FACETS,), size=500)
        result = engine.search(market, query, who)
        assert (set(result.ids), result.total) == (wanted, len(wanted))
        kept = [doc for doc in docs if doc.pk in wanted]
        for code in (BRAND, FAMILY, "diameter"):
            assert {value.value: value.count for value in result.facets.get(code, ())} == counted(kept, code, {})
        for sort in ("price", "-price"):
            sorted_ids = engine.search(market, replace(query, sort=sort), who).ids
            assert [prices[pk] for pk in sorted_ids] == sorted((prices[pk] for pk in wanted), reverse=sort == "-price")

    @pytest.mark.parametrize("seed", range(40))
    @pytest.mark.parametrize("buckets", [1, 8, 20])
    def test_own_price_histogram_sums_to_total(
        self, engine: SearchEngine, market: str, seed: int, buckets: int
    ) -> None:
        who = buyer(seed)
        prices = at(who, [doc for doc in seen(who, DOCS) if doc.brand == "Würth"])
        query = Query(filters={BRAND: ("Würth",)}, price=(100, 2_000_000), buckets=buckets, size=0)
        steps = engine.search(market, query, who).histogram
        assert len(steps) <= buckets
        assert sum(step.count for step in steps) == len(prices)
        for step in steps:
            assert step.count == sum(step.low <= price < step.high for price in prices.values())
        assert all(left.high == right.low for left, right in pairwise(steps))

    def test_own_price_first_list_wins(self, engine: SearchEngine, index: str) -> None:
        first, second = LISTS[:2]
        self.put(
            engine,
            index,
            product(1, "A", prices={first: 900, second: 100}),
            product(2, "B", prices={second: 500}),
            product(3, "C", prices={first: 200}),
            product(4, "D", public_price=1),
        )
        query = Query(sort="price", buckets=4)
        assert self.numbers(engine.search(index, query, shops(ListTerms(first), ListTerms(second)))) == [3, 2, 1, 4]
        assert self.numbers(engine.search(index, query, shops(ListTerms(second), ListTerms(first)))) == [1, 3, 2, 4]
        assert engine.search(index, query, shops(ListTerms(first))).degraded == frozenset()

    def test_own_price_of_classes(self, engine: SearchEngine, index: str) -> None:
        name, brand = LISTS[0], Target("brand", "Facom")
        self.put(
            engine,
            index,
            product(1, "A", brand="Facom", prices={name: 1_000}),
            product(2, "B", prices={name: 800}),
            product(3, "C", prices={name: 799}),
        )
        who = shops(ListTerms(name, (off(20, brand), off(0, exclude=(brand,)))))
        assert self.numbers(engine.search(index, Query(sort="-price"), who))[-1] == 3
        assert engine.search(index, Query(price=(800, 800)), who).total == 2
        unsold = shops(ListTerms(name, (off(20, brand),)))
        assert self.numbers(engine.search(index, Query(sort="-price"), unsold))[0] == 1
        assert engine.search(index, Query(price=(0, 10**9)), unsold).total == 1

    def test_unknown_list_is_empty(self, engine: SearchEngine, market: str) -> None:
        who = replace(shops(ListTerms("l" + "e" * 32)), visibility=TENANTS)
        result = engine.search(market, Query(sort="price", price=(0, 10**12), buckets=8), who)
        assert (result.total, result.histogram, result.degraded) == (0, (), frozenset())
        assert engine.search(market, Query(sort="price"), who).total == len(DOCS)

    def test_price_change_touches_one_document(self, engine: SearchEngine, index: str) -> None:
        name = LISTS[0]
        docs = [product(number, "A", prices={name: number}) for number in range(1, 31)]
        self.put(engine, index, *docs)
        before = engine.digests(index)
        self.put(engine, index, replace(docs[6], prices={name: 999}))
        after = engine.digests(index)
        assert {pk for pk in after if after[pk] != before[pk]} == {key(7)}
        assert self.numbers(engine.search(index, Query(sort="-price", size=1), shops(ListTerms(name)))) == [7]

    def test_too_many_segments_degrades_and_says_so(
        self, engine: SearchEngine, market: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        classes = tuple(off(10, Target("pk", doc.pk)) for doc in DOCS[:60])
        who = BuyerContext(shops=(tuple(ListTerms(name, classes) for name in LISTS[:8]),), visibility=TENANTS)
        prices = at(who, DOCS)
        query = Query(sort="price", price=(0, 10**12), size=500)
        few = engine.search(market, query, who)
        assert [prices[pk] for pk in few.ids] == sorted(prices.values())
        assert few.degraded == frozenset()
        monkeypatch.setattr(segments, "FEW_MATCHES", 10)
        many = engine.search(market, query, who)
        assert many.degraded == {"public_price_sort", "public_price_filter"}
        public = {doc.pk: doc.public_price for doc in DOCS if doc.public_price is not None}
        assert [public[pk] for pk in many.ids] == sorted(public.values())[:500]
        assert engine.search(market, replace(query, text="no such thing"), who).degraded == frozenset()

    def test_other_buyers_prices_never_returned(self, engine: SearchEngine, market: str) -> None:
        result = engine.search(market, Query(sort="price", facets=(ALL_FACETS,), size=500), buyer(3))
        text = repr(result)
        secret = {str(price) for doc in DOCS for price in doc.prices.values() if price > 10**6}
        assert not [price for price in secret if f"{price}" in text.replace("2500000", "")]
        assert not [name for name in LISTS if name in text]

    def test_prices_of_lists_are_no_facet(self, engine: SearchEngine, market: str) -> None:
        for code in (LISTS[0], "prices", f"prices.{LISTS[0]}"):
            for query in (Query(facets=(code,)), Query(filters={code: ("1",)}), Query(ranges={code: (0, 1)})):
                with pytest.raises(UnknownFacetError):
                    engine.search(market, query, FR)

    # --- who sees what ------------------------------------------------------------------------------------------------
    @pytest.mark.parametrize("seed", range(60))
    def test_visibility_holds_everywhere(self, engine: SearchEngine, market: str, seed: int) -> None:
        who = buyer(seed)
        docs = seen(who, DOCS)
        everything = engine.search(market, Query(facets=(ALL_FACETS,), size=500), who)
        assert everything.total == len(docs)
        for code, values in everything.facets.items():
            assert {value.value: value.count for value in values} == counted(docs, code, {}), code
        allowed = {doc.pk for doc in docs}
        named = {doc.pk for doc in docs if doc.name_fr.startswith("Vis")}
        by_text = engine.search(market, Query(text="vis", size=500), who)
        assert (set(by_text.ids), by_text.total) == (named, len(named))
        for number in range(0, 600, 50):
            sku = DOCS[number].sku
            ids = {hit.pk for hit in engine.suggest(market, Query(text=sku, size=8), who)}
            assert ids <= allowed
            assert (DOCS[number].pk in ids) is is_seen(who, DOCS[number])

    def test_nobody_in_particular_sees_what_is_public(self, engine: SearchEngine, market: str) -> None:
        result = engine.search(market, Query(size=500), BuyerContext())
        assert result.total == sum(doc.is_public for doc in DOCS)
        assert set(result.ids) <= {doc.pk for doc in DOCS if doc.is_public}

    def test_first_rule_that_fits_decides(self, engine: SearchEngine, index: str) -> None:
        self.put(
            engine, index, product(1, "A", brand="Facom", family="f"), product(2, "B", family="f"), product(3, "C")
        )
        brand, family = Target("brand", "Facom"), Target("family", "f")
        for rules, wanted in (
            ((VisibilityRule(brand, is_visible=True), VisibilityRule(family, is_visible=False)), {1, 3}),
            ((VisibilityRule(family, is_visible=False), VisibilityRule(brand, is_visible=True)), {3}),
        ):
            who = BuyerContext(visibility={ACME: Visibility(default=True, rules=rules)})
            assert set(self.numbers(engine.search(index, Query(), who))) == wanted
        who = BuyerContext(visibility={ACME: Visibility(default=False)})
        assert engine.search(index, Query(), who) == Result()

    def test_a_category_rule_is_about_what_is_below_it_too(self, engine: SearchEngine, market: str) -> None:
        family = KINDS[0][2]
        rule = VisibilityRule(Target("category", f"all/{family}"), is_visible=True)
        who = BuyerContext(visibility={ACME: Visibility(default=False, rules=(rule,))})
        wanted = {
            doc.pk
            for doc in DOCS
            if (doc.tenant_id == ACME and doc.categories[-1].code == f"all/{family}")
            or (doc.tenant_id == BOLT and doc.is_public)
        }
        assert set(engine.search(market, Query(size=500), who).ids) == wanted

    def test_own_paths_are_what_rules_mean(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "A", category_paths=("top", "top/own")), product(2, "B"))
        rule = VisibilityRule(Target("category", "top"), is_visible=False)
        who = BuyerContext(visibility={ACME: Visibility(rules=(rule,))})
        assert self.numbers(engine.search(index, Query(), who)) == [2]

    # --- numbers, dates, what was bought ------------------------------------------------------------------------------
    @pytest.mark.parametrize(
        "bounds",
        [(None, None), (1.125, 1.125), (-0.5, 12.25), (None, 0), (10, None), (5, 4), (-1e30, 1e30), (1e30, None)],
    )
    def test_ranges_equal_oracle(
        self, engine: SearchEngine, market: str, bounds: tuple[float | None, float | None]
    ) -> None:
        docs = seen(FR, DOCS)
        low, high = (-1e99 if bounds[0] is None else bounds[0]), (1e99 if bounds[1] is None else bounds[1])
        numbers = {doc.pk: doc.numbers["bore-mm"] for doc in docs if doc.numbers}
        wanted = {pk for pk, number in numbers.items() if low <= number <= high}
        if bounds == (None, None):
            wanted = {doc.pk for doc in docs}
        result = engine.search(market, Query(ranges={"bore-mm": bounds}, size=500), FR)
        assert (set(result.ids), result.total) == (wanted, len(wanted))
        assert result.ranges == {"bore-mm": (min(numbers.values()), max(numbers.values()))}

    def test_a_range_is_measured_within_the_other_filters(self, engine: SearchEngine, market: str) -> None:
        numbers = [doc.numbers["bore-mm"] for doc in seen(FR, DOCS) if doc.brand == "Facom" and doc.numbers]
        query = Query(ranges={"bore-mm": (0, 1)}, filters={BRAND: ("Facom",)})
        assert engine.search(market, query, FR).ranges == {"bore-mm": (min(numbers), max(numbers))}
        assert engine.search(market, replace(query, filters={BRAND: ("Nobody",)}), FR).ranges == {}

    def test_lead_days(self, engine: SearchEngine, market: str) -> None:
        docs = seen(FR, DOCS)
        for most in (0, 2, 3, 100):
            wanted = {doc.pk for doc in docs if doc.lead_days is not None and doc.lead_days <= most}
            assert set(engine.search(market, Query(max_lead_days=most, size=500), FR).ids) == wanted

    def test_only_bought(self, engine: SearchEngine, market: str) -> None:
        docs = [doc.pk for doc in seen(FR, DOCS)[:5]]
        who = BuyerContext(bought=(*docs, key(7)))
        assert set(engine.search(market, Query(only_bought=True), who).ids) == set(docs)
        assert engine.search(market, Query(only_bought=True), FR).total == 0

    # --- what is meant ------------------------------------------------------------------------------------------------
    def test_pins_come_first_in_their_order(self, engine: SearchEngine, index: str) -> None:
        self.put(
            engine,
            index,
            product(1, "Pince 4711"),
            product(2, "Marteau", brand="Facom"),
            product(3, "Scie", in_stock=True),
            product(4, "Pince 4711 bis", sku="4711"),
        )
        query = Query(text="4711", pins=(key(2), key(3), key(99)), facets=(BRAND,))
        result = engine.search(index, query, BuyerContext(bought=(key(3),)))
        assert self.numbers(result) == [2, 3, 4, 1]
        assert (result.total, result.facets[BRAND][0].count) == (4, 1)
        assert self.numbers(engine.search(index, replace(query, filters={BRAND: ("Facom",)}), FR)) == [2]
        assert set(self.numbers(engine.search(index, replace(query, sort="name"), FR))) == {1, 2, 3, 4}
        assert self.numbers(engine.search(index, replace(query, text="?!"), FR)) == [2, 3]
        assert engine.search(index, replace(query, text=""), FR).total == 4

    def test_pins_are_seen_by_who_may(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Pince", is_public=False), product(2, "Scie"))
        assert self.numbers(engine.search(index, Query(text="x1", pins=(key(1), key(2))), FR)) == [2]

    def test_alternatives_match_and_come_after(self, engine: SearchEngine, index: str) -> None:
        self.put(
            engine,
            index,
            product(1, "Goujon", in_stock=True, rank=9),
            product(2, "Tige filetée"),
            product(3, "Tige filetée avec goujon"),
            product(4, "Marteau"),
        )
        query = Query(text="tige filetée", alternatives=("goujon", "?!"))
        result = engine.search(index, query, BuyerContext(bought=(key(1),)))
        assert self.numbers(result)[-1] == 1
        assert (set(self.numbers(result)), result.total) == ({1, 2, 3}, 3)
        by_name = engine.search(index, replace(query, sort="name", facets=(BRAND, "in_stock")), FR)
        assert self.numbers(by_name) == [1, 2, 3]
        assert {value.value: value.count for value in by_name.facets["in_stock"]} == {"0": 2, "1": 1}

    def test_alternatives_help_where_nothing_has_all_words(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Gants de soudure"), product(2, "Gants de jardin"))
        result = engine.search(index, Query(text="gants soudeur", alternatives=("gants soudure",)), FR)
        assert (self.numbers(result), result.degraded) == ([1], frozenset())

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("4006381333931", [1]),
            ("04006381333931", [1]),
            ("0 4006381 333931", [1]),
            ("14006381333938", [1]),
            ("381333938", [1]),
            ("96385074", [2]),
            ("00000096385074", [2]),
            ("04006381333932", []),
        ],
    )
    def test_a_scan_finds_goods_and_their_packages_whatever_zeros_stand_before_it(
        self, engine: SearchEngine, index: str, text: str, wanted: list[int]
    ) -> None:
        carton = product(1, "Vis", gtin="4006381333931", unit_gtins=("14006381333938",))
        self.put(engine, index, carton, product(2, "Clou", gtin="96385074"), product(3, "Clou", sku="6381333931"))
        assert self.numbers(engine.search(index, Query(text=text), FR)) == wanted

    def test_a_scan_shows_nothing_that_is_hidden(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Vis", gtin="4006381333931", is_public=False), product(2, "Clou"))
        assert engine.search(index, Query(text="04006381333931"), FR).total == 0

    # --- comparing with the database ----------------------------------------------------------------------------------
    def test_digests(self, engine: SearchEngine, index: str) -> None:
        assert engine.digests(index) == {}
        docs = DOCS[:40]
        self.put(engine, index, *docs)
        assert engine.digests(index) == {doc.pk: doc.digest for doc in docs}
        engine.wait(engine.write(index, [], [docs[0].pk]), 30)
        assert Counter(engine.digests(index).values()) == Counter(doc.digest for doc in docs[1:])
