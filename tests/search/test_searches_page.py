"""The supplier's page of searches and synonyms."""

from __future__ import annotations

from typing import Any

import pytest

from core.ids import uuid7
from core.tenancy import use_tenant
from search import fruitless
from search.models import FruitlessSearch
from search.synonyms import SynonymData, save_synonym, synonym_lines
from tests.counting import statements
from tests.world import World


@pytest.fixture
def client(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.acme.owner)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    html: str = answer.content.decode()
    return html


def note(world: World, *texts: str) -> None:
    with use_tenant(world.acme.scope):
        for text in texts:
            fruitless.note(text=text, language="fr")


def test_from_a_search_without_result_to_a_synonym(world: World, client: Any) -> None:
    note(world, "tige filetee m8", "goujon", "goujon")
    html = text_of(client.get("/portal/searches/"))
    assert html.index("goujon") < html.index("tige filetee m8")
    href = "/portal/searches/synonyms/new/?words=goujon&amp;language=fr"
    assert f'href="{href}"' in html
    form = text_of(client.get(href.replace("&amp;", "&")))
    assert ">\ngoujon</textarea>" in form or ">goujon</textarea>" in form
    assert '<option value="fr" selected>' in form
    sent = {"words": "goujon\r\ntige filetée\r\n", "meant": "", "language": "fr"}
    answer = client.post("/portal/searches/synonyms/new/", sent)
    assert (answer.status_code, answer["location"]) == (303, "/portal/searches/")
    html = text_of(client.get("/portal/searches/"))
    assert "goujon · tige filetée" in html
    assert "?words=goujon" not in html
    with use_tenant(world.acme.scope):
        assert [line.data for line in synonym_lines()] == [SynonymData("fr", ("goujon", "tige filetée"))]


def test_a_synonym_is_changed_and_deleted(world: World, client: Any) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        key = save_synonym(data=SynonymData("", ("a1", "b2"), ("c3",)), actor=world.acme.staff)
    path = f"/portal/searches/synonyms/{key}/"
    html = text_of(client.get(path))
    assert "a1\nb2</textarea>" in html
    assert "c3</textarea>" in html
    assert client.post(path, {"words": "a1\nd4"}).status_code == 303
    with use_tenant(world.acme.scope):
        assert [line.data for line in synonym_lines()] == [SynonymData("", ("a1", "d4"))]
    assert client.post(f"{path}delete/", {}).status_code == 303
    with use_tenant(world.acme.scope):
        assert synonym_lines() == []
    assert client.get(path).status_code == 404
    assert client.post(path, {"words": "a1\nd4"}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"words": ""}, "This field is required."),
        ({"words": "goujon"}, "Write at least two"),
        ({"words": "goujon\n?!"}, "has no word in it"),
        ({"words": "a\nb", "language": "xx"}, "Select a valid choice"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    world: World, client: Any, sent: dict[str, str], message: str
) -> None:
    answer = client.post("/portal/searches/synonyms/new/", sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert message in html
    assert sent["words"].split("\n")[0] in html
    with use_tenant(world.acme.scope):
        assert synonym_lines() == []


def test_a_text_is_dismissed(world: World, client: Any) -> None:
    note(world, "parapluie")
    with use_tenant(world.acme.scope):
        key = FruitlessSearch.objects.get().pk
    assert client.post(f"/portal/searches/{key}/dismiss/", {}).status_code == 303
    assert "parapluie" not in text_of(client.get("/portal/searches/"))
    assert client.post(f"/portal/searches/{uuid7()}/dismiss/", {}).status_code == 404


def test_statements_do_not_grow_with_rows(world: World, client: Any) -> None:
    seen = []
    for start, count in ((0, 2), (2, 70)):
        note(world, *(f"texte{number}x" for number in range(start, start + count)))
        with use_tenant(world.acme.scope, party="tenant"):
            for number in range(start, start + count):
                data = SynonymData("", (f"mot{number}a", f"mot{number}b"))
                save_synonym(data=data, actor=world.acme.staff)
        client.get("/portal/searches/")
        with statements() as asked:
            html = text_of(client.get("/portal/searches/"))
        seen.append(len(asked))
    assert html.count("/dismiss/") == 50
    assert seen[0] == seen[1]


def test_strangers_do_not_get_there(world: World, browser: Any) -> None:
    for person in (world.bolt.owner, world.delmas.admin, None):
        answer = browser(world.acme.host, person).get("/portal/searches/")
        assert answer.status_code in (302, 303, 403, 404)
