"""The pages of limits and approvals: from the editor of a rule to the placed order."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.spending import services as spending
from accounts.spending.errors import BudgetUsedUp
from accounts.spending.models import ApprovalRule, Ceiling, CostCentre, Deputy, SpendingChange, SpendingEntry
from accounts.spending.services import BudgetData, CeilingData
from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders.approvals.models import ApprovalRequest
from orders.approvals.services import decide
from orders.enums import ApprovalState
from orders.models import Order
from tests.orders.buying_company import asked, fill, member, order, two_steps
from tests.orders.test_sent_twice import add, form_of
from tests.world import Person, World


def _person(actor: Any) -> Person:
    return Person(actor.user_id, actor.email, actor.name)


def test_above_the_limit_a_checkout_waits_and_two_people_place_it(world: World, browser: Any) -> None:
    julien, chief = member(world, "Julien"), member(world, "Chloé", "approver")
    two_steps(world, chief, world.delmas.buyer, minimum="50")
    page = browser(world.acme.host, _person(julien))
    add(page, world, "VN-1001", 400)
    shown = page.get("/checkout/").content.decode()
    assert "Will be approved by 1 of: Chloé" in shown
    assert "Ask for approval of" in shown
    answer = page.post("/checkout/", form_of(page))
    assert answer.status_code == 303
    assert "Waits for approval by Chloé" in page.get(answer["Location"]).content.decode()
    with use_tenant(world.acme):
        request = ApprovalRequest.objects.get()
    for person in (_person(chief), world.delmas.admin):
        approver = browser(world.acme.host, person)
        assert "Orders to approve" in approver.get("/").content.decode()
        queue = approver.get("/approvals/").content.decode()
        assert "Julien" in queue
        path = f"/approvals/{request.pk}/"
        refused = approver.post(f"{path}decide/", {"do": "reject", "digest": request.digest})
        assert refused.status_code == 422
        assert "Say why" in refused.content.decode()
        done = approver.post(f"{path}decide/", {"do": "approve", "digest": request.digest})
        assert done.status_code == 303
        assert "Julien" not in approver.get("/approvals/").content.decode()
    with use_tenant(world.acme):
        placed = Order.objects.get()
        assert placed.placed_by_name == "Julien"
    assert done["Location"] == f"/orders/{placed.pk}/"


def test_a_rejected_order_comes_back_into_the_cart(world: World, browser: Any) -> None:
    julien, chief = member(world, "Julien"), member(world, "Chloé", "approver")
    two_steps(world, chief, world.delmas.buyer)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        request = asked(world, julien)
    approver, page = browser(world.acme.host, _person(chief)), browser(world.acme.host, _person(julien))
    path = f"/approvals/{request.pk}/"
    approver.post(f"{path}decide/", {"do": "reject", "digest": request.digest, "reason": "Half is enough"})
    assert "Half is enough" in page.get(path).content.decode()
    assert approver.post(f"{path}change/", {"do": "change"}).status_code == 403
    assert "Change the order" in page.get(path).content.decode()
    assert page.post(f"{path}change/", {"do": "change"})["Location"] == "/cart/"
    assert "VN-1001" in page.get("/cart/").content.decode()
    with use_tenant(world.acme):
        assert ApprovalRequest.objects.get().state == ApprovalState.SUPERSEDED
    assert "Change the order" not in page.get(path).content.decode()
    assert page.post(f"{path}change/", {"do": "change"}).status_code == 409


def test_what_was_withdrawn_can_be_changed(world: World, browser: Any) -> None:
    julien, chief = member(world, "Julien"), member(world, "Chloé", "approver")
    two_steps(world, chief, world.delmas.buyer)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        request = asked(world, julien)
    page, path = browser(world.acme.host, _person(julien)), f"/approvals/{request.pk}/"
    page.post(f"{path}change/", {"do": "withdraw"})
    assert "Change the order" in page.get(path).content.decode()
    assert page.post(f"{path}change/", {"do": "change"})["Location"] == "/cart/"
    assert "VN-1001" in page.get("/cart/").content.decode()


def test_limits_are_set_up_on_their_pages(world: World, browser: Any) -> None:
    chief = member(world, "Chloé", "approver")
    page = browser(world.acme.host, world.delmas.admin)
    path = "/company/spending/"
    assert page.post(path, {"do": "centre", "code": "MAINT", "name": "Maintenance"}).status_code == 303
    again = page.post(path, {"do": "centre", "code": "maint", "name": "Again"})
    assert again.status_code == 422
    assert "There is a cost centre with this code already." in again.content.decode()
    ceiling = {"do": "ceiling", "about": f"user:{chief.require_user().hex}", "period": "month", "amount": "150.50"}
    assert page.post(path, ceiling).status_code == 303
    with use_tenant(PLATFORM):
        centre = CostCentre.objects.get()
    budget = {"period": "month", "starts_on": "2026-11-02", "amount": "900", "policy": "block"}
    assert page.post(f"{path}cost-centres/{centre.pk}/", budget).status_code == 422
    budget["starts_on"] = timezone.localdate().replace(day=1).isoformat()
    assert page.post(f"{path}cost-centres/{centre.pk}/", budget).status_code == 303
    rule = {"name": "Large", "minimum": "1000", "tier1": ["role:approver"], "tier2": ["role:viewer"]}
    refused = page.post(f"{path}rules/new/", rule)
    assert refused.status_code == 422
    assert "Nobody could approve this" in refused.content.decode()
    del rule["tier2"]
    assert page.post(f"{path}rules/new/", rule).status_code == 303
    shown = page.get(path).content.decode()
    for text in ("Large", "MAINT", "Chloé", "€150.50", "€900.00 left of €900.00"):
        assert text in shown
    with use_tenant(PLATFORM):
        rule_id, ceiling_id = ApprovalRule.objects.get().pk.hex, Ceiling.objects.get().pk.hex
    assert page.post(path, {"do": "remove_rule", "id": rule_id}).status_code == 303
    assert page.post(path, {"do": "remove_ceiling", "id": ceiling_id}).status_code == 303
    assert page.post(path, {"do": "remove_ceiling", "id": "x"}).status_code == 404
    with use_tenant(PLATFORM):
        assert not ApprovalRule.objects.filter(is_active=True).exists()
    assert browser(world.acme.host, _person(chief)).get(path).status_code == 403


def test_a_budget_shows_how_it_burns_down_and_refuses_at_its_field(world: World, browser: Any) -> None:
    julien = member(world, "Julien")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        centre = spending.add_cost_centre(code="MAINT", name="Maintenance", actor=world.delmas.buyer)
        month = BudgetData("month", timezone.localdate().replace(day=1), Decimal(250), "block")
        spending.add_budget(cost_centre_id=centre, data=month, actor=world.delmas.buyer)
    page, admin = browser(world.acme.host, _person(julien)), browser(world.acme.host, world.delmas.admin)
    for expected in (303, 422):
        add(page, world, "VN-1001", 400)
        answer = page.post("/checkout/", {**form_of(page), "cost_centre_code": "MAINT"})
        assert answer.status_code == expected
    assert "The budget of this cost centre has €50.00 left" in answer.content.decode()
    shown = admin.get(f"/company/spending/cost-centres/{centre}/").content.decode()
    assert "€50.00 left of €250.00" in shown


def test_an_approver_names_a_deputy_and_ends_it(world: World, browser: Any) -> None:
    chief, other = member(world, "Chloé", "approver"), member(world, "Didier", "approver")
    page, today = browser(world.acme.host, _person(chief)), timezone.localdate().isoformat()
    form = {"deputy": other.require_user().hex, "starts_on": today, "ends_on": "2026-01-01"}
    assert page.post("/approvals/deputy/", form).status_code == 422
    assert page.post("/approvals/deputy/", {**form, "ends_on": today}).status_code == 303
    assert "Didier" in page.get("/approvals/").content.decode()
    with use_tenant(PLATFORM):
        row = Deputy.objects.get().pk.hex
    assert page.post("/approvals/deputy/", {"end": row}).status_code == 303
    with use_tenant(PLATFORM):
        assert not Deputy.objects.filter(is_active=True).exists()


def test_who_manages_spending_names_a_deputy_for_who_is_away(world: World, browser: Any) -> None:
    chief, other = member(world, "Chloé", "approver"), member(world, "Didier", "approver")
    julien, today = member(world, "Julien"), timezone.localdate().isoformat()
    admin = browser(world.acme.host, world.delmas.admin)
    form = {"deputy": other.require_user().hex, "starts_on": today, "ends_on": today}
    assert admin.post("/approvals/deputy/", {**form, "absent": julien.require_user().hex}).status_code == 422
    assert admin.post("/approvals/deputy/", {**form, "absent": other.require_user().hex}).status_code == 422
    assert admin.post("/approvals/deputy/", {**form, "absent": chief.require_user().hex}).status_code == 303
    assert "for Chloé" in admin.get("/approvals/").content.decode()
    with use_tenant(PLATFORM):
        found = Deputy.objects.get()
        assert (found.user_id, found.deputy_id) == (chief.user_id, other.user_id)
    stranger = browser(world.acme.host, _person(other))
    stranger.post(
        "/approvals/deputy/", {**form, "deputy": world.delmas.admin.id.hex, "absent": chief.require_user().hex}
    )
    with use_tenant(PLATFORM):
        assert not Deputy.objects.filter(user_id=chief.require_user(), deputy_id=world.delmas.admin.id).exists()
    assert stranger.post("/approvals/deputy/", {"end": found.pk.hex}).status_code == 404
    assert admin.post("/approvals/deputy/", {"end": found.pk.hex}).status_code == 303


def test_what_waits_is_escalated_before_it_expires(world: World, browser: Any) -> None:
    page, path = browser(world.acme.host, world.delmas.admin), "/company/spending/rules/new/"
    member(world, "Chloé", "approver")
    rule = {"name": "Large", "minimum": "1000", "tier1": ["role:approver"], "hours1": "169"}
    refused = page.post(path, rule)
    assert refused.status_code == 422
    assert 'id="id_hours1-error"' in refused.content.decode()
    assert page.post(path, {**rule, "hours1": "168"}).status_code == 303


def test_a_cost_centre_and_its_budget_are_corrected(world: World, browser: Any) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        centre = spending.add_cost_centre(code="MAINT", name="Maintenance", actor=world.delmas.buyer)
        month = BudgetData("month", timezone.localdate().replace(day=1), Decimal(250), "block")
        budget = spending.add_budget(cost_centre_id=centre, data=month, actor=world.delmas.buyer)
    page, path = browser(world.acme.host, world.delmas.admin), f"/company/spending/cost-centres/{centre}/"
    assert page.post(path, {"do": "name", "name": ""}).status_code == 422
    assert page.post(path, {"do": "name", "name": "Upkeep"}).status_code == 303
    change = {"do": f"change:{budget.hex}", "amount": "300", "policy": "warn", "renews": "on"}
    assert page.post(path, {**change, "amount": "-1"}).status_code == 422
    assert page.post(path, change).status_code == 303
    shown = page.get(path).content.decode()
    changes = ("Maintenance → Upkeep", "€250.00 → €300.00", world.delmas.buyer.name)
    for text in ("Upkeep", "€300.00 left of €300.00", *changes):
        assert text in shown
    assert page.post(path, {"do": f"end:{budget.hex}"}).status_code == 303
    assert page.post(path, {"do": f"end:{budget.hex}"}).status_code == 404
    assert page.post(path, {"do": "end:x"}).status_code == 404
    assert page.post(path, change).status_code == 404
    again = {"period": "month", "starts_on": month.starts_on.isoformat(), "amount": "900", "policy": "block"}
    assert page.post(path, again).status_code == 303
    assert page.post(path, {"do": "close"}).status_code == 303
    assert "Open it again" in page.get(path).content.decode()
    assert "Closed" in page.get("/company/spending/").content.decode()
    assert page.post(path, {"do": "open"}).status_code == 303
    with use_tenant(PLATFORM):
        assert CostCentre.objects.get().is_active
        kinds = [row.kind for row in SpendingChange.objects.order_by("at", "pk")]
    assert kinds == ["name", "amount", "policy", "renewal", "ended", "closed", "reopened"]
    other = browser(world.acme.host, _person(member(world, "Chloé", "approver")))
    assert other.post(path, {"do": "close"}).status_code == 403


def test_a_budget_that_begins_anew_counts_in_each_of_its_periods(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        centre = spending.add_cost_centre(code="MAINT", name="Maintenance", actor=world.delmas.buyer)
        for amount, renews in ((1, False), (250, True)):
            data = BudgetData("month" if renews else "quarter", date(2025, 11, 1), Decimal(amount), "block", renews)
            spending.add_budget(cost_centre_id=centre, data=data, actor=world.delmas.buyer)
        order(world, world.delmas.buyer, cost_centre="MAINT", cart_id=fill(world, world.delmas.buyer))
        fill(world, world.delmas.buyer)
        with pytest.raises(BudgetUsedUp, match=r"€50\.00 left"):
            order(world, world.delmas.buyer, cost_centre="MAINT")
        SpendingEntry.objects.update(day=timezone.localdate().replace(day=1) - timedelta(days=1))
        order(world, world.delmas.buyer, cost_centre="MAINT")


@pytest.mark.parametrize("path", ["/approvals/?all=1", "/approvals/", "/company/spending/"])
def test_the_statements_of_a_page_do_not_grow(world: World, browser: Any, path: str) -> None:
    julien, chief = member(world, "Julien"), member(world, "Chloé", "approver")
    page = browser(world.acme.host, world.delmas.admin)

    def more(number: int) -> int:
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            two_steps(world, world.delmas.buyer, chief)
            data = CeilingData("order", Decimal(10_000), user_id=julien.user_id)
            spending.add_ceiling(data=data, actor=world.delmas.buyer)
            centre = spending.add_cost_centre(code=f"C{number}", name="C", actor=world.delmas.buyer)
            month = BudgetData("month", timezone.localdate().replace(day=1), Decimal(250), "warn")
            spending.add_budget(cost_centre_id=centre, data=month, actor=world.delmas.buyer)
            asked(world, julien, cost_centre=f"C{number}")
        page.get(path)
        with CaptureQueriesContext(connection) as statements:
            assert page.get(path).status_code == 200
        return len(statements)

    few = more(1)
    assert [more(number) for number in (2, 3)] == [few, few]


def test_approvers_and_who_ordered_are_written_to(world: World, drain: Any, mailoutbox: Any) -> None:
    julien, chief = member(world, "Julien"), member(world, "Chloé", "approver")
    two_steps(world, chief, world.delmas.buyer)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        request = asked(world, julien)
    drain()
    (letter,) = [mail for mail in mailoutbox if f"/approvals/{request.pk}/" in mail.body]
    assert letter.to == [chief.email]
    assert "Julien" in letter.subject
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        decide(request_id=request.pk, actor=chief, approve=False, digest=request.digest, reason="Half is enough")
    drain()
    answer = mailoutbox[-1]
    assert (answer.to, "Half is enough" in answer.body) == ([julien.email], True)
