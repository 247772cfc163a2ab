"""Questions about requests through the API: a supplier asks with its own key, the company answers with its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.scope import PLATFORM
from core.tenancy import use_tenant
from rfq.talk.models import Clarification, Question
from tests.api.test_marketplace_api import client_of as company_client
from tests.api.test_orders_api import client_of, key_of
from tests.api.test_quotes_api import invitation_of, own_key
from tests.rfq.test_negotiation import request_for
from tests.rfq.test_talk import PDF, announce, ask, talk_at
from tests.world import World

ONLY = {"text": "Roulé.", "to": "supplier"}
ALL = {"text": "Roulé.", "to": "all", "question": "Filetage roulé ou coupé ?"}


@pytest.fixture
def company(world: World) -> Any:
    return company_client(world.delmas)


@pytest.fixture
def supplier(world: World) -> Any:
    return client_of(world.acme, own_key(world.acme))


def _post(api: Any, path: str, body: Any, key: str = "one") -> Any:
    text = json.dumps(body)
    return api.post(f"/api/v1/{path}", text, content_type="application/json", headers={"idempotency-key": key})


def test_a_question_is_asked_once_and_answered_once(world: World, company: Any, supplier: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    row = invitation_of(world.acme, rfq_id)
    asked = [_post(supplier, f"supplier/rfqs/{row.pk}/questions/", {"text": "Roulé ou coupé ?"}) for _n in range(2)]
    assert [(one.status_code, one["Idempotency-Replayed"]) for one in asked] == [(201, "false"), (201, "true")]
    assert [one["text"] for one in asked[1].json()["questions"]] == ["Roulé ou coupé ?"]
    assert _post(supplier, f"supplier/rfqs/{row.pk}/questions/", {"text": ""}, key="two").status_code == 422
    ask(world.bolt, rfq_id, "Question de Bolt ?")
    read = company.get(f"/api/v1/rfqs/{rfq_id}/talk/").json()
    assert {one["supplier"] for one in read["questions"]} == {world.acme.name, world.bolt.name}
    own = next(one for one in read["questions"] if one["supplier"] == world.acme.name)
    path = f"rfqs/{rfq_id}/questions/{own['id']}/"
    assert _post(company, path, ONLY).status_code == 200
    assert _post(company, path, ONLY).json()["code"] == "already_answered"
    assert talk_at(world.bolt, rfq_id).clarifications == ()
    assert _post(company, path, ALL).status_code == 200
    other = client_of(world.bolt, own_key(world.bolt))
    text = other.get(f"/api/v1/supplier/rfqs/{invitation_of(world.bolt, rfq_id).pk}/talk/").content.decode()
    assert ALL["question"] in json.loads(text)["clarifications"][0]["question"]
    assert world.acme.name not in text
    assert "coupé ?" not in [one["text"] for one in json.loads(text)["questions"]]


def test_wrong_answers_change_nothing(world: World, company: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    path = f"rfqs/{rfq_id}/questions/{ask(world.acme, rfq_id)}/"
    for body, code in (
        ({**ALL, "question": f"{world.acme.name} : roulé ?"}, "names_a_supplier"),
        ({**ALL, "question": ""}, "invalid"),
        ({**ONLY, "to": "everybody"}, "invalid"),
        ({**ONLY, "who": "acme"}, "invalid"),
    ):
        refused = _post(company, path, body)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.json()
    stranger = company_client(world.lecomte)
    assert _post(stranger, path, ONLY).status_code == 404
    assert stranger.get(f"/api/v1/rfqs/{rfq_id}/talk/").status_code == 404
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Question.objects.get().answered_at is None
        assert not Clarification.objects.exists()


def test_drawings_are_downloads_of_both_sides(world: World, company: Any, supplier: Any) -> None:
    rfq_id, other_id = request_for(world.delmas, world.acme), request_for(world.delmas, world.bolt)
    announce(world.delmas, rfq_id, contents=[("plan.pdf", PDF)])
    announce(world.delmas, other_id, contents=[("secret.pdf", PDF)])
    row = invitation_of(world.acme, rfq_id)
    for api, path in ((company, f"rfqs/{rfq_id}/talk/"), (supplier, f"supplier/rfqs/{row.pk}/talk/")):
        (file,) = api.get(f"/api/v1/{path}").json()["files"]
        assert (file["name"], file["size"]) == ("plan.pdf", len(PDF))
        found = api.get(file["href"])
        assert (found.content, found["Content-Disposition"]) == (PDF, 'attachment; filename="plan.pdf"')
        assert found["X-Content-Type-Options"] == "nosniff"
    assert client_of(world.bolt, own_key(world.bolt)).get(file["href"]).status_code == 404
    assert client_of(world.acme, key_of(world.acme, world.delmas)).get(file["href"]).status_code == 403
    assert company_client(world.lecomte).get(f"/api/v1/rfqs/{rfq_id}/files/{file['id']}/").status_code == 404
