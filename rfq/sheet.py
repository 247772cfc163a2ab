"""The sheet on which a buyer gives each line to an offer, with what that comes to at each supplier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.money import ZERO, line_net
from rfq.answers import Answers, answers_of
from rfq.cells import quantity_text
from rfq.enums import LineKind
from rfq.models import AwardLine, QuoteLine, RFQLine
from rfq.policies import require_buyer, seen_rfqs
from rfq.versions import price_at
from rfq.wording import line_place_text

#: By line of the request: the offered line that it goes to, and how much of it where that is not what was offered.
Choices = Mapping[UUID, tuple[UUID, Decimal | None]]


@dataclass(frozen=True, slots=True)
class _Offered:
    """A line that a supplier offers, in its currency."""

    name: str
    line: QuoteLine
    currency: str


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of the request with the offers for it; ``done_text`` says who has won it already."""

    key: str
    description: str
    quantity_text: str
    done_text: str
    choices: tuple[Choice, ...]
    chosen: str
    place_text: str = ""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """What would be ordered from one supplier. ``picks`` are those of :mod:`rfq.awarding`."""

    version_id: UUID
    name: str
    picks: Mapping[UUID, Decimal | None]
    goods_text: str
    freight_text: str
    net_text: str
    net: Decimal
    currency: str

    @property
    def line_count(self) -> int:
        return len(self.picks)


@dataclass(frozen=True, slots=True)
class Sheet:
    id: UUID
    number: str
    title: str
    lines: tuple[SheetLine, ...]
    parts: tuple[SheetPart, ...]
    total_text: str


def award_sheet(actor: Actor, rfq_id: UUID, chosen: Choices | None = None) -> Sheet:
    """A request's lines with the offers that can be accepted; without ``chosen``, the cheapest split is.

    Raises MayNotBuy, NotFound. Nine statements.
    """
    require_buyer(actor)
    found = answers_of(actor, rfq_id)
    rfq, names = found.rfq, {one.invitation.id: one.invitation.tenant_name for one in found.answers}
    offered: dict[UUID, list[_Offered]] = defaultdict(list)
    for answer, offer in found.acceptable:
        for line_id, line in offer.lines.items():
            every = [line, *offer.alternatives.get(line_id, ())]
            offered[line_id] += [
                _Offered(answer.invitation.tenant_name, each, offer.version.currency)
                for each in every
                if each.is_offered
            ]
    done = dict(
        AwardLine.objects.filter(rfq_line__rfq=rfq).values_list("rfq_line_id", "award__version__quote__invitation_id")
    )
    if chosen is None:
        chosen = _cheapest(found, done)
    return Sheet(
        id=rfq.id,
        number=rfq.number,
        title=rfq.title,
        lines=tuple(
            _line(row, offered[row.id], names.get(done.get(row.id, rfq.id), ""), chosen) for row in found.lines
        ),
        parts=(parts := _parts(found, offered, chosen)),
        total_text=_sums(parts),
    )


def are_awarded(actor: Actor, rfq_id: UUID, offered: Collection[UUID]) -> bool:
    """Whether all of these offered lines have won already: a form that was sent twice."""
    won = AwardLine.objects.filter(quote_line__in=offered, award__rfq__in=seen_rfqs(actor).filter(pk=rfq_id))
    return bool(offered) and won.count() == len(offered)


def _cheapest(found: Answers, done: Mapping[UUID, UUID]) -> dict[UUID, tuple[UUID, Decimal | None]]:
    """The cheapest split of what is offered and left, over the offers that can be compared."""
    offers = found.comparable
    offered = {key for one, _offer in offers for key in one.goods}
    split = found.cheapest_split([line.id for line in found.lines if line.id in offered and line.id not in done])
    if split is None:
        return {}
    return {line_id: (offers[place][1].lines[line_id].pk, None) for line_id, place in split.by_line.items()}


def _line(row: RFQLine, offers: list[_Offered], winner: str, chosen: Choices) -> SheetLine:
    choices = [Choice(one.line.pk.hex, _choice_text(one)) for one in offers]
    return SheetLine(
        key=row.id.hex,
        description=row.description,
        quantity_text=quantity_text(row.quantity, row.unit_code),
        done_text=_("Awarded to %(name)s") % {"name": winner} if winner else "",
        choices=tuple(choices),
        chosen=chosen[row.id][0].hex if row.id in chosen else "",
        place_text=line_place_text(row),
    )


def _choice_text(one: _Offered) -> str:
    line, currency = one.line, one.currency
    what = "" if line.kind == LineKind.AS_ASKED else f"{LineKind(line.kind).label} {line.name}".strip()
    price = formatting.unit_price(line.unit_price or ZERO, currency)
    net = formatting.money(line.net_amount + line.setup_amount, currency)
    return " · ".join(part for part in (one.name, what, price, net) if part)


def _parts(found: Answers, offered: Mapping[UUID, list[_Offered]], chosen: Choices) -> tuple[SheetPart, ...]:
    by_key = {one.line.pk: one.line for offers in offered.values() for one in offers}
    parts = []
    for answer, offer in found.acceptable:
        version = offer.version
        own = {key: quantity for key, quantity in chosen.values() if _is_of(by_key.get(key), version.pk)}
        goods = sum((_amount(by_key[key], quantity, version.currency) for key, quantity in own.items()), ZERO)
        freight = version.freight_amount if own else ZERO
        parts.append(
            SheetPart(
                version_id=version.pk,
                name=answer.invitation.tenant_name,
                picks=own,
                goods_text=formatting.money(goods, version.currency),
                freight_text=formatting.money(freight, version.currency),
                net_text=formatting.money(goods + freight, version.currency),
                net=goods + freight,
                currency=version.currency,
            )
        )
    return tuple(parts)


def _sums(parts: Sequence[SheetPart]) -> str:
    """What all comes to, by currency: orders are in their offers' currencies, and nothing is converted."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        if part.picks:
            sums[part.currency] += part.net
    return formatting.sums(sums)


def _is_of(line: QuoteLine | None, version_id: UUID) -> bool:
    return line is not None and line.version_id == version_id


def _amount(line: QuoteLine, quantity: Decimal | None, currency: str) -> Decimal:
    """What a line comes to; nothing for a quantity that the offer does not begin at."""
    if quantity is None:
        return line.net_amount + line.setup_amount
    price = price_at(line, quantity)
    return line_net(price, quantity, currency) + line.setup_amount if price is not None else ZERO
