"""E-mails about goods that come back: the supplier's staff, then whoever asked."""

from __future__ import annotations

from typing import Any

from core.tenancy import use_tenant
from orders.returns import services as returning
from payments.models import CreditNote
from tests.orders.test_returns import ask, come_back, shipped
from tests.world import World


def test_each_step_is_told_once(world: World, drain: Any, mailoutbox: Any) -> None:
    buyer, staff = world.delmas.admin.email, world.acme.owner.email
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, ("VN-1001", 100, ""))
        drain()
        mailoutbox.clear()
        return_id = ask(world, order, {"VN-1001": 10}, note="NOTE-1")
    drain()
    drain()
    assert [letter.to for letter in mailoutbox] == [[staff]]
    assert all(word in mailoutbox[0].body for word in ("NOTE-1", "10 ×", f"/portal/returns/{return_id}/"))
    mailoutbox.clear()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        come_back(world, return_id)
    drain()
    assert [letter.to for letter in mailoutbox] == [[buyer]]  # accepted; that it is received is no letter
    mailoutbox.clear()
    with use_tenant(world.acme.scope, party="tenant"):
        returning.credit(return_id=return_id, actor=world.acme.staff)
        note = CreditNote.objects.get()
    drain()
    assert [letter.to for letter in mailoutbox] == [[buyer]]
    assert note.number in mailoutbox[0].body
    mailoutbox.clear()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        second = ask(world, order, {"VN-1001": 5})
    with use_tenant(world.acme.scope, party="tenant"):
        returning.refuse(return_id=second, reason="WHY-1", actor=world.acme.staff)
    drain()
    assert [letter.to for letter in mailoutbox] == [[staff], [buyer]]
    assert "WHY-1" in mailoutbox[1].body
