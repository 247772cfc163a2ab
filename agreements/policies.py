"""Who sees agreements, and who ends them."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.permissions import Permission
from agreements.models import Agreement
from core.actor import Actor
from core.errors import NotAllowed
from core.scope import current_scope


def is_own_staff(actor: Actor) -> bool:
    """Whether the actor works for the current tenant."""
    return actor.kind == "staff" and actor.tenant_id is not None and actor.tenant_id == current_scope().tenant_id


def seen_agreements(actor: Actor) -> QuerySet[Agreement]:
    """The agreements that the actor may see: its company's, if it sees prices; the supplier's staff see all.

    What is agreed is agreed for the whole company, whichever of its sites calls off.
    """
    if is_own_staff(actor):
        return Agreement.objects.all()
    if actor.kind != "buyer" or actor.company_id is None or not actor.may(Permission.SEE_PRICES):
        return Agreement.objects.none()
    return Agreement.objects.filter(company_id=actor.company_id)


def can_call_off(actor: Actor) -> bool:
    """Whether the actor may order what is agreed for its company."""
    return actor.kind == "buyer" and actor.may(Permission.ORDER) and actor.may(Permission.SEE_PRICES)


def require_own_staff(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not is_own_staff(actor):
        raise NotAllowed
