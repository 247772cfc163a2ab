"""Orders that wait: who must approve, in which order, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import CompanyUser
from accounts.spending import services as spending
from accounts.spending.errors import BudgetUsedUp, CostCentreUnknown, NoApprover, NotAnApprover
from accounts.spending.judging import judge
from accounts.spending.models import SpendingEntry
from accounts.spending.rules import Predicate, Purchase
from accounts.spending.services import BudgetData, CeilingData, TierData
from core.actor import Actor
from core.errors import IllegalMove, NotAllowed, NotFound
from customers.queries import require_approved
from inventory.models import Stock
from orders import carts, services
from orders.approvals import services as approvals
from orders.approvals.asking import ask
from orders.approvals.errors import (
    ApprovalNeeded,
    NotYourTurn,
    OtherContent,
    OwnOrder,
    PricesExpired,
    ReasonMissing,
)
from orders.approvals.models import ApprovalRequest, ApprovalStep
from orders.approvals.queries import request_page
from orders.approvals.snapshot import Content
from orders.enums import ApprovalState
from orders.models import Cart, Order
from orders.states import APPROVAL
from payments.errors import CreditExceeded
from payments.models import CreditAccount
from pricing.models import Price
from tests.orders.buying_company import approve, asked, fill, member, order, two_steps
from tests.world import World, acting


@dataclass
class Team:
    """Delmas: its administrator, a buyer, two approvers."""

    world: World
    admin: Actor
    buyer: Actor
    chief: Actor
    director: Actor


@pytest.fixture
def team(world: World) -> Iterator[Team]:
    people = [member(world, "Julien"), member(world, "Chloé", "approver"), member(world, "Didier", "approver")]
    with acting((world.acme.scope, {"company_id": world.delmas.id})):
        yield Team(world, world.delmas.buyer, *people)


PURCHASE = Purchase(Decimal(100), "EUR", uuid4(), frozenset({"fasteners/screws"}), uuid4(), "buyer", f"{uuid4().hex}/")


@pytest.mark.parametrize(
    ("predicate", "fits"),
    [
        (Predicate(), True),
        (Predicate(minimum=Decimal(100)), True),
        (Predicate(minimum=Decimal("100.01")), False),
        (Predicate(minimum=Decimal(500), currency="USD"), True),
        (Predicate(supplier_id=PURCHASE.supplier_id), True),
        (Predicate(supplier_id=uuid4()), False),
        (Predicate(category="fasteners"), True),
        (Predicate(category="fasten"), False),
        (Predicate(cost_centre_id=PURCHASE.cost_centre_id), True),
        (Predicate(cost_centre_id=uuid4()), False),
        (Predicate(role="buyer"), True),
        (Predicate(role="approver"), False),
        (Predicate(unit_id=uuid4()), False),
        (Predicate(only_out_of_budget=True), False),
    ],
)
def test_a_rule_fits_when_all_of_its_parts_do(predicate: Predicate, fits: object) -> None:
    assert predicate.matches(PURCHASE) is fits


def test_a_rule_of_a_unit_fits_those_below_it() -> None:
    above, below = uuid4(), uuid4()
    purchase = replace(PURCHASE, unit_path=f"{above.hex}/{below.hex}/", out_of_budget=True)
    assert Predicate(unit_id=above, only_out_of_budget=True).matches(purchase)
    assert Predicate(unit_id=below).matches(purchase)
    assert not Predicate(unit_id=below).matches(replace(purchase, unit_path=f"{above.hex}/"))


@pytest.mark.parametrize(("before", "after"), list(product(ApprovalState, ApprovalState)))
def test_only_what_waits_moves(before: ApprovalState, after: ApprovalState) -> None:
    assert APPROVAL.may(before, after) is (before == ApprovalState.PENDING != after)


def test_above_the_ceiling_an_order_waits_and_is_placed_after_two_steps(team: Team) -> None:
    data = CeilingData("month", Decimal(150), user_id=team.buyer.user_id)
    spending.add_ceiling(data=data, actor=team.admin)
    fill(team.world, team.buyer, 200)
    order(team.world, team.buyer)
    two_steps(team.world, team.chief, team.director, minimum="0")
    fill(team.world, team.buyer)
    with pytest.raises(ApprovalNeeded, match="limit of"):
        order(team.world, team.buyer)
    assert Order.objects.count() == 1
    request = asked(team.world, team.buyer, 1)
    assert [reason["code"] for reason in request.reasons] == ["ceiling", "rule"]
    first, _last = approve(request, team.chief, team.director)
    assert (first.state, first.order_id) == ("pending", None)
    placed = Order.objects.get(approval_request__pk=request.pk)
    assert (placed.placed_by_id, placed.po_number, placed.cart_id) == (
        team.buyer.user_id,
        "PO-APPROVE",
        request.cart_id,
    )
    assert placed.lines.get().quantity == 401
    request.refresh_from_db()
    assert (request.state, request.order_id) == (ApprovalState.APPROVED, placed.pk)


def test_a_tier_of_all_needs_all_and_steps_keep_their_order(team: Team) -> None:
    tier = TierData(roles=["approver"], mode="all")
    last = TierData(user_ids=[team.admin.require_user()])
    spending.add_rule(name="All", predicate=Predicate(), tiers=[tier, last], actor=team.admin)
    request = asked(team.world, team.buyer)
    with pytest.raises(NotYourTurn):
        approve(request, team.admin)
    approve(request, team.chief)
    with pytest.raises(NotYourTurn):
        approve(request, team.chief)
    assert request.steps.all()[0].done_at is None
    approve(request, team.director, team.admin)
    assert Order.objects.count() == 1


def test_prices_are_frozen_and_what_is_decided_is_what_was_seen(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    assert Content.from_json(request.content).as_json() == request.content
    assert Stock.objects.get(variant_id=team.world.acme.variants["VN-1001"]).reserved == 0
    Price.objects.update(unit_price=Decimal(9))
    with pytest.raises(OtherContent):
        approvals.decide(request_id=request.pk, actor=team.chief, approve=True, digest="0" * 64)
    approve(request, team.chief, team.director)
    placed = Order.objects.get(approval_request__pk=request.pk)
    assert placed.net_amount == request.net_amount == Decimal("200.00")


def test_a_rejection_needs_a_reason_and_ends_it_and_the_cart_comes_back(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    assert carts.line_count(team.buyer, require_approved(team.buyer)) == 0
    with pytest.raises(ReasonMissing):
        approvals.decide(request_id=request.pk, actor=team.chief, approve=False, digest=request.digest)
    approvals.decide(request_id=request.pk, actor=team.chief, approve=False, digest=request.digest, reason="Too many")
    with pytest.raises(IllegalMove):
        approve(request, team.director)
    approvals.change(request_id=request.pk, actor=team.buyer, customer=require_approved(team.buyer))
    assert carts.line_count(team.buyer, require_approved(team.buyer)) == 1
    assert not Order.objects.exists()


def test_nobody_approves_an_order_of_their_own(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.chief)
    step = request.steps.all()[0]
    assert team.chief.user_id not in step.approver_ids
    ApprovalStep.objects.filter(pk=step.pk).update(approver_ids=[team.chief.user_id])
    with pytest.raises(OwnOrder):
        approve(request, team.chief)
    on_behalf = replace(team.director, acting_id=uuid4())
    with pytest.raises(NotYourTurn):
        approve(request, on_behalf)


def test_a_changed_cart_begins_anew(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    approve(request, team.chief)
    with pytest.raises(NotAllowed):
        approvals.change(request_id=request.pk, actor=team.director, customer=require_approved(team.director))
    approvals.change(request_id=request.pk, actor=team.buyer, customer=require_approved(team.buyer))
    with pytest.raises(IllegalMove):
        approve(request, team.director)
    again = asked(team.world, team.buyer, 1)
    assert again.cart_id == request.cart_id
    assert [step.done_at for step in again.steps.all()] == [None, None]
    assert ApprovalRequest.objects.get(pk=request.pk).state == ApprovalState.SUPERSEDED


def test_what_is_changed_joins_a_cart_that_was_begun_since(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    fill(team.world, team.buyer, 5)
    approvals.change(request_id=request.pk, actor=team.buyer, customer=require_approved(team.buyer))
    line = Cart.objects.get(user_id=team.buyer.require_user(), is_open=True).lines.get()
    assert line.quantity == 405


def test_sent_twice_it_is_asked_once(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    with pytest.raises(ApprovalNeeded):
        order(team.world, team.buyer, cart_id=request.cart_id)
    again = ask(
        actor=team.buyer,
        customer=require_approved(team.buyer),
        delivery=services.Delivery(),
        details=services.OrderDetails(),
        cart_id=request.cart_id,
    )
    assert again == request.pk


def test_what_cannot_be_placed_leaves_the_request_waiting(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    approve(request, team.chief)
    CreditAccount.objects.update(limit_amount=Decimal(10))
    with pytest.raises(CreditExceeded):
        approve(request, team.director)
    assert ApprovalRequest.objects.get(pk=request.pk).state == ApprovalState.PENDING
    assert request.steps.all()[1].done_at is None
    assert not request.steps.all()[1].decisions.exists()
    assert not Order.objects.exists()


def test_prices_that_are_no_longer_kept_end_it(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    ApprovalRequest.objects.update(frozen_until=timezone.now())
    with pytest.raises(PricesExpired):
        approve(request, team.chief)
    assert approvals.look_after() == (0, 1)
    assert approvals.look_after() == (0, 0)
    assert ApprovalRequest.objects.get(pk=request.pk).state == ApprovalState.EXPIRED


def test_a_deputy_decides_in_somebody_s_place(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    today = timezone.localdate()
    with pytest.raises(NotAnApprover):
        spending.name_deputy(deputy_id=team.buyer.require_user(), starts_on=today, ends_on=today, actor=team.chief)
    with pytest.raises(NotAllowed):
        spending.name_deputy(deputy_id=team.chief.require_user(), starts_on=today, ends_on=today, actor=team.buyer)
    with pytest.raises(NotYourTurn):
        approve(request, team.director)
    row = spending.name_deputy(deputy_id=team.director.require_user(), starts_on=today, ends_on=today, actor=team.chief)
    approve(request, team.director)
    decision = request.steps.all()[0].decisions.get()
    assert (decision.user_id, decision.for_user_id) == (team.director.user_id, team.chief.user_id)
    assert decision.for_name == "Chloé"
    spending.end_deputy(deputy_row_id=row, actor=team.chief)
    with pytest.raises(NotFound):
        spending.end_deputy(deputy_row_id=row, actor=team.chief)


def test_who_stands_for_another_is_still_one_person(team: Team) -> None:
    tier = TierData(roles=["approver"], mode="all")
    spending.add_rule(name="Four eyes", predicate=Predicate(), tiers=[tier], actor=team.admin)
    request, today = asked(team.world, team.buyer), timezone.localdate()
    spending.name_deputy(deputy_id=team.director.require_user(), starts_on=today, ends_on=today, actor=team.chief)
    approve(request, team.director)
    with pytest.raises(NotYourTurn):
        approve(request, team.director)
    assert not request_page(team.director, request.pk, limit=50).may_decide
    assert not Order.objects.exists()
    approve(request, team.chief)
    assert Order.objects.count() == 1


def test_who_waits_for_too_long_is_helped_by_those_who_manage_spending(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    with pytest.raises(NotYourTurn):
        approve(request, team.admin)
    assert approvals.look_after() == (0, 0)
    ApprovalStep.objects.filter(position=1).update(escalate_at=timezone.now() - timedelta(hours=1))
    assert approvals.look_after() == (1, 0)
    assert approvals.look_after() == (0, 0)
    approve(request, team.admin, team.director)
    assert Order.objects.count() == 1


def test_a_rule_that_nobody_could_ever_approve_is_refused(team: Team) -> None:
    alone = TierData(user_ids=[team.buyer.require_user()])
    good = TierData(roles=["approver"])
    with pytest.raises(NoApprover) as refused:
        spending.add_rule(name="No", predicate=Predicate(), tiers=[good, alone], actor=team.admin)
    assert refused.value.field == "tier2"
    tier = TierData(roles=["approver"], minimum=3)
    with pytest.raises(NoApprover):  # the two approvers are never three
        spending.add_rule(name="No", predicate=Predicate(), tiers=[tier], actor=team.admin)
    tier = TierData(roles=["administrator"])
    with pytest.raises(NoApprover):  # the only approver of what the administrator orders is the administrator
        spending.add_rule(name="No", predicate=Predicate(role="administrator"), tiers=[tier], actor=team.admin)
    with pytest.raises(NotAllowed):
        spending.add_rule(name="No", predicate=Predicate(), tiers=[good], actor=team.chief)
    spending.add_rule(name="Yes", predicate=Predicate(), tiers=[good], actor=team.admin)


def test_without_anybody_to_approve_an_order_is_refused(team: Team) -> None:
    spending.add_ceiling(data=CeilingData("order", Decimal(1), role="buyer"), actor=team.admin)
    CompanyUser.objects.filter(company_id=team.world.delmas.id).exclude(user_id=team.buyer.require_user()).delete()
    fill(team.world, team.buyer)
    with pytest.raises(NoApprover):
        order(team.world, team.buyer)


@pytest.mark.parametrize(("policy", "refusal"), [("block", BudgetUsedUp), ("approve", ApprovalNeeded), ("warn", None)])
def test_a_budget_blocks_asks_or_warns_and_is_given_back(
    team: Team, policy: str, refusal: type[Exception] | None
) -> None:
    centre = spending.add_cost_centre(code="MAINT", name="Maintenance", actor=team.admin)
    month = BudgetData("month", timezone.localdate().replace(day=1), Decimal(250), policy)
    spending.add_budget(cost_centre_id=centre, data=month, actor=team.admin)
    fill(team.world, team.buyer)
    with pytest.raises(CostCentreUnknown):
        order(team.world, team.buyer, cost_centre="XX")
    first = order(team.world, team.buyer, cost_centre="maint")
    fill(team.world, team.buyer)
    if refusal is not None:
        with pytest.raises(refusal):
            order(team.world, team.buyer, cost_centre="MAINT")
        services.cancel(order_id=first, actor=team.buyer)
        assert sum(SpendingEntry.objects.values_list("amount", flat=True)) == 0
    order(team.world, team.buyer, cost_centre="MAINT")


@pytest.mark.parametrize("policy", ["block", "approve", "warn"])
def test_a_budget_in_another_currency_does_not_let_pass_what_nobody_can_compare(team: Team, policy: str) -> None:
    centre = spending.add_cost_centre(code="MAINT", name="Maintenance", actor=team.admin)
    month = BudgetData("month", timezone.localdate().replace(day=1), Decimal(250_000), policy)
    spending.add_budget(cost_centre_id=centre, data=month, actor=team.admin)
    in_dollars = Purchase(Decimal(100), "USD", None)
    company_id = team.world.delmas.id
    found = judge(actor=team.buyer, company_id=company_id, purchase=in_dollars, cost_centre_code="MAINT")
    said = "The budget of Maintenance is in another currency (EUR)"
    assert [reason.text for reason in (found.warnings if policy == "warn" else found.reasons)] == [said]
    assert found.needs_approval is (policy != "warn")


def test_what_is_approved_must_still_be_within_a_budget_that_blocks(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    centre = spending.add_cost_centre(code="MAINT", name="Maintenance", actor=team.admin)
    month = BudgetData("month", timezone.localdate().replace(day=1), Decimal(250), "block")
    spending.add_budget(cost_centre_id=centre, data=month, actor=team.admin)
    first, second = (asked(team.world, team.buyer, cost_centre="MAINT") for _ in range(2))
    approve(first, team.chief, team.director)
    approve(second, team.chief)
    with pytest.raises(BudgetUsedUp):
        approve(second, team.director)
    second.refresh_from_db()
    assert (second.state, second.order_id) == (ApprovalState.PENDING, None)
    assert SpendingEntry.objects.get().amount == Decimal("200.00")


def test_the_statements_do_not_depend_on_rules_and_people(team: Team) -> None:
    def count() -> int:
        fill(team.world, team.buyer)
        with (
            CaptureQueriesContext(
                connection,
            ) as statements,
            pytest.raises(ApprovalNeeded),
        ):
            order(team.world, team.buyer)
        carts.clear(actor=team.buyer, customer=require_approved(team.buyer))
        return len(statements)

    two_steps(team.world, team.chief, team.director, minimum="1")
    spending.add_ceiling(data=CeilingData("day", Decimal(1), role="buyer"), actor=team.admin)
    few = count()
    for number in range(3):
        two_steps(team.world, team.chief, team.director, minimum="1")
        spending.add_ceiling(data=CeilingData("week", Decimal(number), role="buyer"), actor=team.admin)
        member(team.world, f"Other{number}", "approver")
    assert count() == few


def test_strangers_find_nothing(team: Team) -> None:
    two_steps(team.world, team.chief, team.director)
    request = asked(team.world, team.buyer)
    with pytest.raises(NotFound):
        approve(request, replace(team.chief, company_id=team.world.lecomte.id))
    elsewhere = replace(team.director, unit_id=uuid4(), unit_ids=frozenset({uuid4()}), permissions=frozenset())
    with pytest.raises(NotFound):
        approve(request, elsewhere)
