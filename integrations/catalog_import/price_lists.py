"""Where the prices of a file go: a list by its code, or a currency's base list (``base:EUR``), made on first use."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pricing.errors import PriceListNotFound
from pricing.models import PriceList
from pricing.services import ensure_base_list

_BASE = "base:"


@dataclass(frozen=True, slots=True)
class PriceTarget:
    """A price list that exists (``id``), or the base list of a currency that will be created."""

    id: UUID | None
    name: str
    currency: str


def base_choice(currency: str) -> str:
    """The choice of the base list in a currency."""
    return f"{_BASE}{currency}"


def find(choice: str) -> PriceTarget:
    """The list that a choice means. Raises PriceListNotFound."""
    if choice.startswith(_BASE):
        currency = choice.removeprefix(_BASE)
        found = PriceList.objects.filter(is_base=True, currency=currency).first()
    else:
        currency = ""
        found = PriceList.objects.filter(code=choice).first()
    if found is not None:
        return PriceTarget(found.pk, found.name, found.currency)
    if not currency:
        raise PriceListNotFound(field="price_list")
    return PriceTarget(None, "", currency)


def ensure(choice: str) -> UUID:
    """Id of the list that a choice means, created when it is a base list that is not there yet."""
    target = find(choice)
    return target.id or ensure_base_list(currency=target.currency)
