"""Synonyms: what they are, what they make of a text, who finds what with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.visibility import UNRESTRICTED
from core.errors import InvalidInput, NotAllowed, Refused
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from search import fruitless, indexing, synonyms
from search.buyers import Looker
from search.errors import NoSuchSynonym, TooManySynonyms
from search.events import SynonymsChanged
from search.models import FruitlessSearch, Synonym
from search.port import MAX_ALTERNATIVES, Query
from search.queries import find_in_shop, suggest_in_shop
from search.synonyms import SynonymData, delete_synonym, dictionary_of, save_synonym, synonym_data, synonym_lines
from tests.counting import statements
from tests.world import World

STUDS = SynonymData("", ("goujon", "tige filetée", "barre filetée"))
GLOVES = SynonymData("fr", ("gants soudeur",), ("gants anti-chaleur", "manchettes"))


def acting(world: World) -> Any:
    return use_tenant(world.acme.scope, party="tenant")


# --- other wordings ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "locale", "wordings"),
    [
        ("goujon", "fr", ("tige filetée", "barre filetée")),
        ("Goujons M8 inox", "en", ("tige filetée m8 inox", "barre filetée m8 inox")),
        ("TIGES FILETÉES m8", "fr", ("goujon m8", "barre filetée m8")),
        ("tige de 8", "fr", ()),
        ("gants de soudeur", "fr", ("gants anti-chaleur", "manchettes")),
        ("gants soudeur", "en", ()),
        ("manchettes", "fr", ()),
        ("", "fr", ()),
        ("?!", "fr", ()),
    ],
)
def test_phrases_are_replaced_as_they_are_compared(text: str, locale: Any, wordings: tuple[str, ...]) -> None:
    assert dictionary_of([STUDS, GLOVES]).other_wordings(text, locale) == wordings


def test_several_phrases_of_a_text_are_replaced_one_before_both() -> None:
    book = dictionary_of([SynonymData("", ("vis", "boulon")), SynonymData("", ("inox", "stainless"))])
    assert book.other_wordings("vis m8 inox", "fr") == ("vis m8 stainless", "boulon m8 inox", "boulon m8 stainless")


def test_there_are_never_too_many() -> None:
    words = [f"mot{number}x" for number in range(20)]
    book = dictionary_of([SynonymData("", tuple(words))])
    found = book.other_wordings(" ".join(words[:10]), "fr")
    assert len(found) == MAX_ALTERNATIVES
    assert len(set(found)) == MAX_ALTERNATIVES


def test_the_longest_phrase_is_taken() -> None:
    book = dictionary_of([SynonymData("", ("tige", "barre")), SynonymData("", ("tige filetée", "goujon"))])
    assert book.other_wordings("tige filetée", "fr") == ("goujon",)


# --- services ---------------------------------------------------------------------------------------------------------
def test_a_synonym_is_kept_changed_and_deleted(world: World) -> None:
    with acting(world):
        key = save_synonym(data=SynonymData("", (" goujon ", "Goujons", "tige  filetée", "")), actor=world.acme.staff)
        assert synonym_data(key) == SynonymData("", ("goujon", "tige filetée"))
        save_synonym(data=GLOVES, actor=world.acme.staff, synonym_id=key)
        assert [line.data for line in synonym_lines()] == [GLOVES]
        delete_synonym(synonym_id=key, actor=world.acme.staff)
        assert synonym_lines() == []
        for attempt in (
            lambda: synonym_data(key),
            lambda: save_synonym(data=GLOVES, actor=world.acme.staff, synonym_id=key),
            lambda: delete_synonym(synonym_id=key, actor=world.acme.staff),
        ):
            with pytest.raises(NoSuchSynonym):
                attempt()
    with use_tenant(PLATFORM):
        assert OutboxEvent.objects.filter(name=SynonymsChanged.NAME).count() == 3


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (SynonymData("", ("goujon",)), "words"),
        (SynonymData("", ("goujon", "Goujons")), "words"),
        (SynonymData("", (), ("goujon", "vis")), "words"),
        (SynonymData("", ("goujon", "?!")), "words"),
        (SynonymData("", ("goujon",), ("--",)), "meant"),
        (SynonymData("", ("goujon", "x" * 81)), "words"),
        (SynonymData("", tuple(f"mot{n}" for n in range(21))), "words"),
        (SynonymData("de", ("goujon", "vis")), "language"),
    ],
)
def test_what_is_no_synonym_is_refused(world: World, data: SynonymData, field: str) -> None:
    with acting(world):
        with pytest.raises(InvalidInput) as refusal:
            save_synonym(data=data, actor=world.acme.staff)
        assert refusal.value.field == field
        assert not Synonym.objects.exists()


def test_only_the_tenants_staff_decides(world: World) -> None:
    with acting(world):
        key = save_synonym(data=STUDS, actor=world.acme.staff)
        for actor in (world.bolt.staff, world.delmas.buyer):
            for attempt in (
                lambda actor=actor: save_synonym(data=GLOVES, actor=actor),
                lambda actor=actor: delete_synonym(synonym_id=key, actor=actor),
                lambda actor=actor: fruitless.dismiss(search_id=key, actor=actor),
            ):
                with pytest.raises(NotAllowed):
                    attempt()
        assert [line.data for line in synonym_lines()] == [STUDS]


def test_there_is_an_end_to_synonyms(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synonyms, "MOST_SYNONYMS", 1)
    with acting(world):
        key = save_synonym(data=STUDS, actor=world.acme.staff)
        with pytest.raises(TooManySynonyms) as refusal:
            save_synonym(data=GLOVES, actor=world.acme.staff)
        assert isinstance(refusal.value, Refused)
        save_synonym(data=GLOVES, actor=world.acme.staff, synonym_id=key)


# --- searching --------------------------------------------------------------------------------------------------------
def skus(world: World, text: str) -> list[str]:
    found = find_in_shop(world.acme.id, Query(text=text), Looker(UNRESTRICTED))
    assert found is not None
    return [hit.sku for hit in found.result.hits]


def test_searches_and_suggestions_know_a_synonym_at_once(world: World, drain: Callable[[], int]) -> None:
    with acting(world):
        indexing.rebuild_shop(tenant_id=world.acme.id)
        assert skus(world, "machintruc m8") == skus(world, "m8"), "some of the words"
        assert FruitlessSearch.objects.filter(text="machintruc m8").exists()
        key = save_synonym(data=SynonymData("", ("Machintruc M8", "rondelle")), actor=world.acme.staff)
        assert not FruitlessSearch.objects.exists(), "it is explained now"
        wanted = skus(world, "rondelle")
        assert wanted
        assert skus(world, "machintruc m8") == wanted
        hits = suggest_in_shop(world.acme.id, "machintruc m8", Looker(UNRESTRICTED))
        assert [hit.sku for hit in hits] == wanted
        delete_synonym(synonym_id=key, actor=world.acme.staff)
    drain()
    with acting(world):
        assert skus(world, "machintruc m8") != wanted
    with use_tenant(world.bolt.scope):
        assert synonyms.dictionary().by_locale == {"fr": {}, "en": {}}


def test_synonyms_are_read_once(world: World) -> None:
    with acting(world):
        save_synonym(data=STUDS, actor=world.acme.staff)
        with statements() as first:
            synonyms.dictionary()
        with statements() as second:
            synonyms.dictionary()
        assert (len(first), len(second)) == (1, 0)
