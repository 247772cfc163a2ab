"""Which entries a person sees where it is now."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.actor import Actor
from core.scope import current_scope
from notifications.enums import Reader
from notifications.models import Notification


def has_centre(actor: Actor) -> bool:
    """Buyers and staff; not who orders for somebody else."""
    return actor.is_signed_in and actor.acting_id is None and actor.kind in ("buyer", "staff")


def seen_notifications(actor: Actor) -> QuerySet[Notification]:
    """The person's own: in the back office as staff, elsewhere for its company; at a supplier only about that one.

    Row-level security says the same of company and tenant.
    """
    if not has_centre(actor):
        return Notification.objects.none()
    rows = Notification.objects.filter(user_id=actor.require_user())
    if actor.kind == "staff" and actor.tenant_id is not None:
        return rows.filter(reader=Reader.STAFF, tenant_id=actor.tenant_id)
    rows = rows.filter(Q(company_id=None) | Q(company_id=actor.company_id), reader=Reader.BUYER)
    tenant_id = current_scope().tenant_id
    return rows if tenant_id is None else rows.filter(Q(tenant_id=None) | Q(tenant_id=tenant_id))
