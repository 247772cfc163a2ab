"""Who sees and changes the recurring orders of a company."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.permissions import Permission
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from customers.queries import CustomerInfo
from orders.policies import can_order, require_order
from orders.recurring.errors import NotOnBehalf
from orders.recurring.models import RecurringOrder


def seen(actor: Actor, customer: CustomerInfo) -> QuerySet[RecurringOrder]:
    """The recurring orders of the company, one's own only for members of a site.

    Raises NotFound for who may not order for it.
    """
    if actor.user_id is None or not can_order(actor, customer):
        raise NotFound
    rows = RecurringOrder.objects.filter(customer_id=customer.id)
    return rows if actor.unit_ids is None else rows.filter(owner_id=actor.user_id)


def require_owner(actor: Actor, customer: CustomerInfo) -> None:
    """Who orders on behalf of the company is not there on the day. Raises MayNotOrder, NotOnBehalf."""
    require_order(actor, customer)
    if actor.acting_id is not None:
        raise NotOnBehalf


def can_change(actor: Actor, row: RecurringOrder) -> bool:
    """Its owner, and who manages people, as owners leave companies."""
    return row.owner_id == actor.user_id or actor.may(Permission.MANAGE_PEOPLE)


def require_change(actor: Actor, row: RecurringOrder) -> None:
    """Raises NotAllowed."""
    if not can_change(actor, row):
        raise NotAllowed
