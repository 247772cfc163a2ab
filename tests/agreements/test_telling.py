"""Letters about agreements: when one is signed, nearly used up, about to end, or ended early."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.utils import timezone

from agreements import reminding, services
from agreements.models import Agreement, AgreementLine
from core.tenancy import use_tenant
from orders.returns import services as returning
from tests.agreements.signed import left, line, period, signed
from tests.agreements.test_calling import SKU, place, price_of
from tests.orders.test_returns import ask, come_back, shipped
from tests.world import World


def test_both_sides_are_told(world: World, drain: Any, mailoutbox: Any) -> None:
    buyer, staff = world.delmas.admin.email, world.acme.owner.email
    drain()
    mailoutbox.clear()
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    drain()
    assert [letter.to for letter in mailoutbox] == [[staff]]
    assert f"/portal/agreements/{agreement_id}/" in mailoutbox[0].body
    mailoutbox.clear()
    place(world.acme, world.delmas, 850)
    drain()
    drain()
    told = [letter for letter in mailoutbox if "AG-" in letter.subject]
    assert sorted(letter.to[0] for letter in told) == sorted([buyer, staff])
    assert all("150" in letter.body for letter in told), "what is left"
    mailoutbox.clear()
    with use_tenant(world.acme.scope, party="tenant"):
        services.close(agreement_id=agreement_id, reason="WHY-1", actor=world.acme.staff)
    drain()
    assert [letter.to for letter in mailoutbox] == [[buyer]]
    assert "WHY-1" in mailoutbox[0].body


def test_thirty_days_before_the_end_it_is_said_once(world: World, drain: Any, mailoutbox: Any) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000), within=period(100))
    drain()
    mailoutbox.clear()
    for days, due in ((69, []), (70, [agreement_id])):
        with time_machine.travel(timezone.now() + timedelta(days=days)), use_tenant(world.acme.scope, party="tenant"):
            assert reminding.due(timezone.localdate()) == due
    with time_machine.travel(timezone.now() + timedelta(days=71)):
        with use_tenant(world.acme.scope, party="tenant"):
            today = timezone.localdate()
            assert reminding.remind(agreement_id=agreement_id, today=today)
            assert not reminding.remind(agreement_id=agreement_id, today=today)
            assert reminding.due(today) == []
        drain()
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([world.delmas.admin.email, world.acme.owner.email])


def test_what_is_used_up_or_ended_is_not_reminded_of(world: World) -> None:
    used = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 10), within=period(20))
    place(world.acme, world.delmas, 10)
    other = signed(world.acme, world.lecomte, line(world.acme, SKU, "0.11", 10), within=period(20))
    with use_tenant(world.acme.scope, party="tenant"):
        assert reminding.due(timezone.localdate()) == [other]
        services.close(agreement_id=other, reason="x", actor=world.acme.staff)
        assert reminding.due(timezone.localdate()) == []
        assert not reminding.remind(agreement_id=used, today=timezone.localdate())
        assert not Agreement.objects.exclude(reminded_at=None).exists()


def test_what_comes_back_for_a_credit_can_be_called_off_again(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 300))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, (SKU, 300, ""))
        return_id = ask(world, order, {SKU: 120})
    come_back(world, return_id)
    assert left(world.acme, SKU) == 0, "not before it is settled"
    assert price_of(world.acme, world.delmas) == Decimal("0.16")
    with use_tenant(world.acme.scope, party="tenant"):
        returning.credit(return_id=return_id, actor=world.acme.staff)
        assert AgreementLine.objects.get().called_quantity == 180
    assert price_of(world.acme, world.delmas) == Decimal("0.11")


def test_what_is_replaced_stays_called_off(world: World) -> None:
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 300))
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order = shipped(world, (SKU, 300, ""))
        return_id = ask(world, order, {SKU: 120}, wish="replace")
    come_back(world, return_id)
    with use_tenant(world.acme.scope, party="tenant"):
        returning.replace(return_id=return_id, actor=world.acme.staff)
    assert left(world.acme, SKU) == 0
