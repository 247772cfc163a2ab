"""Letters and entries about questions: a supplier learns of its own answers and what all read, the buyer who asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.enums import StaffRole
from accounts.services import add_staff
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from notifications.models import Notification
from rfq.talk import questions
from tests.rfq.test_negotiation import request_for
from tests.rfq.test_requests import _invitation
from tests.rfq.test_talk import announce, ask, publish
from tests.world import World


def _told() -> dict[str, list[tuple[Any, Any]]]:
    with use_tenant(OPERATOR):
        rows = Notification.objects.order_by("pk").values_list("kind", "user_id", "tenant_id")
        found: dict[str, list[tuple[Any, Any]]] = {}
        for kind, user_id, tenant_id in rows:
            found.setdefault(kind, []).append((user_id, tenant_id))
        return found


def _told_of_a_request(world: World, drain: Any, mailoutbox: Any) -> UUID:
    """A request of which both suppliers have been told already."""
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    drain()
    mailoutbox.clear()
    with use_tenant(OPERATOR):
        Notification.objects.all().delete()
    return rfq_id


def test_a_question_goes_to_whoever_sent_the_request_and_its_answer_to_whoever_asked(
    quiet: World, drain: Any, mailoutbox: Any
) -> None:
    world = quiet
    rfq_id = _told_of_a_request(world, drain, mailoutbox)
    question_id = ask(world.acme, rfq_id, "QUESTION-SECRET ?")
    drain()
    drain()
    assert [letter.to for letter in mailoutbox] == [[world.delmas.admin.email]]
    letter = mailoutbox[0]
    assert world.acme.name in letter.subject
    assert "QUESTION-SECRET" in letter.body
    assert f"/rfqs/{rfq_id}/questions/" in letter.body
    mailoutbox.clear()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        questions.answer(rfq_id=rfq_id, question_id=question_id, text="ANSWER-SECRET", actor=world.delmas.buyer)
    drain()
    assert [letter.to for letter in mailoutbox] == [[world.acme.owner.email]]
    assert "ANSWER-SECRET" in mailoutbox[0].body
    assert f"{world.acme.host}" in mailoutbox[0].body
    assert f"/portal/rfqs/{_invitation(world.acme, rfq_id)}/questions/" in mailoutbox[0].body
    assert _told() == {
        "question_asked": [(world.delmas.admin.id, world.acme.id)],
        "question_answered": [(world.acme.owner.id, world.acme.id)],
    }


def test_all_invited_get_the_same_letter_that_does_not_say_who_asked(quiet: World, drain: Any, mailoutbox: Any) -> None:
    world = quiet
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    question_id = ask(world.acme, rfq_id, "QUESTION-SECRET ?")
    drain()
    mailoutbox.clear()
    publish(world.delmas, rfq_id, question_id)
    drain()
    drain()
    to_acme, to_bolt = sorted(mailoutbox, key=lambda letter: letter.to)
    assert (to_acme.to, to_bolt.to) == ([world.acme.owner.email], [world.bolt.owner.email])

    def bare(letter: Any, tenant: Any) -> str:
        """The letter without what only its own supplier has: address, name of its reader, its page."""
        text = f"{letter.subject}\n{letter.body}".split("\n-- \n")[0]
        for own in (str(_invitation(tenant, rfq_id)), tenant.host, tenant.owner.name):
            text = text.replace(own, "…")
        return text

    assert bare(to_acme, world.acme) == bare(to_bolt, world.bolt), "who asked gets no other letter"
    for secret in (world.acme.name, "QUESTION-SECRET", str(question_id), str(_invitation(world.acme, rfq_id))):
        assert secret not in to_bolt.body + str(to_bolt.alternatives) + str(to_bolt.extra_headers)
    assert sorted(_told()["request_clarified"]) == sorted(
        [(world.acme.owner.id, world.acme.id), (world.bolt.owner.id, world.bolt.id)]
    )


def test_who_works_for_two_suppliers_is_told_by_both(quiet: World, drain: Any, mailoutbox: Any) -> None:
    world = quiet
    with use_tenant(PLATFORM):
        add_staff(user_id=world.acme.owner.id, tenant_id=world.bolt.id, role=StaffRole.OWNER)
    announce(world.delmas, _told_of_a_request(world, drain, mailoutbox))
    drain()
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted(
        [world.acme.owner.email, world.acme.owner.email, world.bolt.owner.email]
    )
