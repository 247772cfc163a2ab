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
from rfq.answers import Answer, Answers, answers_of
from rfq.enums import LineKind
from rfq.history import Version
from rfq.models import AwardLine, QuoteLine, RFQLine
from rfq.pending.queries import PendingText, pending_awards
from rfq.policies import require_buyer, seen_rfqs
from rfq.versions import price_at
from rfq.wording import line_place_text, quantity_text

#: By line of the request: the offered line that it goes to, and how much of it where that is not what was offered.
Choices = Mapping[UUID, tuple[UUID, Decimal | None]]
#: A line that nobody has won.
_OPEN = ("", "")


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
    """A line of the request with the offers for it; ``done_text`` says who has won it already, or waits to."""

    key: str
    description: str
    quantity_text: str
    done_text: str
    done_tone: str
    choices: tuple[Choice, ...]
    chosen: str
    place_text: str = ""


@dataclass(frozen=True, slots=True)
class SheetSupplier:
    """One whose offer can be accepted; ``is_chosen`` where the sheet has its offers alone."""

    key: str
    name: str
    is_chosen: bool


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
    freight: Decimal
    setup: Decimal
    currency: str

    @property
    def line_count(self) -> int:
        return len(self.picks)


@dataclass(frozen=True, slots=True)
class Sheet:
    """``is_whole``: all that a supplier offers goes to it, as the request is not to be split."""

    id: UUID
    number: str
    title: str
    lines: tuple[SheetLine, ...]
    parts: tuple[SheetPart, ...]
    total_text: str
    suppliers: tuple[SheetSupplier, ...]
    is_whole: bool
    pending: tuple[PendingText, ...]


def award_sheet(
    actor: Actor, rfq_id: UUID, chosen: Choices | None = None, *, invitation_id: UUID | None = None
) -> Sheet:
    """A request's lines with the offers that can be accepted, or with those of one supplier.

    Without ``chosen`` the cheapest split is, or what the one supplier offers first. A request that is not to be split
    has the offers of one supplier in any case: the cheapest that offers the most lines. Raises MayNotBuy, NotFound.
    Eleven statements at most.
    """
    require_buyer(actor)
    found = answers_of(actor, rfq_id)
    rfq, names = found.rfq, {one.invitation.id: one.invitation.tenant_name for one in found.answers}
    if invitation_id is None and not rfq.may_split:
        invitation_id = _best(found)
    shown = [one for one in found.acceptable if invitation_id in (None, one[0].invitation.id)]
    offered: dict[UUID, list[_Offered]] = defaultdict(list)
    for answer, offer in shown:
        for line_id, line in offer.lines.items():
            every = [line, *offer.alternatives.get(line_id, ())]
            offered[line_id] += [
                _Offered(answer.invitation.tenant_name, each, offer.version.currency)
                for each in every
                if each.is_offered
            ]
    pending = pending_awards(rfq.id, actor)
    done = _done(found, pending)
    if chosen is None:
        chosen = _cheapest(found, done) if invitation_id is None else _first(offered, done)
    return Sheet(
        id=rfq.id,
        number=rfq.number,
        title=rfq.title,
        lines=tuple(_line(row, offered[row.id], done.get(row.id, _OPEN), chosen) for row in found.lines),
        parts=(parts := _parts(shown, offered, chosen)),
        total_text=_sums(parts),
        suppliers=tuple(
            SheetSupplier(key.hex, names[key], key == invitation_id)
            for key in (answer.invitation.id for answer, _offer in found.acceptable)
        ),
        is_whole=not rfq.may_split,
        pending=pending,
    )


def awarded_among(actor: Actor, version_id: UUID) -> int:
    """How many of the lines that a version offers first are awarded already; one statement."""
    offered = QuoteLine.objects.filter(version=version_id, rfq__in=seen_rfqs(actor), option=0, is_offered=True)
    return offered.filter(rfq_line__award_line__isnull=False).count()


def are_awarded(actor: Actor, rfq_id: UUID, offered: Collection[UUID]) -> bool:
    """Whether all of these offered lines have won already: a form that was sent twice."""
    won = AwardLine.objects.filter(quote_line__in=offered, award__rfq__in=seen_rfqs(actor).filter(pk=rfq_id))
    return bool(offered) and won.count() == len(offered)


def _best(found: Answers) -> UUID | None:
    """Who offers the most lines, at the lowest whole cost where that can be said."""
    offers = [(one, found.cost_of(one)) for one, _offer in found.acceptable]
    order = [(-len(one.goods), cost is None, cost.total if cost else ZERO, one.invitation.id) for one, cost in offers]
    return min(order)[-1] if order else None


def _first(
    offered: Mapping[UUID, Sequence[_Offered]], done: Collection[UUID]
) -> dict[UUID, tuple[UUID, Decimal | None]]:
    """What is offered first for each line that is left."""
    return {key: (offers[0].line.pk, None) for key, offers in offered.items() if offers and key not in done}


def _done(found: Answers, pending: Sequence[PendingText]) -> dict[UUID, tuple[str, str]]:
    """Who has won a line, or would win it with an approval, and the tone of that, by line; one statement."""
    names = {one.invitation.id: one.invitation.tenant_name for one in found.answers}
    won = AwardLine.objects.filter(rfq_line__rfq=found.rfq)
    winners = won.values_list("rfq_line_id", "award__version__quote__invitation_id")
    done = {key: (_("Awarded to %(name)s") % {"name": names.get(winner, "")}, "ok") for key, winner in winners}
    waits = _("Waits for its approval: %(name)s")
    return {key: (waits % {"name": one.name}, "warn") for one in pending if one.is_live for key in one.line_ids} | done


def _cheapest(found: Answers, done: Collection[UUID]) -> dict[UUID, tuple[UUID, Decimal | None]]:
    """The cheapest split of what is offered and left, over the offers that can be compared."""
    offers = found.comparable
    offered = {key for one, _offer in offers for key in one.goods}
    split = found.cheapest_split([line.id for line in found.lines if line.id in offered and line.id not in done])
    if split is None:
        return {}
    return {line_id: (offers[place][1].lines[line_id].pk, None) for line_id, place in split.by_line.items()}


def _line(row: RFQLine, offers: list[_Offered], done: tuple[str, str], chosen: Choices) -> SheetLine:
    choices = [Choice(one.line.pk.hex, _choice_text(one)) for one in offers]
    return SheetLine(
        key=row.id.hex,
        description=row.description,
        quantity_text=quantity_text(row.quantity, row.unit_code),
        done_text=done[0],
        done_tone=done[1],
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


def _parts(
    shown: Sequence[tuple[Answer, Version]], offered: Mapping[UUID, list[_Offered]], chosen: Choices
) -> tuple[SheetPart, ...]:
    by_key = {one.line.pk: one.line for offers in offered.values() for one in offers}
    parts = []
    for answer, offer in shown:
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
                freight=freight,
                setup=sum((by_key[key].setup_amount for key in own), ZERO),
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
