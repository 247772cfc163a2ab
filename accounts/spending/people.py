"""Who of a company may approve whose orders."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from accounts.models import BusinessUnit, CompanyUser
from accounts.permissions import Permission, of_role
from accounts.spending.models import Deputy


@dataclass(frozen=True, slots=True)
class Person:
    """A member as approvals know it; ``unit_path`` are the keys of its unit and those above it."""

    id: UUID
    name: str
    role: str
    permissions: frozenset[str]
    unit_path: str = ""

    @property
    def may_approve(self) -> bool:
        return Permission.APPROVE in self.permissions

    def reaches(self, path: str) -> bool:
        """Whether the person sees what is ordered in a unit."""
        return not self.unit_path or Permission.SEE_ALL_SITES in self.permissions or path.startswith(self.unit_path)


def people_of(company_id: UUID) -> list[Person]:
    """Everybody of a company who can sign in, by name; one statement."""
    rows = CompanyUser.objects.filter(company_id=company_id, user__is_active=True).order_by("user__name", "user_id")
    return [
        Person(
            id=row.user_id,
            name=row.user.name,
            role=row.role,
            permissions=frozenset(row.custom_role.permissions) if row.custom_role else of_role(row.role),
            unit_path=row.unit.path if row.unit else "",
        )
        for row in rows.select_related("user", "custom_role", "unit")
    ]


def path_of(unit_id: UUID | None) -> str:
    """The keys from the topmost unit down to this one; one statement, none for the company as a whole."""
    if unit_id is None:
        return ""
    return BusinessUnit.objects.filter(pk=unit_id).values_list("path", flat=True).first() or ""


def able(people: Iterable[Person], *, path: str, without: UUID | None) -> list[Person]:
    """Those who may approve what is ordered in a unit, but for the requester."""
    return [person for person in people if person.may_approve and person.id != without and person.reaches(path)]


def overseers(people: Iterable[Person], *, path: str, without: UUID | None) -> list[Person]:
    """Those who may approve where nobody else does: who manages spending."""
    return [person for person in able(people, path=path, without=without) if _oversees(person)]


def stands_for(company_id: UUID, user_id: UUID) -> dict[UUID, str]:
    """Whom somebody is the deputy of today, with their names; one statement."""
    today = timezone.localdate()
    rows = Deputy.objects.filter(
        company_id=company_id, deputy_id=user_id, is_active=True, starts_on__lte=today, ends_on__gte=today
    )
    return dict(rows.values_list("user_id", "user__name"))


def deputies_of(company_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Who is a deputy of one of them today, with their names; one statement."""
    today = timezone.localdate()
    rows = Deputy.objects.filter(
        company_id=company_id, user_id__in=user_ids, is_active=True, starts_on__lte=today, ends_on__gte=today
    )
    return dict(rows.values_list("deputy_id", "deputy__name"))


def _oversees(person: Person) -> bool:
    return Permission.MANAGE_SPENDING in person.permissions
