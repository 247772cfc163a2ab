"""An order that waits or waited is put back into the cart: once, and never under another order or request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core.actor import Actor
from core.errors import IllegalMove
from customers.queries import require_approved
from orders import carts
from orders.approvals import services as approvals
from orders.approvals.models import ApprovalRequest
from orders.approvals.queries import request_page
from orders.enums import ApprovalState
from orders.models import Cart, Order
from tests.orders.buying_company import approve, asked, fill, member, order, two_steps
from tests.world import World, acting


@dataclass
class Team:
    """A buyer of Delmas, and who approves above 100 net."""

    world: World
    buyer: Actor
    chief: Actor


@pytest.fixture
def team(world: World) -> Iterator[Team]:
    buyer, chief, director = member(world, "Julien"), member(world, "Chloé", "approver"), world.delmas.buyer
    two_steps(world, chief, director)
    with acting((world.acme.scope, {"company_id": world.delmas.id})):
        yield Team(world, buyer, chief)


def _rejected(team: Team) -> ApprovalRequest:
    request = asked(team.world, team.buyer)
    approvals.decide(request_id=request.pk, actor=team.chief, approve=False, digest=request.digest, reason="Too many")
    return request


def _change(team: Team, request: ApprovalRequest) -> None:
    approvals.change(request_id=request.pk, actor=team.buyer, customer=require_approved(team.buyer))


def _may_change(team: Team, request: ApprovalRequest) -> bool:
    return request_page(team.buyer, request.pk, limit=10).may_change


def _never_superseded(request: ApprovalRequest) -> None:
    """As requests were left by releases in which a change was not written down."""
    ApprovalRequest.objects.filter(pk=request.pk).update(state=ApprovalState.REJECTED)


def _assert_refused(team: Team, request: ApprovalRequest) -> None:
    assert not _may_change(team, request)
    before = list(Cart.objects.order_by("pk").values_list("pk", "is_open", "lines__quantity"))
    with pytest.raises(IllegalMove):
        _change(team, request)
    assert list(Cart.objects.order_by("pk").values_list("pk", "is_open", "lines__quantity")) == before


@pytest.mark.parametrize("is_old", [False, True])
def test_a_cart_that_has_been_ordered_stays_closed(team: Team, is_old: bool) -> None:  # noqa: FBT001
    request = _rejected(team)
    assert _may_change(team, request)
    _change(team, request)
    line_id = Cart.objects.get().lines.get().pk
    customer = require_approved(team.buyer)
    carts.remove_line(actor=team.buyer, customer=customer, line_id=line_id)
    fill(team.world, team.buyer, 100)
    order(team.world, team.buyer)
    if is_old:
        _never_superseded(request)
    _assert_refused(team, request)
    fill(team.world, team.buyer, 100)
    order(team.world, team.buyer)
    assert Order.objects.count() == 2


@pytest.mark.parametrize("is_old", [False, True])
def test_a_cart_that_waits_again_stays_closed(team: Team, is_old: bool) -> None:  # noqa: FBT001
    request = _rejected(team)
    _change(team, request)
    again = asked(team.world, team.buyer, 1)
    assert again.cart_id == request.cart_id
    if is_old:
        _never_superseded(request)
    _assert_refused(team, request)
    approve(again, team.chief, team.world.delmas.buyer)
    assert Order.objects.get().cart_id == request.cart_id


def test_its_lines_join_another_cart_only_once(team: Team) -> None:
    request = _rejected(team)
    fill(team.world, team.buyer, 5)
    _change(team, request)
    assert Cart.objects.get(is_open=True).lines.get().quantity == 405
    _assert_refused(team, request)


def test_what_was_withdrawn_is_not_lost(team: Team) -> None:
    request = asked(team.world, team.buyer)
    approvals.withdraw(request_id=request.pk, actor=team.buyer)
    assert _may_change(team, request)
    _change(team, request)
    assert Cart.objects.get(is_open=True).pk == request.cart_id
    _assert_refused(team, request)
