"""The filter above the grid: from the address, and as fields."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.requests import Request
from catalog.choices import brand_choices, category_choices, family_choices
from catalog.enums import VariantState
from frontend.typed import keyed
from integrations.bulk_edit.finding import IN_STOCK, NONE, NOT_COUNTED, OUT_OF_STOCK, Filter
from pricing.listing import list_choices

_FIELDS = ("category", "family", "brand", "state", "stock", "price")


@dataclass(frozen=True)
class Looked:
    """A filter with the price list that is looked at; ``lists`` are all of them as (key, name, currency)."""

    filter: Filter
    lists: list[tuple[UUID, str, str]]

    @property
    def price_list(self) -> tuple[UUID, str, str] | None:
        return next((row for row in self.lists if str(row[0]) == self.filter.price_list), None)

    @property
    def query(self) -> str:
        """The filter as the query of an address."""
        return query_of(self.filter)


_PARAMETERS = {"search": "q", "price_list": "list"}


def query_of(wanted: Filter) -> str:
    """A filter as the query of an address."""
    return urlencode({_PARAMETERS.get(name, name): value for name, value in wanted.values().items()})


def look(request: Request) -> Looked:
    """The filter of an address. The list is the first, list prices, unless one is named."""
    lists = list_choices()
    named = request.GET.get("list", "")
    if named not in {"", NONE, *(str(key) for key, _name, _currency in lists)}:
        raise Http404
    values = {name: request.GET.get(name, "")[:400] for name in _FIELDS}
    values["search"] = request.GET.get("q", "").strip()[:80]
    first = str(lists[0][0]) if lists else ""
    values["price_list"] = "" if named == NONE else named or first
    return Looked(Filter.of(values), lists)


def filter_fields(looked: Looked) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Selects as (name, label, options, value); three statements."""
    wanted, without = looked.filter, (NONE, _("None"))
    anything = ("", _("All"))
    families, brands = keyed(family_choices()), keyed(brand_choices())
    return [
        ("category", _("Category"), [anything, without, *category_choices()], wanted.category),
        ("family", _("Family"), [anything, without, *families], wanted.family),
        ("brand", _("Brand"), [anything, without, *brands], wanted.brand),
        ("state", _("State"), [anything, *((v, str(text)) for v, text in VariantState.choices)], wanted.state),
        ("stock", _("Stock"), [anything, *_stocks()], wanted.stock),
        ("list", _("Price list"), [(str(k), f"{name} ({cur})") for k, name, cur in looked.lists], wanted.price_list),
        ("price", _("Price in this list"), [anything, (NONE, _("Without price"))], wanted.price),
    ]


def _stocks() -> list[tuple[str, str]]:
    return [(IN_STOCK, _("Available")), (OUT_OF_STOCK, _("Nothing left")), (NOT_COUNTED, _("Never counted"))]
