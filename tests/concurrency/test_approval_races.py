"""Approvals at the same moment: one order of two approvals, one outcome of approving and changing, a budget spent once.

Each race is shown without its guard first, then with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from accounts.spending import services as spending
from accounts.spending.judging import judge
from accounts.spending.models import SpendingEntry
from accounts.spending.rules import Predicate, Purchase
from accounts.spending.services import BudgetData, CeilingData, TierData
from core.actor import Actor
from core.errors import Refused
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.approvals import services as approvals
from orders.approvals.models import ApprovalRequest
from orders.approvals.policies import seen_requests
from orders.enums import ApprovalState
from orders.lines import NewLine
from orders.models import Cart, Order
from tests.orders.buying_company import asked, fill, member, order
from tests.world import World


def _at_once(world: World, *works: Callable[[], object]) -> list[object]:
    """Run these in threads that start at the same moment, in the company's scope; refusals are answers."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            with use_tenant(world.acme.scope, company_id=world.delmas.id):
                return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def _waiting(world: World) -> tuple[ApprovalRequest, Actor, Sequence[Actor]]:
    """An order that either of two approvers may approve."""
    buyer = member(world, "Julien")
    approvers = [member(world, "Chloé", "approver"), member(world, "Didier", "approver")]
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        tier = TierData(roles=["approver"])
        spending.add_rule(name="One", predicate=Predicate(), tiers=[tier], actor=world.delmas.buyer)
        return asked(world, buyer), buyer, approvers


def test_two_approvers_at_once_place_one_order(committed_world: World) -> None:
    request, _buyer, approvers = _waiting(committed_world)

    def approving(actor: Actor) -> Callable[[], object]:
        return lambda: (
            approvals.decide(request_id=request.pk, actor=actor, approve=True, digest=request.digest).order_id
        )

    answers = _at_once(committed_world, *(approving(actor) for actor in approvers))
    assert answers.count("illegal_move") == 1
    with use_tenant(committed_world.acme):
        assert Order.objects.values_list("pk", flat=True).get() in answers


def test_without_the_lock_both_approvers_would_find_it_waiting(committed_world: World) -> None:
    request, _buyer, approvers = _waiting(committed_world)
    barrier = threading.Barrier(2)

    def naive(actor: Actor) -> Callable[[], object]:
        def read() -> object:
            state = seen_requests(actor).get(pk=request.pk).state
            barrier.wait()
            return state

        return read

    answers = _at_once(committed_world, *(naive(actor) for actor in approvers))
    assert answers == [ApprovalState.PENDING] * 2


def test_approving_while_the_buyer_changes_it_has_one_outcome(committed_world: World) -> None:
    request, buyer, approvers = _waiting(committed_world)

    def approve() -> object:
        return approvals.decide(request_id=request.pk, actor=approvers[0], approve=True, digest=request.digest).state

    def change() -> object:
        approvals.change(request_id=request.pk, actor=buyer, customer=require_approved(buyer))
        return "changed"

    answers = _at_once(committed_world, approve, change)
    assert sorted(map(str, answers)) in (["approved", "illegal_move"], ["changed", "illegal_move"])
    with use_tenant(committed_world.acme):
        placed, is_open = Order.objects.exists(), Cart.objects.get(approval_requests__pk=request.pk).is_open
        assert placed is not is_open, "either the order is placed or its lines are back in the cart"


def test_without_the_lock_it_would_be_approved_and_changed(committed_world: World) -> None:
    request, buyer, approvers = _waiting(committed_world)
    barrier = threading.Barrier(2)

    def naive(actor: Actor, to: str) -> Callable[[], object]:
        def write() -> object:
            row = seen_requests(actor).get(pk=request.pk)
            barrier.wait()
            return row.state == ApprovalState.PENDING and to

        return write

    answers = _at_once(committed_world, naive(approvers[0], "approved"), naive(buyer, "changed"))
    assert answers == ["approved", "changed"]


def _budget(world: World) -> Sequence[Actor]:
    """250.00 for this month, and two buyers who want to spend 200.00 each."""
    buyers = [member(world, "Julien"), member(world, "Juliette")]
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        centre = spending.add_cost_centre(code="MAINT", name="Maintenance", actor=world.delmas.buyer)
        month = BudgetData("month", timezone.localdate().replace(day=1), Decimal(250), "block")
        spending.add_budget(cost_centre_id=centre, data=month, actor=world.delmas.buyer)
        for buyer in buyers:
            fill(world, buyer)
    return buyers


def test_a_budget_is_spent_once_by_two_orders(committed_world: World) -> None:
    buyers = _budget(committed_world)

    def ordering(actor: Actor) -> Callable[[], object]:
        return lambda: order(committed_world, actor, cost_centre="MAINT")

    answers = _at_once(committed_world, *(ordering(actor) for actor in buyers))
    assert answers.count("budget_used_up") == 1
    with use_tenant(committed_world.acme):
        assert SpendingEntry.objects.get().amount == Decimal("200.00")
        assert Order.objects.count() == 1


def test_without_the_lock_a_budget_would_be_spent_twice(committed_world: World) -> None:
    buyers = _budget(committed_world)
    barrier = threading.Barrier(2)
    purchase = Purchase(Decimal(200), "EUR", committed_world.acme.id)

    def naive(actor: Actor) -> Callable[[], object]:
        def read() -> object:
            company_id = committed_world.delmas.id
            found = judge(actor=actor, company_id=company_id, purchase=purchase, cost_centre_code="MAINT")
            barrier.wait()
            return found.needs_approval

        return read

    assert _at_once(committed_world, *(naive(actor) for actor in buyers)) == [False, False]


def test_a_ceiling_is_not_passed_by_two_orders_at_once(committed_world: World) -> None:
    """Two carts at two suppliers, so that no cart and no account is what they wait for."""
    world = committed_world
    buyer = member(world, "Julien")
    member(world, "Chloé", "approver")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        spending.add_ceiling(data=CeilingData("day", Decimal(250), user_id=buyer.user_id), actor=world.delmas.buyer)
        fill(world, buyer)
    with use_tenant(world.bolt.scope, company_id=world.delmas.id):
        line = NewLine(world.bolt.variants["VN-1001"], "", Decimal(400))
        carts.add_lines(actor=buyer, customer=require_approved(buyer), lines=[line])

    def at_bolt() -> object:
        with use_tenant(world.bolt.scope, company_id=world.delmas.id):
            return order(world, buyer)

    answers = _at_once(world, lambda: order(world, buyer), at_bolt)
    assert answers.count("approval_needed") == 1


def test_a_budget_is_spent_once_by_two_approvals(committed_world: World) -> None:
    world = committed_world
    buyers = [member(world, "Julien"), member(world, "Juliette")]
    approver = member(world, "Chloé", "approver")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        admin = world.delmas.buyer
        spending.add_rule(name="One", predicate=Predicate(), tiers=[TierData(roles=["approver"])], actor=admin)
        centre = spending.add_cost_centre(code="MAINT", name="Maintenance", actor=admin)
        month = BudgetData("month", timezone.localdate().replace(day=1), Decimal(250), "block")
        spending.add_budget(cost_centre_id=centre, data=month, actor=admin)
        requests = [asked(world, buyer, cost_centre="MAINT") for buyer in buyers]

    def approving(request: ApprovalRequest) -> Callable[[], object]:
        return lambda: (
            approvals.decide(request_id=request.pk, actor=approver, approve=True, digest=request.digest).order_id
        )

    answers = _at_once(world, *(approving(request) for request in requests))
    assert answers.count("budget_used_up") == 1
    with use_tenant(world.acme):
        assert SpendingEntry.objects.get().amount == Decimal("200.00")
