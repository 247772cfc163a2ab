"""Searches without result: counted by text, without a trace of who it was; a customer's own numbers find its goods."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.keys import sku_key
from catalog.models import CustomerPartNumber
from catalog.visibility import UNRESTRICTED, Audience, Viewpoint
from core.ids import uuid7
from core.tenancy import use_tenant
from search import fruitless, indexing
from search.buyers import Looker
from search.models import FruitlessSearch
from search.port import Query, Result
from search.queries import find_in_shop, suggest_in_shop
from tests.counting import statements
from tests.world import World


def acting(world: World) -> Any:
    return use_tenant(world.acme.scope, party="tenant")


def counts() -> dict[str, int]:
    return dict(FruitlessSearch.objects.values_list("text", "asked_count"))


def test_texts_are_counted_by_what_they_say(world: World) -> None:
    with acting(world):
        for text in ("Chaussette", "  chaussétte ", "CHAUSSETTE", "parapluie"):
            with statements() as asked:
                fruitless.note(text=text, language="fr")
            assert len([one for one in asked if "SAVEPOINT" not in one]) == 1
        fruitless.note(text="chaussette", language="en")
        lines, total = fruitless.fruitless_page(limit=2)
        assert [(line.text, line.language, line.asked_count) for line in lines][:1] == [("chaussette", "fr", 3)]
        assert total == 3


@pytest.mark.parametrize("text", ["", "  ", "?!", "marie.dupont@example.fr", "\x00"])
def test_what_is_no_text_or_an_address_is_not_kept(world: World, text: str) -> None:
    with acting(world):
        fruitless.note(text=text, language="fr")
        assert counts() == {}


def test_long_texts_are_cut(world: World) -> None:
    with acting(world):
        fruitless.note(text="mot " * 500, language="fr")
        (text,) = counts()
        assert len(text) <= 100


def test_old_texts_make_room(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fruitless, "_NOTE", fruitless._NOTE.replace(f">= {fruitless.MOST_TEXTS}", ">= 3"))
    with acting(world):
        for text in ("un1", "deux2", "trois3", "un1", "quatre4", "quatre4"):
            fruitless.note(text=text, language="fr")
        assert counts() == {"un1": 2, "trois3": 1, "quatre4": 2}


@pytest.mark.parametrize(
    "query",
    [
        Query(text="x", offset=50),
        Query(text="x", filters={"brand": ("a",)}),
        Query(text="x", price=(1, 2)),
        Query(text="x", ranges={"a": (1, None)}),
        Query(text="x", only_bought=True),
        Query(text="x", max_lead_days=2),
        Query(text="x", size=0),
    ],
)
def test_only_plain_searches_count(query: Query) -> None:
    assert fruitless.is_fruitless(Query(text="x"), Result())
    assert fruitless.is_fruitless(Query(text="x"), Result(total=3, degraded=frozenset({"partial_match"})))
    assert not fruitless.is_fruitless(Query(text="x"), Result(total=3))
    assert not fruitless.is_fruitless(query, Result())


def test_a_search_of_a_page_is_counted_and_a_suggestion_is_not(world: World) -> None:
    looker = Looker(UNRESTRICTED)
    with acting(world):
        indexing.rebuild_shop(tenant_id=world.acme.id)
        find_in_shop(world.acme.id, Query(text="parapluie"), looker)
        find_in_shop(world.acme.id, Query(text="rondelle"), looker)
        find_in_shop(world.acme.id, Query(), looker)
        suggest_in_shop(world.acme.id, "chaussette", looker)
        assert counts() == {"parapluie": 1}
        (row,) = FruitlessSearch.objects.all()
        fruitless.dismiss(search_id=row.pk, actor=world.acme.staff)
        assert counts() == {}


def test_a_customers_own_number_finds_its_goods_and_nobody_elses(world: World) -> None:
    customer, other = uuid7(), uuid7()
    with acting(world):
        indexing.rebuild_shop(tenant_id=world.acme.id)
        for owner, sku in ((customer, "VN-1002"), (other, "VN-1003")):
            CustomerPartNumber.objects.create(
                customer_id=owner, variant_id=world.acme.variants[sku], number="ZZ 77-B", number_key=sku_key("ZZ 77-B")
            )
        for audience, wanted in ((Audience(customer), ["VN-1002"]), (Audience(other), ["VN-1003"]), (Audience(), [])):
            looker = Looker(Viewpoint(audience))
            found = find_in_shop(world.acme.id, Query(text="zz77b"), looker)
            assert found is not None
            assert [hit.sku for hit in found.result.hits] == wanted
            assert [hit.sku for hit in suggest_in_shop(world.acme.id, "ZZ-77-b", looker)] == wanted
