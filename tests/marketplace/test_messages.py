"""Messages about a document: who writes and reads them, once, unread marks, files by what they are."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from accounts.permissions import Permission
from catalog.media import attachments as files
from catalog.media.attached import between, content_of
from core.errors import InvalidInput, NotAllowed, NotFound
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from marketplace.messages import services
from marketplace.messages.errors import TooManyMessages
from marketplace.messages.queries import download, thread, threads_page, unread_threads
from marketplace.models import Attachment, Document, Message
from tests.counting import statements
from tests.marketplace.talking import PDF, buyer_writes, document_id, ordered, photo, staff_writes, workbook


@pytest.fixture
def about(world):
    """The document of an order of Delmas at Acme."""
    return document_id(world.acme, ordered(world.acme, world.delmas))


def test_both_sides_write_and_each_counts_what_it_has_not_read(world, about):
    acme, delmas = world.acme, world.delmas
    buyer_writes(acme, delmas, about, "Quand ?\r\nMerci")
    buyer_writes(acme, delmas, about, "Urgent")
    staff_writes(acme, about, "Demain", (("plan.pdf", PDF),))
    with use_tenant(acme.scope, company_id=delmas.id):
        seen = thread(delmas.buyer, about)
        assert [(row.text, row.mine) for row in seen.messages] == [
            ("Quand ?\nMerci", True),
            ("Urgent", True),
            ("Demain", False),
        ]
        assert (seen.unread, seen.count) == (1, 3)
        assert [file.name for file in seen.messages[2].files] == ["plan.pdf"]
        services.mark_read(document_id=about, actor=delmas.buyer)
        assert thread(delmas.buyer, about).unread == 0
    with use_tenant(acme.scope, party="tenant"):
        assert unread_threads(acme.staff) == 1
        assert thread(acme.staff, about).unread == 2


def test_unanswered_threads_come_first(world, about):
    other = document_id(world.acme, ordered(world.acme, world.lecomte))
    buyer_writes(world.acme, world.delmas, about)
    buyer_writes(world.acme, world.lecomte, other)
    staff_writes(world.acme, other)
    with use_tenant(world.acme.scope, party="tenant"):
        rows, total = threads_page(world.acme.staff)
    assert [(row.document_id, row.is_unanswered, row.company_name) for row in rows] == [
        (about, True, "Ateliers Delmas"),
        (other, False, "Garage Lecomte"),
    ]
    assert total == 2


def test_a_form_that_is_sent_twice_is_one_message(world, about):
    token = uuid7()
    first = buyer_writes(world.acme, world.delmas, about, token=token)
    assert buyer_writes(world.acme, world.delmas, about, token=token) == first
    with use_tenant(world.acme.scope, party="tenant"):
        assert Document.objects.get(pk=about).message_count == 1


def test_only_the_parties_of_the_document_see_and_write(world, about):
    buyer_writes(world.acme, world.delmas, about, contents=(("plan.pdf", PDF),))
    with use_tenant(world.acme.scope, party="tenant"):
        file_id = Attachment.objects.get().pk
    others = (
        (world.acme.scope, {"company_id": world.lecomte.id}, world.lecomte.buyer),
        (world.bolt.scope, {"party": "tenant"}, world.bolt.staff),
        (world.bolt.scope, {"company_id": world.delmas.id}, world.delmas.buyer),  # the company, on another's host
    )
    for scope, options, actor in others:
        with use_tenant(scope, **options):
            for refused in (
                lambda actor=actor: thread(actor, about),
                lambda actor=actor: download(actor, about, file_id),
                lambda actor=actor: services.send_message(document_id=about, body="x", token=uuid7(), actor=actor),
            ):
                with pytest.raises(NotFound):
                    refused()
    with use_tenant(PLATFORM, company_id=world.lecomte.id):
        assert not Message.objects.exists()
        assert not Attachment.objects.exists()
    with use_tenant(world.acme.scope, party="tenant"):
        assert Message.objects.count() == 1


def test_who_sees_no_order_sees_no_thread_and_other_sites_none_either(world, about):
    onlooker, buyer = world.delmas.onlooker, world.delmas.buyer
    blind = replace(onlooker, permissions=onlooker.permissions - {Permission.SEE_PRICES})
    elsewhere = replace(buyer, unit_ids=frozenset({uuid7()}))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        for actor in (blind, elsewhere):
            with pytest.raises(NotFound):
                thread(actor, about)
        assert thread(onlooker, about).may_write
        behalf = replace(buyer, acting_id=uuid7())
        with pytest.raises(NotAllowed):
            services.send_message(document_id=about, body="x", token=uuid7(), actor=behalf)


def test_a_person_sends_so_many_messages_and_no_more(world, about, monkeypatch):
    monkeypatch.setattr(services, "RATE", 2)
    for _time in range(2):
        buyer_writes(world.acme, world.delmas, about)
    with pytest.raises(TooManyMessages):
        buyer_writes(world.acme, world.delmas, about)
    staff_writes(world.acme, about)


@pytest.mark.parametrize(
    ("body", "count", "field"), [(" \x00\n", 0, "body"), ("x" * 5001, 0, "body"), ("x", 6, "files")]
)
def test_what_is_wrong_is_said_at_its_field(world, about, body, count, field):
    with pytest.raises(InvalidInput) as refusal:
        buyer_writes(world.acme, world.delmas, about, body, contents=(("a.pdf", PDF),) * count)
    assert refusal.value.field == field
    with use_tenant(world.acme.scope, party="tenant"):
        assert not Message.objects.exists()


def test_a_long_thread_is_read_with_as_many_statements(world, about):
    counts = []
    for more in (1, 6):
        for _time in range(more):
            buyer_writes(world.acme, world.delmas, about, contents=(("a.pdf", PDF),))
        with use_tenant(world.acme.scope, company_id=world.delmas.id), statements() as found:
            thread(world.delmas.buyer, about)
        counts.append(len(found))
    assert counts[0] == counts[1]


# --- Files ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content", "stored", "content_type"),
    [
        ("Plan.PDF", PDF, "Plan.pdf", "application/pdf"),
        ("plan.exe", PDF, "plan.pdf", "application/pdf"),
        ("photo.png", photo("PNG"), "photo.png", "image/png"),
        ("photo.png", photo("JPEG"), "photo.jpg", "image/jpeg"),
        ("photo", photo("WEBP"), "photo.webp", "image/webp"),
        ("a.dxf", b"  0\nSECTION\n  2\nHEADER\n", "a.dxf", "image/vnd.dxf"),
        ("a.stp", b"ISO-10303-21;\nHEADER;\n", "a.step", "model/step"),
        ("liste.xlsx", workbook(), "liste.xlsx", files._XLSX),
        ("liste.csv", "Réf;Qté\nVN;3\n".encode(), "liste.csv", "text/csv"),
        ("note.txt", "\ufeffà < 5 mm".encode(), "note.txt", "text/plain"),
    ],
)
def test_a_file_is_what_its_content_says(name, content, stored, content_type):
    prepared = files.prepare(name, content)
    assert (prepared.name, prepared.content_type) == (stored, content_type)


def _bomb() -> bytes:
    """A workbook whose directory says that a part of it is 4 GB large."""
    content = workbook({"xl/sheet.xml": b"0" * 64})
    place = content.index(b"PK\x01\x02")
    return content[: place + 24] + struct.pack("<I", 0xFFFFFFF0) + content[place + 28 :]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("facture.pdf", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("facture.pdf", b"<html>%PDF-1.4\n%%EOF"),
        ("note.txt", b"<html><script>alert(1)</script></html>"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("logo.txt", b"<?xml version='1.0'?><svg onload='alert(1)'/>"),
        ("logo.png", b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"),
        ("liste.xlsx", workbook({"xl/vbaProject.bin": b"x"})),
        ("liste.xlsx", _bomb()),
        ("liste.xlsx", b"PK\x03\x04 nothing"),
        ("run.exe", b"MZ\x90\x00"),
        ("liste.csv", "Réf".encode("latin-1")),
        ("liste.csv", b"a\x00b"),
        ("vide.txt", b""),
        ("gros.pdf", PDF + b" " * files.MAX_BYTES + b"%%EOF"),
    ],
)
def test_what_is_not_taken_is_refused_by_its_name(name, content):
    with pytest.raises(InvalidInput) as refusal:
        files.prepare(name, content)
    assert refusal.value.field == "files"
    assert str(refusal.value).startswith(f"{name} – ")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_pictures_lose_what_is_not_a_pixel(form):
    content = photo(form, secret=b"<script>alert(1)</script>")
    assert b"GPS-SECRET" in content
    kept = files.prepare("x", content).content
    assert b"GPS-SECRET" not in kept
    assert b"<script>" not in kept


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Temp\\plan.pdf", "plan.pdf"),
        ('a"\r\nSet-Cookie: x=1;.pdf', 'a"Set-Cookie: x=1;.pdf'),
        ("fdp\u202eexe.pdf", "fdpexe.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
        ("..", ""),
    ],
)
def test_names_are_names_only(name, cleaned):
    assert files.cleaned_name(name) == cleaned


def test_a_file_lies_with_its_tenant_under_what_it_holds(world, about):
    buyer_writes(world.acme, world.delmas, about, contents=(("a.pdf", PDF), ("b.pdf", PDF)))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        first, second = Attachment.objects.all()
        assert first.digest == second.digest
        assert content_of(between(world.acme.id, world.delmas.id), first.digest) == PDF
        assert content_of(between(world.acme.id, world.lecomte.id), first.digest) is None
        assert download(world.delmas.buyer, about, second.pk).name == "b.pdf"
