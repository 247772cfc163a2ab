"""A request from its draft to its end: what suppliers may read of it, more time, an end, a new beginning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from core.errors import NotFound, Refused
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from marketplace.models import Document, DocumentKind
from orders.quotes import accept_quote
from rfq import asking, closing, offers
from rfq.asking import NewLine, NewRFQ
from rfq.comparison import comparison
from rfq.conditions import Conditions
from rfq.enums import InvitationState, RFQState, VersionState
from rfq.errors import (
    DeadlineInThePast,
    DeadlineOver,
    InvalidPrice,
    MayNotBuy,
    NotADraft,
    NothingOnTheTable,
    OfferExpired,
    OfferWithdrawn,
    ReasonMissing,
    RequestClosed,
    TermTooLong,
    UnknownIncoterm,
)
from rfq.models import RFQ, Invitation, QuoteLine, QuoteVersion, RFQLine, RFQPrivate, RFQTarget, RFQTransition
from rfq.services import CounterLine, counter_offer
from tests.rfq.test_negotiation import ADDRESS, accept, offer_of, request_for
from tests.world import TenantWorld, World

TOMORROW = timedelta(days=1)


def _draft(world: World, **changes: Any) -> UUID:
    values: dict[str, Any] = {
        "title": "Tiges filetées",
        "deadline_at": timezone.now() + TOMORROW,
        "lines": (
            NewLine("Tige M8", Decimal(300), target_price=Decimal("3.9"), question="Filetage laminé ?"),
            NewLine("Tige M10", Decimal(100), target_price=Decimal("5.1"), hides_target=False),
        ),
        "tenant_ids": (world.acme.id,),
        "delivery_address": ADDRESS,
        "conditions": Conditions("DAP", "Arras", "days_eom", 45),
        "private_note": "Dernier prix payé : 3,80",
        "capital_rate": Decimal("0.042"),
        **changes,
    }
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        return asking.save_draft(data=NewRFQ(**values), actor=world.delmas.buyer)


def _at_deadline(rfq_id: UUID) -> None:
    """Let the deadline have passed, by the clock of the database as well."""
    with use_tenant(OPERATOR):
        RFQ.objects.filter(pk=rfq_id).update(deadline_at=timezone.now() - timedelta(hours=1))


def _states(rfq_id: UUID) -> dict[str, str]:
    with use_tenant(OPERATOR):
        return dict(Invitation.objects.filter(rfq_id=rfq_id).values_list("tenant__slug", "state"))


def _invitation(tenant: TenantWorld, rfq_id: UUID) -> UUID:
    with use_tenant(tenant.scope, party="tenant"):
        return Invitation.objects.get(rfq_id=rfq_id).id


def test_a_draft_is_the_companys_until_it_is_sent(world: World) -> None:
    rfq_id = _draft(world, lines=(), tenant_ids=())
    with use_tenant(world.acme.scope, party="tenant"):
        assert RFQ.objects.count() == 0
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        data = NewRFQ("Tiges", timezone.now() + TOMORROW, (NewLine("Tige M8", Decimal(5)),), (world.acme.id,))
        with pytest.raises(MayNotBuy):
            asking.save_draft(data=data, actor=world.delmas.onlooker, draft_id=rfq_id)
        assert asking.send_rfq(data=data, actor=world.delmas.buyer, draft_id=rfq_id) == rfq_id
        for again in (asking.save_draft, asking.send_rfq):
            with pytest.raises(NotADraft):
                again(data=data, actor=world.delmas.buyer, draft_id=rfq_id)
        with pytest.raises(NotADraft):
            asking.drop_draft(draft_id=rfq_id, actor=world.delmas.buyer)
        assert [line.description for line in RFQLine.objects.all()] == ["Tige M8"]
    with use_tenant(PLATFORM, company_id=world.lecomte.id), pytest.raises(NotFound):
        asking.drop_draft(draft_id=rfq_id, actor=world.lecomte.buyer)


def test_a_draft_can_be_dropped(world: World) -> None:
    rfq_id = _draft(world)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        asking.drop_draft(draft_id=rfq_id, actor=world.delmas.buyer)
        assert not RFQ.objects.exists()
        assert not RFQTarget.objects.exists()


def test_wrong_drafts_are_refused(world: World) -> None:
    with pytest.raises(UnknownIncoterm):
        _draft(world, conditions=Conditions("ZZZ"))
    with pytest.raises(TermTooLong):
        _draft(world, conditions=Conditions(term_kind="net", term_days=90))
    with pytest.raises(InvalidPrice) as refused:
        _draft(world, lines=(NewLine("a", Decimal(1)), NewLine("b", Decimal(1), target_price=Decimal(-1))))
    assert refused.value.field == "line-1"


def test_suppliers_read_the_wishes_but_neither_notes_nor_hidden_targets(world: World) -> None:
    data_of = {"tenant_ids": (world.acme.id,)}
    rfq_id = _draft(world, **data_of)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        rfq = RFQ.objects.get(pk=rfq_id)
        data = NewRFQ(
            rfq.title,
            rfq.deadline_at,
            (
                NewLine("Tige M8", Decimal(300), target_price=Decimal("3.9")),
                NewLine("Tige M10", Decimal(100), target_price=Decimal("5.1"), hides_target=False),
            ),
            (world.acme.id,),
            conditions=Conditions.of(rfq),
            private_note="Dernier prix payé : 3,80",
        )
        asking.send_rfq(data=data, actor=world.delmas.buyer, draft_id=rfq_id)
        assert RFQTarget.objects.get().price == Decimal("3.9")
        assert RFQPrivate.objects.get().note.startswith("Dernier")
    with use_tenant(world.acme.scope, party="tenant"):
        assert Conditions.of(RFQ.objects.get()) == Conditions("DAP", "Arras", "days_eom", 45)
        assert [line.target_price for line in RFQLine.objects.all()] == [None, Decimal("5.1")]
        assert RFQTarget.objects.count() == 0
        assert RFQPrivate.objects.count() == 0


def test_sealed_offers_are_read_by_nobody_of_the_company_before_the_deadline(
    world: World, drain: Callable[[], int]
) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt, is_sealed=True)
    version_id = offer_of(world.acme, rfq_id, "0.3817", "6.40")
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.count() == 1, "its supplier reads it"
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert QuoteVersion.objects.count() == 0
        assert QuoteLine.objects.count() == 0
        assert Document.objects.get(kind=DocumentKind.QUOTE).amount is None
        column = next(c for c in comparison(world.delmas.buyer, rfq_id).columns if c.name == world.acme.name)
        assert (column.total, column.is_sealed) == (None, True)
        with pytest.raises(NotFound):
            counter_offer(version_id=version_id, lines={}, message="?", actor=world.delmas.buyer)
        with pytest.raises(NotFound):
            accept_quote(version_id=version_id, actor=world.delmas.buyer)
    offer_of(world.acme, rfq_id, "0.37", "6.40")
    _at_deadline(rfq_id)
    with use_tenant(OPERATOR):
        assert closing.pass_deadlines() == 1
        assert closing.pass_deadlines() == 0
    drain()
    assert _states(rfq_id) == {"acme": "quoted", "bolt": "expired"}
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.get().state == RFQState.EVALUATING
        assert QuoteVersion.objects.count() == 2
        assert Document.objects.get(kind=DocumentKind.QUOTE).amount == Decimal("3450.0000")
    with pytest.raises(DeadlineOver):
        offer_of(world.bolt, rfq_id, "0.30", "6")


def test_a_sealed_request_that_is_cancelled_ends_its_offers_unread(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, is_sealed=True)
    offer_of(world.acme, rfq_id, "0.38", None)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="Reporté")
        assert QuoteVersion.objects.count() == 0
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.get().state == VersionState.DECLINED


def test_more_time_an_end_and_a_new_beginning(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt, is_sealed=True)
    later = timezone.now() + timedelta(days=9)
    buyer = world.delmas.buyer
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        with pytest.raises(DeadlineInThePast):
            closing.extend(rfq_id=rfq_id, deadline_at=timezone.now(), actor=buyer)
        closing.extend(rfq_id=rfq_id, deadline_at=later, actor=buyer)
        assert RFQ.objects.get().deadline_at == later
        assert RFQ.objects.get().is_sealed
        with pytest.raises(ReasonMissing):
            closing.close_rfq(rfq_id=rfq_id, actor=buyer, reason=" ")
        closing.close_rfq(rfq_id=rfq_id, actor=buyer, reason="Projet reporté")
        with pytest.raises(RequestClosed):
            closing.extend(rfq_id=rfq_id, deadline_at=later + TOMORROW, actor=buyer)
        with pytest.raises(MayNotBuy):
            closing.reopen(rfq_id=rfq_id, deadline_at=later, actor=world.delmas.onlooker, reason="x")
        closing.reopen(rfq_id=rfq_id, deadline_at=later, actor=buyer, reason="Projet repris")
        assert RFQ.objects.get().is_sealed, "nobody has seen the offers"
        notes = list(RFQTransition.objects.values_list("to_state", "note"))
    assert notes == [("open", ""), ("closed", "Projet reporté"), ("open", "Projet repris")]
    assert set(_states(rfq_id).values()) == {InvitationState.INVITED}
    version_id = offer_of(world.acme, rfq_id, "0.38", None)
    _at_deadline(rfq_id)
    accept(world.delmas, version_id)


def test_ending_and_beginning_again_does_not_open_sealed_offers(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt, is_sealed=True)
    offer_of(world.acme, rfq_id, "0.38", "6.40")
    soon, buyer = timezone.now() + timedelta(hours=1), world.delmas.buyer
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        for end in (closing.cancel_rfq, closing.close_rfq):
            end(rfq_id=rfq_id, actor=buyer, reason="Pause")
            closing.reopen(rfq_id=rfq_id, deadline_at=soon, actor=buyer, reason="Reprise")
            assert QuoteVersion.objects.count() == 0
            assert RFQ.objects.get().deadline_at > soon, "nor is the deadline brought forward"
    _at_deadline(rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert QuoteVersion.objects.count() == 1
        closing.reopen(rfq_id=rfq_id, deadline_at=soon, actor=buyer, reason="Encore")
        assert not RFQ.objects.get().is_sealed, "what was seen is sealed no more"


def test_a_request_without_an_answer_expires_and_can_begin_again(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    _at_deadline(rfq_id)
    with use_tenant(OPERATOR):
        closing.pass_deadlines()
        assert RFQ.objects.get().state == RFQState.EXPIRED
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        until = timezone.now() + TOMORROW
        closing.reopen(rfq_id=rfq_id, deadline_at=until, actor=world.delmas.buyer, reason="Personne n’a répondu")
    offer_of(world.acme, rfq_id, "0.38", None)


def test_an_expired_offer_says_so_whatever_the_job_has_done(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    version_id = offer_of(world.acme, rfq_id, "0.38", None)
    _at_deadline(rfq_id)
    with use_tenant(OPERATOR):
        QuoteVersion.objects.filter(pk=version_id).update(state=VersionState.EXPIRED)
    with pytest.raises(OfferExpired):
        accept(world.delmas, version_id)
    with use_tenant(world.acme.scope, party="tenant"):
        assert Invitation.objects.get().state == InvitationState.QUOTED
    renewed = offer_of(world.acme, rfq_id, "0.38", None)
    accept(world.delmas, renewed)


def test_an_offer_is_taken_back(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    version_id = offer_of(world.acme, rfq_id, "0.38", None)
    invitation_id = _invitation(world.acme, rfq_id)
    with use_tenant(world.acme.scope, party="tenant"):
        with pytest.raises(ReasonMissing):
            offers.withdraw(invitation_id=invitation_id, reason="", actor=world.acme.staff)
        offers.withdraw(invitation_id=invitation_id, reason="Erreur de prix", actor=world.acme.staff)
        with pytest.raises(NothingOnTheTable):
            offers.withdraw(invitation_id=invitation_id, reason="x", actor=world.acme.staff)
    with pytest.raises(OfferWithdrawn):
        accept(world.delmas, version_id)
    accept(world.delmas, offer_of(world.acme, rfq_id, "0.39", None))


def test_a_counter_offer_asks_for_price_quantity_and_date(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    version_id = offer_of(world.acme, rfq_id, "0.38", "6.40")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        line = QuoteLine.objects.get(version_id=version_id, position=1)
        wish = CounterLine(Decimal("0.36"), Decimal(8000), 3, "Pour l’année")
        for bad in (CounterLine(Decimal("0.0000001")), CounterLine(quantity=Decimal(0))):
            with pytest.raises(Refused):
                counter_offer(version_id=version_id, lines={line.id: bad}, message="", actor=world.delmas.buyer)
        counter = counter_offer(version_id=version_id, lines={line.id: wish}, message="", actor=world.delmas.buyer)
        found = QuoteLine.objects.get(version_id=counter, position=1)
        assert (found.unit_price, found.quantity) == (Decimal("0.36"), Decimal(8000))
        assert (found.lead_time_days, found.remark) == (3, "Pour l’année")
        assert QuoteVersion.objects.get(pk=counter).net_amount == Decimal(2880 + 1600)
