"""A line of the comparison: what is asked for, and each supplier's offers for it, as texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.packs.snapshots import PackSnapshot
from catalog.packs.wording import PackText, pack_text
from core import formatting
from rfq.enums import LineKind
from rfq.history import Version
from rfq.models import QuoteLine, RFQLine
from rfq.versions import tiers_of
from rfq.wording import days_text, line_place_text, quantity_text, setup_text, tier_text


@dataclass(frozen=True, slots=True)
class Cell:
    """One supplier's offers for one line: the first, then alternatives. ``before_text`` is the price before.

    Prices are in the offer's currency; ``converted_text`` is the first in the request's, where that is another.
    ``key`` names the offered line; ``other_text`` is what is offered where it is not what was asked.
    """

    is_offered: bool
    key: UUID | None = None
    price_text: str = ""
    net_text: str = ""
    lead_text: str = ""
    before_text: str = ""
    converted_text: str = ""
    is_best: bool = False
    kind_text: str = ""
    other_text: str = ""
    quantity_text: str = ""
    setup_text: str = ""
    remark: str = ""
    tiers: tuple[str, ...] = ()
    alternatives: tuple[Cell, ...] = ()

    @property
    def has_more(self) -> bool:
        """Whether it says more than a price and days for what was asked."""
        said = (self.kind_text, self.quantity_text, self.setup_text, self.remark, self.tiers, self.alternatives)
        return any(said)


@dataclass(frozen=True, slots=True)
class Scale:
    """The currency of a request, and what a unit of another one counts in it; None where nobody has said."""

    currency: str
    rate_to: Callable[[str], Decimal | None]


@dataclass(frozen=True, slots=True)
class AskedLine:
    id: UUID
    position: int
    description: str
    quantity_text: str
    wanted_text: str
    code_text: str
    target_text: str
    question: str
    takes_equivalent: bool
    cells: tuple[Cell, ...]
    counter_value: str = ""
    pack: PackText | None = None
    place_text: str = ""


def asked_line(
    line: RFQLine, offers: Sequence[Version | None], before: Sequence[Version | None], scale: Scale
) -> AskedLine:
    known = [price for offer in offers if offer is not None and (price := _price(line, offer, scale)) is not None]
    best = min(known) if len(known) > 1 else None
    return AskedLine(
        id=line.id,
        position=line.position,
        description=line.description,
        quantity_text=quantity_text(line.quantity, line.unit_code),
        wanted_text=_("wished %(day)s") % {"day": formatting.day(line.requested_on)} if line.requested_on else "",
        code_text=line.part_number or line.gtin,
        target_text=_target(line, scale.currency),
        question=line.question,
        takes_equivalent=line.takes_equivalent,
        cells=tuple(_cell(line, offer, earlier, best, scale) for offer, earlier in zip(offers, before, strict=True)),
        pack=pack_text(PackSnapshot.from_json(line.pack), Decimal(1)) if line.pack else None,
        place_text=line_place_text(line),
    )


def _price(line: RFQLine, offer: Version, scale: Scale) -> Decimal | None:
    """What a valid offer asks for a unit, in the request's currency; None where that cannot be said."""
    quoted, rate = offer.lines.get(line.id), scale.rate_to(offer.version.currency)
    if quoted is None or not quoted.is_offered or quoted.unit_price is None or rate is None or offer.is_expired:
        return None
    return quoted.unit_price * rate


def _target(line: RFQLine, currency: str) -> str:
    hidden = getattr(line, "hidden_target", None)
    price = hidden.price if hidden is not None else line.target_price
    return formatting.unit_price(price, currency) if price is not None else ""


def _cell(line: RFQLine, offer: Version | None, before: Version | None, best: Decimal | None, scale: Scale) -> Cell:
    """What a supplier offers for a line."""
    offered = offer.lines.get(line.id) if offer else None
    if offer is None or offered is None or offered.unit_price is None:
        return Cell(is_offered=False, remark=offered.remark if offered else "")
    currency, rate = offer.version.currency, scale.rate_to(offer.version.currency)
    is_foreign = currency != scale.currency and rate is not None
    return replace(
        _offered(line, offered, currency),
        before_text=_before(line, offered, before, currency),
        converted_text=formatting.unit_price(round(offered.unit_price * (rate or 1), 6), scale.currency)
        if is_foreign
        else "",
        is_best=best is not None and _price(line, offer, scale) == best,
        alternatives=tuple(_offered(line, other, currency) for other in offer.alternatives.get(line.id, ())),
    )


def _before(line: RFQLine, offered: QuoteLine, before: Version | None, currency: str) -> str:
    """The price of the supplier's offer before, where it was another one."""
    earlier = before.lines.get(line.id) if before else None
    if before is None or earlier is None or earlier.unit_price is None:
        return ""
    is_same = (earlier.unit_price, before.version.currency) == (offered.unit_price, currency)
    return "" if is_same else formatting.unit_price(earlier.unit_price, before.version.currency)


def _offered(asked: RFQLine, line: QuoteLine, currency: str) -> Cell:
    return Cell(
        is_offered=True,
        key=line.id,
        price_text=formatting.unit_price(line.unit_price or Decimal(0), currency),
        net_text=formatting.money(line.net_amount, currency),
        lead_text=days_text(line.lead_time_days) if line.lead_time_days is not None else "",
        kind_text=str(LineKind(line.kind).label) if line.kind != LineKind.AS_ASKED else "",
        other_text=" ".join(part for part in (line.sku, line.name) if part) if line.kind != LineKind.AS_ASKED else "",
        quantity_text=quantity_text(line.quantity, line.unit_code) if line.quantity != asked.quantity else "",
        setup_text=setup_text(line.setup_amount, currency),
        remark=line.remark,
        tiers=tuple(tier_text(tier, currency) for tier in tiers_of(line)),
    )
