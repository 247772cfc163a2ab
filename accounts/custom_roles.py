"""Roles that a company makes of named permissions."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from uuid import UUID

from django.db import IntegrityError

from accounts.companies import lock_company
from accounts.errors import NameTaken, RoleInUse
from accounts.models import CustomRole
from accounts.permissions import Permission
from accounts.policies import require_manage_roles, require_own
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotFound


@atomic
def add_role(*, name: str, permissions: AbstractSet[str], actor: Actor) -> UUID:
    """Make a role. Raises NotAllowed, BeyondOwnRights, NameTaken."""
    company_id = require_manage_roles(actor)
    lock_company(company_id, actor)
    require_own(actor, permissions, field="permissions")
    try:
        with savepoint():
            role = CustomRole.objects.create(company_id=company_id, name=name, permissions=_sorted(permissions))
    except IntegrityError as error:
        raise NameTaken(field="name") from error
    return role.id


@atomic
def change_role(*, role_id: UUID, name: str, permissions: AbstractSet[str], actor: Actor) -> None:
    """Change what everybody with this role may do. Raises NotAllowed, NotFound, BeyondOwnRights, NameTaken."""
    company_id = require_manage_roles(actor)
    lock_company(company_id, actor)
    role = _role(company_id, role_id)
    require_own(actor, permissions ^ set(role.permissions), field="permissions")
    try:
        with savepoint():
            CustomRole.objects.filter(pk=role.pk).update(name=name, permissions=_sorted(permissions))
    except IntegrityError as error:
        raise NameTaken(field="name") from error


@atomic
def remove_role(*, role_id: UUID, actor: Actor) -> None:
    """Take a role away that nobody has. Raises NotAllowed, NotFound, RoleInUse."""
    company_id = require_manage_roles(actor)
    lock_company(company_id, actor)
    role = _role(company_id, role_id)
    if role.members.exists() or role.invitations.filter(accepted_at=None, withdrawn_at=None).exists():
        raise RoleInUse
    role.delete()


def _role(company_id: UUID, role_id: UUID) -> CustomRole:
    role = CustomRole.objects.filter(company_id=company_id, pk=role_id).first()
    if role is None:
        raise NotFound
    return role


def _sorted(permissions: AbstractSet[str]) -> list[str]:
    """As they are listed; names that mean nothing are left out."""
    return [permission.value for permission in Permission if permission in permissions]
