"""Drawings, data sheets, questions and answers through the pages of both sides."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.scope import PLATFORM
from core.tenancy import use_tenant
from rfq.models import RFQ, QuoteVersion, RFQLine
from rfq.talk.models import Clarification, Question, QuoteFile, RequestFile
from tests.rfq.test_negotiation import request_for
from tests.rfq.test_requests import _at_deadline, _invitation
from tests.rfq.test_rfq_pages import _form
from tests.rfq.test_talk import OTHER, PDF, ask, offer_with, publish
from tests.world import World


def upload(name: str = "plan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def test_drawings_of_a_draft_reach_the_supplier_as_downloads(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    assert 'name="files"' in buyer.get("/rfqs/new/").content.decode()
    kept = buyer.post("/rfqs/new/", _form(world, keep="1"))
    draft = UUID(kept["Location"].rpartition("=")[2])
    base = f"/rfqs/{draft}/"
    assert f"{base}questions/" in buyer.get(kept["Location"]).content.decode()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        line_id = RFQLine.objects.get(rfq_id=draft).pk
    refused = buyer.post(f"{base}files/", {"files": [upload("x.exe", b"MZ")], "line": ""})
    assert (refused.status_code, "x.exe" in refused.content.decode()) == (422, True)
    added = buyer.post(f"{base}files/", {"files": [upload("a.pdf"), upload("b.pdf")], "line": line_id.hex})
    assert added.status_code == 303
    assert buyer.post(f"{base}files/", {"files": [upload("c.pdf", OTHER)], "line": ""}).status_code == 303
    assert buyer.post(f"{base}files/", {"files": [upload()], "line": "x"}).status_code == 404
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        keys = dict(RequestFile.objects.values_list("name", "pk"))
    page = buyer.get(f"{base}questions/").content.decode()
    assert f"{base}files/{keys['a.pdf']}/remove/" in page
    assert buyer.post(f"{base}files/{keys['b.pdf']}/remove/").status_code == 303
    assert buyer.post("/rfqs/new/", _form(world, draft=draft.hex)).status_code == 303
    supplier = browser(world.acme.host, world.acme.owner)
    portal = f"/portal/rfqs/{_invitation(world.acme, draft)}/"
    for path in (portal, f"{portal}questions/"):
        html = supplier.get(path).content.decode()
        assert "a.pdf" in html
        assert "c.pdf" in html
        assert "b.pdf" not in html
    found = supplier.get(f"{portal}files/{keys['a.pdf']}/")
    assert (found.status_code, found.content) == (200, PDF)
    assert found["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Content-Security-Policy"] == "sandbox"
    assert buyer.get(f"{base}files/{keys['c.pdf']}/").content == OTHER
    assert buyer.get(f"{base}files/{keys['b.pdf']}/").status_code == 404
    stranger = browser("localhost", world.lecomte.admin)
    assert stranger.get(f"{base}files/{keys['c.pdf']}/").status_code == 404
    assert stranger.get(f"{base}questions/").status_code == 404


def test_ask_answer_one_and_tell_all(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    acme, bolt = (browser(t.host, t.owner) for t in (world.acme, world.bolt))
    at_acme = f"/portal/rfqs/{_invitation(world.acme, rfq_id)}/questions/"
    at_bolt = f"/portal/rfqs/{_invitation(world.bolt, rfq_id)}/questions/"
    form = acme.get(at_acme).content.decode()
    data = {"text": "Chez nous : laminé ?", "line": "", "token": _token(form)}
    assert acme.post(at_acme, {**data, "text": " "}).status_code == 422
    assert acme.post(at_acme, data).status_code == 303
    assert acme.post(at_acme, data).status_code == 303, "sent twice, asked once"
    assert "laminé" in acme.get(at_acme).content.decode()
    assert acme.get(at_bolt).status_code == 404
    assert acme.post(at_bolt, data).status_code == 404
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/questions/"
    assert "1 question waits for your answer" in buyer.get(f"/rfqs/{rfq_id}/").content.decode()
    page = buyer.get(path).content.decode()
    assert world.acme.name in page
    assert "laminé" in page
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        question = Question.objects.get()
    assert 'name="question"' in buyer.get(f"{path}?answer={question.pk.hex}").content.decode()
    target = f"{path}{question.pk}/"
    assert buyer.post(target, {"act": "x", "text": "Oui"}).status_code == 404
    named = buyer.post(target, {"act": "publish", "question": f"{world.acme.name} : laminé ?", "text": "Oui"})
    assert (named.status_code, "Leave the name out" in named.content.decode()) == (422, True)
    assert buyer.post(target, {"act": "publish", "question": "Laminé ou coupé ?", "text": "Laminé."}).status_code == 303
    assert buyer.post(target, {"act": "publish", "question": "?", "text": "Coupé."}).status_code == 409
    other = bolt.get(at_bolt).content.decode()
    assert "Laminé ou coupé ?" in other
    for secret in ("Chez nous", world.acme.name, world.acme.owner.name, str(question.pk), question.pk.hex):
        assert secret not in other
    token = _token(buyer.get(path).content.decode())
    news = {"news": "Plan corrigé", "line": "", "token": token, "files": [upload("plan-b.pdf")]}
    assert buyer.post(f"/rfqs/{rfq_id}/tell/", news).status_code == 303
    for client, where in ((acme, at_acme), (bolt, at_bolt)):
        html = client.get(where).content.decode()
        assert "Plan corrigé" in html
        assert "plan-b.pdf" in html
    assert buyer.post(f"/rfqs/{rfq_id}/tell/", {"news": "Encore", "token": token}).status_code == 303, "told before"
    assert buyer.post(f"/rfqs/{rfq_id}/tell/", {"news": ""}).status_code == 422
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Clarification.objects.count() == 2


def test_an_onlooker_answers_nothing_and_tells_nothing(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    question_id = ask(world.acme, rfq_id)
    onlooker = browser("localhost", world.delmas.viewer)
    assert onlooker.post(f"/rfqs/{rfq_id}/tell/", {"news": "x"}).status_code == 403
    for act in ("answer", "publish"):
        data = {"act": act, "question": "x", "text": "x"}
        assert onlooker.post(f"/rfqs/{rfq_id}/questions/{question_id}/", data).status_code == 403
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Question.objects.get().answered_at is None
        assert not Clarification.objects.exists()


def test_errors_and_pages_of_a_supplier_do_not_depend_on_what_others_asked(world: World, browser: Any) -> None:
    """The same page, byte for byte, whether another supplier has asked ten things or nothing."""
    until = timezone.now() + timedelta(days=3, minutes=30)
    alone, together = (request_for(world.delmas, world.acme, world.bolt, deadline_at=until) for _n in range(2))
    for place in range(10):
        ask(world.bolt, together, f"Question {place} ?")
    client = browser(world.acme.host, world.acme.owner)
    pages = []
    for rfq_id in (alone, together):
        invitation_id = _invitation(world.acme, rfq_id)
        with use_tenant(PLATFORM, company_id=world.delmas.id):
            number = RFQ.objects.get(pk=rfq_id).number
        found = []
        for answer in (
            client.get(f"/portal/rfqs/{invitation_id}/questions/"),
            client.get(f"/portal/rfqs/{invitation_id}/"),
            client.post(f"/portal/rfqs/{invitation_id}/questions/", {"text": ""}),
        ):
            html = answer.content.decode()
            for own in (str(invitation_id), invitation_id.hex, str(rfq_id), rfq_id.hex, number):
                html = html.replace(own, "…")
            found.append(
                (answer.status_code, re.sub(r"[0-9a-f]{32}|data-left=\"\d+\"|value=\"[A-Za-z0-9]{64}\"", "…", html))
            )
        pages.append(found)
    assert pages[0] == pages[1]


def test_an_offers_files_stay_go_and_are_read_by_its_buyer(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    invitation_id = _invitation(world.acme, rfq_id)
    offer_with(world.acme, rfq_id, ("fiche.pdf", PDF), ("notice.pdf", OTHER))
    supplier, portal = browser(world.acme.host, world.acme.owner), f"/portal/rfqs/{invitation_id}/"
    page = supplier.get(portal).content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        keys = dict(QuoteFile.objects.values_list("name", "pk"))
    assert re.search(rf'name="keep-file" value="{keys["fiche.pdf"].hex}"[^>]* checked', page)
    price = re.search(r'name="(price-[0-9a-f]{32})"', page)
    assert price is not None
    data = {
        price[1]: "0.39",
        "valid_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "files-shown": "1",
        "keep-file": [keys["notice.pdf"].hex],
        "files": [upload("certificat.pdf")],
    }
    assert supplier.post(portal, {**data, "files": [upload("x.exe", b"MZ")]}).status_code == 422
    assert supplier.post(portal, {**data, "keep-file": ["x"], "files": []}).status_code == 404
    assert supplier.post(portal, data).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        latest = QuoteVersion.objects.get(number=2)
        assert [file.name for file in latest.files.all()] == ["notice.pdf", "certificat.pdf"]
    buyer, negotiation = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/{invitation_id}/"
    html = buyer.get(negotiation).content.decode()
    for name in ("fiche.pdf", "notice.pdf", "certificat.pdf"):
        assert name in html
    path = f"files/{keys['fiche.pdf']}/"
    assert buyer.get(f"{negotiation}{path}").content == PDF
    assert supplier.get(f"{portal}offer-{path}").content == PDF
    assert browser("localhost", world.lecomte.admin).get(f"{negotiation}{path}").status_code == 404
    rival = browser(world.bolt.host, world.bolt.owner)
    for key in (invitation_id, _invitation(world.bolt, rfq_id)):
        assert rival.get(f"/portal/rfqs/{key}/offer-{path}").status_code == 404


def test_a_sealed_offers_files_open_with_it(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, is_sealed=True)
    offer_with(world.acme, rfq_id, ("fiche.pdf", PDF))
    with use_tenant(world.acme.scope, party="tenant"):
        path = f"/rfqs/{rfq_id}/{_invitation(world.acme, rfq_id)}/files/{QuoteFile.objects.get().pk}/"
    buyer = browser("localhost", world.delmas.admin)
    assert buyer.get(path).status_code == 404
    _at_deadline(rfq_id)
    assert buyer.get(path).content == PDF


def test_a_published_answer_is_answered_no_more(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    question_id = ask(world.acme, rfq_id)
    publish(world.delmas, rfq_id, question_id)
    page = browser("localhost", world.delmas.admin).get(f"/rfqs/{rfq_id}/questions/?answer={question_id.hex}")
    assert 'name="question"' not in page.content.decode()
