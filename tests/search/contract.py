"""What every search engine must do. Subclasses give the engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from search.documents import BRAND, CATEGORY, Doc
from search.errors import UnknownFacetError
from search.port import ALL_FACETS, BuyerContext, Query, Result, SearchEngine, Sort
from tests.search.samples import ACME, BOLT, CATALOGUE, KINDS, counted, key, many, product

FR, EN = BuyerContext(locale="fr"), BuyerContext(locale="en")
WAIT_S = 30.0


class EngineCases:
    """An engine that is shared by a test class; each test has an index of its own or a filled one."""

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls) -> Iterator[SearchEngine]:
        raise NotImplementedError

    @pytest.fixture
    def index(self, engine: SearchEngine) -> Iterator[str]:
        name = f"t-{uuid4().hex}"
        yield name
        engine.drop(name)

    @classmethod
    def filled(cls, engine: SearchEngine, docs: list[Doc]) -> Iterator[str]:
        name = f"t-{uuid4().hex}"
        cls.put(engine, name, *docs)
        yield name
        engine.drop(name)

    @staticmethod
    def put(engine: SearchEngine, index: str, *docs: Doc) -> None:
        engine.wait(engine.write(index, docs), WAIT_S)

    @staticmethod
    def numbers(result: Result) -> list[int]:
        return [int(pk.replace("-", ""), 16) for pk in result.ids]

    def found(self, engine: SearchEngine, index: str, text: str, buyer: BuyerContext = FR) -> list[int]:
        return self.numbers(engine.search(index, Query(text=text, size=50), buyer))


class EngineContract(EngineCases):
    """Text, order, facets and writes."""

    @pytest.fixture(scope="class")
    @classmethod
    def catalogue(cls, engine: SearchEngine) -> Iterator[str]:
        yield from cls.filled(engine, list(CATALOGUE))

    @pytest.fixture(scope="class")
    @classmethod
    def crowd(cls, engine: SearchEngine) -> Iterator[str]:
        yield from cls.filled(engine, many(600))

    # --- text ---------------------------------------------------------------------------------------------------------
    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("ecrou", 3),
            ("ÉCROU", 3),
            ("cable", 4),
            ("Câble", 4),
            ("chaussures securite", 10),
            ("safety SHOES", 10),
            ("wurth laiton", 3),
        ],
    )
    def test_accents_case_ignored_fr_en(self, engine: SearchEngine, catalogue: str, text: str, first: int) -> None:
        assert self.found(engine, catalogue, text)[0] == first

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("écrous", {3}),
            ("câbles", {4}),
            ("gant", {6, 7}),
            ("batteries", {8}),
            ("breakers", {5}),
            ("glove", {6, 7}),
            ("batterys", {8}),
        ],
    )
    def test_plural_fr_en(self, engine: SearchEngine, catalogue: str, text: str, wanted: set[int]) -> None:
        assert wanted <= set(self.found(engine, catalogue, text))

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("raccord pompier", [1]),
            ("raccords", [1]),
            ("hose coupling", [1]),
            ("racord", [1]),  # one letter is missing
            ("laiton", [2]),
        ],
    )
    def test_keywords_are_found_and_weigh_less_than_names(
        self, engine: SearchEngine, index: str, text: str, wanted: list[int]
    ) -> None:
        self.put(
            engine,
            index,
            product(1, "Demi-symétrique DSP 40", keywords=("raccord pompier", "hose coupling")),
            product(2, "Manchon M40", keywords=("laiton",)),
        )
        assert self.found(engine, index, text) == wanted
        self.put(engine, index, product(3, "Raccord droit"))
        assert self.found(engine, index, "raccord") == [3, 1]

    @pytest.mark.parametrize("text", ["d", "disj", "disjonc", "disjoncteur dif", "disjoncteur différentiel 16"])
    def test_prefix_as_you_type(self, engine: SearchEngine, catalogue: str, text: str) -> None:
        assert 5 in self.found(engine, catalogue, text)

    @pytest.mark.parametrize(
        ("text", "number", "matches"),
        [
            ("cabel", 4, True),  # one of five letters
            ("batteire", 8, True),
            ("disjontceru", 5, True),  # two of eleven
            ("chaussrues", 10, True),
            ("ecru", 3, False),  # four letters: none
            ("m80", 1, False),  # a digit: none
            ("din 943", 3, False),
        ],
    )
    def test_one_typo_5_two_9_none_with_digits(
        self,
        engine: SearchEngine,
        catalogue: str,
        text: str,
        number: int,
        matches: bool,  # noqa: FBT001
    ) -> None:
        assert (number in self.found(engine, catalogue, text)) is matches

    def test_sku_exact_first(self, engine: SearchEngine, index: str) -> None:
        named = product(1, "Adaptateur pour A100", sku="Z1")
        longer = product(2, "Autre", sku="A1000")
        exact = product(3, "Encore autre", sku="A100")
        self.put(engine, index, named, longer, exact)
        assert self.found(engine, index, "A100") == [3, 2, 1]

    @pytest.mark.parametrize("text", ["VTH-08.040/A2", "vth08040a2", "VTH 08 040 A2", "vth-08040", "3017620422003"])
    def test_sku_without_separators(self, engine: SearchEngine, catalogue: str, text: str) -> None:
        assert self.found(engine, catalogue, text)[0] == 1

    @pytest.mark.parametrize(("text", "number"), [("422003", 1), ("10.040/ZN", 2), ("45678", 4)])
    def test_sku_suffix(self, engine: SearchEngine, catalogue: str, text: str, number: int) -> None:
        assert self.found(engine, catalogue, text)[0] == number

    @pytest.mark.parametrize("text", ["M8x40", "m8 x 40", "M8*40", "M8×40", "vis M8 X 40", "M8 x 40 mm"])
    def test_dimension_variants_equal(self, engine: SearchEngine, catalogue: str, text: str) -> None:
        assert self.found(engine, catalogue, text) == [1]

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("2,5 mm²", 4),
            ("2.5mm2", 4),
            ("2,5 mm carré", 4),
            ("3g2.5", 4),
            ("3G 2,5", 4),
            ("câble 50 mètres", 4),
            ("16 ampères", 5),
            ("16A", 5),
            ("18 volts", 8),
            ('raccord 1/2"', 9),
            ("raccord 1/2 pouce", 9),
            ("diamètre 15", 9),
            ("ø15", 9),
        ],
    )
    def test_unit_variants_equal(self, engine: SearchEngine, catalogue: str, text: str, number: int) -> None:
        assert self.found(engine, catalogue, text)[:1] == [number]

    @pytest.mark.parametrize("text", ["anti-coupure", "anticoupure", "anti coupure", "gants anti coupure"])
    def test_split_and_joined_words(self, engine: SearchEngine, catalogue: str, text: str) -> None:
        assert set(self.found(engine, catalogue, text)) == {6, 7}

    @pytest.mark.parametrize("text", ["", "   ", "\n"])
    def test_empty_text_lists_all(self, engine: SearchEngine, catalogue: str, text: str) -> None:
        result = engine.search(catalogue, Query(text=text, size=50), FR)
        assert result.total == len(CATALOGUE)
        assert len(set(result.ids)) == len(CATALOGUE)

    @pytest.mark.parametrize(
        "text",
        [
            '"',
            "'\"''",
            "(((",
            "[1 TO 2}",
            "name_fr:vis AND NOT *",
            "\\",
            "a" * 10_000,
            "vis " * 2_500,
            "\x00\x01",
            "💥 vis",
            "½×½°µΩ",
            "-" * 300,
            "^~:!{}",
            "%s %d {}",
            "\ud800",
            "ﬁ ﷺ",
            "1" * 400,
            "1,2,3,4 x 5 x 6 x 7 x",
        ],
    )
    def test_hostile_text_never_raises(self, engine: SearchEngine, catalogue: str, text: str) -> None:
        result = engine.search(catalogue, Query(text=text, facets=(BRAND,), filters={BRAND: (text,)}), FR)
        assert result.total == 0
        engine.search(catalogue, Query(text=text, facets=(ALL_FACETS,)), FR)
        engine.suggest(catalogue, Query(text=text), FR)

    def test_text_without_a_word_finds_nothing(self, engine: SearchEngine, catalogue: str) -> None:
        assert engine.search(catalogue, Query(text="?!"), FR).total == 0

    def test_little_words_need_not_match(self, engine: SearchEngine, catalogue: str) -> None:
        assert self.found(engine, catalogue, "la vis en inox pour le bois")[:1] == [1]
        assert self.found(engine, catalogue, "l'écrou de laiton") == [3]

    # --- ranking ------------------------------------------------------------------------------------------------------
    def test_more_words_first(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Pince coupante"), product(2, "Pince coupante isolée"), product(3, "Pince"))
        result = engine.search(index, Query(text="pince coupante isolée chromée"), FR)
        assert self.numbers(result) == [2, 1]
        assert "partial_match" in result.degraded

    def test_fewer_typos_first(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Perceusse"), product(2, "Perceuse"), product(3, "Perseusse"))
        assert self.found(engine, index, "perceuse")[:2] == [2, 1]

    def test_name_before_description(self, engine: SearchEngine, catalogue: str) -> None:
        assert self.found(engine, catalogue, "disjoncteur") == [5, 8]

    def test_adjacent_words_first(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Scie pour métaux à ruban"), product(2, "Scie à ruban"))
        self.put(engine, index, product(3, "Ruban jaune de scie"), product(4, "Ruban scie"))
        assert self.found(engine, index, "ruban scie")[0] == 4

    def test_bought_and_stock_never_beat_a_word_or_typo(self, engine: SearchEngine, index: str) -> None:
        typo = product(1, "Preceuse", in_stock=True, rank=9)
        exact = product(2, "Perceuse")
        self.put(engine, index, typo, exact)
        buyer = BuyerContext(bought=(typo.pk,))
        assert self.found(engine, index, "perceuse", buyer) == [2, 1]

    def test_bought_then_stock_before_their_equals(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Pince"), product(2, "Pince", in_stock=True), product(3, "Pince"))
        assert self.found(engine, index, "pince", BuyerContext(bought=(key(3),))) == [3, 2, 1]

    def test_name_in_the_buyers_language(self, engine: SearchEngine, catalogue: str) -> None:
        query = Query(text="VTH-08.040/A2")
        french, english = engine.search(catalogue, query, FR).hits[0], engine.search(catalogue, query, EN).hits[0]
        assert (french.name, english.name) == (CATALOGUE[0].name_fr, CATALOGUE[0].name_en)
        assert (french.pk, french.tenant_id, french.sku, french.brand) == (key(1), ACME, "VTH-08.040/A2", "Bossard")

    # --- order and pages ----------------------------------------------------------------------------------------------
    def test_sort_by_name_is_natural(self, engine: SearchEngine, index: str) -> None:
        names = ["Vis M10", "Vis M4", "écrou", "Vis M4 x 2,5", "Zinc"]
        self.put(engine, index, *(product(number, name) for number, name in enumerate(names, 1)))
        result = engine.search(index, Query(sort="name"), FR)
        assert self.numbers(result) == [3, 2, 4, 1, 5]

    def test_sort_by_public_price_says_so(self, engine: SearchEngine, index: str) -> None:
        prices = {1: 300, 2: None, 3: 100, 4: 200}
        self.put(engine, index, *(product(n, f"Pince {n}", public_price=price) for n, price in prices.items()))
        up, down = (engine.search(index, Query(sort=sort), FR) for sort in ("price", "-price"))
        assert self.numbers(up) == [3, 4, 1, 2]
        assert self.numbers(down) == [1, 4, 3, 2]
        assert "public_price_sort" in up.degraded & down.degraded

    def test_price_range_includes_its_bounds(self, engine: SearchEngine, index: str) -> None:
        prices = {1: 300, 2: None, 3: 100, 4: 200}
        self.put(engine, index, *(product(n, f"Pince {n}", public_price=price) for n, price in prices.items()))
        result = engine.search(index, Query(price=(100, 200)), FR)
        assert set(self.numbers(result)) == {3, 4}
        assert result.degraded == {"public_price_filter"}
        assert engine.search(index, Query(price=(0, 2**80)), FR).total == 3
        assert engine.search(index, Query(price=(5, 4)), FR).total == 0

    @pytest.mark.parametrize("text", ["", "vis", "m8"])
    @pytest.mark.parametrize("sort", ["relevance", "name", "price", "-price"])
    def test_pages_without_gap_or_repeat(self, engine: SearchEngine, crowd: str, text: str, sort: str) -> None:
        whole = engine.search(crowd, Query(text=text, sort=sort, size=500), FR)  # type: ignore[arg-type]
        paged: list[str] = []
        for offset in range(0, 500, 37):
            size = min(37, 500 - offset)
            page = engine.search(crowd, Query(text=text, sort=sort, offset=offset, size=size), FR)  # type: ignore[arg-type]
            assert page.total == whole.total
            paged += page.ids
        assert paged == whole.ids
        assert len(set(paged)) == len(paged)

    def test_beyond_the_last_page(self, engine: SearchEngine, crowd: str) -> None:
        for offset in (600, 9_999, 10**9, 2**70):
            result = engine.search(crowd, Query(offset=offset), FR)
            assert (result.ids, result.total) == ([], 600)

    # --- facets -------------------------------------------------------------------------------------------------------
    def test_or_inside_and_between(self, engine: SearchEngine, crowd: str) -> None:
        filters = {"diameter": ("M8", "M10"), "material": ("laiton",)}
        wanted = {
            doc.pk
            for doc in many(600)
            if doc.facets["diameter"][0] in {"M8", "M10"} and doc.facets["material"] == ("laiton",)
        }
        result = engine.search(crowd, Query(filters=filters, size=500), FR)
        assert set(result.ids) == wanted
        assert result.total == len(wanted)

    def test_own_filter_left_out(self, engine: SearchEngine, crowd: str) -> None:
        query = Query(facets=("diameter", "material"), filters={"diameter": ("M8",)})
        facets = engine.search(crowd, query, FR).facets
        assert len(facets["diameter"]) == 6
        assert [value.value for value in facets["diameter"] if value.selected] == ["M8"]
        assert sum(value.count for value in facets["material"]) == next(
            value.count for value in facets["diameter"] if value.selected
        )

    @pytest.mark.parametrize(
        "filters",
        [
            {},
            {"diameter": ("M8",)},
            {"diameter": ("M8", "M3"), "material": ("laiton", "acier"), "in_stock": ("1",)},
            {"category": ("all/screws",), "brand": ("Würth",), "length": ("16 mm", "20 mm")},
            {"length": ("nothing has this",)},
        ],
    )
    @pytest.mark.parametrize("text", ["", "vis"])
    def test_counts_equal_oracle(
        self, engine: SearchEngine, crowd: str, text: str, filters: dict[str, tuple[str, ...]]
    ) -> None:
        docs = [doc for doc in many(600) if not text or doc.name_fr.startswith("Vis")]
        codes = ("brand", "category", "diameter", "length", "material", "in_stock", "tenant")
        result = engine.search(crowd, Query(text=text, facets=codes, filters=filters, size=0), FR)
        for code in codes:
            counts = {value.value: value.count for value in result.facets[code] if value.count}
            assert counts == counted(docs, code, filters), code

    def test_natural_value_order(self, engine: SearchEngine, crowd: str) -> None:
        facets = engine.search(crowd, Query(facets=("diameter", "length")), FR).facets
        assert [value.value for value in facets["diameter"]] == ["M3", "M4", "M6", "M8", "M10", "M12"]
        assert [value.value for value in facets["length"]] == ["16 mm", "20 mm", "40 mm", "60 mm"]

    def test_all_facets_leave_out_what_is_empty(self, engine: SearchEngine, catalogue: str) -> None:
        facets = engine.search(catalogue, Query(text="gants", facets=(ALL_FACETS,)), FR).facets
        assert set(facets) == {"brand", "in_stock", "size", "tenant"}

    def test_selected_value_without_hits_stays_visible(self, engine: SearchEngine, crowd: str) -> None:
        query = Query(facets=("diameter",), filters={"diameter": ("M99",)})
        value = engine.search(crowd, query, FR).facets["diameter"][-1]
        assert (value.value, value.count, value.selected) == ("M99", 0, True)

    def test_unknown_facet_raises(self, engine: SearchEngine, crowd: str) -> None:
        for query in (Query(facets=("colour",)), Query(filters={"colour": ("red",)}), Query(facets=("a.b[",))):
            with pytest.raises(UnknownFacetError):
                engine.search(crowd, query, FR)

    def test_category_counts_its_whole_path(self, engine: SearchEngine, crowd: str) -> None:
        values = {
            value.value: value.count for value in engine.search(crowd, Query(facets=(CATEGORY,)), FR).facets[CATEGORY]
        }
        assert values["all"] == 600
        assert sum(values[f"all/{family}"] for _, _, family in KINDS) == 600

    # --- suggestions --------------------------------------------------------------------------------------------------
    def test_suggest(self, engine: SearchEngine, catalogue: str) -> None:
        assert engine.suggest(catalogue, Query(text="disj"), FR)[0].pk == key(5)
        assert len(engine.suggest(catalogue, Query(text="e", size=2), FR)) <= 2
        assert engine.suggest(catalogue, Query(text="  "), FR) == []

    # --- writes -------------------------------------------------------------------------------------------------------
    def test_index_that_does_not_exist_is_empty(self, engine: SearchEngine, index: str) -> None:
        assert engine.search(index, Query(text="vis", facets=("anything",)), FR) == Result()
        engine.drop(index)

    def test_visible_after_wait(self, engine: SearchEngine, index: str) -> None:
        for number in range(1, 6):
            self.put(engine, index, product(number, "Pince"))
            assert engine.search(index, Query(), FR).total == number

    @pytest.mark.parametrize("sort", ["relevance", "name"])
    def test_hits_say_which_goods_they_are(self, engine: SearchEngine, index: str, sort: Sort) -> None:
        self.put(engine, index, product(1, "Pince", goods="g-1"), product(2, "Pince"))
        for text in ("", "pince"):
            hits = engine.search(index, Query(text=text, sort=sort), FR).hits
            assert {hit.pk: hit.goods for hit in hits} == {key(1): "g-1", key(2): ""}

    def test_upsert_replaces(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Pince", facets={"size": ("9",)}), product(2, "Pince"))
        self.put(engine, index, product(1, "Marteau", sku="NEW-1"))
        assert self.found(engine, index, "pince") == [2]
        assert self.found(engine, index, "marteau") == [1]
        assert self.found(engine, index, "P0001") == []
        assert engine.search(index, Query(facets=("size",)), FR).facets["size"] == ()

    def test_delete_removes(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Pince"), product(2, "Pince"))
        engine.wait(engine.write(index, (), [key(1), key(77)]), WAIT_S)
        assert self.found(engine, index, "pince") == [2]

    def test_delete_comes_before_upsert(self, engine: SearchEngine, index: str) -> None:
        engine.wait(engine.write(index, [product(1, "Pince")], [key(1)]), WAIT_S)
        assert self.found(engine, index, "pince") == [1]

    def test_last_of_two_in_one_write_stays(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Pince"), product(1, "Marteau"))
        assert (self.found(engine, index, "pince"), self.found(engine, index, "marteau")) == ([], [1])

    def test_replay_is_harmless(self, engine: SearchEngine, index: str) -> None:
        docs = many(50)
        self.put(engine, index, *docs)
        query = Query(text="vis", facets=(ALL_FACETS,), size=50, sort="name")
        before = engine.search(index, query, FR)
        for _ in range(3):
            self.put(engine, index, *docs)
        assert engine.search(index, query, FR) == before

    def test_tenant_isolation(self, engine: SearchEngine, index: str) -> None:
        other = f"t-{uuid4().hex}"
        try:
            self.put(engine, index, product(1, "Pince secrète"))
            self.put(engine, other, product(2, "Pince", tenant_id=BOLT))
            assert self.found(engine, other, "pince") == [2]
            assert self.found(engine, other, "secrète") == []
            engine.wait(engine.write(other, (), [key(1)]), WAIT_S)
            engine.drop(other)
            assert self.found(engine, index, "pince") == [1]
        finally:
            engine.drop(other)

    def test_tenant_facet_cannot_be_borrowed(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Pince", tenant_id=BOLT, facets={"tenant": (ACME,)}))
        assert engine.search(index, Query(filters={"tenant": (ACME,)}), FR).total == 0
        assert engine.search(index, Query(filters={"tenant": (BOLT,)}), FR).total == 1

    def test_rebuild_replaces_everything(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Pince", facets={"size": ("9",)}))
        engine.rebuild(index, iter([product(2, "Marteau"), product(3, "Marteau", facets={"weight": ("1 kg",)})]))
        assert set(self.numbers(engine.search(index, Query(), FR))) == {2, 3}
        assert set(engine.search(index, Query(facets=(ALL_FACETS,)), FR).facets) == {"in_stock", "tenant", "weight"}
        self.put(engine, index, product(4, "Scie"))
        assert engine.search(index, Query(), FR).total == 3

    def test_rebuild_of_an_index_that_does_not_exist(self, engine: SearchEngine, index: str) -> None:
        engine.rebuild(index, many(10))
        assert engine.search(index, Query(), FR).total == 10
        engine.rebuild(index, ())
        assert engine.search(index, Query(), FR).total == 0

    def test_failed_rebuild_changes_nothing(self, engine: SearchEngine, index: str) -> None:
        self.put(engine, index, product(1, "Pince"))

        def broken() -> Iterator[Doc]:
            yield product(2, "Marteau")
            raise RuntimeError("the database went away")

        with pytest.raises(RuntimeError, match="went away"):
            engine.rebuild(index, broken())
        assert self.numbers(engine.search(index, Query(), FR)) == [1]
        self.put(engine, index, product(3, "Scie"))
        assert engine.search(index, Query(), FR).total == 2

    def test_rebuild_swaps_without_empty_moment(self, engine: SearchEngine, index: str) -> None:
        old = many(200)
        new = [replace(doc, brand="New") for doc in old]
        engine.rebuild(index, old)
        totals: set[tuple[int, int]] = set()
        stop = threading.Event()
        errors: list[Exception] = []

        def look() -> None:
            try:
                while not stop.is_set():
                    result = engine.search(index, Query(facets=(BRAND,), size=1), FR)
                    renamed = sum(value.count for value in result.facets[BRAND] if value.value == "New")
                    totals.add((result.total, renamed))
            except Exception as error:  # noqa: BLE001 - handed to the test
                errors.append(error)

        looker = threading.Thread(target=look)
        looker.start()
        try:
            for docs in (new, old, new):
                engine.rebuild(index, docs)
        finally:
            stop.set()
            looker.join()
        assert not errors
        assert totals <= {(200, 0), (200, 200)}
        assert engine.search(index, Query(filters={BRAND: ("New",)}), FR).total == 200
