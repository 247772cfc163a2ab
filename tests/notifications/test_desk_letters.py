"""Letters about a supplier's own approvals: who may decide, then whose answer came back; no buyer is told."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.enums import StaffRole
from core.tenancy import use_tenant
from quoting import drafts
from quoting.models import QuoteDraft
from tests.quoting.desks import colleague, invitation_of, offer, policy
from tests.rfq.test_negotiation import request_for
from tests.world import World


@pytest.mark.parametrize("sales_may", [False, True])
def test_who_may_approve_is_told_and_the_author_of_what_came_back(
    quiet: World, drain: Any, mailoutbox: Any, *, sales_may: bool
) -> None:
    world = quiet
    author, other = colleague(world.acme, "Ana"), colleague(world.acme, "Bruno")
    colleague(world.acme, "Chloé", StaffRole.LOGISTICS)
    policy(world.acme, needs_article=True, sales_may_approve=sales_may)
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id = invitation_of(world.acme, rfq_id)
    drain()
    mailoutbox.clear()
    with use_tenant(world.acme.scope, party="tenant"):
        found = offer(rfq_id, "0.40", None, sku="")
        assert not drafts.answer(invitation_id=invitation_id, offer=found, actor=author).is_sent
    drain()
    drain()
    may = [world.acme.owner.email, *([other.email] if sales_may else [])]
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted(may)
    assert "Ana" in mailoutbox[0].subject
    assert f"/portal/rfqs/{invitation_id}/" in mailoutbox[0].body
    assert "0.40" not in mailoutbox[0].body
    mailoutbox.clear()
    with use_tenant(world.acme.scope, party="tenant"):
        digest = QuoteDraft.objects.get().digest
        drafts.refuse(invitation_id=invitation_id, digest=digest, reason="Trop bas", actor=world.acme.staff)
    drain()
    assert [letter.to for letter in mailoutbox] == [[author.email]]
    assert "Trop bas" in mailoutbox[0].body
