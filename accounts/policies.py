"""Who may do what in a company."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from accounts.errors import BeyondOwnRights
from accounts.permissions import Permission
from core.actor import Actor
from core.errors import NotAllowed, NotFound


def can_change_addresses(actor: Actor) -> bool:
    """Whether the actor may add, change and remove addresses of its own company."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.MANAGE_ADDRESSES)


def can_change_address(actor: Actor, unit_id: UUID | None) -> bool:
    """Whether the actor may change an address of its company: of its sites; the whole company's if it sees that."""
    return can_change_addresses(actor) and (actor.unit_ids is None or unit_id in actor.unit_ids)


def can_choose_addresses(actor: Actor) -> bool:
    """Whether the actor may say where the company takes deliveries usually, and where its invoices go."""
    return can_change_addresses(actor) and actor.unit_ids is None


def can_manage_people(actor: Actor) -> bool:
    """Whether the actor may invite people, give them roles, and lay out the sites of its company."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.MANAGE_PEOPLE)


def can_manage_roles(actor: Actor) -> bool:
    """Whether the actor may make roles: they are the whole company's, not one site's."""
    return can_manage_people(actor) and actor.unit_ids is None


def can_change_company(actor: Actor) -> bool:
    """Whether the actor may change what is registered about the whole company, such as its VAT number."""
    return can_manage_roles(actor)


def require_manage_people(actor: Actor) -> UUID:
    """The company whose people the actor manages. Raises NotAllowed."""
    if not can_manage_people(actor):
        raise NotAllowed
    return actor.require_company()


def require_manage_roles(actor: Actor) -> UUID:
    """The company whose roles the actor manages. Raises NotAllowed."""
    if not can_manage_roles(actor):
        raise NotAllowed
    return actor.require_company()


def require_within(actor: Actor, unit_id: UUID | None) -> None:
    """Who manages a site manages nothing outside it; None is the whole company. Raises NotFound."""
    if actor.unit_ids is not None and unit_id not in actor.unit_ids:
        raise NotFound


def require_own(actor: Actor, permissions: Iterable[str], *, field: str) -> None:
    """Permissions that are given or taken are the actor's own. Raises BeyondOwnRights at ``field``."""
    if not actor.permissions.issuperset(permissions):
        raise BeyondOwnRights(field=field)
