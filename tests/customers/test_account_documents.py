"""Documents with a request for an account: what is taken, who reads them, what a decision was based on."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from core.errors import InvalidInput, NotAllowed, NotFound
from core.tenancy import use_tenant
from customers.documents import files
from customers.documents.queries import documents_of, download, is_stale
from customers.documents.services import KindData, ask_again, ask_for, give
from customers.models import AccountDocument, Customer
from customers.services import Conditions, approve_customer, ensure_payment_terms, refuse_customer, request_account
from tests.world import World

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


@pytest.fixture
def kbis(world: World) -> UUID:
    """What acme asks for; Nouvelle waits for its account there."""
    with use_tenant(world.acme.scope, company_id=world.nouvelle.id):
        request_account(company_id=world.nouvelle.id, actor=world.nouvelle.buyer)
    with use_tenant(world.acme.scope, party="tenant"):
        return ask_for(data=KindData("Extrait Kbis", "Company register", fresh_months=3), actor=world.acme.staff)


def _give(world: World, kind_id: UUID, days_old: int = 5, content: bytes = PDF, name: str = "kbis.pdf") -> UUID:
    with use_tenant(world.acme.scope, company_id=world.nouvelle.id):
        dated_on = timezone.localdate() - timedelta(days=days_old)
        return give(kind_id=kind_id, name=name, content=content, dated_on=dated_on, actor=world.nouvelle.buyer)


def _image(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, kind, **({"exif": b"Exif\0\0SECRET"} if kind == "JPEG" else {}))
    return out.getvalue()


def test_content_says_what_a_document_is() -> None:
    assert files.recognised("../../etc/x.exe", PDF).name == "x.pdf"
    jpeg = _image("JPEG")
    taken = files.recognised("scan.pdf", jpeg)
    assert (taken.name, taken.content_type) == ("scan.jpg", "image/jpeg")
    assert b"SECRET" in jpeg
    assert b"SECRET" not in taken.content
    assert files.recognised("a.png", _image("PNG")).content_type == "image/png"
    for content in (b"", b"<html>%PDF-", b"%PDF-1.7 cut off", b"GIF89a", b"\x89PNG\r\n\x1a\nno", b"\xff\xd8\xffno"):
        with pytest.raises(InvalidInput) as caught:
            files.recognised("a.pdf", content)
        assert caught.value.field == "file"
    with pytest.raises(InvalidInput, match="10 MB"):
        files.recognised("a.pdf", PDF + b" " * files.MAX_BYTES)


def test_a_date_is_needed_where_age_counts_and_an_old_one_is_flagged(world: World, kbis: UUID) -> None:
    with use_tenant(world.acme.scope, company_id=world.nouvelle.id):
        for dated_on in (None, timezone.localdate() + timedelta(days=1)):
            with pytest.raises(InvalidInput) as caught:
                give(kind_id=kbis, name="k.pdf", content=PDF, dated_on=dated_on, actor=world.nouvelle.buyer)
            assert caught.value.field == "dated_on"
        assert not AccountDocument.objects.exists()
    for days, warning in ((100, "Older than 3 months"), (5, "")):
        _give(world, kbis, days)
        with use_tenant(world.acme):
            customer_id = Customer.objects.get(company_id=world.nouvelle.id).pk
            assert [row.warning for row in documents_of(customer_id)] == [warning]
    today = date(2026, 11, 26)
    assert [is_stale(day, 3, today) for day in (date(2026, 8, 26), date(2026, 8, 25), None)] == [False, True, False]


def test_only_the_company_s_administrators_and_the_supplier_read_them(world: World, kbis: UUID) -> None:
    document_id = _give(world, kbis)
    with use_tenant(world.acme.scope, company_id=world.nouvelle.id):
        assert download(document_id=document_id, actor=world.nouvelle.buyer).content == PDF
        with pytest.raises(NotFound):
            download(document_id=document_id, actor=world.nouvelle.onlooker)
        with pytest.raises(NotAllowed):
            give(kind_id=kbis, name="k.pdf", content=PDF, dated_on=None, actor=world.nouvelle.onlooker)
    with use_tenant(world.acme.scope, company_id=world.delmas.id), pytest.raises(NotFound):
        download(document_id=document_id, actor=world.delmas.buyer)
    with use_tenant(world.acme.scope, party="tenant"):
        assert download(document_id=document_id, actor=world.acme.staff).content == PDF
        with pytest.raises(NotFound):
            download(document_id=document_id, actor=world.bolt.staff)
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(NotFound):
        download(document_id=document_id, actor=world.bolt.staff)


def test_a_decision_keeps_what_it_was_based_on_and_a_refusal_its_reason(world: World, kbis: UUID) -> None:
    _give(world, kbis, 90)
    document_id = _give(world, kbis)
    with use_tenant(world.acme.scope, party="tenant"):
        customer = Customer.objects.get(company_id=world.nouvelle.id)
        with pytest.raises(InvalidInput) as caught:
            refuse_customer(customer_id=customer.pk, reason=" ", actor=world.acme.staff)
        assert caught.value.field == "reason"
        conditions = Conditions(payment_term_id=ensure_payment_terms()["net30"])
        approve_customer(customer_id=customer.pk, conditions=conditions, actor=world.acme.staff)
        customer.refresh_from_db()
        (basis,) = customer.decision_basis
        dated_on = (timezone.localdate() - timedelta(days=5)).isoformat()
        assert (basis["document_id"], basis["dated_on"]) == (str(document_id), dated_on)
        assert basis["label_fr"] == "Extrait Kbis"


def test_another_one_is_asked_for_with_a_reason_until_it_is_given(world: World, kbis: UUID) -> None:
    document_id = _give(world, kbis)
    with use_tenant(world.acme.scope, party="tenant"):
        with pytest.raises(InvalidInput):
            ask_again(document_id=document_id, reason="", actor=world.acme.staff)
        customer_id = ask_again(document_id=document_id, reason="It cannot be read", actor=world.acme.staff)
        assert [row.is_wanted for row in documents_of(customer_id)] == [True]
    _give(world, kbis)
    with use_tenant(world.acme):
        assert [row.is_wanted for row in documents_of(customer_id)] == [False]


def test_pages_give_read_and_ask_again(world: World, kbis: UUID, browser: Any) -> None:
    admin = browser(world.acme.host, world.nouvelle.admin)
    html = admin.get("/account/request/").content.decode()
    assert "Company register" in html
    assert "Please give it" in html
    give_at, today = f"/account/documents/{kbis}/give/", timezone.localdate().isoformat()
    wrong = admin.post(give_at, {"file": SimpleUploadedFile("k.pdf", b"<html>"), "dated_on": today})
    assert wrong.status_code == 422
    assert "This is not a PDF, PNG or JPEG file." in wrong.content.decode()
    right = {"file": SimpleUploadedFile("k.pdf", PDF), "dated_on": today}
    assert admin.post(give_at, right).status_code == 303
    with use_tenant(world.acme):
        document = AccountDocument.objects.get()
    answer = admin.get(f"/account/documents/{document.pk}/")
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="k.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    staff = browser(world.acme.host, world.acme.owner)
    path = f"/portal/customers/documents/{document.pk}/"
    assert "k.pdf" in staff.get(f"/portal/customers/{document.customer_id}/").content.decode()
    assert staff.get(path).content == PDF
    assert staff.post(f"{path}again/", {"reason": ""}).status_code == 422
    assert staff.post(f"{path}again/", {"reason": "A page is missing"}).status_code == 303
    assert "A page is missing" in admin.get("/account/request/").content.decode()
    settings = {"label_fr": "RIB", "label_en": "Bank details", "fresh_months": "99"}
    assert staff.post("/portal/customers/documents/", settings).status_code == 422
    assert staff.post("/portal/customers/documents/", settings | {"fresh_months": ""}).status_code == 303
    assert staff.post("/portal/customers/documents/", {"stop": kbis.hex}).status_code == 303
    assert "Company register" not in staff.get("/portal/customers/documents/").content.decode()
