"""A row of the marketplace: goods with one offer or several, at this buyer's prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.goods import StockText, stock_text
from frontend.marketplace.offers import Offer, comparable, public_ones


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """``lead`` is the offer that the row is about: the cheapest one that has a price, own or else public. ``line``
    names all in forms.

    ``price_text`` is empty when there is only one offer, which shows its own price. ``public_text`` is the public one
    where the buyer has none of its own at any of the suppliers.
    """

    lead: Offer
    line: str
    href: str
    suppliers_text: str
    suppliers_note: str
    price_text: str
    price_note: str
    stock: StockText
    stock_note: str
    public_text: str = ""

    @property
    def is_single(self) -> bool:
        return not self.suppliers_text

    @property
    def is_priced(self) -> bool:
        return self.lead.price is not None


def goods_row(goods: str, offers: Sequence[Offer]) -> GoodsRow:
    """The row of goods from their offers, the one that was found first of all."""
    names = {offer.pick[0]: offer.supplier_name for offer in offers}
    lead = _lead(offers)
    if len(names) < 2:
        public = lead.row.public_price.text if lead.row.public_price else ""
        return GoodsRow(lead, lead.line, lead.href, "", "", "", "", lead.row.stock, lead.row.stock.note, public)
    priced = comparable(offers)
    stocked = [offer for offer in offers if offer.stock is not None and offer.stock.available > 0]
    count = ngettext("%(num)d supplier", "%(num)d suppliers", len(names)) % {"num": len(names)}
    return GoodsRow(
        lead=lead,
        line=",".join(offer.line for offer in offers),
        href=reverse("marketplace_goods", args=[goods]),
        suppliers_text=count,
        suppliers_note=", ".join(names.values()),
        price_text=_from(lead, priced),
        price_note=_price_note(names, offers),
        stock=max(stocked, key=_available).row.stock if stocked else stock_text(lead.stock),
        stock_note=_stock_note(names, stocked),
        public_text="" if priced else _public(public_ones(offers)),
    )


def _lead(offers: Sequence[Offer]) -> Offer:
    return next(iter(comparable(offers) or public_ones(offers) or offers))


def _from(lead: Offer, priced: Sequence[Offer]) -> str:
    if not priced or lead.row.price is None:
        return ""
    if len({offer.unit_price for offer in priced}) == 1:
        return lead.row.price.text
    return _("from %(price)s") % {"price": lead.row.price.text}


def _public(shown: Sequence[Offer]) -> str:
    lowest = shown[0].row.public_price if shown else None
    if lowest is None:
        return ""
    if len({offer.public.unit_price for offer in shown if offer.public}) == 1:
        return lowest.text
    return _("from %(price)s") % {"price": lowest.text}


def _price_note(names: Mapping[UUID, str], offers: Sequence[Offer]) -> str:
    """At how many of the suppliers there is a price; nothing for all, and for none."""
    priced = {offer.pick[0] for offer in offers if offer.price is not None}
    if not priced or len(priced) == len(names):
        return ""
    return _("your price at %(num)d of %(count)d suppliers") % {"num": len(priced), "count": len(names)}


def _stock_note(names: Mapping[UUID, str], stocked: Sequence[Offer]) -> str:
    having = {offer.pick[0] for offer in stocked}
    if not having or len(having) == len(names):
        return ""
    return _("at %(num)d of %(count)d suppliers") % {"num": len(having), "count": len(names)}


def _available(offer: Offer) -> Decimal:
    return offer.stock.available if offer.stock else Decimal(0)
