"""The list of all that happened to a request, as a page and as a PDF; two versions beside each other."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pypdf import PdfReader

from core.errors import NotFound
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from frontend.pdf import Column, Sheet, pdf_of
from rfq import closing, offers, services
from rfq.models import RFQ, Invitation, QuoteLine, QuoteVersion, RFQLine
from rfq.services import CounterLine
from rfq.talk import questions
from rfq.trail.audit import Trail, trail_for_buyer, trail_for_supplier
from rfq.trail.compared import Compared, compared_for_buyer, compared_for_supplier
from rfq.trail.models import DeadlineChange
from tests.counting import statements
from tests.rfq.test_negotiation import offer_of, request_for
from tests.rfq.test_talk import PDF, announce, ask, publish
from tests.world import TenantWorld, World


def _buyers(world: World, rfq_id: UUID) -> Trail:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        return trail_for_buyer(world.delmas.buyer, rfq_id)


def _own(tenant: TenantWorld, rfq_id: UUID) -> Trail:
    with use_tenant(tenant.scope, party="tenant"):
        return trail_for_supplier(tenant.staff, Invitation.objects.get(rfq_id=rfq_id).id)


def _invitation(tenant: TenantWorld, rfq_id: UUID) -> UUID:
    with use_tenant(tenant.scope, party="tenant"):
        return Invitation.objects.get(rfq_id=rfq_id).id


def _negotiated(world: World, **changes: Any) -> UUID:
    """Two suppliers offer, one is countered and offers again, one says no; more time, then the end."""
    buyer = world.delmas.buyer
    rfq_id = request_for(world.delmas, world.acme, world.bolt, **changes)
    first = offer_of(world.acme, rfq_id, "0.38", "6.40", freight="85")
    offer_of(world.bolt, rfq_id, "0.11", None)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.extend(rfq_id=rfq_id, deadline_at=timezone.now() + timedelta(days=9), actor=buyer, reason="MORE-TIME")
        if not changes.get("is_sealed"):
            line_id = QuoteLine.objects.get(version_id=first, position=1).id
            services.counter_offer(
                version_id=first, lines={line_id: CounterLine(Decimal("0.36"), Decimal(6000))}, message="?", actor=buyer
            )
    offer_of(world.acme, rfq_id, "0.37", "6.40", freight="85")
    with use_tenant(world.bolt.scope, party="tenant"):
        offers.decline(invitation_id=Invitation.objects.get().id, reason="BOLT-SECRET", actor=world.bolt.staff)
    return rfq_id


def _text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_buyers_list_has_everything_in_the_order_of_time(world: World) -> None:
    rfq_id = _negotiated(world)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.close_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="THE-END")
    found = _buyers(world, rfq_id)
    assert [entry.at for entry in found.entries] == sorted(entry.at for entry in found.entries)
    assert found.suppliers == (world.acme.name, world.bolt.name)
    said = [(entry.supplier, entry.subject, entry.what, entry.reason) for entry in found.entries]
    assert ("", "Request", "Draft → Open", "") in said
    assert any(subject == "Deadline" and reason == "MORE-TIME" for _name, subject, _what, reason in said)
    assert (world.bolt.name, "Invitation", "Quoted → Declined", "BOLT-SECRET") in said
    assert (world.acme.name, "V2", "Sent → Superseded", "") in said
    assert ("", "Request", "Open → Closed", "THE-END") in said
    with use_tenant(OPERATOR):
        hashes = set(QuoteVersion.objects.filter(rfq_id=rfq_id).values_list("content_hash", flat=True))
    assert len(hashes) == 4
    assert {entry.content_hash for entry in found.entries if entry.content_hash} == hashes
    assert all(entry.who for entry in found.entries)


def test_a_suppliers_list_is_its_own_part_only(world: World) -> None:
    rfq_id = _negotiated(world)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="THE-END")
    found = _own(world.acme, rfq_id)
    assert found.suppliers == (world.acme.name,)
    assert not found.names_suppliers
    said = " ".join(
        f"{entry.who} {entry.supplier} {entry.subject} {entry.what} {entry.reason}" for entry in found.entries
    )
    assert "MORE-TIME" in said
    assert "Quoted → Closed" in said
    assert "THE-END" in said
    assert "bolt" not in said.lower()
    assert world.bolt.staff.name not in said
    assert not any(entry.subject == "Request" for entry in found.entries), "whether others won is not told"
    with use_tenant(world.acme.scope, party="tenant"):
        own = set(QuoteVersion.objects.values_list("content_hash", flat=True))
    assert {entry.content_hash for entry in found.entries if entry.content_hash} == own


def test_questions_are_in_their_askers_list_and_what_all_were_told_in_every_one(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    alone, published = ask(world.acme, rfq_id, "ASKED-ALONE"), ask(world.bolt, rfq_id, "ASKED-BY-BOLT")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        questions.answer(rfq_id=rfq_id, question_id=alone, text="ANSWERED-ALONE", actor=world.delmas.buyer)
    publish(world.delmas, rfq_id, published, text="TOLD-TO-ALL")
    announce(world.delmas, rfq_id, contents=[("plan.pdf", PDF)])
    said = {
        name: [(entry.supplier, entry.what) for entry in found.entries]
        for name, found in (
            ("buyer", _buyers(world, rfq_id)),
            ("acme", _own(world.acme, rfq_id)),
            ("bolt", _own(world.bolt, rfq_id)),
        )
    }
    told = ("", "Filetage roulé ou coupé ? – TOLD-TO-ALL")
    assert all(told in entries and ("", "Plan corrigé. – plan.pdf") in entries for entries in said.values())
    asked = {(world.acme.name, "ASKED-ALONE"), (world.acme.name, "ANSWERED-ALONE")}
    assert asked <= set(said["buyer"]) & set(said["acme"])
    assert (world.bolt.name, "ASKED-BY-BOLT") in said["buyer"]
    assert "ASKED-BY-BOLT" not in str(said["acme"])
    assert "ASKED-ALONE" not in str(said["bolt"])
    assert "ANSWERED-ALONE" not in str(said["bolt"])


def test_sealed_versions_are_in_nobodys_list_but_their_suppliers(world: World) -> None:
    rfq_id = _negotiated(world, is_sealed=True)
    assert not any(entry.content_hash or entry.subject.startswith("V") for entry in _buyers(world, rfq_id).entries)
    own = _own(world.acme, rfq_id)
    assert len({entry.content_hash for entry in own.entries if entry.content_hash}) == 2
    with use_tenant(OPERATOR):
        RFQ.objects.filter(pk=rfq_id).update(deadline_at=timezone.now() - timedelta(hours=1))
    assert any(entry.content_hash for entry in _buyers(world, rfq_id).entries)
    assert not any("0,11" in entry.what or "Bolt" in entry.supplier for entry in _own(world.acme, rfq_id).entries)


def test_lists_need_as_many_statements_however_long_they_are(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    with use_tenant(PLATFORM, company_id=world.delmas.id), statements() as short:
        trail_for_buyer(world.delmas.buyer, rfq_id)
    other = _negotiated(world)
    with use_tenant(PLATFORM, company_id=world.delmas.id), statements() as long:
        trail_for_buyer(world.delmas.buyer, other)
    assert len(short) <= len(long) == 10
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=other).id
        with statements() as own:
            trail_for_supplier(world.acme.staff, invitation_id)
    assert len(own) == 8


def test_others_read_neither_list_nor_versions(world: World, browser: Any) -> None:
    rfq_id = _negotiated(world)
    acme, bolt = _invitation(world.acme, rfq_id), _invitation(world.bolt, rfq_id)
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(NotFound):
        trail_for_supplier(world.bolt.staff, acme)
    with use_tenant(PLATFORM, company_id=world.lecomte.id), pytest.raises(NotFound):
        trail_for_buyer(world.lecomte.buyer, rfq_id)
    stranger, other = browser("localhost", world.lecomte.admin), browser(world.bolt.host, world.bolt.owner)
    for path in ("trail/", "trail.pdf", f"{acme}/versions/"):
        assert stranger.get(f"/rfqs/{rfq_id}/{path}").status_code == 404, path
    for path in ("trail/", "trail.pdf", "versions/"):
        assert other.get(f"/portal/rfqs/{acme}/{path}").status_code == 404, path
    buyer = browser("localhost", world.delmas.admin)
    assert buyer.get(f"/rfqs/{rfq_id}/{acme}/versions/").status_code == 200
    assert buyer.get(f"/rfqs/{rfq_id}/{bolt}/versions/").status_code == 404, "there is only one"


def test_a_stopped_deadline_change_cannot_be_written_by_a_supplier(world: World) -> None:
    rfq_id = _negotiated(world)
    with use_tenant(world.acme.scope, party="tenant"):
        assert DeadlineChange.objects.filter(rfq_id=rfq_id).update(reason="forged") == 0
    with use_tenant(PLATFORM, company_id=world.lecomte.id):
        assert not DeadlineChange.objects.exists()


def test_the_pdf_says_what_the_page_says_in_both_languages(world: World, browser: Any) -> None:
    rfq_id = _negotiated(world)
    acme = _invitation(world.acme, rfq_id)
    buyer = browser("localhost", world.delmas.admin)
    page = buyer.get(f"/rfqs/{rfq_id}/trail/").content.decode()
    assert "BOLT-SECRET" in page
    assert f"/rfqs/{rfq_id}/trail.pdf" in page
    answer = buyer.get(f"/rfqs/{rfq_id}/trail.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    whole = _text(answer.content)
    with use_tenant(OPERATOR):
        hashes = list(QuoteVersion.objects.filter(rfq_id=rfq_id).values_list("content_hash", flat=True))
    assert all(found in whole.replace("\n", "") for found in hashes)
    for word in ("Page 1 of", "Ateliers Delmas", "Châssis ligne 3", "→", "€", "BOLT-SECRET", "Acme", "Bolt"):
        assert word in whole, word
    own = browser(world.acme.host, world.acme.owner).get(f"/portal/rfqs/{acme}/trail.pdf")
    said = _text(own.content)
    assert "MORE-TIME" in said
    assert "bolt" not in said.lower() + str(PdfReader(io.BytesIO(own.content)).metadata).lower()


def test_a_pdf_takes_any_text_and_embeds_its_fonts() -> None:
    rows = [
        [f"Élodie <b>Œuvre</b> & Cie × {number} → 3 540,00 €", "x" * 5000 if number == 7 else "\x00a\x08"]
        for number in range(90)
    ]
    columns = [Column("Quoi", 2), Column("Où", 1, is_small=True)]
    content = pdf_of(Sheet("Piste d’audit", "<script>", [("À", "B")], columns, rows))
    reader = PdfReader(io.BytesIO(content))
    count = len(reader.pages)
    assert count > 2
    assert [page.extract_text().count(str(count)) > 0 for page in reader.pages] == [True] * count
    first = reader.pages[0].extract_text()
    assert "Élodie <b>Œuvre</b> & Cie × 0 → 3 540,00 €" in first
    assert "Quoi" in reader.pages[-1].extract_text(), "headings are on every page"
    fonts: Any = reader.pages[0]["/Resources"]
    for font in fonts["/Font"].values():
        assert "/FontFile2" in font.get_object()["/FontDescriptor"].get_object()


def test_two_versions_are_compared_line_by_line_for_both_sides(world: World, browser: Any) -> None:
    rfq_id = _negotiated(world)
    acme = _invitation(world.acme, rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        last = compared_for_buyer(world.delmas.buyer, rfq_id, acme)
        whole = compared_for_buyer(world.delmas.buyer, rfq_id, acme, before=1, after=3)
        same = compared_for_buyer(world.delmas.buyer, rfq_id, acme, before=3, after=3)
        with pytest.raises(NotFound):
            compared_for_buyer(world.delmas.buyer, rfq_id, acme, before=1, after=9)
    assert (last.before, last.after, len(last.choices)) == (2, 3, 3)
    said = {change.name: (change.before_text, change.after_text) for change in last.lines[0].changes}
    assert said["Price"] == ("€0.360", "€0.370")
    assert said["Quantity"][0].startswith("6,000")
    assert last.same_count == 1
    assert {change.name for change in whole.lines[0].changes} == {"Price", "Net"}
    assert same.is_same
    assert _own_versions(world, acme, before=1, after=3).lines == whole.lines
    buyer, supplier = browser("localhost", world.delmas.admin), browser(world.acme.host, world.acme.owner)
    for page in (
        buyer.get(f"/rfqs/{rfq_id}/{acme}/versions/?from=1&to=3").content.decode(),
        supplier.get(f"/portal/rfqs/{acme}/versions/?from=1&to=3").content.decode(),
    ):
        assert "€0.38" in page
        assert "€0.37" in page
        assert '<option value="1" selected>' in page
    assert buyer.get(f"/rfqs/{rfq_id}/{acme}/versions/?from=x&to=").status_code == 200
    assert buyer.get(f"/rfqs/{rfq_id}/{acme}/versions/?from=1&to=77").status_code == 404
    assert f"/rfqs/{rfq_id}/{acme}/versions/" in buyer.get(f"/rfqs/{rfq_id}/{acme}/").content.decode()


def _own_versions(world: World, invitation_id: UUID, *, before: int, after: int) -> Compared:
    with use_tenant(world.acme.scope, party="tenant"):
        return compared_for_supplier(world.acme.staff, invitation_id, before=before, after=after)


def test_an_alternative_that_comes_is_told_as_one(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    offer_of(world.acme, rfq_id, "0.38", "6.40")
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
        first, second = RFQLine.objects.filter(rfq_id=rfq_id).order_by("position").values_list("pk", flat=True)
        other = offers.OfferLine(Decimal("0.30"), 9, kind="alternative", name="Vis A2")
        lines = {
            first: offers.OfferLine(Decimal("0.38"), 5, alternatives=(other,)),
            second: offers.OfferLine(Decimal("6.40"), 5, tiers=(), remark="Plan B"),
        }
        offer = offers.Offer(lines, timezone.now() + timedelta(days=5))
        offers.send_quote(invitation_id=invitation_id, offer=offer, actor=world.acme.staff)
        found = compared_for_supplier(world.acme.staff, invitation_id)
    assert (found.lines[0].name, found.lines[0].note) == ("Vis A2", "added")
    assert [change.name for change in found.lines[1].changes] == ["Remark"]


def test_sealed_versions_are_compared_by_nobody_of_the_company(world: World) -> None:
    rfq_id = _negotiated(world, is_sealed=True)
    acme = _invitation(world.acme, rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id), pytest.raises(NotFound):
        compared_for_buyer(world.delmas.buyer, rfq_id, acme)
    assert _own_versions(world, acme, before=1, after=2).lines
