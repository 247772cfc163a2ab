"""Who answers a request: taken, given to a colleague, handed back."""

from __future__ import annotations

import pytest

from core.errors import NotAllowed, NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from quoting import desk
from quoting.errors import NoColleague, TakenAlready
from quoting.models import Assignment
from rfq import closing
from rfq.errors import RequestClosed
from tests.quoting.desks import colleague, invitation_of
from tests.rfq.test_negotiation import request_for
from tests.world import World


def _open(world: World) -> list[str]:
    return list(Assignment.objects.filter(ended_at=None).values_list("assignee_name", flat=True))


def test_a_request_is_taken_given_and_handed_back(world: World) -> None:
    invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme))
    lea = colleague(world.acme, "Léa")
    with use_tenant(world.acme.scope, party="tenant"):
        desk.take(invitation_id=invitation_id, actor=lea)
        desk.take(invitation_id=invitation_id, actor=lea)
        assert _open(world) == ["Léa"]
        with pytest.raises(TakenAlready, match="Léa"):
            desk.take(invitation_id=invitation_id, actor=world.acme.staff)
        desk.assign(invitation_id=invitation_id, assignee_id=world.acme.owner.id, actor=lea)
        assert _open(world) == [world.acme.owner.name]
        desk.hand_back(invitation_id=invitation_id, actor=lea)
        desk.hand_back(invitation_id=invitation_id, actor=lea)
        assert _open(world) == []
        rows = Assignment.objects.order_by("assigned_at").values_list("assignee_name", "assigned_by_name")
        assert list(rows) == [("Léa", "Léa"), (world.acme.owner.name, "Léa")]


def test_only_the_suppliers_own_people_take_its_requests(world: World) -> None:
    invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme, world.bolt))
    with use_tenant(world.acme.scope, party="tenant"):
        for actor in (world.bolt.staff, world.delmas.buyer):
            with pytest.raises(NotAllowed):
                desk.take(invitation_id=invitation_id, actor=actor)
        for stranger in (world.bolt.owner.id, world.delmas.admin.id):
            with pytest.raises(NoColleague):
                desk.assign(invitation_id=invitation_id, assignee_id=stranger, actor=world.acme.staff)
        assert Assignment.objects.count() == 0
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(NotFound):
        desk.take(invitation_id=invitation_id, actor=world.bolt.staff)


def test_nobody_takes_a_closed_request(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id = invitation_of(world.acme, rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="Reporté")
    with use_tenant(world.acme.scope, party="tenant"), pytest.raises(RequestClosed):
        desk.take(invitation_id=invitation_id, actor=world.acme.staff)
