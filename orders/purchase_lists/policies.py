"""Who may open, change and manage a purchase list. Lists that one may not open do not exist for one."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from customers.queries import CustomerInfo
from orders.enums import ListSharing
from orders.models import PurchaseList


def require_member(actor: Actor, customer: CustomerInfo) -> None:
    """Raises NotFound for anybody but a person of the customer's company."""
    if actor.kind != "buyer" or actor.user_id is None or actor.company_id != customer.company_id:
        raise NotFound


def seen_lists(actor: Actor, customer: CustomerInfo) -> QuerySet[PurchaseList]:
    """The actor's own lists and those that are shared in its company. Raises NotFound."""
    require_member(actor, customer)
    lists = PurchaseList.objects.filter(customer_id=customer.id)
    return lists.filter(Q(owner_id=actor.user_id) | ~Q(sharing=ListSharing.PRIVATE))


def is_seen(actor: Actor, row: PurchaseList) -> bool:
    """Whether :func:`seen_lists` has this list of the actor's company."""
    return row.owner_id == actor.user_id or row.sharing != ListSharing.PRIVATE


def can_manage(actor: Actor, row: PurchaseList) -> bool:
    """Rename, share, delete: its owner; of a shared list also who manages people, as owners leave companies."""
    is_shared = row.sharing != ListSharing.PRIVATE
    return row.owner_id == actor.user_id or (is_shared and actor.may(Permission.MANAGE_PEOPLE))


def can_edit(actor: Actor, row: PurchaseList) -> bool:
    """Change its lines: who manages it, and everybody of the company who orders where the owner says so.

    What is on a list may be ordered by itself.
    """
    return can_manage(actor, row) or (row.sharing == ListSharing.EDIT and actor.may(Permission.ORDER))


def require_manage(actor: Actor, row: PurchaseList) -> None:
    """Raises NotAllowed."""
    if not can_manage(actor, row):
        raise NotAllowed


def require_edit(actor: Actor, row: PurchaseList) -> None:
    """Raises NotAllowed."""
    if not can_edit(actor, row):
        raise NotAllowed
