"""Who sees agreements, and who ends them."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.permissions import Permission
from agreements.enums import Side
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


def can_agree(actor: Actor) -> bool:
    """Whether the actor may bind its side of an agreement; nobody who acts for a company binds it."""
    if is_own_staff(actor):
        return True
    is_own = actor.kind == "buyer" and actor.company_id is not None and actor.acting_id is None
    return is_own and actor.may(Permission.REQUEST_QUOTES) and actor.may(Permission.SEE_PRICES)


def side_of(actor: Actor) -> Side:
    """Raises NotAllowed for who may bind neither side."""
    if not can_agree(actor):
        raise NotAllowed
    return Side.SUPPLIER if is_own_staff(actor) else Side.BUYER
