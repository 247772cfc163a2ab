"""Up to five products side by side: what they cost this buyer, when they come, and in what they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from accounts.requests import Request
from catalog.outline import Outline
from frontend.marketplace.offers import MOST_COMPARED, Offer, comparable, offers_of, read_picks

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value; ``sub`` is the line under it, with ``href`` it is an invitation to act."""

    text: str
    sub: str = ""
    href: str = ""
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One property of all products. ``differs`` when they do not agree."""

    label: str
    cells: tuple[Cell, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Column:
    """The head of one product."""

    name: str
    href: str
    supplier_name: str
    line: str
    without_href: str


@dataclass(frozen=True, slots=True)
class Comparison:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    hidden_count: int
    left_out: int
    only_href: str
    all_href: str


def comparison(request: Request) -> Comparison:
    """What the request's ``line`` parameters ask to compare; the first five of them that are still sold."""
    picks = read_picks(request.GET.getlist("line"))
    found = offers_of(request, picks[:MOST_COMPARED])
    offers = [found.by_pick[pick] for pick in picks if pick in found.by_pick]
    rows = [*_conditions(offers), *_attributes(offers, found.outline)]
    only = request.GET.get("only") == "differences"
    shown = [row for row in rows if row.differs] if only else rows
    lines = [offer.line for offer in offers]
    return Comparison(
        columns=tuple(_column(offer, lines, request.path) for offer in offers),
        rows=tuple(shown),
        hidden_count=len(rows) - len(shown),
        left_out=len(picks[MOST_COMPARED:]),
        only_href="" if only else f"{_href(request.path, lines)}&only=differences",
        all_href=_href(request.path, lines) if only else "",
    )


def _column(offer: Offer, lines: Sequence[str], path: str) -> Column:
    others = [line for line in lines if line != offer.line]
    return Column(offer.row.name, offer.href, offer.supplier_name, offer.line, _href(path, others))


def _href(path: str, lines: Sequence[str]) -> str:
    return f"{path}?{urlencode([('line', line) for line in lines])}" if lines else path


def _conditions(offers: Sequence[Offer]) -> list[Row]:
    best = _best(offers)
    return [
        _row(_("Supplier"), offers, lambda offer: Cell(offer.supplier_name, href=offer.supplier_href)),
        _row(_("Reference"), offers, lambda offer: Cell(offer.row.sku)),
        _row(_("Brand"), offers, lambda offer: Cell(offer.brand or NOTHING)),
        _row(_("My net price"), offers, lambda offer: _price(offer, is_best=offer.pick in best)),
        _row(_("Price steps"), offers, _steps),
        _row(_("Availability"), offers, lambda offer: Cell(offer.row.stock.text, offer.row.stock.note)),
        _row(_("Manufacturer’s number"), offers, lambda offer: Cell(offer.part_number or NOTHING)),
        _row(_("Packing"), offers, lambda offer: Cell(", ".join(unit.text for unit in offer.row.units))),
        _row(_("Minimum order"), offers, lambda offer: Cell(offer.row.minimum_text or NOTHING)),
    ]


def _attributes(offers: Sequence[Offer], known: Outline) -> list[Row]:
    """In the order of the first one's family, then those that only others have."""
    codes = dict.fromkeys(code for offer in offers for code in offer.attributes)
    return [_attribute(code, offers, known) for code in codes]


def _attribute(code: str, offers: Sequence[Offer], known: Outline) -> Row:
    return _row(known.label(code), offers, lambda offer: Cell(offer.attributes.get(code, NOTHING)))


def _row(label: str, offers: Sequence[Offer], cell: Callable[[Offer], Cell]) -> Row:
    cells = tuple(cell(offer) for offer in offers)
    return Row(label, cells, len({(one.text, one.sub) for one in cells}) > 1)


def _price(offer: Offer, *, is_best: bool) -> Cell:
    if offer.row.price:
        return Cell(offer.row.price.text, offer.row.price.unit_text, is_best=is_best)
    if public := offer.row.public_price:
        return Cell(public.text, f"{_('public price')}, {public.unit_text}", offer.notice.href if offer.notice else "")
    if offer.notice is None:
        return _unpriced(offer)
    return Cell(offer.notice.action or NOTHING, offer.notice.title, offer.notice.href)


def _unpriced(offer: Offer) -> Cell:
    if offer.configure_href:
        return Cell(_("Price by composition"), href=offer.configure_href)
    return Cell(_("Price on request"))


def _steps(offer: Offer) -> Cell:
    if not offer.row.price:
        return Cell(NOTHING)
    return Cell(" · ".join(f"{tier.from_text} {tier.price_text}" for tier in offer.row.price.tiers) or NOTHING)


def _best(offers: Sequence[Offer]) -> set[object]:
    """The lowest own price, where all that are known can be compared, and do not agree."""
    priced = comparable(offers)
    if len(priced) < sum(offer.price is not None for offer in offers):
        return set()
    best = {offer.pick for offer in priced if offer.unit_price == priced[0].unit_price}
    return set(best) if len(best) < len(priced) else set()
