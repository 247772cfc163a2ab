"""Who is written to: people of a tenant, of a company, or one user."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from accounts.enums import CompanyRole
from accounts.models import CompanyUser, StaffMembership, User
from accounts.permissions import Permission, of_role
from notifications.mail import Recipient


def user(user_id: UUID | None) -> list[Recipient]:
    """One user, when active; nobody for None."""
    return [_of(row) for row in User.objects.filter(pk=user_id, is_active=True)] if user_id else []


def users(user_ids: Collection[UUID]) -> list[Recipient]:
    """These users, when active."""
    return [_of(row) for row in User.objects.filter(pk__in=user_ids, is_active=True).order_by("pk")]


def offer_reader(company_id: UUID, user_id: UUID) -> list[Recipient]:
    """Who asked for offers, as long as that person belongs to the company and may see prices there."""
    rows = CompanyUser.objects.select_related("user", "custom_role").filter(
        company_id=company_id, user_id=user_id, user__is_active=True
    )
    return [
        _of(row.user)
        for row in rows
        if Permission.SEE_PRICES in (row.custom_role.permissions if row.custom_role else of_role(row.role))
    ]


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


def people_managers(company_id: UUID) -> list[Recipient]:
    """Those who decide about who belongs to a company as a whole."""
    manages = Q(role=CompanyRole.ADMINISTRATOR) | Q(
        custom_role__permissions__contains=[Permission.MANAGE_PEOPLE.value], unit=None
    )
    rows = CompanyUser.objects.select_related("user").filter(manages, company_id=company_id, user__is_active=True)
    return [_of(row.user) for row in rows.order_by("pk")]


def _of(row: User) -> Recipient:
    return Recipient(email=row.email, name=row.name, language=row.language, user_id=row.pk)
