"""What an order takes from its customer's agreements: agreed prices for what is left, usual ones for what is beyond.

Of goods that are asked for together the lines take what is left in their turn. One that takes the last of it is two
lines of the order: so much at the agreed price, the rest at the price that the customer pays without the agreement, for
that rest. Goods in packs are no call off: a pack has a price of its own, made of usual ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from agreements.calling import Agreed, agreed_goods
from core import formatting
from core.money import ZERO, line_net
from orders.placing import PricedLine
from pricing.queries import PriceContext, ResolvedPrice, resolve

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Portion:
    """What of a line is under an agreement (``quantity``), and what is beyond it (``rest``), in base units."""

    agreed: Agreed
    quantity: Decimal
    rest: Decimal
    usual_price: Decimal | None

    @property
    def is_possible(self) -> bool:
        """Whether there is a price for what is beyond."""
        return not self.rest or self.usual_price is not None

    def net(self, currency: str) -> Decimal:
        """Both parts, each rounded once."""
        usual = line_net(self.usual_price, self.rest, currency) if self.rest and self.usual_price is not None else ZERO
        return line_net(self.agreed.unit_price, self.quantity, currency) + usual

    def text(self, unit_code: str, currency: str) -> str:
        """What the buyer reads: from which agreement, how much, and what is beyond it at which price."""
        values = {
            "number": self.agreed.number,
            "quantity": _amount(self.quantity, unit_code),
            "price": formatting.unit_price(self.agreed.unit_price, currency),
            "rest": _amount(self.rest, unit_code),
            "usual": formatting.unit_price(self.usual_price, currency) if self.usual_price is not None else "—",
        }
        if not self.rest:
            return _("Called off from agreement %(number)s at the agreed price.") % values
        if not self.quantity:
            return _("Nothing is left in agreement %(number)s: %(rest)s at %(usual)s, the usual price.") % values
        return (
            _(
                "%(quantity)s at %(price)s from agreement %(number)s, which holds no more: %(rest)s beyond it at "
                "%(usual)s, the usual price."
            )
            % values
        )


class Portions:
    """What agreements give for goods that are asked for together; lines take it in their turn.

    ``usual`` are the prices of what is beyond.
    """

    def __init__(self, agreed: Mapping[UUID, Agreed], usual: Mapping[UUID, ResolvedPrice]) -> None:
        self.agreed, self.usual = agreed, usual
        self._left = {key: found.remaining for key, found in agreed.items()}

    def take(self, variant_id: UUID, quantity: Decimal) -> Portion | None:
        """What a line of so many base units takes; nothing for goods that are not under an agreement."""
        found = self.agreed.get(variant_id)
        if found is None:
            return None
        left = self._left[variant_id]
        within = quantity if left is None else min(quantity, left)
        if left is not None:
            self._left[variant_id] = left - within
        usual = self.usual.get(variant_id)
        return Portion(found, within, quantity - within, usual.unit_price if usual is not None else None)

    def is_spent(self, variant_id: UUID) -> bool:
        """Whether nothing of goods under an agreement is left, whoever asks."""
        found = self.agreed.get(variant_id)
        return found is not None and found.remaining == ZERO


NO_PORTIONS = Portions({}, {})


def portions_of(
    context: PriceContext,
    agreements: Mapping[UUID, UUID],
    alone: Mapping[UUID, Decimal],
    together: Mapping[UUID, Decimal],
    *,
    lock: bool = False,
) -> Portions:
    """What ``agreements``, by variant, give for the quantities that are asked for ``alone``, without those in packs.

    One statement where there is an agreement, one more where something is beyond it; none without any.
    """
    if not agreements:
        return NO_PORTIONS
    agreed = agreed_goods(agreements, lock=lock)
    return Portions(agreed, resolve(context, beyond(agreed, agreements, alone, together), usual=True))


def beyond(
    agreed: Mapping[UUID, Agreed],
    agreements: Collection[UUID],
    alone: Mapping[UUID, Decimal],
    together: Mapping[UUID, Decimal],
) -> dict[UUID, Decimal]:
    """How much of goods under agreements is asked for beyond what is left; nothing of those that are within."""
    rests = {key: together.get(key, ZERO) - _within(agreed.get(key), alone.get(key, ZERO)) for key in agreements}
    return {key: rest for key, rest in rests.items() if rest}


def _within(agreed: Agreed | None, quantity: Decimal) -> Decimal:
    return agreed.within(quantity) if agreed is not None else ZERO


def agreements_among(prices: Mapping[UUID, ResolvedPrice]) -> dict[UUID, UUID]:
    """The goods whose price is that of an agreement, with its key."""
    found = {key: price.price_list.agreement_id for key, price in prices.items()}
    return {key: agreement_id for key, agreement_id in found.items() if agreement_id is not None}


def parted(lines: Sequence[PricedLine], currency: str) -> list[PricedLine]:
    """The lines of an order: one that is partly beyond its agreement is two."""
    found: list[PricedLine] = []
    for line in lines:
        if line.agreed_quantity is None or line.usual_price is None:
            found.append(line)
            continue
        rest = line.base_quantity - line.agreed_quantity
        found.append(_part(line, line.agreed_quantity, line.unit_price, currency))
        found.append(replace(_part(line, rest, line.usual_price, currency), agreement_line_id=None))
    return found


def called_off(lines: Collection[PricedLine]) -> set[UUID]:
    """The agreements' lines that these lines take from."""
    return {line.agreement_line_id for line in lines if line.agreement_line_id is not None}


def _part(line: PricedLine, quantity: Decimal, unit_price: Decimal, currency: str) -> PricedLine:
    """So many base units of a line; where they are no whole number of its unit, the base unit takes its place."""
    is_whole = quantity % line.unit_factor == 0
    return replace(
        line,
        unit_code=line.unit_code if is_whole else line.base_unit_code,
        unit_factor=line.unit_factor if is_whole else _ONE,
        quantity=quantity / line.unit_factor if is_whole else quantity,
        base_quantity=quantity,
        unit_price=unit_price,
        net_amount=line_net(unit_price, quantity, currency),
        agreed_quantity=None,
        usual_price=None,
    )


def _amount(quantity: Decimal, unit_code: str) -> str:
    return f"{formatting.number(quantity)} {formatting.unit_name(unit_code, quantity)}"
