"""Who is written to: people of a tenant, of a company, or one user."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from accounts.enums import CompanyRole
from accounts.models import CompanyUser, StaffMembership, User
from accounts.permissions import Permission, of_role
from notifications.mail import Recipient


def user(user_id: UUID | None) -> list[Recipient]:
    """One user, when active; nobody for None."""
    return [_of(row) for row in User.objects.filter(pk=user_id, is_active=True)] if user_id else []


def staff(tenant_id: UUID) -> list[Recipient]:
    """Everybody who works for a tenant."""
    rows = StaffMembership.objects.select_related("user").filter(tenant_id=tenant_id, user__is_active=True)
    return [_of(row.user) for row in rows.order_by("pk")]


def company(company_id: UUID) -> list[Recipient]:
    """A company's administrators and buyers."""
    rows = CompanyUser.objects.select_related("user").filter(
        company_id=company_id, user__is_active=True, role__in=(CompanyRole.ADMINISTRATOR, CompanyRole.BUYER)
    )
    return [_of(row.user) for row in rows.order_by("pk")]


def who_may(company_id: UUID, permission: Permission) -> list[Recipient]:
    """Members of a company that have a permission, by whichever role; one statement."""
    rows = CompanyUser.objects.select_related("user", "custom_role").filter(company_id=company_id)
    members = rows.filter(user__is_active=True).order_by("pk")
    return [_of(row.user) for row in members if permission in _permissions(row)]


def _permissions(row: CompanyUser) -> Collection[str]:
    return row.custom_role.permissions if row.custom_role is not None else of_role(row.role)


def _of(row: User) -> Recipient:
    return Recipient(email=row.email, name=row.name, language=row.language)
