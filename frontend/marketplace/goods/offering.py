"""Goods with all their offers: what each costs this buyer for a quantity, what is there, how it is ordered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from core import formatting
from core.formatting import plain
from core.money import line_net
from frontend.goods import StockText, service_text
from frontend.marketplace.offers import Offer, Pick, comparable, offers_of, storefront_href
from frontend.paging import SortLink, sort_link
from frontend.storefront.cart.reading import read_quantity
from frontend.storefront.cart.wording import amount_in, stock_for
from marketplace.goods import goods_info, offers_of_goods
from marketplace.taxonomy import taxonomy
from orders.lines import is_quantity, nearest_quantities

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Figures:
    """An offer for a quantity. ``amount`` is what is ordered there for it, in base units; ``lead_days`` is 0 when all
    of it is in stock, None when nobody knows.
    """

    offer: Offer
    amount: Decimal
    unit_price: Decimal | None
    total: Decimal | None
    lead_days: int | None


_Value = Callable[[Figures], Decimal | str | int | None]
_SORTS: Mapping[str, _Value] = {
    "supplier": lambda one: one.offer.supplier_name.casefold(),
    "price": lambda one: one.unit_price,
    "total": lambda one: one.total,
    "minimum": lambda one: one.offer.info.base_unit.minimum,
    "stock": lambda one: one.offer.stock.available if one.offer.stock else None,
    "lead": lambda one: one.lead_days,
}


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One supplier's offer, ready to print; ``quantity`` is a plain number to order."""

    offer: Offer
    price_text: str
    unit_text: str
    tier_text: str
    total_text: str
    amount_text: str
    quantity: str
    units_text: str
    stock: StockText
    lead_text: str
    cart_href: str
    is_best: bool
    error: str = ""
    public_text: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """Other goods that may be the same."""

    href: str
    brand: str
    is_same_gtin: bool


@dataclass(frozen=True, slots=True)
class GoodsPage:
    """Everything that the page prints. ``quantity`` is as it was typed, ``error`` what is wrong with it; ``shelves``
    are names and codes of the taxonomy's nodes around the goods.
    """

    name: str
    shelves: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    rows: tuple[OfferRow, ...]
    quantity: str
    error: str
    sorts: Mapping[str, SortLink]
    alike: tuple[Alike, ...]
    notes: tuple[str, ...]

    @property
    def sees_prices(self) -> bool:
        return any(row.price_text for row in self.rows)


@dataclass(frozen=True, slots=True)
class Typed:
    """A quantity as it was typed at one offer, and why it was refused."""

    pick: Pick | None = None
    quantity: str = ""
    error: str = ""


def goods_page(request: Request, goods_id: UUID, typed: Typed | None = None) -> GoodsPage | None:
    """The goods as this buyer gets them; None when it sees no offer of them."""
    info = goods_info(goods_id)
    picks = offers_of_goods([goods_id, *(same.goods_id for same in info.same_code)])
    found = offers_of(request, [pick for several in picks.values() for pick in several]).by_pick
    offers = [found[pick] for pick in picks.get(goods_id, []) if pick in found]
    if not offers:
        return None
    quantity, error = _asked(request)
    figures = _sorted([figures_of(offer, quantity) for offer in offers], request.GET.get("sort", ""))
    best = _best(figures)
    return GoodsPage(
        name=offers[0].row.name,
        shelves=tuple((node.name, node.code) for node in taxonomy().trail(info.taxonomy_code)),
        facts=_facts(offers),
        rows=tuple(_row(one, typed or Typed(), is_best=one.offer.pick in best) for one in figures),
        quantity=request.GET.get("quantity", "").strip()[:LONGEST],
        error=error,
        sorts={name: sort_link(request, name) for name in _SORTS},
        alike=tuple(
            Alike(reverse("marketplace_goods", args=[same.goods_id]), same.brand, same.is_same_gtin)
            for same in info.same_code
            if any(pick in found for pick in picks.get(same.goods_id, []))
        ),
        notes=_notes(offers),
    )


def figures_of(offer: Offer, quantity: Decimal | None) -> Figures:
    """What an offer comes to for a quantity in base units; without one, for the smallest that can be ordered."""
    amount = _taken(offer, quantity)
    unit_price = offer.price.at(amount) if offer.price else None
    total = line_net(unit_price, amount, offer.currency) if unit_price is not None else None
    stock = offer.stock
    lead = (stock.days_for(amount) or None) if stock else None
    return Figures(offer, amount, unit_price, total, 0 if stock and stock.available >= amount else lead)


def _asked(request: Request) -> tuple[Decimal | None, str]:
    """The quantity that the address asks for, and what is wrong with it."""
    text = request.GET.get("quantity", "").strip()[:LONGEST]
    if not text:
        return None, ""
    quantity, error = read_quantity(text)
    if not error and not is_quantity(quantity):
        error = _("Write a number above zero.")
    return (None, error) if error else (quantity, "")


def _taken(offer: Offer, quantity: Decimal | None) -> Decimal:
    """What has to be ordered to have the quantity: the supplier's minimum and multiple are kept to."""
    base = offer.info.base_unit
    wanted = base.minimum if quantity is None else quantity
    nearest = nearest_quantities(wanted, base)
    return min((value for value in nearest if value >= wanted), default=max(nearest, default=base.minimum))


# --- texts -----------------------------------------------------------------------------------------------------------
def _row(one: Figures, typed: Typed, *, is_best: bool) -> OfferRow:
    offer, is_typed = one.offer, one.offer.pick == typed.pick
    return OfferRow(
        offer=offer,
        price_text=formatting.unit_price(one.unit_price, offer.currency) if one.unit_price is not None else "",
        unit_text=offer.row.price.unit_text if offer.row.price else "",
        tier_text=_next_tier(one),
        total_text=formatting.money(one.total, offer.currency) if one.total is not None else "",
        amount_text=_("for %(amount)s") % {"amount": amount_in(one.amount, offer.base_unit)},
        quantity=typed.quantity if is_typed else plain(one.amount),
        units_text=", ".join(unit.text for unit in offer.row.units),
        stock=service_text() if offer.info.is_service else stock_for(offer.stock, one.amount),
        lead_text=_lead(one.lead_days),
        cart_href=storefront_href(offer.pick[0], "/cart/") if offer.may_order else "",
        is_best=is_best,
        error=typed.error if is_typed else "",
        public_text=_public(one),
    )


def _public(one: Figures) -> str:
    """What everybody pays for one of so many, where nothing else is known."""
    public = one.offer.public
    return formatting.unit_price(public.at(one.amount), public.currency) if public is not None else ""


def _next_tier(one: Figures) -> str:
    """From which quantity the offer costs less."""
    price, now = one.offer.price, one.unit_price
    if price is None or now is None:
        return ""
    tiers = (tier for tier in price.tiers if tier.min_quantity > one.amount and tier.unit_price < now)
    following = next(tiers, None)
    if following is None:
        return ""
    values = {
        "quantity": formatting.number(following.min_quantity),
        "price": formatting.unit_price(following.unit_price, price.currency),
    }
    return _("from %(quantity)s: %(price)s") % values


def _lead(days: int | None) -> str:
    if days is None:
        return _("not known")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days else _("from stock")


def _facts(offers: Sequence[Offer]) -> tuple[tuple[str, str], ...]:
    """What names the goods; each the first that a supplier gives."""
    values = (
        (_("Brand"), next((offer.brand for offer in offers if offer.brand), "")),
        ("GTIN", next((offer.row.gtin for offer in offers if offer.row.gtin), "")),
        (_("Manufacturer’s number"), next((offer.part_number for offer in offers if offer.part_number), "")),
    )
    return tuple((label, text) for label, text in values if text)


def _notes(offers: Sequence[Offer]) -> tuple[str, ...]:
    """What keeps offers from being held against each other."""
    notes = []
    if len({offer.base_unit for offer in offers}) > 1:
        notes.append(_("The suppliers count in different units: only prices per the same unit can be compared."))
    if len({offer.currency for offer in offers if offer.price}) > 1:
        notes.append(_("The prices are in different currencies: only those in the same one are compared."))
    return tuple(notes)


# --- order -----------------------------------------------------------------------------------------------------------
def _best(figures: Sequence[Figures]) -> set[Pick]:
    """The cheapest of the offers that can be compared, when they are not all alike."""
    alike = {offer.pick for offer in comparable([one.offer for one in figures])}
    prices = {
        one.offer.pick: one.unit_price for one in figures if one.offer.pick in alike and one.unit_price is not None
    }
    if len(set(prices.values())) < 2:
        return set()
    lowest = min(prices.values())
    return {pick for pick, price in prices.items() if price == lowest}


def _sorted(figures: Sequence[Figures], sort: str) -> list[Figures]:
    """By a column, else by price; offers that have nothing in it come last, whichever way it is turned."""
    name = sort.removeprefix("-")
    value = _SORTS.get(name, _SORTS["price"])
    in_order = sorted(figures, key=lambda one: one.offer.supplier_name.casefold())
    pairs = [(found, one) for one in in_order if (found := value(one)) is not None]
    pairs.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [*(one for _found, one in pairs), *(one for one in in_order if value(one) is None)]
