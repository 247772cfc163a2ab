"""Use cases of price lists: create, assign, set prices in bulk. A price is closed, never overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from catalog.policies import require_manage
from core.actor import Actor
from core.db import atomic
from pricing.errors import DuplicatePriceList, PriceListNotFound
from pricing.models import Price, PriceList, PriceListAssignment


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A net price per base unit from a quantity of base units on."""

    min_quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class PriceSet:
    """What a variant costs in a list.

    Its prices replace all that are open, or (``is_partial``) only those at the same quantities. No prices, and not
    partial: the variant is taken off the list.
    """

    prices: tuple[NewPrice, ...]
    is_partial: bool = False


def base_list_code(currency: str) -> str:
    """Code that the base list of a currency is created with."""
    return "base" if currency == "EUR" else f"base-{currency.lower()}"


@atomic
def ensure_base_list(*, currency: str = "EUR") -> UUID:
    """The list price of everybody in a currency; created when there is none yet."""
    existing = PriceList.objects.filter(is_base=True, currency=currency).first()
    if existing is not None:
        return existing.pk
    created = PriceList(code=base_list_code(currency), name=f"Tarif public {currency}", currency=currency, is_base=True)
    PriceList.objects.bulk_create([created], ignore_conflicts=True)  # somebody may be creating it at this moment
    return PriceList.objects.get(is_base=True, currency=currency).pk


@atomic
def create_list(*, code: str, name: str, currency: str = "EUR", actor: Actor) -> UUID:
    """Create a price list that can be assigned. Raises NotAllowed, DuplicatePriceList."""
    require_manage(actor)
    try:
        return PriceList.objects.create(code=code, name=name, currency=currency).pk
    except IntegrityError as error:
        raise DuplicatePriceList(field="code") from error


@atomic
def assign_list(
    *,
    price_list_id: UUID,
    customer_id: UUID | None = None,
    group_id: UUID | None = None,
    priority: int = 0,
    actor: Actor,
) -> None:
    """Give a list to a customer or to a group; again changes its priority. Raises NotAllowed, PriceListNotFound."""
    require_manage(actor)
    if (customer_id is None) == (group_id is None):
        raise ValueError("a customer or a group")
    if not PriceList.objects.filter(pk=price_list_id).exists():
        raise PriceListNotFound
    PriceListAssignment.objects.update_or_create(
        price_list_id=price_list_id, customer_id=customer_id, group_id=group_id, defaults={"priority": priority}
    )


@atomic
def assign_lists(*, customer_id: UUID, price_list_ids: Sequence[UUID], actor: Actor) -> None:
    """Give a customer exactly these lists, the first before the others; without any it pays its group's or list price.

    Raises NotAllowed, PriceListNotFound.
    """
    require_manage(actor)
    wanted = list(dict.fromkeys(price_list_ids))
    given = PriceListAssignment.objects.filter(customer_id=customer_id)
    list(given.select_for_update(of=("self",)).order_by("pk"))
    given.exclude(price_list_id__in=wanted).delete()
    for priority, price_list_id in enumerate(wanted):
        assign_list(price_list_id=price_list_id, customer_id=customer_id, priority=priority, actor=actor)


def compare_prices(*, price_list_id: UUID | None, prices: Mapping[UUID, PriceSet]) -> set[UUID]:
    """Variants whose prices :func:`set_prices` would change; None is a list that does not exist yet. Writes nothing."""
    current = _current(price_list_id, prices) if price_list_id else {}
    return {
        variant_id for variant_id, wanted in prices.items() if any(_difference(current.get(variant_id, {}), wanted))
    }


@atomic
def set_prices(
    *, price_list_id: UUID, prices: Mapping[UUID, PriceSet], actor: Actor, at: datetime | None = None
) -> set[UUID]:
    """Set prices of many variants in one list; returns the variants whose prices changed.

    An open price that differs is closed at ``at`` (now) and the new one starts there; an equal one is left alone.
    Raises NotAllowed.
    """
    require_manage(actor)
    moment = at or timezone.now()
    current = _current(price_list_id, prices, lock=True)
    closed: list[UUID] = []
    opened: list[Price] = []
    changed: set[UUID] = set()
    for variant_id, wanted in prices.items():
        gone, new = _difference(current.get(variant_id, {}), wanted)
        closed.extend(price.pk for price in gone)
        opened.extend(_opened(price_list_id, variant_id, new, moment))
        if gone or new:
            changed.add(variant_id)
    if closed:
        Price.objects.filter(pk__in=closed).update(valid_to=moment)
    Price.objects.bulk_create(opened, batch_size=2000)
    return changed


def _opened(price_list_id: UUID, variant_id: UUID, prices: Iterable[NewPrice], moment: datetime) -> list[Price]:
    return [
        Price(
            price_list_id=price_list_id,
            variant_id=variant_id,
            min_quantity=price.min_quantity,
            unit_price=price.unit_price,
            valid_from=moment,
        )
        for price in prices
    ]


def _current(price_list_id: UUID, variants: Iterable[UUID], *, lock: bool = False) -> dict[UUID, dict[Decimal, Price]]:
    """Open prices by variant and quantity."""
    rows = Price.objects.filter(price_list_id=price_list_id, variant_id__in=list(variants), valid_to=None)
    if lock:
        rows = rows.select_for_update(of=("self",)).order_by("pk")
    found: dict[UUID, dict[Decimal, Price]] = defaultdict(dict)
    for price in rows:
        found[price.variant_id][price.min_quantity] = price
    return found


def _difference(current: Mapping[Decimal, Price], wanted: PriceSet) -> tuple[Sequence[Price], Sequence[NewPrice]]:
    """Prices to close, and prices to open."""
    by_quantity = {price.min_quantity: price for price in wanted.prices}
    gone = [
        price
        for quantity, price in current.items()
        if (quantity in by_quantity or not wanted.is_partial)
        and (quantity not in by_quantity or by_quantity[quantity].unit_price != price.unit_price)
    ]
    new = [
        price
        for quantity, price in by_quantity.items()
        if quantity not in current or current[quantity].unit_price != price.unit_price
    ]
    return gone, new
