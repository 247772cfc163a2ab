"""The desk through its pages: list, drafts, approvals, limits; what a buyer never reads."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.models import Family, Product
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.scope import PLATFORM
from core.tenancy import use_tenant
from quoting.models import Assignment, Floor, QuoteDraft, QuotingPolicy
from rfq.asking import NewLine
from rfq.models import Invitation, QuoteVersion
from tests.counting import statements
from tests.quoting.desks import colleague, costs, invitation_of, person, policy, waiting
from tests.rfq.test_negotiation import request_for
from tests.world import BOT, World


def _page(invitation_id: UUID) -> str:
    return f"/portal/rfqs/{invitation_id}/"


def _names(html: str) -> list[str]:
    """The price fields of the page."""
    return re.findall(r'name="(price-[0-9a-f]{32})"', html)


def _revision(html: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', html)
    assert found is not None
    return found[1]


def _typed(html: str, price: str, **values: str) -> dict[str, str]:
    valid_on = (timezone.localdate() + timedelta(days=9)).isoformat()
    return {_names(html)[0]: price, "valid_on": valid_on, "revision": _revision(html), **values}


def test_a_draft_is_restored_in_the_readers_language(world: World, browser: Any) -> None:
    invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme))
    supplier = browser(world.acme.host, world.acme.owner)
    html = supplier.get(_page(invitation_id)).text
    first, second = _names(html)
    fields = _typed(html, "0.3812", message="Bonjour", freight="12.5", **{second: "1,250"})
    saved = supplier.post(f"{_page(invitation_id)}draft/", fields)
    assert saved.status_code == 303, saved.text
    again = supplier.get(_page(invitation_id)).text
    for text in ('value="0.3812"', 'value="12.5"', 'value="1,250"', "Bonjour", "A draft is kept"):
        assert text in again, text
    assert (_revision(html), _revision(again)) == ("0", "1")
    french = browser(world.acme.host, world.acme.owner, language="fr").get(_page(invitation_id)).text
    assert 'value="0,3812"' in french
    buyer = browser("localhost", world.delmas.admin)
    with use_tenant(world.acme.scope, party="tenant"):
        rfq_id = Invitation.objects.get().rfq_id
        assert QuoteVersion.objects.count() == 0
    seen = buyer.get(f"/rfqs/{rfq_id}/").text
    assert "In progress" in seen
    assert "0.3812" not in seen
    assert supplier.post(f"{_page(invitation_id)}draft/", {"drop": "1", "revision": "1"}).status_code == 303
    assert 'value="0.3812"' not in supplier.get(_page(invitation_id)).text
    assert first != second


def test_a_conflict_keeps_what_was_typed_and_says_whose_it_replaces(world: World, browser: Any) -> None:
    invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme))
    mine = browser(world.acme.host, world.acme.owner)
    theirs = browser(world.acme.host, person(colleague(world.acme, "Léa")))
    html = mine.get(_page(invitation_id)).text
    theirs.post(f"{_page(invitation_id)}draft/", _typed(html, "0.41"))
    for address in (f"{_page(invitation_id)}draft/", _page(invitation_id)):
        refused = mine.post(address, _typed(html, "0.42"))
        assert refused.status_code == 409
        assert "Léa has saved this draft" in refused.text
        assert 'value="0.42"' in refused.text
    assert mine.post(f"{_page(invitation_id)}draft/", _typed(refused.text, "0.42")).status_code == 303
    with use_tenant(world.acme):
        draft = QuoteDraft.objects.get()
        assert (draft.revision, draft.fields[_names(html)[0]]) == (2, {"number": "0.42"})


def test_fields_of_other_requests_are_not_kept(world: World, browser: Any) -> None:
    invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme))
    supplier = browser(world.acme.host, world.acme.owner)
    html = supplier.get(_page(invitation_id)).text
    strange = {"price-" + "0" * 32: "1", "csrfmiddlewaretoken": "x", "anything": "y" * 5000}
    supplier.post(f"{_page(invitation_id)}draft/", _typed(html, "0.41", **strange))
    with use_tenant(world.acme):
        assert set(QuoteDraft.objects.get().fields) == {_names(html)[0], "valid_on"}


def test_cost_margin_and_the_way_to_the_price_are_shown_to_those_who_sell(world: World, browser: Any) -> None:
    costs(world.acme)
    invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme))
    html = browser(world.acme.host, world.acme.owner).get(_page(invitation_id)).text
    for text in (
        "Why this price?",
        "Price list Tarif public",
        "€0.217431",
        "margin 45.6%",
        "Credit left",
        "€10,000.00",
    ):
        assert text in html, text
    packer = browser(world.acme.host, person(colleague(world.acme, "Luc", "logistics")))
    html = packer.get(_page(invitation_id)).text
    assert "0.217431" not in html
    assert "45.6" not in html


def test_below_the_floor_it_waits_and_a_colleague_sends_it(world: World, browser: Any) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.3"))
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id = invitation_of(world.acme, rfq_id)
    author = browser(world.acme.host, person(colleague(world.acme, "Léa")))
    html = author.get(_page(invitation_id)).text
    asked = author.post(_page(invitation_id), _typed(html, "0.30", message="Au plus juste"), follow=True)
    assert "waits for a colleague’s approval" in asked.text
    assert "You have written in it" in asked.text
    assert 'value="approve"' not in asked.text
    owner = browser(world.acme.host, world.acme.owner)
    assert "waits for an approval" in owner.get("/portal/rfqs/?state=approval").text
    assert "the answer waits for an approval" in owner.get("/portal/").text
    html = owner.get(_page(invitation_id)).text
    assert "below the floor margin" in html
    assert "Au plus juste" in html
    draft = waiting(world.acme)
    decision = {"digest": draft.digest}
    refused = owner.post(f"{_page(invitation_id)}approval/", {**decision, "decision": "refuse"})
    assert refused.status_code == 422
    assert "Say why" in refused.text
    for wrong in ({**decision, "digest": "0" * 64}, {**decision, "digest": ""}):
        answer = owner.post(f"{_page(invitation_id)}approval/", {**wrong, "decision": "approve"})
        assert answer.status_code == 409
    mine = author.post(f"{_page(invitation_id)}approval/", {**decision, "decision": "approve"})
    assert mine.status_code == 403
    foreign = browser(world.bolt.host, world.bolt.owner)
    assert foreign.post(f"{_page(invitation_id)}approval/", {**decision, "decision": "approve"}).status_code == 404
    sent = owner.post(f"{_page(invitation_id)}approval/", {**decision, "decision": "approve"})
    assert sent.status_code == 303
    buyer = browser("localhost", world.delmas.admin)
    for address in (f"/rfqs/{rfq_id}/", f"/rfqs/{rfq_id}/{invitation_id}/"):
        seen = buyer.get(address).text
        assert "€0.30" in seen
        for secret in ("0.217431", "27.5", "margin", "floor", "approv", world.acme.owner.name):
            assert secret not in seen, secret


def test_refused_with_a_reason(world: World, browser: Any) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.3"))
    invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme))
    author = browser(world.acme.host, person(colleague(world.acme, "Léa")))
    author.post(_page(invitation_id), _typed(author.get(_page(invitation_id)).text, "0.30"))
    draft = waiting(world.acme)
    decision = {"digest": draft.digest, "decision": "refuse", "approval_reason": "Trop bas"}
    owner = browser(world.acme.host, world.acme.owner)
    assert owner.post(f"{_page(invitation_id)}approval/", decision).status_code == 303
    html = author.get(_page(invitation_id)).text
    assert "Trop bas" in html
    assert 'value="0.3"' in html, "what was typed is still there"


def test_taking_giving_and_handing_back(world: World, browser: Any) -> None:
    invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme))
    lea = colleague(world.acme, "Léa")
    owner, other = browser(world.acme.host, world.acme.owner), browser(world.acme.host, person(lea))
    desk = f"{_page(invitation_id)}desk/"
    assert owner.post(desk, {"act": "take"}).status_code == 303
    assert "Paul Acme" in other.get("/portal/rfqs/").text
    assert "Châssis" not in other.get("/portal/rfqs/?whose=mine").text
    taken = other.post(desk, {"act": "take"})
    assert taken.status_code == 409
    assert "Paul Acme has taken this request" in taken.text
    assert owner.post(desk, {"act": "assign", "assignee": str(lea.user_id)}).status_code == 303
    assert "Châssis" in other.get("/portal/rfqs/?whose=mine").text
    for stranger in (str(world.bolt.owner.id), "nonsense", ""):
        assert owner.post(desk, {"act": "assign", "assignee": stranger}).status_code == 422
    assert owner.post(desk, {"act": "hand_back"}).status_code == 303
    assert "Châssis" in other.get("/portal/rfqs/?whose=unassigned").text
    assert owner.post(desk, {"act": "fly"}).status_code == 404
    assert browser(world.bolt.host, world.bolt.owner).post(desk, {"act": "take"}).status_code == 404
    with use_tenant(world.acme):
        assert Assignment.objects.filter(ended_at=None).count() == 0


def test_limits_are_set_and_read_again(world: World, browser: Any) -> None:
    owner = browser(world.acme.host, world.acme.owner, language="fr")
    with use_tenant(world.acme):
        family = Family.objects.create(code="vis", name_fr="Visserie", name_en="Screws")
    fields = {
        "floor_margin_rate": "12,5",
        "max_discount_rate": "8",
        "sales_may_approve": "on",
        "answers_at_once": "on",
        "at_once_amount": "1500,50",
        "at_once_days": "10",
        "at_once_freight": "",
    }
    assert owner.post("/portal/rfqs/limits/", fields).status_code == 303
    with use_tenant(world.acme):
        row = QuotingPolicy.objects.get()
        assert (row.floor_margin_rate, row.at_once_amount) == (Decimal("0.125"), Decimal("1500.50"))
        assert (row.sales_may_approve, row.needs_article) == (True, False)
        assert row.at_once_freight == 0
    html = owner.get("/portal/rfqs/limits/").text
    assert 'value="12,5"' in html
    assert 'value="1500,5"' in html
    wrong = owner.post("/portal/rfqs/limits/", {**fields, "at_once_amount": ""})
    assert wrong.status_code == 422
    floors = "/portal/rfqs/limits/floors/"
    assert owner.post(floors, {"family": str(family.pk), "margin_rate": "20"}).status_code == 303
    assert owner.post(floors, {"sku": "VN-1001", "unit_price": "0,31"}).status_code == 303
    for bad in ({"sku": "VN-1001", "unit_price": "0,3"}, {"sku": "nothing", "unit_price": "1"}, {"margin_rate": "5"}):
        assert owner.post(floors, bad).status_code == 422, bad
    html = owner.get("/portal/rfqs/limits/").text
    assert "Visserie" in html
    assert "VN-1001" in html
    with use_tenant(world.acme):
        floor_id = Floor.objects.get(family=family).pk
    assert owner.post(f"{floors}{floor_id}/remove/").status_code == 303
    with use_tenant(world.acme):
        assert Floor.objects.count() == 1
        left = Floor.objects.get().pk
    assert browser(world.bolt.host, world.bolt.owner).post(f"{floors}{left}/remove/").status_code == 404


def test_limits_are_the_owners(world: World, browser: Any) -> None:
    sales = browser(world.acme.host, person(colleague(world.acme, "Léa")))
    assert sales.get("/portal/rfqs/limits/").status_code == 403
    assert sales.post("/portal/rfqs/limits/", {"at_once_days": "3"}).status_code == 403
    assert sales.post("/portal/rfqs/limits/floors/", {"sku": "VN-1001", "unit_price": "1"}).status_code == 403
    assert "/portal/rfqs/limits/" not in sales.get("/portal/rfqs/").text
    assert browser(world.acme.host, world.delmas.admin).get("/portal/rfqs/limits/").status_code == 404
    with use_tenant(world.acme):
        assert (Floor.objects.count(), QuotingPolicy.objects.count()) == (0, 0)


def test_both_sides_read_that_an_answer_is_automatic(world: World, browser: Any, drain: Any) -> None:
    policy(world.acme, answers_at_once=True, at_once_amount=Decimal(5000))
    rfq_id = request_for(world.delmas, world.acme, lines=(NewLine("Vis", Decimal(100), part_number="VN-1001"),))
    drain()
    invitation_id = invitation_of(world.acme, rfq_id)
    assert "automatic answer" in browser(world.acme.host, world.acme.owner).get(_page(invitation_id)).text
    buyer = browser("localhost", world.delmas.admin)
    assert "automatic answer" in buyer.get(f"/rfqs/{rfq_id}/").text
    assert "automatic answer" in buyer.get(f"/rfqs/{rfq_id}/{invitation_id}/").text
    left = request_for(world.delmas, world.acme)
    drain()
    html = browser(world.acme.host, world.acme.owner).get(_page(invitation_of(world.acme, left))).text
    assert "Not answered at once: line 1: not in stock" in html
    assert "Not answered at once" not in buyer.get(f"/rfqs/{left}/").text


def test_the_page_costs_the_same_for_any_number_of_lines(world: World, browser: Any) -> None:
    costs(world.acme)
    policy(world.acme, floor_margin_rate=Decimal("0.1"), max_discount_rate=Decimal("0.5"))
    supplier, counts = browser(world.acme.host, world.acme.owner), []
    for number in (2, 30):
        lines = tuple(NewLine(f"{n}", Decimal(100 + n), part_number="VN-1001") for n in range(number))
        invitation_id = invitation_of(world.acme, request_for(world.delmas, world.acme, lines=lines))
        supplier.get(_page(invitation_id))
        with statements() as asked:
            supplier.get(_page(invitation_id))
        counts.append(len(asked))
    assert counts[0] == counts[1], counts
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Invitation.objects.count() == 2


def test_an_article_that_is_hidden_from_the_customer_is_marked_for_who_answers(world: World, browser: Any) -> None:
    lines = tuple(NewLine(sku, Decimal(10), part_number=sku) for sku in ("VN-1001", "VN-1002"))
    rfq_id = request_for(world.delmas, world.acme, world.bolt, lines=lines)
    with use_tenant(world.acme.scope, party="tenant"):
        rule: dict[str, Any] = {"target": Target.PRODUCT, "target_id": Product.objects.get(code="VN-1001").pk}
        save_visibility_rule(**rule, is_visible=False, customer_id=world.acme.customers["delmas"], actor=BOT)
    html = browser(world.acme.host, world.acme.owner).get(_page(invitation_of(world.acme, rfq_id))).text
    assert html.count("hidden from this customer") == 1
    assert html.index("VN-1001 ") < html.index("hidden from this customer") < html.index("VN-1002 ")
    other = browser(world.bolt.host, world.bolt.owner).get(_page(invitation_of(world.bolt, rfq_id))).text
    assert "VN-1001" in other
    assert "hidden from this customer" not in other
