"""Use cases of price lists: create, change, set prices in bulk. A price is closed, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.packs.queries import packs_among
from catalog.policies import require_manage
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import InvalidInput
from pricing import validity
from pricing.assignments import assign_list, assign_lists, unassign_list
from pricing.errors import DuplicatePriceList, InvalidPrice, ListInUse, PackHasNoPrice, PastIsFixed
from pricing.models import DueChange, PriceList, PriceListAssignment
from pricing.validity import NewPrice, PriceSet

__all__ = [
    "ListTerms",
    "NewPrice",
    "PriceMove",
    "PriceSet",
    "assign_list",
    "assign_lists",
    "base_list_code",
    "change_list",
    "compare_prices",
    "create_list",
    "ensure_base_list",
    "set_prices",
    "unassign_list",
]


@dataclass(frozen=True, slots=True)
class ListTerms:
    """What a list is: from when until when it holds, whether it is an agreement, whether discounts stay off it."""

    name: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    is_net: bool = False
    is_agreement: bool = False


class PriceMove(NamedTuple):
    """The price from a quantity on, before and after; None is no price."""

    min_quantity: Decimal
    before: Decimal | None
    after: Decimal | None


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
def create_list(*, code: str, name: str, currency: str = "EUR", terms: ListTerms | None = None, actor: Actor) -> UUID:
    """Create a price list that can be assigned. Raises NotAllowed, DuplicatePriceList, InvalidInput."""
    require_manage(actor)
    row = PriceList(code=code, name=name, currency=currency)
    if terms is not None:
        _require_period(terms)
        row.valid_from, row.valid_to = terms.valid_from, terms.valid_to
        row.is_net, row.is_agreement = terms.is_net, terms.is_agreement
    try:
        with savepoint():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise DuplicatePriceList(field="code") from error
    return row.pk


@atomic
def change_list(*, price_list_id: UUID, terms: ListTerms, actor: Actor) -> None:
    """Give a list another name, period or nature, as long as that changes nothing that a buyer has seen.

    Raises NotAllowed, PriceListNotFound, ListInUse, PastIsFixed, InvalidInput. Emits CatalogChanged when prices begin
    or end with it.
    """
    require_manage(actor)
    row = validity.lock_lists([price_list_id])[price_list_id]
    _require_period(terms)
    given = row.is_base or PriceListAssignment.objects.filter(price_list=row).exists()
    for name in ("is_net", "is_agreement"):
        if given and getattr(row, name) != getattr(terms, name):
            raise ListInUse(field=name)
    now = timezone.now()
    if given:
        _require_same_past(row, terms, now)
    ends = {row.valid_from, row.valid_to, terms.valid_from, terms.valid_to}
    moved = (row.valid_from, row.valid_to) != (terms.valid_from, terms.valid_to)
    row.name, row.is_net, row.is_agreement = terms.name, terms.is_net, terms.is_agreement
    row.valid_from, row.valid_to = terms.valid_from, terms.valid_to
    row.save()
    if moved:
        # At once, and again whenever the list's period begins or ends; that of before is told too, which is harmless.
        moments = {now, *(end for end in ends if end is not None and end > now)}
        DueChange.objects.bulk_create(DueChange(price_list=row, at=moment) for moment in moments)


def compare_prices(*, price_list_id: UUID | None, prices: Mapping[UUID, PriceSet]) -> set[UUID]:
    """Variants whose prices :func:`set_prices` would change; None is a list that does not exist yet. Writes nothing."""
    if price_list_id is None:
        return {variant_id for variant_id, wanted in prices.items() if wanted.prices}
    return validity.moving(price_list_id, prices, timezone.now())


@atomic
def set_prices(
    *,
    price_list_id: UUID,
    prices: Mapping[UUID, PriceSet],
    actor: Actor,
    at: datetime | None = None,
    announce_change: bool = True,
) -> dict[UUID, list[PriceMove]]:
    """Set prices of many variants in one list; returns what changed, by variant.

    A price that differs is closed at ``at`` (now; a moment that has passed is now, too) and the new one starts there
    and holds until what was planned for later begins; an equal one is left alone. Raises NotAllowed, PriceListNotFound,
    InvalidPrice, PackHasNoPrice. Emits CatalogChanged, for a later moment then, unless ``announce_change`` is off.
    """
    require_manage(actor)
    require_prices(prices)
    validity.lock_lists([price_list_id])
    now = timezone.now()
    moment = max(at or now, now)
    found = validity.changes(price_list_id, prices, moment)
    changed: dict[UUID, list[PriceMove]] = {}
    for change in found:
        changed.setdefault(change.variant_id, []).append(_move(change))
    validity.write(found, moment)
    if announce_change or moment > now:
        validity.tell(price_list_id, changed, moment)
    return changed


def _move(change: validity.Change) -> PriceMove:
    before, after = change.before, change.opened
    return PriceMove(change.min_quantity, before.unit_price if before else None, after.unit_price if after else None)


def require_prices(prices: Mapping[UUID, PriceSet]) -> None:
    """Whether goods can have these prices; one statement. Raises InvalidPrice, PackHasNoPrice."""
    for wanted in prices.values():
        _require_fitting(wanted)
    for sku in packs_among(key for key, wanted in prices.items() if wanted.prices).values():
        raise PackHasNoPrice(field="price", sku=sku)


def _require_fitting(wanted: PriceSet) -> None:
    quantities = [price.min_quantity for price in wanted.prices]
    if len(quantities) != len(set(quantities)):
        raise InvalidPrice
    for price in wanted.prices:
        if not (_fits(price.min_quantity, 4) and _fits(price.unit_price, 6)) or price.min_quantity == 0:
            raise InvalidPrice


def _fits(value: Decimal, decimals: int) -> bool:
    """Whether a number that is not negative goes into a column without being rounded."""
    return value.is_finite() and 0 <= value < 10**13 and value == round(value, decimals)


def _require_period(terms: ListTerms) -> None:
    if terms.valid_from and terms.valid_to and terms.valid_to <= terms.valid_from:
        raise InvalidInput(field="valid_to", reason=_("The end lies before the beginning."))


def _require_same_past(row: PriceList, terms: ListTerms, now: datetime) -> None:
    """The part of the period that has passed stays. Raises PastIsFixed."""
    for name in ("valid_from", "valid_to"):
        before, after = getattr(row, name), getattr(terms, name)
        if before == after:
            continue
        open_end = name == "valid_to"
        for moment in (before, after):
            if moment is None and open_end:
                continue
            if moment is None or moment <= now:
                raise PastIsFixed(field=name)
