"""Pages of messages: the section under a document, the form, downloads, the supplier's list, the letters."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.tenancy import use_tenant
from marketplace.models import Attachment, Document, Message
from tests.marketplace.talking import PDF, buyer_writes, document_id, ordered, staff_writes
from tests.notifications.test_letters import shipped_order


def _said(answer) -> str:
    return str(answer.content.decode())


def _token(answer) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{32})"', _said(answer))
    assert found
    return found[1]


def _send(visitor, path: str, token: str, body: str = "Où est ma commande ?", *uploads: SimpleUploadedFile):
    return visitor.post(path, {"token": token, "body": body, "files": list(uploads)})


def test_a_buyer_writes_on_the_order_and_the_supplier_answers(world, browser):
    order_id = ordered(world.acme, world.delmas)
    about = document_id(world.acme, order_id)
    shop, portal = browser(world.acme.host, world.delmas.admin), browser(world.acme.host, world.acme.owner)
    page = shop.get(f"/orders/{order_id}/")
    token = _token(page)
    for _time in range(2):
        answer = _send(shop, f"/messages/{about}/", token, "Bonjour <b>", SimpleUploadedFile("plan.pdf", PDF))
        assert (answer.status_code, answer["Location"]) == (303, f"/orders/{order_id}/#messages")
    assert "Bonjour &lt;b&gt;" in _said(shop.get(f"/orders/{order_id}/"))
    home, inbox = _said(portal.get("/portal/")), _said(portal.get("/portal/messages/"))
    assert "Message about" in home
    assert ("Unanswered" in inbox, "1 unread" in inbox) == (True, True)
    assert "Bonjour &lt;b&gt;" in _said(portal.get(f"/portal/orders/{order_id}/"))
    inbox = _said(portal.get("/portal/messages/"))
    assert ("Unanswered" in inbox, "1 unread" in inbox) == (True, False)
    token = _token(portal.get(f"/portal/messages/{about}/"))
    assert _send(portal, f"/portal/messages/{about}/", token, "Demain").status_code == 303
    fragment = shop.get(f"/messages/{about}/", headers={"hx-request": "true"})
    assert ("Demain" in _said(fragment), "<form" in _said(fragment)) == (True, False)
    assert "Unanswered" not in _said(portal.get("/portal/messages/"))
    with use_tenant(world.acme.scope, party="tenant"):
        row = Document.objects.get(pk=about)
        assert (row.message_count, row.company_unread, row.tenant_unread) == (2, 0, 0)


def test_an_invoice_has_its_own_thread(world, browser):
    invoice = shipped_order(world)
    about = document_id(world.acme, invoice.id)
    shop, portal = browser(world.acme.host, world.delmas.admin), browser(world.acme.host, world.acme.owner)
    answer = _send(shop, f"/messages/{about}/", _token(shop.get(f"/invoices/{invoice.id}/")), "Erreur")
    assert answer["Location"] == f"/invoices/{invoice.id}/#messages"
    assert "Erreur" in _said(portal.get(f"/portal/invoices/{invoice.id}/"))
    assert "Erreur" not in _said(portal.get(f"/portal/orders/{invoice.order_id}/"))


@pytest.mark.parametrize(
    ("body", "uploads", "shown"),
    [
        ("", (), "Write a message or attach a file."),
        ("Voici", (("facture.pdf", b"<html><script>alert(1)</script>"),), "facture.pdf – This is not a PDF"),
        ("Voici", (("a.pdf", PDF),) * 6, "At most 5 files"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(world, browser, body, uploads, shown):
    about = document_id(world.acme, ordered(world.acme, world.delmas))
    shop = browser(world.acme.host, world.delmas.admin)
    token = _token(shop.get(f"/messages/{about}/"))
    files = [SimpleUploadedFile(name, content) for name, content in uploads]
    answer = _send(shop, f"/messages/{about}/", token, body, *files)
    assert answer.status_code == 422
    assert shown in _said(answer)
    assert _token(answer) == token
    assert f">{body}</textarea>" in _said(answer)
    with use_tenant(world.acme.scope, party="tenant"):
        assert not Message.objects.exists()


def test_a_file_is_a_download_and_nothing_else(world, browser):
    about = document_id(world.acme, ordered(world.acme, world.delmas))
    name = 'a"\r\nX: y é.pdf'
    buyer_writes(world.acme, world.delmas, about, contents=((name, PDF),))
    with use_tenant(world.acme.scope, party="tenant"):
        file_id = Attachment.objects.get().pk
    for person, path in ((world.delmas.admin, "/messages"), (world.acme.owner, "/portal/messages")):
        answer = browser(world.acme.host, person).get(f"{path}/{about}/{file_id}/")
        assert answer.content == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == "attachment; filename*=utf-8''a%22X%3A%20y%20%C3%A9.pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox"
        assert "private" in answer["Cache-Control"]
    other = document_id(world.acme, ordered(world.acme, world.delmas))
    for host, person, document in (
        (world.acme.host, world.delmas.admin, other),  # a file of another thread
        (world.acme.host, world.lecomte.admin, about),
        (world.bolt.host, world.delmas.admin, about),
    ):
        assert browser(host, person).get(f"/messages/{document}/{file_id}/").status_code == 404


def test_one_letter_for_a_thread_until_it_is_read(world, browser, drain, mailoutbox):
    order_id = ordered(world.acme, world.delmas)
    about = document_id(world.acme, order_id)
    drain()
    mailoutbox.clear()
    for _time in range(3):
        buyer_writes(world.acme, world.delmas, about)
        drain()
    assert [letter.to for letter in mailoutbox] == [[world.acme.owner.email]]
    assert f"http://acme.localhost/portal/orders/{order_id}/#messages" in mailoutbox[0].body
    browser(world.acme.host, world.acme.owner).get(f"/portal/orders/{order_id}/")
    buyer_writes(world.acme, world.delmas, about)
    staff_writes(world.acme, about)
    staff_writes(world.acme, about)
    drain()
    assert [letter.to for letter in mailoutbox[1:]] == [[world.acme.owner.email], [world.delmas.admin.email]]
    assert "Acme Visserie" in mailoutbox[2].subject
