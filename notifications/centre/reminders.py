"""Reminders to reorder, for who asked for them: once a week for each supplier, from the company's own rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.identity import buyer_actor, find_active_user
from accounts.models import CompanyUser
from accounts.permissions import Permission
from catalog.queries import variants_by_id
from core.db import atomic
from core.events import emit
from core.scope import OPERATOR, current_scope
from core.tenancy import use_tenant
from customers.enums import CustomerState
from customers.models import Customer
from customers.queries import customer_of
from notifications.centre.digests import HOUR
from notifications.centre.preferences import who_chose
from notifications.enums import Channel, Group
from notifications.events import ReminderDue
from notifications.models import Reminder
from orders.bought import Bought, Habit, bought

#: What became due longer ago is a habit that has ended.
RECENT = timedelta(days=28)
#: So many articles are named.
MOST = 20


@dataclass(frozen=True, slots=True)
class Due:
    """Whom to remind for which company."""

    user_id: UUID
    company_id: UUID


def due(*, now: datetime) -> list[Due]:
    """Who asked to be reminded, has an account at the current tenant and was not reminded this week; four statements.

    From each Monday's hour on.
    """
    local, tenant_id = timezone.localtime(now), current_scope().tenant_id
    if tenant_id is None or (local.weekday() == 0 and local.hour < HOUR):
        return []
    people = CompanyUser.objects.filter(user_id__in=who_chose(Group.REMINDERS, Channel.WEEKLY), user__is_active=True)
    found = [Due(*keys) for keys in people.order_by("pk").values_list("user_id", "company_id")]
    state, companies = CustomerState.APPROVED, {one.company_id for one in found}
    here = set(Customer.objects.filter(company_id__in=companies, state=state).values_list("company_id", flat=True))
    with use_tenant(OPERATOR):
        told = Reminder.objects.filter(tenant_id=tenant_id, week=_week(local.date()))
        had = {Due(*keys) for keys in told.values_list("user_id", "company_id")}
    return [one for one in found if one.company_id in here and one not in had]


@atomic
def remind(*, user_id: UUID, company_id: UUID, now: datetime) -> None:
    """Remind a person once in a week. Emits ReminderDue."""
    tenant_id, today = current_scope().tenant_id, timezone.localdate(now)
    customer = customer_of(company_id)
    if tenant_id is None or customer is None or not customer.is_approved:
        return
    week = _week(today)
    with use_tenant(OPERATOR):
        _row, is_new = Reminder.objects.get_or_create(
            user_id=user_id, company_id=company_id, tenant_id=tenant_id, week=week
        )
    if is_new:
        emit(ReminderDue(user_id, company_id, tenant_id, week))


def goods_due(*, user_id: UUID, company_id: UUID, today: date) -> list[Bought]:
    """What a member may order and usually has ordered again by now, of the sites whose orders it sees."""
    user, customer = find_active_user(user_id), customer_of(company_id)
    actor = buyer_actor(user, company_id=company_id) if user else None
    if actor is None or customer is None or not customer.is_approved:
        return []
    if actor.company_id != company_id or not actor.may(Permission.ORDER):
        return []
    found = bought(customer, Habit.DUE, limit=3 * MOST, units=actor.unit_ids, today=today)
    recent = [goods for goods in found if goods.due_on and goods.due_on >= today - RECENT]
    seen = variants_by_id([goods.variant_id for goods in recent], customer.view)
    return [goods for goods in recent if goods.variant_id in seen and seen[goods.variant_id].is_active][:MOST]


def _week(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
