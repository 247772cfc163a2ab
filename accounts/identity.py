"""Who a signed-in user is on this host: buyer of a company, staff of the tenant, operator."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from accounts.enums import CompanyRole
from accounts.models import CompanyUser, StaffMembership, User
from core.actor import ANONYMOUS, Actor

COMPANY_SESSION_KEY = "company"
_KNOWN = "known_memberships"


@dataclass(frozen=True, slots=True)
class Membership:
    company_id: UUID
    company_name: str
    role: str

    @property
    def role_text(self) -> str:
        return str(CompanyRole(self.role).label)


def find_active_user(user_id: UUID) -> User | None:
    """The user with its companies, which :func:`buyer_actor` then need not ask for; one statement."""
    rows = _rows().filter(user=OuterRef("pk"))
    companies = rows.values(json=JSONObject(id=F("company_id"), name=F("company__legal_name"), role=F("role")))
    return User.objects.filter(pk=user_id, is_active=True).annotate(**{_KNOWN: ArraySubquery(companies)}).first()


def buyer_actor(user: User, *, company_id: UUID | None = None) -> Actor:
    """The user as a buyer: of ``company_id`` where the user belongs to it, else of the first company, else of none."""
    memberships = _memberships(user)
    chosen = next((m for m in memberships if m.company_id == company_id), memberships[0] if memberships else None)
    return Actor(
        kind="buyer",
        user_id=user.id,
        name=user.name,
        email=user.email,
        company_id=chosen.company_id if chosen else None,
        company_name=chosen.company_name if chosen else "",
        role=chosen.role if chosen else "",
    )


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
    rows = _rows().select_related("company").filter(user_id=user_id)
    return [Membership(row.company_id, row.company.legal_name, row.role) for row in rows]


def _memberships(user: User) -> list[Membership]:
    known = getattr(user, _KNOWN, None)
    if known is None:
        return memberships_of(user.id)
    return [Membership(UUID(row["id"]), row["name"], row["role"]) for row in known]


def _rows() -> QuerySet[CompanyUser]:
    return CompanyUser.objects.order_by("company__legal_name", "pk")
