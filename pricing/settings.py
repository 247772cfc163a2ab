"""How discounts come together, what currencies are worth, what goods cost. Each is closed, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.keys import sku_key
from catalog.policies import require_manage
from core.actor import Actor
from core.db import Lock, advisory_lock, atomic
from core.errors import InvalidInput
from core.scope import current_scope
from pricing.enums import Stacking
from pricing.models import ExchangeRate, PriceList, PricingPolicy, VariantCost, VolumeEntry

_BATCH = 2000
_SMALLEST_RATE, _HIGHEST_RATE = Decimal("0.00000001"), Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Policy:
    """How rules come together, and the highest discount (a fraction) that they may make."""

    stacking: str = Stacking.BEST
    max_discount_rate: Decimal = Decimal(1)

    @property
    def stacking_text(self) -> str:
        return str(Stacking(self.stacking).label)


@dataclass(frozen=True, slots=True)
class Cost:
    """Per base unit: what a variant costs the supplier, and the price that no discount goes below."""

    cost: Decimal | None = None
    floor_price: Decimal | None = None


def policy_now() -> Policy:
    """The policy that holds; one statement."""
    row = PricingPolicy.objects.filter(valid_to=None).first()
    return Policy(row.stacking, row.max_discount_rate) if row else Policy()


def rates_now() -> list[ExchangeRate]:
    """Exchange rates that hold, by currencies; one statement."""
    return list(ExchangeRate.objects.filter(valid_to=None).order_by("source", "target"))


def own_currencies() -> set[str]:
    """Currencies that the supplier sells in: of its price lists, and of its exchange rates. One statement."""
    lists = PriceList.objects.order_by().values_list("currency")
    rates = ExchangeRate.objects.filter(valid_to=None).order_by()
    return {code for (code,) in lists.union(rates.values_list("source"), rates.values_list("target"))}


def costs_of(variant_ids: Any) -> dict[tuple[UUID, str], Cost]:
    """Costs and floors that hold, by variant and currency; one statement."""
    rows = VariantCost.objects.filter(valid_to=None, variant_id__in=variant_ids)
    return {(row.variant_id, row.currency): Cost(row.cost, row.floor_price) for row in rows}


@dataclass(frozen=True, slots=True)
class CostRow:
    """What a variant costs now."""

    sku: str
    name_fr: str
    name_en: str
    currency: str
    cost: Decimal | None
    floor_price: Decimal | None
    valid_from: datetime


def costs_page(*, search: str, limit: int, offset: int) -> tuple[list[CostRow], int]:
    """A page of variants with a cost or a floor, by reference; two statements."""
    rows = VariantCost.objects.filter(valid_to=None)
    for word in search.split():
        rows = rows.filter(
            Q(variant__sku_key__startswith=sku_key(word))
            | Q(variant__name_fr__icontains=word)
            | Q(variant__name_en__icontains=word)
        )
    page = rows.order_by("variant__sku", "currency").values_list(
        "variant__sku", "variant__name_fr", "variant__name_en", "currency", "cost", "floor_price", "valid_from"
    )
    return [CostRow(*row) for row in page[offset : offset + limit]], rows.count()


@atomic
def save_policy(*, policy: Policy, actor: Actor) -> None:
    """Let discounts come together in this way from now on. Raises NotAllowed, InvalidInput."""
    require_manage(actor)
    if policy.stacking not in Stacking.values:
        raise InvalidInput(field="stacking", reason=_("Choose one."))
    if not 0 <= policy.max_discount_rate <= 1:
        raise InvalidInput(field="max_discount_rate", reason=_("A percentage from 0 to 100."))
    advisory_lock(Lock.PRICE_SETTINGS, str(current_scope().tenant_id))
    if policy_now() != policy:
        now = _closed(PricingPolicy.objects.all())
        PricingPolicy.objects.create(
            stacking=policy.stacking, max_discount_rate=policy.max_discount_rate, valid_from=now
        )


@atomic
def set_rate(*, source: str, target: str, rate: Decimal, actor: Actor) -> None:
    """Count one unit of a currency as ``rate`` units of another from now on. Raises NotAllowed, InvalidInput."""
    require_manage(actor)
    for name, code in (("source", source), ("target", target)):
        if not (len(code) == 3 and code.isascii() and code.isupper() and code.isalpha()):
            raise InvalidInput(field=name, reason=_("A currency is three letters, such as EUR."))
    if source == target:
        raise InvalidInput(field="target", reason=_("Name two different currencies."))
    if not _SMALLEST_RATE <= rate < _HIGHEST_RATE or rate != round(rate, 8):
        raise InvalidInput(field="rate", reason=_("A rate is above 0, with eight decimals at most."))
    advisory_lock(Lock.PRICE_SETTINGS, str(current_scope().tenant_id))
    known = ExchangeRate.objects.filter(source=source, target=target)
    if not known.filter(valid_to=None, rate=rate).exists():
        ExchangeRate.objects.create(source=source, target=target, rate=rate, valid_from=_closed(known))


@atomic
def end_rate(*, source: str, target: str, actor: Actor) -> None:
    """Convert no longer: lists in ``source`` do not count for buyers in ``target``. Raises NotAllowed."""
    require_manage(actor)
    advisory_lock(Lock.PRICE_SETTINGS, str(current_scope().tenant_id))
    _closed(ExchangeRate.objects.filter(source=source, target=target))


@atomic
def set_costs(*, costs: Mapping[UUID, Cost], currency: str, actor: Actor) -> int:
    """Set what variants cost, and their floors, in one currency; answers how many changed. A few statements for all.

    What is None is unknown from now on. Raises NotAllowed, InvalidInput, which names the variant.
    """
    require_manage(actor)
    for variant_id, cost in costs.items():
        for value in (cost.cost, cost.floor_price):
            if value is not None and not (0 <= value < 10**13 and value == round(value, 6)):
                raise InvalidInput(field=str(variant_id), reason=_("A cost is 0 or more, with six decimals at most."))
    advisory_lock(Lock.PRICE_SETTINGS, str(current_scope().tenant_id))
    known = costs_of(list(costs))
    changed = {key: cost for key, cost in costs.items() if known.get((key, currency), Cost()) != cost}
    now = _closed(VariantCost.objects.filter(currency=currency, variant_id__in=list(changed)))
    VariantCost.objects.bulk_create(
        (
            VariantCost(variant_id=key, currency=currency, cost=cost.cost, floor_price=cost.floor_price, valid_from=now)
            for key, cost in changed.items()
            if cost != Cost()
        ),
        batch_size=_BATCH,
    )
    return len(changed)


@atomic
def record_volume(*, customer_id: UUID, order_id: UUID, currency: str, net_amount: Decimal) -> None:
    """Count an order (or, with a negative amount, take it back) in what a customer has ordered this year."""
    VolumeEntry.objects.create(
        customer_id=customer_id, order_id=order_id, currency=currency, net_amount=net_amount, at=timezone.now()
    )


def _closed(rows: QuerySet[Any]) -> datetime:
    """Close what holds; answers the moment at which its successor begins."""
    now = timezone.now()
    rows.filter(Q(valid_to=None)).update(valid_to=now)
    return now
