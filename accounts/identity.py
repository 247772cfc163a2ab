"""Who a signed-in user is on this host: buyer of a company, staff of the tenant, operator."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from accounts.enums import CompanyRole
from accounts.models import BusinessUnit, CompanyUser, StaffMembership, User
from accounts.permissions import Permission, of_role
from core.actor import ANONYMOUS, Actor

COMPANY_SESSION_KEY = "company"
_KNOWN = "known_memberships"
#: What is read of a membership, in the order of :class:`Membership`.
_FIELDS = {
    "company_id": "company_id",
    "company_name": "company__legal_name",
    "role": "role",
    "role_name": "custom_role__name",
    "own_permissions": "custom_role__permissions",
    "unit_id": "unit_id",
    "unit_name": "unit__name",
    "requires_second_factor": "company__requires_second_factor",
}
#: Stands for a user in a statement that is written once.
_ANYBODY = UUID(int=0)
#: The unit of a membership and all that are below it.
_UNIT_IDS = ArraySubquery(BusinessUnit.objects.filter(path__startswith=OuterRef("unit__path")).values("pk"))


@dataclass(frozen=True, slots=True)
class Membership:
    """What a user is in a company; ``own_permissions`` are those of a role that the company made."""

    company_id: UUID
    company_name: str
    role: str
    role_name: str | None = None
    own_permissions: list[str] | None = None
    unit_id: UUID | None = None
    unit_name: str | None = None
    requires_second_factor: bool = False
    unit_ids: Sequence[UUID] = ()

    @property
    def role_text(self) -> str:
        return self.role_name or str(CompanyRole(self.role).label)

    @property
    def permissions(self) -> frozenset[str]:
        return of_role(self.role) if self.own_permissions is None else frozenset(self.own_permissions)


def find_active_user(user_id: UUID) -> User | None:
    """The user with its companies, which :func:`buyer_actor` then need not ask for; one statement."""
    statement, parameters = _statement_of_user()
    return next(iter(User.objects.raw(statement, [user_id if one == _ANYBODY else one for one in parameters])), None)


def buyer_actor(user: User, *, company_id: UUID | None = None) -> Actor:
    """The user as a buyer: of ``company_id`` where the user belongs to it, else of the first company, else of none."""
    return buyer_of_membership(user, chosen_membership(user, company_id))


def chosen_membership(user: User, company_id: UUID | None) -> Membership | None:
    """The membership in ``company_id``, else the first by name, else None."""
    memberships = _memberships(user)
    return next((m for m in memberships if m.company_id == company_id), memberships[0] if memberships else None)


def buyer_of_membership(user: User, chosen: Membership | None) -> Actor:
    """The user as a buyer in one of its memberships, or in none."""
    return Actor(
        kind="buyer",
        user_id=user.id,
        name=user.name,
        email=user.email,
        company_id=chosen.company_id if chosen else None,
        company_name=chosen.company_name if chosen else "",
        role=chosen.role if chosen else "",
        permissions=chosen.permissions if chosen else frozenset(),
        unit_id=chosen.unit_id if chosen else None,
        unit_name=(chosen.unit_name or "") if chosen else "",
        unit_ids=_seen_units(chosen),
    )


def is_known_in_several(user: object) -> bool:
    """Whether the user that a request was loaded with (:func:`find_active_user`) belongs to several companies."""
    return len(getattr(user, _KNOWN, ())) > 1


def staff_actor(user: User, tenant_id: UUID) -> Actor:
    """The user as staff of a tenant; anonymous when the user does not work there."""
    role = StaffMembership.objects.filter(user=user, tenant_id=tenant_id).values_list("role", flat=True).first()
    if role is None:
        return ANONYMOUS
    return Actor(kind="staff", user_id=user.id, name=user.name, email=user.email, tenant_id=tenant_id, role=role)


def operator_actor(user: User) -> Actor:
    """The user as an operator; anonymous when the user is none."""
    if not user.is_operator:
        return ANONYMOUS
    return Actor(kind="operator", user_id=user.id, name=user.name, email=user.email)


def memberships_of(user_id: UUID) -> list[Membership]:
    """Companies that a user belongs to, by name."""
    rows = _rows().filter(user_id=user_id).values_list(*_FIELDS.values(), _UNIT_IDS)
    return [Membership(**dict(zip((*_FIELDS, "unit_ids"), row, strict=True))) for row in rows]


def buyers_of(company_id: UUID) -> list[tuple[User, Actor]]:
    """The active people of a company, each as the buyer that it is there, by key; one statement."""
    rows = CompanyUser.objects.filter(company_id=company_id, user__is_active=True).order_by("user_id")
    rows = rows.select_related("user", "company", "custom_role", "unit").annotate(seen_ids=_UNIT_IDS)
    return [(row.user, buyer_of_membership(row.user, _membership_of(row))) for row in rows]


@cache
def _statement_of_user() -> tuple[str, tuple[object, ...]]:
    """What :func:`find_active_user` asks, with its parameters; written once, for every request of somebody asks it.

    To write it takes Django three times as long as PostgreSQL takes to answer it.
    """
    rows = _rows().filter(user=OuterRef("pk"))
    companies = rows.values(json=JSONObject(**{name: F(path) for name, path in _FIELDS.items()}, unit_ids=_UNIT_IDS))
    users = User.objects.filter(pk=_ANYBODY, is_active=True).annotate(**{_KNOWN: ArraySubquery(companies)})
    return users.query.sql_with_params()


def _memberships(user: User) -> list[Membership]:
    known = getattr(user, _KNOWN, None)
    if known is None:
        return memberships_of(user.id)
    return [
        Membership(
            company_id=UUID(row["company_id"]),
            company_name=row["company_name"],
            role=row["role"],
            role_name=row["role_name"],
            own_permissions=row["own_permissions"],
            unit_id=UUID(row["unit_id"]) if row["unit_id"] else None,
            unit_name=row["unit_name"],
            requires_second_factor=row["requires_second_factor"],
            unit_ids=[UUID(key) for key in row["unit_ids"]],
        )
        for row in map(json.loads, known)
    ]


def _membership_of(row: Any) -> Membership:
    return Membership(
        company_id=row.company_id,
        company_name=row.company.legal_name,
        role=row.role,
        role_name=row.custom_role.name if row.custom_role else None,
        own_permissions=row.custom_role.permissions if row.custom_role else None,
        unit_id=row.unit_id,
        unit_name=row.unit.name if row.unit else None,
        unit_ids=row.seen_ids,
    )


def _seen_units(membership: Membership | None) -> frozenset[UUID] | None:
    """The units whose documents a member sees: its own and those below; None: the whole company's."""
    if membership is None or membership.unit_id is None or Permission.SEE_ALL_SITES in membership.permissions:
        return None
    return frozenset(membership.unit_ids)


def _rows() -> QuerySet[CompanyUser]:
    return CompanyUser.objects.order_by("company__legal_name", "pk")
