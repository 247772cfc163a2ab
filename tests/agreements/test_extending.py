"""An agreement lasts longer where both sides want it: proposed, accepted or declined, at the same prices."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from agreements import extending, services
from agreements.enums import ExtensionState
from agreements.errors import AgreementOver, AlreadyAgreed, ExtensionWaits, NoLonger
from agreements.models import Agreement, AgreementLine, Extension
from core.actor import Actor
from core.errors import IllegalMove, NotAllowed, NotFound
from core.tenancy import use_tenant
from marketplace.models import Document
from tests.agreements.signed import line, period, signed
from tests.agreements.test_calling import SKU, place
from tests.world import World

DAYS = 100


def _day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def _signed(world: World) -> UUID:
    return signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000), within=period(DAYS))


def _in(world: World, actor: Actor) -> use_tenant:
    """The scope of the actor's pages."""
    if actor.kind == "staff":
        return use_tenant(world.acme.scope, party="tenant")
    return use_tenant(world.acme.scope, company_id=actor.company_id)


def _propose(world: World, agreement_id: UUID, actor: Actor, days: int = 200) -> UUID:
    with _in(world, actor):
        return extending.propose(agreement_id=agreement_id, ends_on=_day(days), reason="Chantier", actor=actor)


def _answer(world: World, agreement_id: UUID, extension_id: UUID, actor: Actor, *, accepts: bool) -> None:
    answer = extending.accept if accepts else extending.decline
    with _in(world, actor):
        answer(agreement_id=agreement_id, extension_id=extension_id, actor=actor)


def _ends(world: World) -> date:
    with use_tenant(world.acme.scope, party="tenant"):
        return Agreement.objects.get().ends_on


@pytest.mark.parametrize("by_supplier", [True, False])
def test_either_side_proposes_and_the_other_accepts(world: World, *, by_supplier: bool) -> None:
    agreement_id = _signed(world)
    sides = [world.acme.staff, world.delmas.buyer]
    one, other = sides if by_supplier else reversed(sides)
    extension_id = _propose(world, agreement_id, one)
    assert _propose(world, agreement_id, one) == extension_id, "sent twice it is one"
    with pytest.raises(NotAllowed):
        _answer(world, agreement_id, extension_id, one, accepts=True)
    assert _ends(world) == _day(DAYS)
    _answer(world, agreement_id, extension_id, other, accepts=True)
    assert _ends(world) == _day(200)
    with pytest.raises(IllegalMove):
        _answer(world, agreement_id, extension_id, other, accepts=True)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert Document.objects.get(object_id=agreement_id).due_on == _day(200)
    with time_machine.travel(timezone.now() + timedelta(days=150)):
        order = place(world.acme, world.delmas, 10)
    assert order.net_amount == Decimal("1.10"), "the agreed price holds until the new day"
    with use_tenant(world.acme.scope, party="tenant"):
        assert AgreementLine.objects.get().called_quantity == 10
    with time_machine.travel(timezone.now() + timedelta(days=202)):
        later = place(world.acme, world.delmas, 10)
    assert later.net_amount != Decimal("1.10")


@pytest.mark.parametrize(("by_supplier", "state"), [(False, ExtensionState.WITHDRAWN), (True, ExtensionState.DECLINED)])
def test_a_proposal_is_declined_or_taken_back(world: World, *, by_supplier: bool, state: str) -> None:
    agreement_id = _signed(world)
    extension_id = _propose(world, agreement_id, world.acme.staff if by_supplier else world.delmas.buyer)
    _answer(world, agreement_id, extension_id, world.delmas.buyer, accepts=False)
    with use_tenant(world.acme.scope, party="tenant"):
        assert Extension.objects.get().state == state
    assert _ends(world) == _day(DAYS)
    assert _propose(world, agreement_id, world.acme.staff) != extension_id


def test_what_cannot_be_extended_is_refused_and_nothing_changes(world: World) -> None:
    agreement_id, staff, buyer = _signed(world), world.acme.staff, world.delmas.buyer
    for days in (DAYS, DAYS - 1, 6 * 366):
        with pytest.raises(NoLonger):
            _propose(world, agreement_id, staff, days)
    for nobody in (world.delmas.onlooker, world.bolt.staff):
        with pytest.raises(NotAllowed):
            _propose(world, agreement_id, nobody)
    with pytest.raises(NotFound):
        _propose(world, agreement_id, world.lecomte.buyer)
    extension_id = _propose(world, agreement_id, buyer)
    with pytest.raises(ExtensionWaits):
        _propose(world, agreement_id, staff, 150)
    with pytest.raises(NotFound):
        _answer(world, agreement_id, extension_id, world.lecomte.buyer, accepts=True)
    signed(world.acme, world.delmas, line(world.acme, SKU, "0.12", 10), within=period(300, begins_in=DAYS + 1))
    with pytest.raises(AlreadyAgreed):
        _answer(world, agreement_id, extension_id, staff, accepts=True)
    with use_tenant(world.acme.scope, party="tenant"):
        assert Extension.objects.get().state == ExtensionState.PROPOSED
        assert Agreement.objects.get(pk=agreement_id).ends_on == _day(DAYS)


@pytest.mark.parametrize("end", ["over", "closed"])
def test_an_agreement_that_is_over_is_not_extended(world: World, end: str) -> None:
    agreement_id = _signed(world)
    extension_id = _propose(world, agreement_id, world.delmas.buyer, 300)
    if end == "closed":
        with use_tenant(world.acme.scope, party="tenant"):
            services.close(agreement_id=agreement_id, reason="x", actor=world.acme.staff)
    days = DAYS + 1 if end == "over" else 0
    with time_machine.travel(timezone.now() + timedelta(days=days)), pytest.raises(AgreementOver):
        _answer(world, agreement_id, extension_id, world.acme.staff, accepts=True)


def test_the_pages_of_both_sides_propose_and_answer(world: World, browser: Any) -> None:
    agreement_id = _signed(world)
    staff, shop = browser(world.acme.host, world.acme.owner), browser(world.acme.host, world.delmas.admin)
    own, theirs = f"/portal/agreements/{agreement_id}/", f"/agreements/{agreement_id}/"
    wrong = staff.post(own, {"do": "extend", "ends_on": _day(1).isoformat()})
    assert (wrong.status_code, "The new last day is after" in wrong.content.decode()) == (422, True)
    assert shop.post(theirs, {"do": "extend", "ends_on": "x"}).status_code == 422
    new = {"do": "extend", "ends_on": _day(200).isoformat(), "extension_reason": "POURQUOI-1"}
    assert staff.post(own, new).status_code == 303
    page = shop.get(theirs).content.decode()
    assert ("POURQUOI-1" in page, 'value="accept"' in page) == (True, True)
    assert 'value="accept"' not in staff.get(own).content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        key = Extension.objects.get().pk.hex
    other = browser(world.acme.host, world.lecomte.admin)
    assert other.post(theirs, {"do": "accept", "extension": key}).status_code == 404
    assert shop.post(theirs, {"do": "accept", "extension": "x"}).status_code == 404
    assert shop.post(theirs, {"do": "accept", "extension": key}).status_code == 303
    assert _ends(world) == _day(200)
    for page in (shop.get(theirs).content.decode(), staff.get(own).content.decode()):
        assert ("POURQUOI-1" in page, "Accepted" in page) == (True, True)
    assert shop.post(theirs, {"do": "accept", "extension": key}).status_code == 409


def test_each_side_is_told_of_what_the_other_proposes_and_decides(world: World, drain: Any, mailoutbox: Any) -> None:
    agreement_id, buyer, staff = _signed(world), world.delmas.admin.email, world.acme.owner.email
    drain()
    mailoutbox.clear()
    for accepts in (False, True):
        extension_id = _propose(world, agreement_id, world.acme.staff)
        drain()
        assert [letter.to for letter in mailoutbox] == [[buyer]]
        assert ("Chantier" in mailoutbox[0].body, f"/agreements/{agreement_id}/" in mailoutbox[0].body) == (True, True)
        mailoutbox.clear()
        _answer(world, agreement_id, extension_id, world.delmas.buyer, accepts=accepts)
        drain()
        drain()
        assert [letter.to for letter in mailoutbox] == [[staff]]
        assert f"/portal/agreements/{agreement_id}/" in mailoutbox[0].body
        mailoutbox.clear()
    extension_id = _propose(world, agreement_id, world.delmas.buyer, 300)
    drain()
    assert [letter.to for letter in mailoutbox] == [[staff]]
    mailoutbox.clear()
    _answer(world, agreement_id, extension_id, world.delmas.buyer, accepts=False)
    drain()
    assert not mailoutbox, "what is taken back is on the page"
