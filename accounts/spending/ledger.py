"""The ledger of spending: what orders spend and give back."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from accounts.spending.judging import cost_centre
from accounts.spending.models import SpendingEntry
from core.actor import Actor
from core.db import atomic
from core.ids import uuid7
from core.money import ZERO


@atomic
def record(
    *,
    actor: Actor,
    company_id: UUID,
    tenant_id: UUID,
    order_id: UUID,
    net: Decimal,
    currency: str,
    cost_centre_code: str = "",
) -> None:
    """Write down what an order spends of its requester's ceilings and its cost centre's budgets.

    Raises CostCentreUnknown at ``cost_centre_code``.
    """
    SpendingEntry.objects.create(
        company_id=company_id,
        user_id=actor.user_id,
        cost_centre=cost_centre(company_id, cost_centre_code),
        tenant_id=tenant_id,
        order_id=order_id,
        amount=net,
        currency=currency,
        day=timezone.localdate(),
    )


@atomic
def release(*, order_id: UUID, net: Decimal | None = None) -> None:
    """Give back what an order spent: all that is left of it, or ``net`` of it. Nothing for one that spent nothing.

    It counts on the day of the order: the period that it was taken from has it again.
    """
    entries = SpendingEntry.objects.filter(order_id=order_id)
    first = entries.order_by("created_at", "pk").first()
    if first is None:
        return
    left: Decimal = entries.aggregate(left=Sum("amount"))["left"] or ZERO
    given = left if net is None else min(net, left)
    if given > 0:
        SpendingEntry.objects.create(
            company_id=first.company_id,
            user_id=first.user_id,
            cost_centre_id=first.cost_centre_id,
            tenant_id=first.tenant_id,
            order_id=order_id,
            amount=-given,
            currency=first.currency,
            day=first.day,
        )


@atomic
def change(*, order_id: UUID, by: Decimal) -> None:
    """Count that an order spends more, or (negative) less, than before; on the day of the order."""
    if by <= 0:
        release(order_id=order_id, net=-by)
        return
    first = SpendingEntry.objects.filter(order_id=order_id).order_by("created_at", "pk").first()
    if first is not None:
        first.pk, first.amount, first.created_at = uuid7(), by, timezone.now()
        first.save(force_insert=True)
