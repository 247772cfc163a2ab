"""An invitation: a letter, a link that works once for one person, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.custom_roles import add_role
from accounts.enums import CompanyRole
from accounts.errors import AlreadyInvited, AlreadyMember, BeyondOwnRights
from accounts.identity import buyer_actor
from accounts.invitations import accept, invite, token_of
from accounts.models import CompanyUser, Invitation, User
from accounts.people import Position, change_member
from accounts.permissions import Permission
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tests.conftest import BrowserFactory
from tests.world import PASSWORD, Person, World

EMAIL = "nouvelle@delmas.example"
LOGIN = {"name": "Nadège Neuve", "password": "a-long-enough-word"}
Drain = Callable[[], int]


def _invited(world: World, browser: BrowserFactory, drain: Drain, mails: Any, email: str = EMAIL) -> str:
    """The path of the link that was sent."""
    admin = browser(world.acme.host, world.delmas.admin)
    answer = admin.post("/company/invitations/", {"email": email, "role": "buyer", "unit": ""})
    assert answer.status_code == 303, answer.content.decode()
    return _link(drain, mails)


def _link(drain: Drain, mails: Any) -> str:
    drain()
    found = re.search(r"http://(\S+?)(/invitation/\w+/)", mails[-1].body)
    assert found
    return found[2]


def _members(world: World, email: str = EMAIL) -> list[str]:
    with use_tenant(PLATFORM):
        rows = CompanyUser.objects.filter(company_id=world.delmas.id, user__email=email)
        return list(rows.values_list("role", flat=True))


@pytest.mark.parametrize("place", ["acme", "bolt", "platform"])
def test_a_newcomer_joins_on_any_host_and_the_link_works_once(
    world: World, browser: BrowserFactory, drain: Drain, mailoutbox: Any, place: str
) -> None:
    path = _invited(world, browser, drain, mailoutbox)
    letter = mailoutbox[-1]
    assert letter.to == [EMAIL]
    assert world.delmas.name in letter.subject
    assert f"http://{world.acme.host}/invitation/" in letter.body
    host = {"acme": world.acme.host, "bolt": world.bolt.host, "platform": "localhost"}[place]
    newcomer = browser(host)
    assert world.delmas.name in newcomer.get(path).content.decode()
    wrong = newcomer.post(path, {**LOGIN, "password": "short"})
    assert (wrong.status_code, 'id="id_password-error"' in wrong.content.decode()) == (422, True)
    assert newcomer.post(path, LOGIN)["Location"] == "/"
    assert _members(world) == [CompanyRole.BUYER]
    assert "You act for it" in newcomer.get("/company/choose/").content.decode()
    again = browser(host).post(path, {**LOGIN, "name": "X"})
    assert (again.status_code, "not valid any more" in again.content.decode()) == (404, True)
    with use_tenant(PLATFORM):
        assert User.objects.get(email=EMAIL).name == LOGIN["name"]


def test_no_clear_token_is_kept(world: World, browser: BrowserFactory, drain: Drain, mailoutbox: Any) -> None:
    token = _invited(world, browser, drain, mailoutbox).split("/")[2]
    with use_tenant(PLATFORM):
        row = Invitation.objects.get()
        kept = str([vars(row), list(OutboxEvent.objects.values_list("payload", flat=True))])
    assert token not in kept
    assert len(token) == 64


def test_who_has_a_login_accepts_with_it_and_nobody_else_can(
    world: World, browser: BrowserFactory, drain: Drain, mailoutbox: Any
) -> None:
    guest = world.lecomte.viewer
    path = _invited(world, browser, drain, mailoutbox, guest.email)
    visitor = browser(world.acme.host)
    assert "sign in with" in visitor.get(path).content.decode()
    assert visitor.post(path, LOGIN).status_code == 422
    other = browser(world.acme.host, world.nouvelle.admin)
    assert "another e-mail address" in other.post(path).content.decode()
    assert _members(world, guest.email) == []
    assert _members(world, world.nouvelle.admin.email) == []
    assert browser(world.acme.host, guest).post(path)["Location"] == "/"
    assert _members(world, guest.email) == [CompanyRole.BUYER]


def test_an_expired_link_says_so_and_has_a_new_one_sent_to_the_same_address(
    world: World, browser: BrowserFactory, drain: Drain, mailoutbox: Any
) -> None:
    path = _invited(world, browser, drain, mailoutbox)
    with use_tenant(PLATFORM):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    anybody = browser(world.bolt.host)
    assert "has expired" in anybody.get(path).content.decode()
    sent = anybody.post(path, LOGIN)
    assert "A new link was sent" in sent.content.decode()
    assert _members(world) == []
    fresh = _link(drain, mailoutbox)
    assert ([letter.to for letter in mailoutbox].count([EMAIL]), fresh == path) == (2, False)
    assert anybody.post(path).status_code == 404
    assert browser(world.acme.host).post(fresh, LOGIN).status_code == 303


def test_a_letter_is_sent_again_or_its_link_made_worthless(
    world: World, browser: BrowserFactory, drain: Drain, mailoutbox: Any
) -> None:
    old = _invited(world, browser, drain, mailoutbox)
    admin, visitor = browser("localhost", world.delmas.admin), browser(world.acme.host)
    with use_tenant(PLATFORM):
        manage = f"/company/invitations/{Invitation.objects.get().pk}/"
    assert EMAIL in admin.get("/company/people/").content.decode()
    assert admin.post(manage, {"do": "send"}).status_code == 303
    new = _link(drain, mailoutbox)
    assert (visitor.get(old).status_code, visitor.get(new).status_code) == (404, 200)
    assert browser("localhost", world.lecomte.admin).post(manage, {"do": "withdraw"}).status_code == 404
    assert admin.post(manage, {"do": "withdraw"}).status_code == 303
    assert visitor.post(new, LOGIN).status_code == 404
    assert _members(world) == []
    assert admin.post(manage, {"do": "send"}).status_code == 404


def test_who_belongs_to_the_company_already_keeps_its_role(world: World) -> None:
    with use_tenant(PLATFORM):
        boss, guest = world.delmas.buyer, world.lecomte.viewer
        invitation_id = invite(email=guest.email.upper(), position=Position(CompanyRole.BUYER), actor=boss)
        CompanyUser.objects.create(company_id=world.delmas.id, user_id=guest.id, role=CompanyRole.BILLING)
        company_id, was_member = accept(token=token_of(invitation_id, 1), user_id=guest.id)
    assert (company_id, was_member) == (world.delmas.id, True)
    assert _members(world, guest.email) == [CompanyRole.BILLING]


def test_what_is_refused_when_inviting(world: World, browser: BrowserFactory) -> None:
    with use_tenant(PLATFORM):
        boss, company = world.delmas.buyer, world.delmas
        invite(email=EMAIL, position=Position(CompanyRole.BUYER), actor=boss)
        with pytest.raises(AlreadyInvited):
            invite(email=EMAIL, position=Position(CompanyRole.BUYER), actor=boss)
        with pytest.raises(AlreadyMember):
            invite(email=company.viewer.email, position=Position(CompanyRole.BUYER), actor=boss)
        own = add_role(name="People", permissions={Permission.MANAGE_PEOPLE}, actor=boss)
        member = CompanyUser.objects.get(company_id=company.id, user_id=company.viewer.id)
        change_member(member_id=member.pk, position=Position(CompanyRole.CUSTOM, own), actor=boss)
        chief = buyer_actor(User.objects.get(pk=company.viewer.id))
        with pytest.raises(BeyondOwnRights):
            invite(email="other@x.example", position=Position(CompanyRole.BUYER), actor=chief)
    admin = browser("localhost", Person(company.admin.id, company.admin.email, PASSWORD))
    answer = admin.post("/company/invitations/", {"email": EMAIL, "role": "buyer", "unit": ""})
    assert (answer.status_code, 'id="id_email-error"' in answer.content.decode()) == (422, True)


def test_a_session_that_was_carried_from_another_host_accepts_nothing(
    world: World, browser: BrowserFactory, drain: Drain, mailoutbox: Any
) -> None:
    email = world.lecomte.viewer.email
    path = _invited(world, browser, drain, mailoutbox, email)
    carried = browser(world.acme.host)
    carried.client.cookies = browser(world.bolt.host, world.lecomte.viewer).client.cookies
    page = carried.get(path).content.decode()
    assert ("/sign-in/?next=" in page, carried.post(path).status_code, _members(world, email)) == (True, 422, [])
