"""Money: decimal, net first, rounded half up and only where the norm says so (EN 16931, BR-CO-10 … BR-CO-17)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 exponents that are not 2, among the currencies that the platform may meet.
_EXPONENTS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "XOF": 0, "XAF": 0, "XPF": 0, "TND": 3, "KWD": 3, "BHD": 3}

ZERO = Decimal(0)


def exponent(currency: str) -> int:
    """Decimal places of a currency (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def round_amount(amount: Decimal, currency: str = "EUR") -> Decimal:
    """``amount`` in the currency's decimals, half up."""
    return amount.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in a currency. Two currencies never mix: arithmetic between them raises ValueError."""

    amount: Decimal
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError("an amount is a Decimal")

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def rounded(self) -> Money:
        return Money(round_amount(self.amount, self.currency), self.currency)

    def split(self, weights: Sequence[Decimal | int]) -> tuple[Money, ...]:
        """Shares in proportion to ``weights`` that always add up to the rounded amount (largest remainder)."""
        whole = sum((Decimal(w) for w in weights), ZERO)
        if not weights or whole <= 0:
            raise ValueError("weights must have a positive sum")
        cent = Decimal(1).scaleb(-exponent(self.currency))
        total = round_amount(self.amount, self.currency)
        exact = [total * Decimal(w) / whole for w in weights]
        shares = [(e / cent).to_integral_value(rounding="ROUND_FLOOR") * cent for e in exact]
        left = int((total - sum(shares, ZERO)) / cent)
        by_remainder = sorted(range(len(shares)), key=lambda i: (shares[i] - exact[i], i))
        for index in by_remainder[:left]:
            shares[index] += cent
        return tuple(Money(share, self.currency) for share in shares)


def line_net(unit_price: Decimal, quantity: Decimal, currency: str = "EUR") -> Decimal:
    """Net amount of a line, rounded once (BT-131 = round(BT-129 × BT-146))."""
    return round_amount(unit_price * quantity, currency)


@dataclass(frozen=True, slots=True)
class TaxedLine:
    net: Decimal
    tax_category: str
    tax_rate: Decimal


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """One (category, rate) group: BT-116 … BT-119."""

    tax_category: str
    tax_rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """Document totals: BT-109 (net), BT-110 (tax), BT-112 (gross)."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    groups: tuple[TaxGroup, ...]


def most(amounts: Mapping[str, Decimal], otherwise: str = "EUR") -> str:
    """The currency of the largest number among amounts by currency: the one to draw, or to rank by."""
    return max(amounts, key=lambda code: (amounts[code], code)) if any(amounts.values()) else otherwise


def totals(lines: Iterable[TaxedLine], currency: str = "EUR") -> Totals:
    """Totals of a document: tax per (category, rate) group on the sum of its line nets (BR-CO-17, BR-S-08)."""
    sums: dict[tuple[str, Decimal], Decimal] = {}
    for line in lines:
        key = (line.tax_category, line.tax_rate)
        sums[key] = sums.get(key, ZERO) + line.net
    groups = tuple(
        TaxGroup(category, rate, net, round_amount(net * rate, currency))
        for (category, rate), net in sorted(sums.items())
    )
    net = sum((g.net for g in groups), ZERO)
    tax = sum((g.tax for g in groups), ZERO)
    return Totals(net=net, tax=tax, gross=net + tax, groups=groups)
