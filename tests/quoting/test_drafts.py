"""Half-written answers, approvals of exact content, and what never leaves the supplier's schema."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from core.errors import NotAllowed, NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from quoting import drafts
from quoting.content import as_json, digest_of, from_json
from quoting.enums import Breach, DraftState
from quoting.errors import DraftChanged, DraftGone, NothingToDecide, OtherContent, OwnAnswer, ReasonNeeded
from quoting.models import QuoteDraft
from rfq import closing, offers
from rfq.asking import NewLine
from rfq.conditions import Conditions
from rfq.enums import InvitationState
from rfq.errors import DeadlineOver, NothingOffered, RequestClosed
from rfq.models import Invitation, QuoteLine, QuoteVersion
from rfq.offers import Offer, OfferLine
from tests.quoting.desks import answer, colleague, costs, invitation_of, policy, waiting
from tests.rfq.test_negotiation import request_for
from tests.world import World


def _state(world: World, rfq_id: UUID) -> str:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        return Invitation.objects.get(rfq_id=rfq_id, tenant_id=world.acme.id).state


def test_a_draft_is_kept_and_the_buyer_sees_that_it_is_being_answered(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    invitation_id = invitation_of(world.acme, rfq_id)
    with use_tenant(world.acme.scope, party="tenant"):
        first = drafts.save(invitation_id=invitation_id, fields={"price": "0,3"}, revision=0, actor=world.acme.staff)
        second = drafts.save(invitation_id=invitation_id, fields={"price": "0,4"}, revision=1, actor=world.acme.staff)
        assert (first, second) == (1, 2)
        draft = QuoteDraft.objects.get()
        assert (draft.fields, draft.state, draft.saved_by_name) == ({"price": "0,4"}, "draft", world.acme.owner.name)
        assert QuoteVersion.objects.count() == 0
    assert _state(world, rfq_id) == InvitationState.IN_PROGRESS
    with use_tenant(world.bolt.scope, party="tenant"):
        assert QuoteDraft.objects.count() == 0
        assert Invitation.objects.get(rfq_id=rfq_id).state == InvitationState.INVITED
        with pytest.raises(NotFound):
            drafts.save(invitation_id=invitation_id, fields={}, revision=0, actor=world.bolt.staff)


def test_two_people_writing_do_not_overwrite_each_other(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id, lea = invitation_of(world.acme, rfq_id), colleague(world.acme, "Léa")
    with use_tenant(world.acme.scope, party="tenant"):
        drafts.save(invitation_id=invitation_id, fields={"a": "1"}, revision=0, actor=lea)
        for revision in (0, 7):
            with pytest.raises(DraftChanged, match="Léa"):
                drafts.save(invitation_id=invitation_id, fields={"a": "2"}, revision=revision, actor=world.acme.staff)
        assert QuoteDraft.objects.get().fields == {"a": "1"}
    with pytest.raises(DraftChanged):
        answer(world.acme, rfq_id, "0.38", "6.40", actor=world.acme.staff)
    assert answer(world.acme, rfq_id, "0.38", "6.40", actor=world.acme.staff, revision=1).is_sent
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteDraft.objects.get().state == DraftState.SENT
        with pytest.raises(DraftGone):
            drafts.save(invitation_id=invitation_id, fields={"a": "3"}, revision=1, actor=lea)


def test_a_draft_is_refused_where_nothing_can_be_offered(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id = invitation_of(world.acme, rfq_id)
    late = timezone.now() + timedelta(days=4)
    with use_tenant(world.acme.scope, party="tenant"):
        with time_machine.travel(late), pytest.raises(DeadlineOver):
            drafts.save(invitation_id=invitation_id, fields={}, revision=0, actor=world.acme.staff)
        with pytest.raises(NotAllowed):
            drafts.save(invitation_id=invitation_id, fields={}, revision=0, actor=world.delmas.buyer)
        with pytest.raises(NotAllowed):
            drafts.save(invitation_id=invitation_id, fields={}, revision=0, actor=world.bolt.staff)
        assert QuoteDraft.objects.count() == 0
    assert _state(world, rfq_id) == InvitationState.INVITED


def test_declining_throws_the_draft_away(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id = invitation_of(world.acme, rfq_id)
    with use_tenant(world.acme.scope, party="tenant"):
        drafts.save(invitation_id=invitation_id, fields={"a": "1"}, revision=0, actor=world.acme.staff)
        offers.decline(invitation_id=invitation_id, reason="Non", actor=world.acme.staff)
        assert QuoteDraft.objects.get().state == DraftState.DROPPED


def test_a_draft_is_thrown_away_by_hand(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id = invitation_of(world.acme, rfq_id)
    with use_tenant(world.acme.scope, party="tenant"):
        drafts.save(invitation_id=invitation_id, fields={"a": "1"}, revision=0, actor=world.acme.staff)
        with pytest.raises(DraftChanged):
            drafts.drop(invitation_id=invitation_id, revision=0, actor=world.acme.staff)
        drafts.drop(invitation_id=invitation_id, revision=1, actor=world.acme.staff)
        assert QuoteDraft.objects.get().state == DraftState.DROPPED
        assert drafts.save(invitation_id=invitation_id, fields={}, revision=0, actor=world.acme.staff) == 1


def test_below_the_floor_a_colleague_approves_exactly_what_was_written(world: World) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.3"), sales_may_approve=True)
    rfq_id = request_for(world.delmas, world.acme)
    author, other = colleague(world.acme, "Léa"), colleague(world.acme, "Marc")
    outcome = answer(world.acme, rfq_id, "0.30", "6.40", actor=author)
    assert not outcome.is_sent
    draft = waiting(world.acme)
    assert (draft.state, draft.author_id) == (DraftState.INTERNAL_APPROVAL, author.user_id)
    assert [row["breaches"] for row in draft.breaches] == [[Breach.BELOW_MARGIN]]
    assert _state(world, rfq_id) == InvitationState.IN_PROGRESS
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.count() == 0
        with pytest.raises(OwnAnswer):
            drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=author)
        with pytest.raises(OtherContent):
            drafts.approve(invitation_id=draft.invitation_id, digest="0" * 64, actor=other)
        version_id = drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=other)
        version = QuoteVersion.objects.get(pk=version_id)
        assert (version.sent_by_name, version.sent_by_id) == ("Léa", author.user_id)
        assert [line.unit_price for line in version.lines.all()] == [Decimal("0.30"), Decimal("6.40")]
        with pytest.raises(NothingToDecide):
            drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=other)
        moves = QuoteDraft.objects.get().transitions.values_list("to_state", "actor_name")
        assert list(moves) == [("internal_approval", "Léa"), ("sent", "Marc")]
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert "Marc" not in str(list(QuoteVersion.objects.values()) + list(Invitation.objects.values()))


def test_who_has_written_in_it_does_not_approve_it(world: World) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.3"))
    rfq_id = request_for(world.delmas, world.acme)
    author = colleague(world.acme, "Léa")
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = invitation_of(world.acme, rfq_id)
        drafts.save(invitation_id=invitation_id, fields={"price": "0.3"}, revision=0, actor=world.acme.staff)
    answer(world.acme, rfq_id, "0.30", None, actor=author, revision=1)
    draft = waiting(world.acme)
    with use_tenant(world.acme.scope, party="tenant"), pytest.raises(OwnAnswer):
        drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=world.acme.staff)


@pytest.mark.parametrize(("role", "sales_may"), [("sales", False), ("logistics", True)])
def test_who_may_not_approve(world: World, role: str, *, sales_may: bool) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.3"), sales_may_approve=sales_may)
    rfq_id = request_for(world.delmas, world.acme)
    answer(world.acme, rfq_id, "0.30", None, actor=world.acme.staff)
    draft, other = waiting(world.acme), colleague(world.acme, "Marc", role)
    with use_tenant(world.acme.scope, party="tenant"):
        for actor in (other, world.bolt.staff, world.delmas.buyer):
            with pytest.raises(NotAllowed):
                drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=actor)
            with pytest.raises(NotAllowed):
                drafts.refuse(invitation_id=draft.invitation_id, digest=draft.digest, reason="Non", actor=actor)
        assert QuoteVersion.objects.count() == 0
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(NotFound):
        drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=world.bolt.staff)


def test_a_refused_answer_goes_back_with_its_reason(world: World) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.3"))
    rfq_id = request_for(world.delmas, world.acme)
    author = colleague(world.acme, "Léa")
    answer(world.acme, rfq_id, "0.30", None, actor=author)
    draft = waiting(world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        with pytest.raises(ReasonNeeded):
            drafts.refuse(invitation_id=draft.invitation_id, digest=draft.digest, reason=" ", actor=world.acme.staff)
        drafts.refuse(invitation_id=draft.invitation_id, digest=draft.digest, reason="Trop bas", actor=world.acme.staff)
        row = QuoteDraft.objects.get()
        assert (row.state, row.refusal, row.offer, row.digest) == (DraftState.DRAFT, "Trop bas", None, "")
        with pytest.raises(NothingToDecide):
            drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=world.acme.staff)
        assert QuoteVersion.objects.count() == 0
    assert answer(world.acme, rfq_id, "0.38", None, actor=author, revision=1).is_sent


def test_a_changed_draft_starts_again(world: World) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.3"))
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id, author = invitation_of(world.acme, rfq_id), colleague(world.acme, "Léa")
    answer(world.acme, rfq_id, "0.30", None, actor=author)
    seen = waiting(world.acme)
    answer(world.acme, rfq_id, "0.22", None, actor=author, revision=seen.revision)
    changed = waiting(world.acme)
    assert changed.id == seen.id
    with use_tenant(world.acme.scope, party="tenant"):
        with pytest.raises(OtherContent):
            drafts.approve(invitation_id=seen.invitation_id, digest=seen.digest, actor=world.acme.staff)
        drafts.save(invitation_id=invitation_id, fields={}, revision=changed.revision, actor=author)
        with pytest.raises(NothingToDecide):
            drafts.approve(invitation_id=seen.invitation_id, digest=changed.digest, actor=world.acme.staff)
        assert QuoteVersion.objects.count() == 0


def test_what_could_not_be_sent_does_not_wait(world: World) -> None:
    policy(world.acme, needs_article=True)
    rfq_id = request_for(world.delmas, world.acme)
    with pytest.raises(NothingOffered):
        answer(world.acme, rfq_id, None, None, actor=world.acme.staff)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="Reporté")
    with pytest.raises(RequestClosed):
        answer(world.acme, rfq_id, None, "6.40", actor=world.acme.staff)
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteDraft.objects.count() == 0


def test_an_offer_is_the_same_after_it_was_kept() -> None:
    line = OfferLine(
        unit_price=Decimal("0.380000"),
        lead_time_days=4,
        sku="",
        kind="replacement",
        name="Écrou",
        quantity=Decimal(120),
        setup=Decimal("40.50"),
        tiers=((Decimal(500), Decimal("0.31")),),
        remark="Livré en deux fois",
        alternatives=(OfferLine(Decimal("0.4"), kind="alternative", sku=None),),
    )
    whole = Offer({uuid4(): line}, timezone.now(), Decimal("12.50"), "Bonjour", Conditions("DAP", "Arras", "net", 30))
    said = as_json(whole)
    assert from_json(said) == whole
    assert as_json(from_json(said)) == said
    fields = {field.name for field in dataclasses.fields(OfferLine)}
    assert fields == set(next(iter(said["lines"].values())))
    assert {field.name for field in dataclasses.fields(Offer)} == set(said)
    other = as_json(dataclasses.replace(whole, message="Bonjour."))
    key = uuid4()
    assert digest_of(said, key) != digest_of(other, key)
    assert digest_of(said, key) != digest_of(said, uuid4())


def test_costs_and_margins_stay_in_the_suppliers_schema(world: World) -> None:
    """No table of the exchange, no event and no index holds a cost, a margin or a limit."""
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.434343"), max_discount_rate=Decimal("0.010101"))
    rfq_id = request_for(world.delmas, world.acme, lines=(NewLine("VN-1001", Decimal(100), part_number="VN-1001"),))
    author = colleague(world.acme, "Léa")
    answer(world.acme, rfq_id, "0.30", actor=author)
    draft = waiting(world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=world.acme.staff)
        assert QuoteLine.objects.get().unit_price == Decimal("0.30")
    text = _whole_public_schema()
    assert "0.300000" in text
    margin = (Decimal("0.30") - Decimal("0.217431")) / Decimal("0.30")
    for secret in ("0.217431", "217431", "0.434343", "0.010101", str(margin)[:7], "below_margin", "above_discount"):
        assert secret not in text, secret


def _whole_public_schema() -> str:
    """Every row of every table of the exchange and of the outbox, as one text."""
    texts: list[str] = []
    with use_tenant(PLATFORM, party="operator"):
        for model in apps.get_models():
            if model._meta.app_config.name in settings.SHARED_APPS and model._meta.managed:
                texts.extend(str(row) for row in model._default_manager.values())
    return "\n".join(texts)
