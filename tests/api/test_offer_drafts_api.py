"""Offers of systems that wait for an approval: replaced, dropped, approved by somebody else than the key's maker."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
import yaml
from django.test import Client

from accounts.enums import StaffRole
from core.tenancy import use_tenant
from devkit.walk.pages import read
from quoting import drafts
from quoting.errors import DraftChanged, OwnAnswer
from quoting.models import QuoteDraft
from quoting.queries import draft_view
from rfq.models import QuoteVersion
from tests.api.test_orders_api import client_of
from tests.api.test_quotes_api import ROOT, invitation_of, offer, own_key, post
from tests.api.test_schema import SNAPSHOT, check
from tests.quoting.desks import colleague, person, policy, waiting
from tests.rfq.test_negotiation import request_for
from tests.world import World


@pytest.fixture
def api(world: World) -> Client:
    client: Client = client_of(world.acme, own_key(world.acme))
    return client


@pytest.fixture
def invitation_id(world: World) -> UUID:
    policy(world.acme, needs_article=True)
    return invitation_of(world.acme, request_for(world.delmas, world.acme)).pk


def _send(api: Client, invitation_id: UUID, price: str, key: str, sku: str = "", **more: Any) -> Any:
    """An offer for the first line: below the limits without an article."""
    line = api.get(f"{ROOT}{invitation_id}/").json()["lines"][0]["id"]
    body = offer([{"line": line, "unit_price": price, "sku": sku}], **more)
    return post(api, f"{invitation_id}/offers/", body, key)


def _approve(world: World, actor: Any) -> UUID:
    draft = waiting(world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        return drafts.approve(invitation_id=draft.invitation_id, digest=draft.digest, actor=actor)


def test_a_system_replaces_its_own_offer_that_waits(world: World, api: Client, invitation_id: UUID) -> None:
    first = _send(api, invitation_id, "1", "a")
    assert first.status_code == 202
    said = first.json()["draft"]
    assert (said["revision"], said["state"], said["is_by_key"], said["saved_by"]) == (
        1,
        "internal_approval",
        True,
        "ERP",
    )
    check(yaml.safe_load(SNAPSHOT.read_text()), "InvitationDetail", first.json())
    second = _send(api, invitation_id, "1.1", "b")
    assert (second.status_code, second.json()["draft"]["revision"]) == (202, 2)
    within = _send(api, invitation_id, "1.2", "c", "VN-1001")
    assert (within.status_code, within.json()["draft"]) == (201, None)
    with use_tenant(world.acme.scope, party="tenant"):
        assert [row.state for row in QuoteDraft.objects.all()] == ["sent"]
        assert str(QuoteVersion.objects.get().lines.all()[0].unit_price) == "1.200000"


def test_a_colleagues_draft_is_replaced_only_by_its_revision(world: World, api: Client, invitation_id: UUID) -> None:
    lea = colleague(world.acme, "Léa")
    with use_tenant(world.acme.scope, party="tenant"):
        drafts.save(invitation_id=invitation_id, fields={"price": "2"}, revision=0, actor=lea)
    for key, sku in (("a", ""), ("b", "VN-1001")):
        refused = _send(api, invitation_id, "1", key, sku)
        assert (refused.status_code, refused.json()["code"]) == (409, "draft_changed")
        assert "Léa" in refused.json()["detail"]
    assert _send(api, invitation_id, "1", "c", revision=7).status_code == 409
    assert api.delete(f"{ROOT}{invitation_id}/draft/").status_code == 409
    draft = api.get(f"{ROOT}{invitation_id}/").json()["draft"]
    assert (draft["saved_by"], draft["is_by_key"]) == ("Léa", False)
    assert _send(api, invitation_id, "1", "d", revision=draft["revision"]).status_code == 202
    with use_tenant(world.acme.scope, party="tenant"), pytest.raises(DraftChanged):
        drafts.save(invitation_id=invitation_id, fields={}, revision=1, actor=lea)


def test_an_offer_that_waits_is_thrown_away(world: World, api: Client, invitation_id: UUID) -> None:
    assert _send(api, invitation_id, "1", "a").status_code == 202
    dropped = api.delete(f"{ROOT}{invitation_id}/draft/")
    assert (dropped.status_code, dropped.json()["draft"]) == (200, None)
    assert api.delete(f"{ROOT}{invitation_id}/draft/").status_code == 200
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteDraft.objects.get().state == "dropped"
        drafts.save(invitation_id=invitation_id, fields={}, revision=0, actor=world.acme.staff)
    assert api.delete(f"{ROOT}{invitation_id}/draft/?revision=1").json()["draft"] is None
    other = client_of(world.bolt, own_key(world.bolt))
    assert other.delete(f"{ROOT}{invitation_id}/draft/").status_code == 404


def test_a_refused_offer_says_why_and_is_replaced(world: World, api: Client, invitation_id: UUID) -> None:
    _send(api, invitation_id, "1", "a")
    draft = waiting(world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        drafts.refuse(invitation_id=invitation_id, digest=draft.digest, reason="Trop bas", actor=world.acme.staff)
    said = api.get(f"{ROOT}{invitation_id}/").json()["draft"]
    assert (said["state"], said["refusal"]) == ("draft", "Trop bas")
    again = _send(api, invitation_id, "1.3", "b").json()["draft"]
    assert (again["state"], again["refusal"]) == ("internal_approval", "")


def test_the_only_one_who_may_approve_releases_what_its_key_has_sent(
    world: World, api: Client, invitation_id: UUID, browser: Any
) -> None:
    """A salesperson who may not approve is nobody who could."""
    colleague(world.acme, "Léa")
    _send(api, invitation_id, "1", "a")
    page = browser(world.acme.host, world.acme.owner).get(f"/portal/rfqs/{invitation_id}/").text
    assert 'value="approve"' in page
    version_id = _approve(world, world.acme.staff)
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.get(pk=version_id).sent_by_name == "ERP"


@pytest.mark.parametrize("role", [StaffRole.OWNER, StaffRole.SALES])
def test_a_key_of_ones_own_does_not_replace_the_second_pair_of_eyes(
    world: World, api: Client, invitation_id: UUID, browser: Any, role: str
) -> None:
    policy(world.acme, needs_article=True, sales_may_approve=role == StaffRole.SALES)
    other = colleague(world.acme, "Léa", role)
    _send(api, invitation_id, "1", "a")
    page = browser(world.acme.host, world.acme.owner).get(f"/portal/rfqs/{invitation_id}/").text
    assert 'value="approve"' not in page
    assert "A key that you made has sent it" in page
    with pytest.raises(OwnAnswer):
        _approve(world, world.acme.staff)
    with use_tenant(world.acme.scope, party="tenant"):
        draft = draft_view(other, invitation_id)
        assert draft is not None
        assert draft.can_decide
        assert not QuoteVersion.objects.exists()
    _approve(world, other)


def test_a_draft_of_the_other_one_does_not_open_the_way_to_ones_own_key(
    world: World, api: Client, invitation_id: UUID
) -> None:
    """All that waits is the key's, whoever has written before: the other one approves it, its maker does not."""
    other = colleague(world.acme, "Léa", StaffRole.OWNER)
    with use_tenant(world.acme.scope, party="tenant"):
        drafts.save(invitation_id=invitation_id, fields={"price": "2"}, revision=0, actor=other)
    assert _send(api, invitation_id, "1", "a", revision=1).status_code == 202
    with pytest.raises(OwnAnswer):
        _approve(world, world.acme.staff)
    _approve(world, other)


def test_what_a_key_has_sent_stands_in_the_form_also_when_it_is_refused(
    world: World, api: Client, invitation_id: UUID, browser: Any
) -> None:
    asked = [line["id"] for line in api.get(f"{ROOT}{invitation_id}/").json()["lines"]]
    line = {
        "line": asked[1],
        "unit_price": "1.5",
        "lead_time_days": 3,
        "setup_amount": "20",
        "tiers": [{"min_quantity": "900", "unit_price": "1.4"}],
        "alternatives": [{"unit_price": "1.2", "name": "Tôle", "tiers": [{"min_quantity": "50", "unit_price": "1.1"}]}],
    }
    said = offer([line], term_kind="net", term_days=45, incoterm="DAP", message="Bonjour")
    assert post(api, f"{invitation_id}/offers/", said).status_code == 202
    draft, address = waiting(world.acme), f"/portal/rfqs/{invitation_id}/"
    owner = browser(world.acme.host, world.acme.owner)
    for refused in (False, True):
        if refused:
            decision = {"digest": draft.digest, "decision": "refuse", "approval_reason": "Trop bas"}
            assert owner.post(f"{address}approval/", decision).status_code == 303
        page = read(address, 200, owner.get(address).text)
        form, (left_out, key) = page.form("quote-form"), (UUID(one).hex for one in asked)
        shown = dict(form.data(form.button("Send the offer")))
        for name, text in {
            f"price-{left_out}": "",
            f"price-{key}": "1.5",
            f"lead-{key}": "3",
            f"setup-{key}": "20",
            f"tier-0-{key}": "900",
            f"tierprice-0-{key}": "1.4",
            f"other-price-1-{key}": "1.2",
            f"other-name-1-{key}": "Tôle",
            f"other-tierprice-0-1-{key}": "1.1",
            "term": "net-45",
            "incoterm": "DAP",
            "message": "Bonjour",
            "freight": "12.5",
        }.items():
            assert shown[name] == text, name
        assert ("What would be sent" in page.text) is not refused


def test_who_writes_on_in_what_a_key_has_sent_is_its_writer(
    world: World, api: Client, invitation_id: UUID, browser: Any
) -> None:
    lea = colleague(world.acme, "Léa")
    _send(api, invitation_id, "1", "a")
    author, address = browser(world.acme.host, person(lea)), f"/portal/rfqs/{invitation_id}/"
    page = author.get(address).text
    name = page[page.index('name="price-') + 6 :].partition('"')[0]
    fields = {name: "1", name.replace("price", "sku"): "", "valid_on": "2031-01-01", "revision": "1"}
    assert author.post(address, fields).status_code == 303
    draft = waiting(world.acme)
    assert (draft.writer_ids, draft.maker_id, draft.author_name) == ([lea.user_id], None, "Léa")
    refused = _send(api, invitation_id, "1", "b")
    assert json.loads(refused.content)["code"] == "draft_changed"
    _approve(world, world.acme.staff)
