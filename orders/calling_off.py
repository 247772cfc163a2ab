"""A buyer calls off from an agreement: what it chooses goes into its cart, at the agreed prices."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from agreements.enums import Standing
from agreements.errors import AgreementOver
from agreements.policies import seen_agreements
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from customers.queries import CustomerInfo
from orders import carts
from orders.errors import EmptyOrder
from orders.lines import NewLine


@atomic
def call_off(*, agreement_id: UUID, quantities: Mapping[UUID, Decimal], actor: Actor, customer: CustomerInfo) -> int:
    """Put quantities of an agreement's lines, in their quoted units, into the cart; answers how many lines went.

    What is beyond the agreement is said there, with its usual price. Problems count the lines in the order of
    ``quantities``. Raises NotFound, AgreementOver, EmptyOrder, MayNotOrder, LinesRefused.
    """
    agreement = seen_agreements(actor).filter(pk=agreement_id, customer_id=customer.id).first()
    if agreement is None:
        raise NotFound
    if agreement.standing(timezone.localdate(), is_used_up=False) != Standing.ACTIVE:
        raise AgreementOver
    lines = {line.pk: line for line in agreement.lines.all()}
    if unknown := quantities.keys() - lines.keys():
        raise NotFound(field=str(min(unknown)))
    wanted = [NewLine(lines[key].variant_id, lines[key].unit_code, value) for key, value in quantities.items()]
    if not wanted:
        raise EmptyOrder
    return carts.add_lines(actor=actor, customer=customer, lines=wanted)
