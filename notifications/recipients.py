"""Who is written to: people of a tenant, of a company, or one user."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from django.db.models import Q

from accounts.enums import CompanyRole
from accounts.identity import buyers_of
from accounts.models import CompanyUser, StaffMembership, User
from accounts.permissions import Permission, of_role
from core.actor import Actor
from notifications.mail import Recipient
from orders import policies as orders
from orders.models import Order
from payments import policies as payments
from payments.models import Invoice


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


def company(company_id: UUID, may: Callable[[Actor], bool]) -> list[Recipient]:
    """The people of a company who may do something."""
    return [_of(row) for row, actor in buyers_of(company_id) if may(actor)]


def buyers(company_id: UUID) -> list[Recipient]:
    """Who orders for a company and sees all of its sites."""
    return company(company_id, lambda actor: actor.unit_ids is None and _orders(actor))


def of_order(order: Order) -> list[Recipient]:
    """Whoever placed it, as long as it sees it; else those of its company who see it and order.

    Nobody of the company placed what a machine ordered, or somebody of the supplier on its behalf.
    """
    seeing = [(row, actor) for row, actor in buyers_of(order.company_id) if orders.can_see(actor, order)]
    own = [_of(row) for row, _actor in seeing if row.pk == order.placed_by_id]
    return own or [_of(row) for row, actor in seeing if _orders(actor)]


def of_invoice(invoice: Invoice) -> list[Recipient]:
    """Those of its company who see it, but for those whose role is to look on."""
    return company(
        invoice.company_id, lambda actor: payments.can_see(actor, invoice) and actor.role != CompanyRole.VIEWER
    )


def people_managers(company_id: UUID) -> list[Recipient]:
    """Those who decide about who belongs to a company as a whole."""
    manages = Q(role=CompanyRole.ADMINISTRATOR) | Q(
        custom_role__permissions__contains=[Permission.MANAGE_PEOPLE.value], unit=None
    )
    rows = CompanyUser.objects.select_related("user").filter(manages, company_id=company_id, user__is_active=True)
    return [_of(row.user) for row in rows.order_by("pk")]


def _orders(actor: Actor) -> bool:
    return actor.may(Permission.ORDER) and actor.may(Permission.SEE_PRICES)


def _of(row: User) -> Recipient:
    return Recipient(email=row.email, name=row.name, language=row.language, user_id=row.pk)
