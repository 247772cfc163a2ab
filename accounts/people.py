"""The people of a company: what each one is there, and that one of them always manages it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.companies import lock_company
from accounts.enums import CompanyRole
from accounts.errors import LastAdministrator
from accounts.models import BusinessUnit, CompanyUser, CustomRole
from accounts.permissions import of_role
from accounts.policies import require_manage_people, require_own, require_within
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Position:
    """What somebody is in a company: a role (``custom_role_id`` for its own ones) and a unit, None for all of it."""

    role: str
    custom_role_id: UUID | None = None
    unit_id: UUID | None = None


@atomic
def change_member(*, member_id: UUID, position: Position, actor: Actor) -> None:
    """Give a member another role or unit. Raises NotAllowed, NotFound, BeyondOwnRights, LastAdministrator."""
    company_id = require_manage_people(actor)
    lock_company(company_id, actor)
    member = _member(company_id, member_id, actor)
    given = check_position(company_id, position, actor)
    require_own(actor, given ^ _permissions(member), field="role")
    CompanyUser.objects.filter(pk=member.pk).update(
        role=position.role, custom_role=position.custom_role_id, unit=position.unit_id
    )
    _keep_an_administrator(company_id)


@atomic
def remove_member(*, member_id: UUID, actor: Actor) -> None:
    """Take somebody out of the company. Raises NotAllowed, NotFound, BeyondOwnRights, LastAdministrator."""
    company_id = require_manage_people(actor)
    lock_company(company_id, actor)
    member = _member(company_id, member_id, actor)
    require_own(actor, _permissions(member), field="role")
    member.delete()
    _keep_an_administrator(company_id)


def check_position(company_id: UUID, position: Position, actor: Actor) -> frozenset[str]:
    """What a position lets one do, when the company has it and the actor may fill it. Raises NotFound."""
    require_within(actor, position.unit_id)
    units = BusinessUnit.objects.filter(company_id=company_id)
    if position.unit_id is not None and not units.filter(pk=position.unit_id).exists():
        raise NotFound
    if position.custom_role_id is None:
        if position.role == CompanyRole.CUSTOM:
            raise NotFound
        return of_role(position.role)
    role = CustomRole.objects.filter(company_id=company_id, pk=position.custom_role_id).first()
    if role is None or position.role != CompanyRole.CUSTOM:
        raise NotFound
    return frozenset(role.permissions)


def _member(company_id: UUID, member_id: UUID, actor: Actor) -> CompanyUser:
    member = CompanyUser.objects.select_related("custom_role").filter(company_id=company_id, pk=member_id).first()
    if member is None:
        raise NotFound
    require_within(actor, member.unit_id)
    return member


def _permissions(member: CompanyUser) -> frozenset[str]:
    return frozenset(member.custom_role.permissions) if member.custom_role else of_role(member.role)


def _keep_an_administrator(company_id: UUID) -> None:
    """Raises LastAdministrator; everything that was done is undone with it."""
    left = CompanyUser.objects.filter(company_id=company_id, role=CompanyRole.ADMINISTRATOR, user__is_active=True)
    if not left.exists():
        raise LastAdministrator(field="role")
