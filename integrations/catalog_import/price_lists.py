"""Where the prices of a file go.

A list by its code, a currency's base list (``base:EUR``), or a new list (``new:EUR:Distributors``); the last two are
made when the file is applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.text import slugify

from catalog.packs.queries import packs_among
from core.actor import Actor
from integrations.catalog_import.rows import ImportRow
from pricing.errors import PriceListNotFound
from pricing.models import PriceList
from pricing.services import PriceSet, create_list, ensure_base_list

_BASE, _NEW = "base:", "new:"
NAME_LENGTH = 30


@dataclass(frozen=True, slots=True)
class PriceTarget:
    """A price list that exists (``id``), or one that will be created: the base list when it has no name."""

    id: UUID | None
    name: str
    currency: str


def base_choice(currency: str) -> str:
    """The choice of the base list in a currency."""
    return f"{_BASE}{currency}"


def new_choice(currency: str, name: str) -> str:
    """The choice of a list that is to be made."""
    return f"{_NEW}{currency}:{name.strip()[:NAME_LENGTH]}"


def find(choice: str) -> PriceTarget:
    """The list that a choice means. Raises PriceListNotFound."""
    if choice.startswith(_BASE):
        currency = choice.removeprefix(_BASE)
        found = PriceList.objects.filter(is_base=True, currency=currency).first()
    elif choice.startswith(_NEW):
        currency, _colon, name = choice.removeprefix(_NEW).partition(":")
        found = PriceList.objects.filter(is_base=False, currency=currency, name=name).first()
        if found is None:
            return PriceTarget(None, name, currency)
    else:
        currency = ""
        found = PriceList.objects.filter(code=choice).first()
    if found is not None:
        return PriceTarget(found.pk, found.name, found.currency)
    if not currency:
        raise PriceListNotFound(field="price_list")
    return PriceTarget(None, "", currency)


def ensure(choice: str, *, actor: Actor) -> UUID:
    """Id of the list that a choice means, created when it is not there yet. Raises DuplicatePriceList."""
    target = find(choice)
    if target.id is not None:
        return target.id
    if not target.name:
        return ensure_base_list(currency=target.currency)
    code = slugify(target.name)[:30] or "list"
    return create_list(
        code=f"{code}-{target.currency.lower()}", name=target.name, currency=target.currency, actor=actor
    )


def prices_of(rows: Mapping[UUID, ImportRow]) -> tuple[dict[UUID, PriceSet], list[UUID]]:
    """The prices of rows by variant, and the packs among these, which get none; one statement."""
    prices = {key: row.prices for key, row in rows.items() if row.prices is not None}
    packs = packs_among(key for key, wanted in prices.items() if wanted.prices)
    return {key: wanted for key, wanted in prices.items() if key not in packs}, list(packs)
