"""Drawings, data sheets, questions and answers: who reads which, and that nobody learns who asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import InvalidInput, NotAllowed, NotFound, Refused
from core.ids import uuid7
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from rfq import asking, closing, offers
from rfq.asking import NewLine, NewRFQ
from rfq.errors import DeadlineOver, MayNotBuy, RequestClosed
from rfq.models import QuoteVersion, RFQLine
from rfq.offers import Offer, OfferLine
from rfq.services import counter_offer
from rfq.talk import files, questions
from rfq.talk.errors import AlreadyAnswered, AlreadyPublished, FilesAreFixed, NamesASupplier, TooManyFiles
from rfq.talk.models import Clarification, Question, QuoteFile, RequestFile
from rfq.talk.queries import Talk, files_of_draft, talk_of_invitation, talk_of_request
from rfq.versions import content_hash, content_of, is_intact
from tests.counting import statements
from tests.rfq.test_negotiation import offer_of, request_for
from tests.rfq.test_requests import _at_deadline, _draft, _invitation
from tests.world import CompanyWorld, TenantWorld, World

PDF = b"%PDF-1.4\n%%EOF\n"
OTHER = b"%PDF-1.7\n%%EOF\n"


def ask(tenant: TenantWorld, rfq_id: UUID, text: str = "Filetage roulé ?", **more: Any) -> UUID:
    with use_tenant(tenant.scope, party="tenant"):
        values = {"invitation_id": _invitation(tenant, rfq_id), "text": text, "token": uuid7(), **more}
        return questions.ask(actor=tenant.staff, **values)


def publish(company: CompanyWorld, rfq_id: UUID, question_id: UUID, **more: Any) -> UUID:
    values = {"question_text": "Filetage roulé ou coupé ?", "text": "Roulé.", **more}
    with use_tenant(PLATFORM, company_id=company.id):
        return questions.publish(rfq_id=rfq_id, question_id=question_id, actor=company.buyer, **values)


def announce(company: CompanyWorld, rfq_id: UUID, text: str = "Plan corrigé.", **more: Any) -> UUID:
    with use_tenant(PLATFORM, company_id=company.id):
        return questions.announce(rfq_id=rfq_id, text=text, token=uuid7(), actor=company.buyer, **more)


def talk_at(tenant: TenantWorld, rfq_id: UUID) -> Talk:
    with use_tenant(tenant.scope, party="tenant"):
        return talk_of_invitation(tenant.staff, _invitation(tenant, rfq_id))


def talk_of(company: CompanyWorld, rfq_id: UUID) -> Talk:
    with use_tenant(PLATFORM, company_id=company.id):
        return talk_of_request(company.buyer, rfq_id)


def offer_with(tenant: TenantWorld, rfq_id: UUID, *contents: tuple[str, bytes], **more: Any) -> UUID:
    """An offer for the first line, with files."""
    with use_tenant(tenant.scope, party="tenant"):
        invitation_id = _invitation(tenant, rfq_id)
        sheets = files.stored_for_offer(invitation_id=invitation_id, contents=contents, actor=tenant.staff)
        line_id = RFQLine.objects.filter(rfq_id=rfq_id).order_by("position").values_list("pk", flat=True)[0]
        lines = {line_id: OfferLine(Decimal("0.4"), 5)}
        offer = Offer(lines, timezone.now() + timedelta(days=5), files=sheets, **more)
        return offers.send_quote(invitation_id=invitation_id, offer=offer, actor=tenant.staff)


# --- Drawings of a request --------------------------------------------------------------------------------------------
def test_a_drafts_drawings_follow_their_lines_and_go_out_with_it(world: World) -> None:
    rfq_id = _draft(world, tenant_ids=(world.acme.id, world.bolt.id))
    buyer = world.delmas.buyer
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        first, second = RFQLine.objects.filter(rfq_id=rfq_id).order_by("position")
        for line, name in ((first, "m8.pdf"), (second, "m10.pdf"), (None, "plan.pdf")):
            line_id = line.pk if line else None
            files.add_to_draft(rfq_id=rfq_id, contents=[(name, PDF)], actor=buyer, line_id=line_id)
        lines = (NewLine("Tige M10", Decimal(90)), NewLine("Tige M12", Decimal(5)))
        data = NewRFQ("Tiges", timezone.now() + timedelta(days=1), lines, (world.acme.id, world.bolt.id))
        asking.save_draft(data=data, actor=buyer, draft_id=rfq_id)
        placed = {row.name: row.rfq_line.description if row.rfq_line else "" for row in RequestFile.objects.all()}
        assert placed == {"m8.pdf": "", "m10.pdf": "Tige M10", "plan.pdf": ""}
    with use_tenant(world.acme.scope, party="tenant"):
        assert RequestFile.objects.count() == 0, "nobody outside the company reads a draft's"
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        gone = RequestFile.objects.get(name="m8.pdf").pk
        with pytest.raises(MayNotBuy):
            files.remove_from_draft(rfq_id=rfq_id, file_id=gone, actor=world.delmas.onlooker)
        files.remove_from_draft(rfq_id=rfq_id, file_id=gone, actor=buyer)
        with pytest.raises(NotFound):
            files.remove_from_draft(rfq_id=rfq_id, file_id=gone, actor=buyer)
        assert len(files_of_draft(buyer, rfq_id)) == 2
        asking.send_rfq(data=data, actor=buyer, draft_id=rfq_id)
        kept = RequestFile.objects.get(name="m10.pdf").pk
        with pytest.raises(FilesAreFixed):
            files.remove_from_draft(rfq_id=rfq_id, file_id=kept, actor=buyer)
        with pytest.raises(FilesAreFixed):
            files.add_to_draft(rfq_id=rfq_id, contents=[("x.pdf", PDF)], actor=buyer)
    for tenant in (world.acme, world.bolt):
        talk = talk_at(tenant, rfq_id)
        assert [file.name for file in talk.files_of(talk.lines[0].id)] == ["m10.pdf"]
        assert [file.name for file in talk.files_of(None)] == ["plan.pdf"]


def test_a_corrected_line_keeps_its_drawing(world: World) -> None:
    rfq_id = _draft(world)
    buyer = world.delmas.buyer
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        line = RFQLine.objects.get(rfq_id=rfq_id, position=1)
        files.add_to_draft(rfq_id=rfq_id, contents=[("m8.pdf", PDF)], actor=buyer, line_id=line.pk)
        lines = (NewLine("Tige filetée M8", Decimal(300)), NewLine("Tige M10", Decimal(100)))
        data = NewRFQ("Tiges", timezone.now() + timedelta(days=1), lines, (world.acme.id,))
        asking.save_draft(data=data, actor=buyer, draft_id=rfq_id)
        row = RequestFile.objects.select_related("rfq_line").get()
        assert row.rfq_line is not None
        assert row.rfq_line.description == "Tige filetée M8"


def test_drawings_are_checked_and_counted(world: World) -> None:
    rfq_id = _draft(world)
    buyer = world.delmas.buyer
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        for name, content in (("x.exe", b"MZ\x90"), ("x.html", b"<html>"), ("leer.pdf", b"")):
            with pytest.raises(InvalidInput) as refused:
                files.add_to_draft(rfq_id=rfq_id, contents=[(name, content)], actor=buyer)
            assert refused.value.field == "files"
        with pytest.raises(TooManyFiles):
            files.add_to_draft(rfq_id=rfq_id, contents=[("a.pdf", PDF)] * 11, actor=buyer)
        for _round in range(5):
            files.add_to_draft(rfq_id=rfq_id, contents=[("a.pdf", PDF)] * 10, actor=buyer)
        with pytest.raises(TooManyFiles):
            files.add_to_draft(rfq_id=rfq_id, contents=[("a.pdf", PDF)], actor=buyer)
        assert RequestFile.objects.count() == 50
        with pytest.raises(MayNotBuy):
            files.add_to_draft(rfq_id=rfq_id, contents=[("a.pdf", PDF)], actor=world.delmas.onlooker)
    with use_tenant(PLATFORM, company_id=world.lecomte.id), pytest.raises(NotFound):
        files.add_to_draft(rfq_id=rfq_id, contents=[("a.pdf", PDF)], actor=world.lecomte.buyer)


def test_a_drawing_is_downloaded_by_the_company_and_by_the_invited(world: World) -> None:
    rfq_id, other_id = request_for(world.delmas, world.acme), request_for(world.delmas, world.bolt)
    announce(world.delmas, rfq_id, contents=[("plan.pdf", PDF)])
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        file_id = RequestFile.objects.get().pk
        found = files.request_file(world.delmas.buyer, rfq_id, file_id)
        assert (found.name, found.content_type, found.content) == ("plan.pdf", "application/pdf", PDF)
        with pytest.raises(NotFound):
            files.request_file(world.delmas.buyer, other_id, file_id)
    with use_tenant(world.acme.scope, party="tenant"):
        assert files.invited_file(world.acme.staff, _invitation(world.acme, rfq_id), file_id).content == PDF
    with use_tenant(world.bolt.scope, party="tenant"):
        assert RequestFile.objects.count() == 0, "it was not asked"
        with pytest.raises(NotFound):
            files.invited_file(world.bolt.staff, _invitation(world.bolt, other_id), file_id)
    with use_tenant(PLATFORM, company_id=world.lecomte.id):
        assert RequestFile.objects.count() == 0
        with pytest.raises(NotFound):
            files.request_file(world.lecomte.buyer, rfq_id, file_id)


# --- Data sheets of an offer ------------------------------------------------------------------------------------------
def test_an_offers_files_are_in_its_hash_and_in_the_next_version(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    first = offer_with(world.acme, rfq_id, ("fiche.pdf", PDF), ("plan.pdf", OTHER))
    with use_tenant(world.acme.scope, party="tenant"):
        version = QuoteVersion.objects.get(pk=first)
        lines, sheets = list(version.lines.all()), list(version.files.all())
        assert is_intact(version, lines, sheets)
        assert not is_intact(version, lines, sheets[:1]), "a file less is another offer"
        sheets[0].digest = "0" * 64
        assert not is_intact(version, lines, sheets)
        bare = content_hash(content_of(version, lines), number=1, side=version.side)
        assert bare != version.content_hash
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        counter_offer(version_id=first, lines={}, message="Moins cher ?", actor=world.delmas.buyer)
        assert QuoteVersion.objects.get(number=2).files.count() == 0, "a counter-offer has no files of its own"
    second = offer_with(world.acme, rfq_id, ("certificat.pdf", PDF))
    with use_tenant(world.acme.scope, party="tenant"):
        names = dict(QuoteFile.objects.filter(version=second).values_list("name", "pk"))
        assert list(names) == ["fiche.pdf", "plan.pdf", "certificat.pdf"]
    third = offer_with(world.acme, rfq_id, kept=[names["plan.pdf"]])
    with use_tenant(world.acme.scope, party="tenant"):
        assert [row.name for row in QuoteFile.objects.filter(version=third)] == ["plan.pdf"]
        offers.withdraw(invitation_id=_invitation(world.acme, rfq_id), reason="Erreur", actor=world.acme.staff)
    fourth = offer_with(world.acme, rfq_id)
    with use_tenant(world.acme.scope, party="tenant"):
        assert not QuoteFile.objects.filter(version=fourth).exists(), "what was taken back is"
    offer_with(world.acme, rfq_id, *[("a.pdf", PDF)] * 10)
    with pytest.raises(TooManyFiles):
        offer_with(world.acme, rfq_id, ("b.pdf", PDF))


def test_an_offers_files_are_read_by_its_two_parties_and_sealed_as_it_is(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt, is_sealed=True)
    offer_with(world.acme, rfq_id, ("fiche.pdf", PDF))
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id, file_id = _invitation(world.acme, rfq_id), QuoteFile.objects.get().pk
        assert files.own_offers_file(world.acme.staff, invitation_id, file_id).content == PDF
    with use_tenant(world.bolt.scope, party="tenant"):
        assert QuoteFile.objects.count() == 0
        for key in (invitation_id, _invitation(world.bolt, rfq_id)):
            with pytest.raises(NotFound):
                files.own_offers_file(world.bolt.staff, key, file_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert QuoteFile.objects.count() == 0, "sealed by the database"
        with pytest.raises(NotFound):
            files.offered_file(world.delmas.buyer, rfq_id, invitation_id, file_id)
    _at_deadline(rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert files.offered_file(world.delmas.buyer, rfq_id, invitation_id, file_id).name == "fiche.pdf"
    with use_tenant(PLATFORM, company_id=world.lecomte.id), pytest.raises(NotFound):
        files.offered_file(world.lecomte.buyer, rfq_id, invitation_id, file_id)


def test_what_was_said_and_sent_is_never_changed(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    publish(world.delmas, rfq_id, ask(world.acme, rfq_id))
    offer_with(world.acme, rfq_id, ("fiche.pdf", PDF))
    with use_tenant(OPERATOR):
        changes: tuple[tuple[Any, dict[str, Any]], ...] = (
            (QuoteFile, {"digest": "0" * 64}),
            (Clarification, {"text": "Coupé."}),
            (Question, {"text": "?"}),
        )
        for model, change in changes:
            with pytest.raises(IntegrityError), transaction.atomic():
                model.objects.update(**change)
            with pytest.raises(IntegrityError), transaction.atomic():
                model.objects.all()._raw_delete(using="default")


# --- Questions --------------------------------------------------------------------------------------------------------
def test_an_answer_to_one_supplier_is_read_by_no_other(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    with use_tenant(world.acme.scope, party="tenant"):
        line_id = RFQLine.objects.get(rfq_id=rfq_id, position=2).pk
    question_id = ask(world.acme, rfq_id, line_id=line_id)
    seen = talk_of(world.delmas, rfq_id)
    assert [(row.supplier, row.line_text) for row in seen.questions] == [
        (world.acme.name, "2 · Plan 4471-B : équerre pliée 3 mm")
    ]
    assert seen.waiting == 1
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        for actor, refusal in ((world.delmas.onlooker, MayNotBuy), (world.delmas.buyer, InvalidInput)):
            with pytest.raises(refusal):
                questions.answer(rfq_id=rfq_id, question_id=question_id, text=" ", actor=actor)
        questions.answer(rfq_id=rfq_id, question_id=question_id, text="Roulé.", actor=world.delmas.buyer)
        with pytest.raises(AlreadyAnswered):
            questions.answer(rfq_id=rfq_id, question_id=question_id, text="Coupé.", actor=world.delmas.buyer)
    own = talk_at(world.acme, rfq_id)
    assert [(row.text, row.answer, row.supplier) for row in own.questions] == [("Filetage roulé ?", "Roulé.", "")]
    other = talk_at(world.bolt, rfq_id)
    assert (other.questions, other.clarifications) == ((), ())
    with use_tenant(world.bolt.scope, party="tenant"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM rfq_question")
        assert cursor.fetchone()[0] == 0
    with use_tenant(PLATFORM, company_id=world.lecomte.id), pytest.raises(NotFound):
        questions.answer(rfq_id=rfq_id, question_id=question_id, text="x", actor=world.lecomte.buyer)


def test_a_published_answer_does_not_say_who_asked(world: World) -> None:
    """Not by a column, a key, a date, or another text than the one that the buyer wrote."""
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    question_id = ask(world.acme, rfq_id, "Chez Acme nous roulons : convient-il ?")
    asked_at = timezone.now()
    clarification_id = publish(world.delmas, rfq_id, question_id)
    assert [row.is_published for row in talk_at(world.acme, rfq_id).questions] == [True]
    other = talk_at(world.bolt, rfq_id)
    assert other.questions == ()
    assert [(row.question, row.text) for row in other.clarifications] == [("Filetage roulé ou coupé ?", "Roulé.")]
    with use_tenant(world.bolt.scope, party="tenant"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM rfq_clarification")
        row = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
        told = {str(value) for value in row.values()}
        secrets = (world.acme.id, world.acme.owner.id, world.acme.owner.name, world.acme.name, question_id)
        assert not told & {str(secret) for secret in secrets}
        assert row["published_at"] >= asked_at
        assert clarification_id > question_id, "made when it was published"
        cursor.execute("SELECT count(*) FROM rfq_question WHERE published_as_id IS NOT NULL OR true")
        assert cursor.fetchone()[0] == 0


def test_the_owner_of_the_tables_reads_no_question_without_being_a_party(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    publish(world.delmas, rfq_id, ask(world.acme, rfq_id))
    announce(world.delmas, rfq_id, contents=[("plan.pdf", PDF)])
    offer_with(world.acme, rfq_id, ("fiche.pdf", PDF))
    tables = ("rfq_question", "rfq_clarification", "rfq_requestfile", "rfq_quotefile")
    with use_tenant(PLATFORM), connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT current_user = tableowner FROM pg_tables WHERE tablename = %s", [table])
            assert cursor.fetchone()[0] is True
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            assert cursor.fetchone()[0] == 0, table
    with use_tenant(world.bolt.scope, party="tenant"), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            assert cursor.fetchone()[0] == 0, table


def test_a_supplier_writes_nothing_for_all(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    with use_tenant(world.acme.scope, party="tenant"):
        for model in (Clarification, RequestFile):
            more = {"digest": "0" * 64, "size": 1} if model is RequestFile else {}
            with pytest.raises(Exception, match="row-level security"), transaction.atomic():
                model.objects.create(rfq_id=rfq_id, company_id=world.delmas.id, **more)
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            Question.objects.create(
                rfq_id=rfq_id,
                invitation_id=_invitation(world.acme, rfq_id),
                company_id=world.delmas.id,
                tenant_id=world.bolt.id,
                text="In another's name",
                token=uuid7(),
                asked_by_id=world.acme.owner.id,
            )


def test_what_goes_to_all_names_no_supplier(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    question_id = ask(world.acme, rfq_id)
    for texts, field in (
        ({"question_text": f"{world.acme.name} demande"}, "question"),
        ({"text": f"Voir avec {world.bolt.name.upper()}"}, "text"),
    ):
        with pytest.raises(NamesASupplier) as refused:
            publish(world.delmas, rfq_id, question_id, **texts)
        assert refused.value.field == field
    with pytest.raises(NamesASupplier):
        announce(world.delmas, rfq_id, f"Merci à {world.bolt.name}")
    assert talk_at(world.bolt, rfq_id).clarifications == ()


def test_a_private_answer_may_be_published_once(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    question_id = ask(world.acme, rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        questions.answer(rfq_id=rfq_id, question_id=question_id, text="Comme vous voulez.", actor=world.delmas.buyer)
    publish(world.delmas, rfq_id, question_id)
    with pytest.raises(AlreadyPublished):
        publish(world.delmas, rfq_id, question_id)
    assert talk_at(world.acme, rfq_id).questions[0].answer == "Comme vous voulez."
    assert len(talk_at(world.bolt, rfq_id).clarifications) == 1


def test_a_form_sent_twice_asks_and_tells_once(world: World) -> None:
    rfq_id, token = request_for(world.delmas, world.acme), uuid7()
    assert ask(world.acme, rfq_id, token=token) == ask(world.acme, rfq_id, "Autre", token=token)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        for _again in range(2):
            questions.announce(
                rfq_id=rfq_id, text="Plan", token=token, actor=world.delmas.buyer, contents=[("p.pdf", PDF)]
            )
        assert (Question.objects.count(), Clarification.objects.count(), RequestFile.objects.count()) == (1, 1, 1)


def test_nothing_is_asked_or_told_after_the_end(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    offer_of(world.bolt, rfq_id, "0.4", None)
    waiting = ask(world.acme, rfq_id)
    _at_deadline(rfq_id)
    with pytest.raises(DeadlineOver):
        ask(world.acme, rfq_id)
    ask(world.bolt, rfq_id)  # the negotiation goes on
    publish(world.delmas, rfq_id, waiting)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.close_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="Reporté")
    for tenant in (world.acme, world.bolt):
        with pytest.raises(RequestClosed):
            ask(tenant, rfq_id)
    with pytest.raises(RequestClosed):
        announce(world.delmas, rfq_id)
    assert not talk_of(world.delmas, rfq_id).may_speak
    assert not talk_at(world.bolt, rfq_id).may_speak


def test_foreign_requests_lines_and_invitations_do_not_exist(world: World) -> None:
    rfq_id, other_id = request_for(world.delmas, world.acme, world.bolt), request_for(world.lecomte, world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        foreign_line = RFQLine.objects.filter(rfq_id=other_id).values_list("pk", flat=True)[0]
    with pytest.raises(NotFound):
        ask(world.acme, rfq_id, line_id=foreign_line)
    with pytest.raises(NotFound):
        announce(world.delmas, rfq_id, line_id=foreign_line)
    with pytest.raises(NotFound):
        ask(world.bolt, rfq_id, invitation_id=_invitation(world.acme, rfq_id))
    with use_tenant(world.acme.scope, party="tenant"), pytest.raises(NotAllowed):
        questions.ask(invitation_id=_invitation(world.acme, rfq_id), text="?", token=uuid7(), actor=world.delmas.buyer)
    with pytest.raises(NotFound):
        publish(world.lecomte, rfq_id, ask(world.acme, rfq_id))
    with pytest.raises(NotFound):
        publish(world.lecomte, other_id, ask(world.acme, rfq_id))
    with use_tenant(PLATFORM, company_id=world.lecomte.id), pytest.raises(NotFound):
        talk_of_request(world.lecomte.buyer, rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Clarification.objects.count() == 0


def test_reading_costs_the_same_whatever_was_said(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    counts = []
    for _round in range(2):
        with use_tenant(PLATFORM, company_id=world.delmas.id), statements() as asked:
            talk_of_request(world.delmas.buyer, rfq_id)
        with use_tenant(world.acme.scope, party="tenant"):
            invitation_id = _invitation(world.acme, rfq_id)
            with statements() as answered:
                talk_of_invitation(world.acme.staff, invitation_id)
        counts.append((len(asked), len(answered)))
        for place in range(3):
            publish(world.delmas, rfq_id, ask(world.acme, rfq_id, f"Question {place} ?"))
            announce(world.delmas, rfq_id, contents=[("plan.pdf", PDF)])
    assert counts == [(5, 5), (5, 5)]


@pytest.mark.commits
def test_two_buyers_publish_one_answer(committed_world: World) -> None:
    world = committed_world
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    question_id = ask(world.acme, rfq_id)

    def act(text: str) -> str:
        try:
            publish(world.delmas, rfq_id, question_id, text=text)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "published"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, ("Roulé.", "Coupé."))) == ["already_published", "published"]
    assert len(talk_at(world.bolt, rfq_id).clarifications) == 1
