"""Goods of several suppliers as rows of one list, walked out of an engine's hits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from catalog.visibility import UNRESTRICTED
from search import goods, segments
from search.buyers import Looker
from search.engine import MARKETPLACE, engine
from search.goods import TOO_MANY_ACCOUNTS, GoodsFound, find_goods
from search.port import Query
from tests.search.samples import ACME, BOLT, product

SAME = 40


@pytest.fixture
def _filled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hundred goods of each supplier, the first forty of which are the same; so few at a time that pages walk."""
    monkeypatch.setattr(goods, "MAX_SIZE", 16)
    docs = []
    for number in range(100):
        name = f"Vis {number:03}"
        mine = product(number + 1, name, goods=f"g{number}" if number < SAME else "", public_price=1_000 + number)
        docs += [mine, replace(mine, pk=str(UUID(int=1_000 + number)), tenant_id=BOLT)]
    engine().drop(MARKETPLACE)
    engine().wait(engine().write(MARKETPLACE, docs), 30)
    yield
    engine().drop(MARKETPLACE)


def page(number: int, query: Query | None = None, **lookers: Looker) -> GoodsFound:
    found = find_goods(
        query or Query(sort="name"), {UUID(key): one for key, one in lookers.items()}, page=number, per_page=20
    )
    assert found is not None
    return found


@pytest.mark.usefixtures("_filled")
def test_pages_have_no_gap_and_no_repeat() -> None:
    heads = [hit for number in range(1, 9) for hit in page(number).heads]
    named = [hit.goods or hit.pk for hit in heads]
    assert len(named) == len(set(named)) == 160
    assert [hit.name for hit in heads] == sorted(hit.name for hit in heads)
    assert {len(page(number).heads) for number in range(1, 9)} == {20}


@pytest.mark.usefixtures("_filled")
def test_the_number_of_goods_is_never_too_small_and_exact_at_the_end() -> None:
    totals = [page(number).total for number in range(1, 9)]
    assert totals == sorted(totals, reverse=True)
    assert min(totals) >= 160
    last = page(8)
    assert (last.total, last.is_exact, last.result.total) == (160, True, 200)
    assert not page(1).is_exact


@pytest.mark.usefixtures("_filled")
def test_few_matches_are_counted_exactly_at_once() -> None:
    found = page(1, Query(text="vis 007"))
    assert (found.total, found.is_exact, found.result.total) == (1, True, 2)
    assert found.heads[0].goods == "g7"


@pytest.mark.usefixtures("_filled")
def test_the_numbers_beside_the_filters_are_those_of_the_list() -> None:
    found = page(1, Query(sort="name", facets=("tenant", "in_stock")))
    counts = {value.value: value.count for value in found.result.facets["tenant"]}
    assert counts == {ACME: 100, BOLT: 100}
    assert [value.count for value in found.result.facets["in_stock"]] == [160]
    chosen = page(99, Query(sort="name", filters={"tenant": (BOLT,)}))
    assert (chosen.total, chosen.is_exact) == (counts[BOLT], True)


@pytest.mark.usefixtures("_filled")
def test_a_page_after_the_last_one_is_the_last_one() -> None:
    assert page(50).heads == page(8).heads
    assert page(3, Query(text="nothing of the kind")).heads == ()


@pytest.mark.usefixtures("_filled")
def test_public_prices_stand_in_for_nobodys_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Suppliers show base prices to their customers only: without own prices there is no order and no bound."""
    monkeypatch.setattr(segments, "MOST_SEGMENTS", -1)
    monkeypatch.setattr(segments, "FEW_MATCHES", 1)
    query = Query(sort="price", price=(1_000, 1_003), buckets=5)
    found = page(1, query, **{ACME: Looker(UNRESTRICTED)})
    assert found.result.degraded == {TOO_MANY_ACCOUNTS}
    assert found.result.total == 200
    assert found.result.histogram == ()
