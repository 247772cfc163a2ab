"""A supplier's desk at the same moment: one taker, one outcome of approving and writing on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from django.db import connection

from core.actor import Actor
from core.errors import Refused
from core.tenancy import use_tenant
from quoting import desk, drafts, instant
from quoting.enums import DraftState
from quoting.models import Assignment, QuoteDraft
from rfq.asking import NewLine
from rfq.models import Invitation, QuoteVersion
from tests.quoting.desks import answer, colleague, costs, invitation_of, policy, waiting
from tests.rfq.test_negotiation import request_for
from tests.world import World


def _at_once(world: World, *works: Callable[[], object]) -> list[object]:
    """Run these in threads that start at the same moment, as the supplier; refusals are answers."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            with use_tenant(world.acme.scope, party="tenant"):
                return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def _below_floor(world: World) -> tuple[QuoteDraft, Actor]:
    """An answer of Léa's that waits for its approval."""
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.3"))
    author = colleague(world.acme, "Léa")
    answer(world.acme, request_for(world.delmas, world.acme), "0.30", None, actor=author)
    return waiting(world.acme), author


def test_two_colleagues_taking_one_request(committed_world: World) -> None:
    world = committed_world
    invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme))
    people = [colleague(world.acme, name) for name in ("Léa", "Marc", "Nora")]

    def taking(actor: Actor) -> Callable[[], object]:
        return lambda: desk.take(invitation_id=invitation_id, actor=actor)

    answers = _at_once(world, *(taking(actor) for actor in people))
    assert sorted(map(str, answers)) == ["None", "taken_already", "taken_already"]
    with use_tenant(world.acme):
        assert Assignment.objects.filter(ended_at=None).count() == 1


def test_approved_while_the_author_writes_on_has_one_outcome(committed_world: World) -> None:
    world = committed_world
    draft, author = _below_floor(world)

    def approve() -> object:
        return drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=world.acme.staff)

    def write() -> object:
        drafts.save(invitation_id=draft.invitation_id, fields={"price": "9"}, revision=draft.revision, actor=author)
        return "written"

    answers = [str(found) for found in _at_once(world, approve, write)]
    with use_tenant(world.acme.scope, party="tenant"):
        row = QuoteDraft.objects.get()
        if answers[1] == "written":
            assert answers[0] == "nothing_to_decide"
            assert (row.state, QuoteVersion.objects.count()) == (DraftState.DRAFT, 0)
        else:
            assert answers[1] == "draft_gone"
            version = QuoteVersion.objects.get()
            assert (row.state, row.version_id, str(version.id)) == (DraftState.SENT, version.id, answers[0])
            assert version.lines.get(position=1).unit_price == Decimal("0.30"), "exactly what was approved"


def test_without_the_lock_both_would_find_it_waiting(committed_world: World) -> None:
    world = committed_world
    draft, _author = _below_floor(world)
    barrier = threading.Barrier(2)

    def naive() -> object:
        state = QuoteDraft.objects.get(pk=draft.id).state
        barrier.wait()
        return state

    assert _at_once(world, naive, naive) == [DraftState.INTERNAL_APPROVAL] * 2


def test_two_approvers_at_once_send_one_version(committed_world: World) -> None:
    world = committed_world
    draft, _author = _below_floor(world)
    other = colleague(world.acme, "Olga", "owner")

    def approving(actor: Actor) -> Callable[[], object]:
        return lambda: drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=actor)

    answers = _at_once(world, approving(world.acme.staff), approving(other))
    assert answers.count("nothing_to_decide") == 1
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.count() == 1


def test_a_request_is_answered_at_once_only_once(committed_world: World) -> None:
    world = committed_world
    policy(world.acme, answers_at_once=True, at_once_amount=Decimal(5000))
    lines = (NewLine("Vis", Decimal(100), part_number="VN-1001"),)
    rfq_id = request_for(world.delmas, world.acme, lines=lines)

    def at_once() -> object:
        return instant.answer_at_once(rfq_id=rfq_id, tenant_id=world.acme.id)

    answers = _at_once(world, at_once, at_once, at_once)
    assert answers.count(None) == 2
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.get().id in answers


def test_a_person_taking_it_while_it_is_answered_at_once_has_one_outcome(committed_world: World) -> None:
    world = committed_world
    policy(world.acme, answers_at_once=True, at_once_amount=Decimal(5000))
    rfq_id = request_for(world.delmas, world.acme, lines=(NewLine("Vis", Decimal(100), part_number="VN-1001"),))
    invitation_id = invitation_of(world.acme, rfq_id)

    def save() -> object:
        return drafts.save(invitation_id=invitation_id, fields={}, revision=0, actor=world.acme.staff)

    answers = _at_once(world, lambda: instant.answer_at_once(rfq_id=rfq_id, tenant_id=world.acme.id), save)
    with use_tenant(world.acme.scope, party="tenant"):
        assert answers[1] == 1
        state = Invitation.objects.get().state
        assert (QuoteVersion.objects.count(), state) in ((1, "quoted"), (0, "in_progress"))
