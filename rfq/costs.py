"""What the suppliers' offers to a request cost in all, for its buyer: its own rate of capital, carriage and duties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.money import ZERO
from rfq.conditions import Conditions
from rfq.errors import InvalidFreight, InvalidRate
from rfq.landed import LandedCost, Terms, credit_days
from rfq.locking import locked_rfq
from rfq.models import RFQ, Assessment, Invitation, QuoteVersion, RFQPrivate
from rfq.policies import require_buyer
from rfq.rates import state_rates
from rfq.versions import is_amount

ONE = Decimal(1)
NO_RATES: Mapping[str, Decimal | None] = {}


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the buyer reckons with: its rate of capital, and by invitation what else an offer costs."""

    capital_rate: Decimal
    by_invitation: Mapping[UUID, tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class CostTexts:
    """The parts of a whole cost, as texts; empty where there is none."""

    setup: str
    freight: str
    delivery: str
    duty: str
    payment: str
    term: str
    total: str


def reckoning_of(rfq: RFQ) -> Reckoning:
    """One statement, for a request that was read with what is private of it."""
    private = getattr(rfq, "private", None)
    rows = Assessment.objects.filter(rfq=rfq)
    rate = private.capital_rate if private is not None else ZERO
    return Reckoning(rate, {row.invitation_id: (row.own_freight, row.duty_rate) for row in rows})


@atomic
def reckon(
    *,
    rfq_id: UUID,
    capital_rate: Decimal,
    by_invitation: Mapping[UUID, tuple[Decimal, Decimal]],
    actor: Actor,
    rates: Mapping[str, Decimal | None] = NO_RATES,
) -> None:
    """Set what the comparison reckons with: a rate a year, and own carriage and rate of duties by invitation.

    These are fractions. ``rates`` are what the company counts other currencies as, in all its comparisons in this one,
    None for no longer. Raises MayNotBuy, NotFound, InvalidRate, InvalidFreight, InvalidInput.
    """
    require_buyer(actor)
    rfq = locked_rfq(rfq_id, actor)
    known = set(Invitation.objects.filter(rfq=rfq).values_list("pk", flat=True))
    if not _is_rate(capital_rate):
        raise InvalidRate(field="capital_rate")
    for invitation_id, (freight, duty) in by_invitation.items():
        if invitation_id not in known:
            raise NotFound
        if not is_amount(freight, rfq.currency):
            raise InvalidFreight(field=f"freight-{invitation_id.hex}")
        if not _is_rate(duty):
            raise InvalidRate(field=f"duty-{invitation_id.hex}")
    state_rates(company_id=rfq.company_id, target=rfq.currency, rates=rates, at=timezone.now(), actor=actor)
    RFQPrivate.objects.update_or_create(rfq=rfq, defaults={"company_id": rfq.company_id, "capital_rate": capital_rate})
    rows = [
        Assessment(invitation_id=key, rfq=rfq, company_id=rfq.company_id, own_freight=freight, duty_rate=duty)
        for key, (freight, duty) in by_invitation.items()
    ]
    Assessment.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["invitation"], update_fields=["own_freight", "duty_rate"]
    )


def terms_of(version: QuoteVersion, invitation_id: UUID, reckoning: Reckoning, rate: Decimal = ONE) -> Terms:
    """What decides over the costs of a version beside its goods; ``rate`` makes its freight the request's currency."""
    own_freight, duty_rate = reckoning.by_invitation.get(invitation_id, (ZERO, ZERO))
    return Terms(
        incoterm=version.incoterm,
        freight=version.freight_amount * rate,
        own_freight=own_freight,
        duty_rate=duty_rate,
        term_kind=version.term_kind,
        term_days=version.term_days,
        capital_rate=reckoning.capital_rate,
    )


def cost_texts(cost: LandedCost | None, version: QuoteVersion, currency: str) -> CostTexts:
    """For the comparison, in its currency; no amounts where the offer is in one that cannot be converted."""
    conditions = Conditions.of(version)
    days = credit_days(conditions.term_kind, conditions.term_days)

    def money(amount: Decimal) -> str:
        return formatting.money(amount, currency)

    if cost is None:
        return CostTexts("", "–", conditions.delivery_text, "", "", conditions.term_text, "–")
    return CostTexts(
        setup=money(cost.setup) if cost.setup else "",
        freight=money(cost.freight + cost.own_freight),
        delivery=conditions.delivery_text,
        duty=money(cost.duty) if cost.duty else "",
        payment=money(cost.payment) if days and cost.payment else "",
        term=conditions.term_text,
        total=money(cost.total),
    )


def _is_rate(rate: Decimal) -> bool:
    return rate.is_finite() and ZERO <= rate < 1 and rate == round(rate, 6)
