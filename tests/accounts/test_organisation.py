"""Sites, roles of a company's own, and its people: who may change what, and what always stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection

from accounts.custom_roles import add_role, change_role, remove_role
from accounts.enums import CompanyRole, UnitKind
from accounts.errors import BeyondOwnRights, LastAdministrator, NameTaken, RoleInUse, UnitCycle, UnitInUse
from accounts.identity import buyer_actor
from accounts.models import BusinessUnit, CompanyUser, CustomRole, User
from accounts.organisation import people_page, roles_of, units_of
from accounts.people import Position, change_member, remove_member
from accounts.permissions import Permission
from accounts.services import add_company_user, create_user
from accounts.units import UnitData, add_unit, change_unit, remove_unit
from core.actor import Actor
from core.errors import NotAllowed, NotFound, Refused
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tests.conftest import BrowserFactory
from tests.counting import statements
from tests.world import PASSWORD, CompanyWorld, Person, World, acting


@pytest.fixture
def platform(world: World) -> Iterator[World]:
    with acting((PLATFORM, {})):
        yield world


def _member(company: CompanyWorld, user_id: UUID) -> CompanyUser:
    return CompanyUser.objects.get(company_id=company.id, user_id=user_id)


def _joined(company: CompanyWorld, name: str, role: CompanyRole = CompanyRole.ADMINISTRATOR) -> Person:
    email = f"{name}@joined.example"
    person = Person(create_user(email=email, password=PASSWORD, name=name), email, name)
    add_company_user(company_id=company.id, user_id=person.id, role=role)
    return person


def _actor(person: Person) -> Actor:
    return buyer_actor(User.objects.get(pk=person.id))


def _tree(company: CompanyWorld, actor: Actor) -> dict[str, UUID]:
    """north › (workshop › bench), south."""
    ids: dict[str, UUID] = {}
    for name, parent in (("north", ""), ("south", ""), ("workshop", "north"), ("bench", "workshop")):
        ids[name] = add_unit(data=UnitData(name, UnitKind.SITE, parent_id=ids.get(parent)), actor=actor)
    return ids


def test_a_unit_moves_with_all_that_is_below_it_in_one_statement(platform: World) -> None:
    actor = platform.delmas.buyer
    ids = _tree(platform.delmas, actor)
    with statements() as asked:
        change_unit(unit_id=ids["workshop"], data=UnitData("shop", parent_id=ids["south"]), actor=actor)
    assert len([sql for sql in asked if sql.startswith("UPDATE") and '"path"' in sql]) == 1
    assert [(row.trail, row.depth) for row in units_of(platform.delmas.id)] == [
        ("north", 0),
        ("south", 0),
        ("south › shop", 1),
        ("south › shop › bench", 2),
    ]
    bench = BusinessUnit.objects.get(pk=ids["bench"])
    assert bench.path == f"{ids['south'].hex}/{ids['workshop'].hex}/{ids['bench'].hex}/"
    assert bench.parent_id == ids["workshop"]
    for target in ("workshop", "bench"):
        with pytest.raises(UnitCycle):
            change_unit(unit_id=ids["workshop"], data=UnitData("shop", parent_id=ids[target]), actor=actor)


def test_a_unit_goes_when_nobody_and_nothing_uses_it(platform: World) -> None:
    company, actor = platform.delmas, platform.delmas.buyer
    ids = _tree(company, actor)
    member = _member(company, company.viewer.id)
    change_member(member_id=member.pk, position=Position(CompanyRole.VIEWER, unit_id=ids["south"]), actor=actor)
    for name in ("south", "north"):
        with pytest.raises(UnitInUse):
            remove_unit(unit_id=ids[name], actor=actor)
    remove_unit(unit_id=ids["bench"], actor=actor)
    assert not BusinessUnit.objects.filter(pk=ids["bench"]).exists()
    with pytest.raises(NameTaken):
        add_unit(data=UnitData("NORTH"), actor=actor)


def test_nobody_gives_or_takes_what_it_may_not_do_itself(platform: World) -> None:
    company, admin = platform.delmas, platform.delmas.buyer
    role_id = add_role(name="Foreman", permissions={Permission.MANAGE_PEOPLE, Permission.ORDER}, actor=admin)
    foreman = _joined(company, "foreman", CompanyRole.VIEWER)
    position = Position(CompanyRole.CUSTOM, role_id)
    change_member(member_id=_member(company, foreman.id).pk, position=position, actor=admin)
    actor = _actor(foreman)
    viewer, boss = _member(company, company.viewer.id).pk, _member(company, company.admin.id).pk
    for refused in (
        lambda: change_member(member_id=viewer, position=Position(CompanyRole.BUYER), actor=actor),
        lambda: change_member(member_id=viewer, position=position, actor=actor),  # takes prices away
        lambda: change_member(member_id=boss, position=Position(CompanyRole.VIEWER), actor=actor),
        lambda: remove_member(member_id=boss, actor=actor),
        lambda: add_role(name="All", permissions=set(Permission), actor=actor),
        lambda: change_role(role_id=role_id, name="F", permissions={Permission.SEE_PRICES}, actor=actor),
    ):
        with pytest.raises(BeyondOwnRights):
            refused()
    assert CustomRole.objects.get().permissions == ["order", "manage_people"]
    with pytest.raises(RoleInUse):
        remove_role(role_id=role_id, actor=admin)
    change_role(role_id=role_id, name="Foreman", permissions={Permission.ORDER}, actor=actor)
    assert not _actor(foreman).may(Permission.MANAGE_PEOPLE), "what a role allows holds at once for who has it"


def test_who_manages_a_site_reaches_nothing_outside_it(platform: World) -> None:
    company, admin = platform.delmas, platform.delmas.buyer
    ids = _tree(company, admin)
    role_id = add_role(name="Site", permissions={Permission.MANAGE_PEOPLE, Permission.SEE_PRICES}, actor=admin)
    chief, other = _joined(company, "chief"), _joined(company, "other")
    for person in (chief, other):
        unit_id = ids["north"] if person is chief else ids["workshop"]
        position = Position(CompanyRole.CUSTOM, role_id, unit_id)
        change_member(member_id=_member(company, person.id).pk, position=position, actor=admin)
    actor, mine = _actor(chief), _member(company, chief.id).pk
    assert {row.name for row in people_page(actor)[0]} == {"chief", "other"}
    for position in (Position(CompanyRole.CUSTOM, role_id), Position(CompanyRole.CUSTOM, role_id, ids["south"])):
        with pytest.raises(NotFound):
            change_member(member_id=mine, position=position, actor=actor)
    for change in (UnitData("north"), UnitData("north", parent_id=ids["south"])):
        change_unit(unit_id=ids["bench"], data=UnitData("bench", parent_id=ids["north"]), actor=actor)
        with pytest.raises(NotFound):
            change_unit(unit_id=ids["south"], data=UnitData("south", parent_id=ids["north"]), actor=actor)
        with pytest.raises(NotFound):
            change_unit(unit_id=ids["bench"], data=replace(change, name="bench"), actor=actor)
    with pytest.raises(NotFound):
        remove_member(member_id=_member(company, company.viewer.id).pk, actor=actor)
    with pytest.raises(NotAllowed):
        add_role(name="Mine", permissions=set(), actor=actor)


def test_nobody_touches_another_company(platform: World) -> None:
    stranger, company = platform.lecomte.buyer, platform.delmas
    unit_id = add_unit(data=UnitData("north"), actor=company.buyer)
    role_id = add_role(name="Own", permissions=set(), actor=company.buyer)
    member, theirs = _member(company, company.viewer.id).pk, _member(platform.lecomte, platform.lecomte.viewer.id).pk
    for refused in (
        lambda: change_unit(unit_id=unit_id, data=UnitData("x"), actor=stranger),
        lambda: add_unit(data=UnitData("x", parent_id=unit_id), actor=stranger),
        lambda: remove_unit(unit_id=unit_id, actor=stranger),
        lambda: change_role(role_id=role_id, name="x", permissions=set(), actor=stranger),
        lambda: remove_member(member_id=member, actor=stranger),
        lambda: change_member(member_id=theirs, position=Position(CompanyRole.CUSTOM, role_id), actor=stranger),
        lambda: change_member(member_id=theirs, position=Position(CompanyRole.VIEWER, unit_id=unit_id), actor=stranger),
    ):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(NotAllowed):
        remove_member(member_id=member, actor=company.onlooker)


def test_one_administrator_always_stays(platform: World) -> None:
    company, actor = platform.delmas, platform.delmas.buyer
    mine = _member(company, company.admin.id).pk
    with pytest.raises(LastAdministrator):
        remove_member(member_id=mine, actor=actor)


def test_the_last_administrator_does_not_demote_itself_on_the_page(world: World, browser: BrowserFactory) -> None:
    with use_tenant(PLATFORM):
        mine = _member(world.delmas, world.delmas.admin.id).pk
    admin = browser("localhost", world.delmas.admin)
    answer = admin.post(f"/company/people/{mine}/", {"role": "viewer", "unit": ""})
    assert (answer.status_code, "at least one administrator" in answer.content.decode()) == (422, True)
    assert "at least one" in admin.post(f"/company/people/{mine}/", {"do": "remove"}).content.decode()
    with use_tenant(PLATFORM):
        assert _member(world.delmas, world.delmas.admin.id).role == CompanyRole.ADMINISTRATOR


def _both(world: World, work: Callable[[Actor, UUID], object]) -> list[object]:
    """Two administrators each do something to the other at the same moment."""
    company = world.delmas
    with use_tenant(PLATFORM):
        pair = (company.admin, _joined(company, "second"))
        actors = [_actor(person) for person in pair]
        members = [_member(company, person.id).pk for person in pair]
    barrier = threading.Barrier(2, timeout=20)

    def run(number: int) -> object:
        try:
            with use_tenant(PLATFORM):
                barrier.wait()
                return work(actors[number], members[1 - number])
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


def _administrators(world: World) -> int:
    with use_tenant(PLATFORM):
        return CompanyUser.objects.filter(company_id=world.delmas.id, role=CompanyRole.ADMINISTRATOR).count()


def test_two_administrators_who_take_each_other_out_unguarded(committed_world: World) -> None:
    """Without the lock each sees the other still there: nobody is left."""
    seen = threading.Barrier(2, timeout=20)

    def unguarded(_actor: Actor, member_id: UUID) -> None:
        others = CompanyUser.objects.exclude(pk=member_id).filter(company_id=committed_world.delmas.id)
        left = others.filter(role=CompanyRole.ADMINISTRATOR).exists()
        seen.wait()
        if left:
            CompanyUser.objects.filter(pk=member_id).delete()

    _both(committed_world, unguarded)
    assert _administrators(committed_world) == 0


def test_two_administrators_who_take_each_other_out(committed_world: World) -> None:
    answers = _both(committed_world, lambda actor, member_id: remove_member(member_id=member_id, actor=actor))
    assert sorted(map(str, answers)) == ["None", "not_allowed"]
    assert _administrators(committed_world) == 1


def test_the_pages_show_and_change_people_sites_and_roles(world: World, browser: BrowserFactory) -> None:
    admin = browser(world.acme.host, world.delmas.admin)
    assert admin.post("/company/units/", {"name": "Arras", "kind": "site"}).status_code == 303
    wrong = admin.post("/company/units/", {"name": "arras", "kind": "site"})
    assert (wrong.status_code, 'id="unit-name-error"' in wrong.content.decode()) == (422, True)
    role = {"name": "Magasinier", "permissions": ["order", "see_prices"]}
    assert admin.post("/company/roles/new/", role).status_code == 303
    with use_tenant(PLATFORM):
        unit, own = BusinessUnit.objects.get(), CustomRole.objects.get()
        member = _member(world.delmas, world.delmas.viewer.id).pk
    position = {"role": own.pk.hex, "unit": unit.pk.hex}
    assert admin.post(f"/company/people/{member}/", position).status_code == 303
    page = admin.get("/company/people/").content.decode()
    for text in ("Magasinier", "Arras", "See prices, Place orders", world.delmas.viewer.email):
        assert text in page
    assert "Magasinier · Arras" in admin.get("/company/").content.decode()
    assert "Magasinier" in browser("localhost", world.delmas.viewer).get("/company/choose/").content.decode()
    assert browser("localhost", world.delmas.viewer).get("/company/people/").status_code == 403


def test_statements_do_not_grow_with_people_and_sites(platform: World) -> None:
    company, actor = platform.delmas, platform.delmas.buyer

    def count() -> int:
        with statements() as asked:
            people_page(actor)
            units_of(company.id)
            roles_of(company.id)
        return len(asked)

    few = count()
    _tree(company, actor)
    for number in range(5):
        _joined(company, f"p{number}", CompanyRole.BUYER)
        add_role(name=f"r{number}", permissions=set(), actor=actor)
    assert count() == few == 4
