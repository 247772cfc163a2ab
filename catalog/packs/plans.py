"""Packs as values: what can be chosen, whether a choice is possible, what it costs. No database here.

A choice is a set of option codes, such as ``{"A2", "B1"}``: the group's letter and the option's number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.packs.models import RuleKind
from core import formatting
from core.money import ZERO, line_net, round_amount

#: Base quantities in, net unit prices out; goods without a price are absent (:func:`pricing.queries.unit_prices`).
Resolve = Callable[[Mapping[UUID, Decimal]], Mapping[UUID, Decimal]]


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What is added (or taken off): an amount, or a rate of what the goods cost."""

    amount: Decimal | None = None
    rate: Decimal | None = None

    def of(self, goods: Decimal, currency: str) -> Decimal:
        """Net, rounded to the currency."""
        return round_amount(self.amount if self.amount is not None else goods * (self.rate or ZERO), currency)

    def __bool__(self) -> bool:
        return bool(self.amount or self.rate)


NOTHING = Surcharge()


@dataclass(frozen=True, slots=True)
class Part:
    """Goods in a pack, or a service that is sold by itself as well; ``quantity`` in base units."""

    variant_id: UUID
    quantity: Decimal
    is_service: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen; a service has no ``part``."""

    code: str
    name_fr: str
    name_en: str
    part: Part | None
    surcharge: Surcharge
    is_default: bool = False

    @property
    def name(self) -> str:
        return formatting.localised(self.name_fr, self.name_en)


@dataclass(frozen=True, slots=True)
class Group:
    """Options of which ``minimum`` to ``maximum`` are chosen."""

    code: str
    name_fr: str
    name_en: str
    minimum: int
    maximum: int
    options: tuple[Option, ...]

    @property
    def name(self) -> str:
        return formatting.localised(self.name_fr, self.name_en)


@dataclass(frozen=True, slots=True)
class Rule:
    """What the option ``code`` does to ``other`` when it is chosen."""

    kind: RuleKind
    code: str
    other: str
    surcharge: Surcharge = NOTHING


@dataclass(frozen=True, slots=True)
class Plan:
    """A pack: what is always in it, what can be chosen, and how choices go together; ``currency`` of its amounts."""

    variant_id: UUID
    sku: str
    parts: tuple[Part, ...]
    groups: tuple[Group, ...] = ()
    rules: tuple[Rule, ...] = ()
    currency: str = "EUR"

    def options(self) -> dict[str, Option]:
        """All options by code, in the order of the groups."""
        return {option.code: option for group in self.groups for option in group.options}

    def defaults(self) -> frozenset[str]:
        """What is chosen at first."""
        return frozenset(code for code, option in self.options().items() if option.is_default)

    def reference(self, chosen: AbstractSet[str]) -> str:
        """The readable reference of a choice: ``SKU-A2-B1``, always in the same order."""
        return "-".join((self.sku, *(code for code in self.options() if code in chosen)))

    def choice(self, chosen: AbstractSet[str]) -> str:
        """A choice as one text, ``A2-B1``, always in the same order."""
        return "-".join(code for code in self.options() if code in chosen)

    def digest(self, chosen: AbstractSet[str]) -> str:
        """What a choice consists of, as a short text: it changes when the codes come to mean something else."""
        goods = sorted((str(key), str(count.normalize())) for key, count in self.components(chosen).items())
        options = [(code, option.part is None and option.name_fr) for code, option in self.options().items()]
        said = [str(self.variant_id), goods, [pair for pair in options if pair[0] in chosen]]
        return sha256(json.dumps(said).encode()).hexdigest()[:16]

    def components(self, chosen: AbstractSet[str]) -> dict[UUID, Decimal]:
        """The goods of one pack and how many base units of each."""
        found: dict[UUID, Decimal] = {}
        for part in self._parts(chosen):
            found[part.variant_id] = found.get(part.variant_id, ZERO) + part.quantity
        return found

    def stocked(self, chosen: AbstractSet[str]) -> dict[UUID, Decimal]:
        """Those of them that are kept in stock: services are not."""
        services = {part.variant_id for part in self._parts(chosen) if part.is_service}
        return {key: count for key, count in self.components(chosen).items() if key not in services}

    def _parts(self, chosen: AbstractSet[str]) -> tuple[Part, ...]:
        picked = (option.part for code, option in self.options().items() if code in chosen and option.part)
        return (*self.parts, *picked)


def codes_of(choice: str) -> frozenset[str]:
    """The options of a choice that :meth:`Plan.choice` wrote."""
    return frozenset(code for code in choice.split("-") if code)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a choice is not possible; ``code`` is the group's or the option's."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PriceLine:
    """Goods of one pack at the buyer's price; without a price they are on request."""

    variant_id: UUID
    quantity: Decimal
    unit_price: Decimal | None
    net: Decimal


@dataclass(frozen=True, slots=True)
class SurchargeLine:
    """What an option, or two together, add to the goods."""

    codes: tuple[str, ...]
    net: Decimal


@dataclass(frozen=True, slots=True)
class PackPrice:
    """What one pack costs, net, and what that is made of; ``net`` is None when it is on request."""

    currency: str
    lines: tuple[PriceLine, ...]
    surcharges: tuple[SurchargeLine, ...]
    net: Decimal | None


def check(plan: Plan, chosen: AbstractSet[str]) -> list[Problem]:
    """Everything that makes a choice impossible, in the order of the groups; an empty list when it is possible."""
    options = plan.options()
    unknown = sorted(chosen - options.keys())
    problems = [Problem(code, _("There is no option %(code)s.") % {"code": code}) for code in unknown]
    for group in plan.groups:
        problems += _counted(group, sum(option.code in chosen for option in group.options))
    for rule in plan.rules:
        if rule.code not in chosen or rule.code not in options or rule.other not in options:
            continue
        names = {"option": options[rule.code].name, "other": options[rule.other].name}
        if rule.kind == RuleKind.EXCLUDES and rule.other in chosen:
            problems.append(Problem(rule.code, _("“%(option)s” does not go with “%(other)s”.") % names))
        elif rule.kind == RuleKind.REQUIRES and rule.other not in chosen:
            problems.append(Problem(rule.code, _("“%(option)s” needs “%(other)s”.") % names))
    return problems


def price(
    plan: Plan, chosen: AbstractSet[str], resolve: Resolve, *, currency: str, quantity: Decimal = Decimal(1)
) -> PackPrice:
    """What one pack of a choice costs when ``quantity`` packs are bought: its goods at the prices that ``resolve``
    knows for all of them together, then the surcharges of its options and of options that are chosen together.

    Each line and each surcharge is rounded once; a pack does not cost less than nothing. It is on request when goods
    in it have no price, or an amount is in another currency than the buyer's.
    """
    components = plan.components(chosen)
    prices = resolve({key: count * quantity for key, count in components.items()}) if components else {}
    lines = tuple(_line(key, count, prices.get(key), currency) for key, count in components.items())
    goods = sum((line.net for line in lines), ZERO)
    charged = [*_surcharges(plan, chosen)]
    surcharges = tuple(SurchargeLine(codes, surcharge.of(goods, currency)) for codes, surcharge in charged)
    is_foreign = plan.currency != currency and any(surcharge.amount is not None for _codes, surcharge in charged)
    if is_foreign or any(line.unit_price is None for line in lines):
        return PackPrice(currency, lines, (), None)
    return PackPrice(currency, lines, surcharges, max(goods + sum((s.net for s in surcharges), ZERO), ZERO))


def flaws(plan: Plan) -> list[Problem]:
    """What of a plan can never be chosen well: too few options, a default that is not possible, rules that collide."""
    found = [
        Problem(group.code, _("“%(group)s” has fewer options than must be chosen.") % {"group": group.name})
        for group in plan.groups
        if len(group.options) < group.minimum
    ]
    pairs = {(rule.kind, frozenset((rule.code, rule.other))) for rule in plan.rules}
    for rule in plan.rules:
        pair = frozenset((rule.code, rule.other))
        if rule.kind == RuleKind.REQUIRES and (RuleKind.EXCLUDES, pair) in pairs:
            values = {"code": rule.code, "other": rule.other}
            found.append(Problem(rule.code, _("%(code)s requires and excludes %(other)s.") % values))
    return found or ([*check(plan, plan.defaults())] if plan.defaults() else [])


def _counted(group: Group, count: int) -> Iterator[Problem]:
    values = {"group": group.name, "minimum": group.minimum, "maximum": group.maximum}
    if count < group.minimum:
        text = ngettext("%(group)s: choose at least one.", "%(group)s: choose at least %(minimum)s.", group.minimum)
        yield Problem(group.code, text % values)
    elif count > group.maximum:
        text = ngettext("%(group)s: choose only one.", "%(group)s: choose at most %(maximum)s.", group.maximum)
        yield Problem(group.code, text % values)


def _line(variant_id: UUID, quantity: Decimal, unit_price: Decimal | None, currency: str) -> PriceLine:
    net = ZERO if unit_price is None else line_net(unit_price, quantity, currency)
    return PriceLine(variant_id, quantity, unit_price, net)


def _surcharges(plan: Plan, chosen: AbstractSet[str]) -> Iterator[tuple[tuple[str, ...], Surcharge]]:
    for code, option in plan.options().items():
        if code in chosen and option.surcharge:
            yield (code,), option.surcharge
    for rule in plan.rules:
        if rule.kind == RuleKind.PRICES and {rule.code, rule.other} <= chosen:
            yield (rule.code, rule.other), rule.surcharge
