"""The desk's list and the customer's card."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils import timezone

from core.errors import NotAllowed, NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from quoting import desk, drafts
from quoting.card import card_of
from quoting.inbox import DeskPage, desk_page
from rfq import closing, services
from rfq.models import QuoteVersion
from tests.counting import statements
from tests.quoting.desks import answer, colleague, costs, invitation_of, policy
from tests.rfq.test_negotiation import accept, offer_of, request_for, verify
from tests.world import World


def _titles(page: DeskPage) -> list[str]:
    return [row.request.title for row in page.rows]


def _asked(world: World, title: str, days: float) -> UUID:
    return request_for(world.delmas, world.acme, title=title, deadline_at=timezone.now() + timedelta(days=days))


def test_the_most_urgent_first(world: World) -> None:
    over = _asked(world, "over", 3)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=over, actor=world.delmas.buyer, reason="Reporté")
    _asked(world, "later", 6)
    _asked(world, "soon", 0.5)
    _asked(world, "next", 4)
    offer_of(world.acme, _asked(world, "answered", 0.2), "0.38", None)
    countered = offer_of(world.acme, _asked(world, "countered", 9), "0.38", None)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        services.counter_offer(version_id=countered, lines={}, message="Mieux ?", actor=world.delmas.buyer)
    with use_tenant(world.acme.scope, party="tenant"):
        whole = desk_page(world.acme.staff)
        assert _titles(whole) == ["countered", "soon", "next", "later", "answered", "over"]
        assert (whole.total, whole.open_counts) == (6, {"": 5, "mine": 0, "unassigned": 5})
        by_state = {
            state: _titles(desk_page(world.acme.staff, state=state))
            for state in ("countered", "unanswered", "answered", "over", "approval")
        }
        assert by_state == {
            "countered": ["countered"],
            "unanswered": ["soon", "next", "later"],
            "answered": ["countered", "answered"],
            "over": ["over"],
            "approval": [],
        }
        second = desk_page(world.acme.staff, limit=2, offset=2)
        assert (_titles(second), second.total) == (["next", "later"], 6)


def test_whose_requests(world: World) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.5"))
    mine, theirs, free = (_asked(world, title, 3) for title in ("mine", "theirs", "free"))
    lea = colleague(world.acme, "Léa")
    with use_tenant(world.acme.scope, party="tenant"):
        desk.take(invitation_id=invitation_of(world.acme, mine), actor=world.acme.staff)
        desk.take(invitation_id=invitation_of(world.acme, theirs), actor=lea)
        drafts.save(invitation_id=invitation_of(world.acme, free), fields={}, revision=0, actor=lea)
    answer(world.acme, theirs, "0.30", None, actor=lea)
    with use_tenant(world.acme.scope, party="tenant"):
        page = desk_page(world.acme.staff)
        assert page.open_counts == {"": 3, "mine": 1, "unassigned": 1}
        found = {row.request.title: (row.assignee_name, row.is_mine, row.draft_text) for row in page.rows}
        assert found == {
            "mine": (world.acme.owner.name, True, ""),
            "theirs": ("Léa", False, "waits for an approval"),
            "free": ("", False, "draft kept"),
        }
        assert _titles(desk_page(world.acme.staff, whose="mine")) == ["mine"]
        assert _titles(desk_page(world.acme.staff, whose="unassigned")) == ["free"]
        assert _titles(desk_page(world.acme.staff, state="approval")) == ["theirs"]
        assert _titles(desk_page(lea, whose="mine")) == ["theirs"]
    with use_tenant(world.bolt.scope, party="tenant"):
        assert desk_page(world.bolt.staff).total == 0
        with pytest.raises(NotFound):
            desk_page(world.acme.staff)


def test_a_page_costs_the_same_for_any_number_of_requests(world: World) -> None:
    counts = []
    for number in (1, 8):
        for _each in range(number):
            _asked(world, "request", 3)
        with use_tenant(world.acme.scope, party="tenant"), statements() as asked:
            desk_page(world.acme.staff)
        counts.append(len(asked))
    assert counts == [5, 5]


def test_the_customers_card(world: World) -> None:
    for number in range(7):
        rfq_id = _asked(world, f"request {number}", 3)
        version_id = offer_of(world.acme, rfq_id, "0.50", None, freight="10")
        if number == 6:
            accept(world.delmas, version_id)
        if number == 5:
            with use_tenant(PLATFORM, company_id=world.delmas.id):
                closing.cancel_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="Reporté")
    offer_of(world.bolt, request_for(world.delmas, world.bolt, title="secret of bolt"), "0.1", None)
    last = invitation_of(world.acme, _asked(world, "now", 3))
    with use_tenant(world.acme.scope, party="tenant"), statements() as asked:
        card = card_of(world.acme.staff, world.delmas.id, besides=last)
    assert len(asked) <= 5
    facts = dict(card.facts)
    assert (card.state_text, facts["Credit limit"], facts["Credit left"]) == ("Approved", "€10,000.00", "€6,988.00")
    assert (facts["Past orders"], facts["Net, 12 months"]) == ("1 order", "€2,510.00")
    assert [(quote.title, quote.state_text) for quote in card.quotes] == [
        ("request 6", "Won"),
        ("request 5", "Not taken"),
        ("request 4", "Quoted"),
        ("request 3", "Quoted"),
        ("request 2", "Quoted"),
    ]
    assert card.quotes[0].amount_text == "€2,510.00"


def test_a_company_without_an_account(world: World) -> None:
    verify(world.nouvelle)
    invitation_id = invitation_of(world.acme, request_for(world.nouvelle, world.acme))
    with use_tenant(world.acme.scope, party="tenant"):
        card = card_of(world.acme.staff, world.nouvelle.id, besides=invitation_id)
        assert (card.customer_id, card.state_text, card.facts, card.quotes) == (None, "no account with you", (), ())
        for actor in (world.bolt.staff, world.delmas.buyer):
            with pytest.raises(NotAllowed):
                card_of(actor, world.delmas.id, besides=invitation_id)
        assert QuoteVersion.objects.count() == 0
