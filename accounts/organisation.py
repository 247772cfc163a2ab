"""What the pages about a company's people, sites and roles show; no statement grows with any of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.enums import CompanyRole, UnitKind
from accounts.models import BusinessUnit, CompanyUser, CustomRole
from accounts.permissions import Permission, of_role
from core.actor import Actor

_BETWEEN = " › "


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A member; ``unit_text`` is empty for who works for the company as a whole."""

    id: UUID
    name: str
    email: str
    role_text: str
    role_value: str
    unit_text: str
    unit_id: UUID | None
    is_self: bool


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in its place of the tree; ``trail`` names those above it as well."""

    id: UUID
    name: str
    code: str
    kind: str
    kind_text: str
    parent_id: UUID | None
    path: str
    trail: str
    depth: int
    member_count: int
    address_count: int


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role that the company made."""

    id: UUID
    name: str
    permissions: frozenset[str]
    permission_texts: tuple[str, ...]
    member_count: int


def people_page(actor: Actor, *, search: str = "", limit: int = 50, offset: int = 0) -> tuple[list[PersonRow], int]:
    """A page of the members that the actor manages, by name, and how many there are; two statements."""
    rows = _managed(actor)
    for word in search.split():
        rows = rows.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    return [_person(row, actor) for row in rows[offset : offset + limit]], rows.count()


def person_of(actor: Actor, member_id: UUID) -> PersonRow | None:
    """One member that the actor manages; one statement."""
    row = _managed(actor).filter(pk=member_id).first()
    return _person(row, actor) if row else None


def units_of(company_id: UUID) -> list[UnitRow]:
    """The tree of a company's sites and departments, each followed by what is below it; one statement."""
    rows = list(
        BusinessUnit.objects.filter(company_id=company_id)
        .annotate(
            member_count=Count("members", distinct=True),
            address_count=Count("addresses", distinct=True),
        )
        .order_by("name", "pk")
    )
    names = {row.pk.hex: row.name for row in rows}
    found = [_unit(row, [names[key] for key in row.path.split("/")[:-1]]) for row in rows]
    return [row for _order, row in sorted(((_place(row, names), row) for row in found), key=lambda pair: pair[0])]


def units_for(actor: Actor) -> list[UnitRow]:
    """The units that the actor may see of its own company; one statement."""
    rows = units_of(actor.require_company())
    return [row for row in rows if actor.unit_ids is None or row.id in actor.unit_ids]


def roles_of(company_id: UUID) -> list[RoleRow]:
    """The roles that a company made, by name; one statement."""
    rows = CustomRole.objects.filter(company_id=company_id).annotate(member_count=Count("members"))
    return [
        RoleRow(row.pk, row.name, frozenset(row.permissions), permission_texts(row.permissions), row.member_count)
        for row in rows.order_by("name", "pk")
    ]


def permission_texts(permissions: Iterable[str]) -> tuple[str, ...]:
    """What permissions let one do, in the order of their list."""
    given = frozenset(permissions)
    return tuple(str(permission.label) for permission in Permission if permission in given)


def role_choices(actor: Actor, roles: Iterable[RoleRow]) -> list[tuple[str, str]]:
    """The roles that the actor may give, as (value, text): those that let nobody do more than the actor."""
    usual = [
        (role.value, str(role.label))
        for role in CompanyRole
        if role != CompanyRole.CUSTOM and of_role(role) <= actor.permissions
    ]
    return usual + [(row.id.hex, row.name) for row in roles if row.permissions <= actor.permissions]


def _managed(actor: Actor) -> QuerySet[CompanyUser]:
    rows = CompanyUser.objects.select_related("user", "custom_role", "unit").order_by("user__name", "pk")
    rows = rows.filter(company_id=actor.require_company(), user__is_active=True)
    return rows if actor.unit_ids is None else rows.filter(unit_id__in=actor.unit_ids)


def _person(row: CompanyUser, actor: Actor) -> PersonRow:
    return PersonRow(
        id=row.pk,
        name=row.user.name,
        email=row.user.email,
        role_text=row.custom_role.name if row.custom_role else str(CompanyRole(row.role).label),
        role_value=row.custom_role_id.hex if row.custom_role_id else row.role,
        unit_text=row.unit.name if row.unit else "",
        unit_id=row.unit_id,
        is_self=row.user_id == actor.user_id,
    )


def _unit(row: BusinessUnit, names: list[str]) -> UnitRow:
    return UnitRow(
        id=row.pk,
        name=row.name,
        code=row.code,
        kind=row.kind,
        kind_text=str(UnitKind(row.kind).label),
        parent_id=row.parent_id,
        path=row.path,
        trail=_BETWEEN.join(names),
        depth=len(names) - 1,
        member_count=row.member_count,  # type: ignore[attr-defined]
        address_count=row.address_count,  # type: ignore[attr-defined]
    )


def _place(row: UnitRow, names: dict[str, str]) -> list[tuple[str, str]]:
    """Where a unit stands: below its parents, by name among its neighbours."""
    return [(names[key].casefold(), key) for key in row.path.split("/")[:-1]]
