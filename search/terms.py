"""From a buyer's price lists and discount rules to what an engine compares: curves over the lists' prices.

An index holds prices for the smallest quantity that can be ordered, so a rule whose threshold is above one base unit is
taken as not reached, and floor prices are not known to it: :func:`is_exact` says whether that can matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import get_args

from pricing.enums import Stacking
from pricing.prices import ListInForce, Rule, TargetedTerms, Terms
from search.curves import Affine, Curve
from search.documents import PRICE_SCALE, list_key
from search.port import ListTerms, PriceClass, Target, TargetField

MOST_CLASSES = 200

_Rules = list[tuple[int, Rule]]
"""Rules with their places in the order of a cascade."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Goods that the same rules are about, which are in no other part."""

    require: tuple[Target, ...]
    exclude: tuple[Target, ...]
    rules: tuple[Rule, ...]


def shop_terms(targeted: TargetedTerms) -> tuple[ListTerms, ...]:
    """The lists of a buyer at one supplier, first one first; none when they are too many to tell apart."""
    terms = targeted.terms
    everywhere: _Rules = []
    by_field: dict[str, dict[str, _Rules]] = defaultdict(lambda: defaultdict(list))
    for place, (rule, target) in enumerate(zip(terms.rules, targeted.targets, strict=True)):
        if not _is_threshold(rule):
            (by_field[target[0]][target[1]] if target else everywhere).append((place, rule))
    if prod(len(values) + 1 for values in by_field.values()) > MOST_CLASSES:
        return ()
    parts = list(_parts(everywhere, by_field))
    return tuple(ListTerms(list_key(each.id), _classes(terms, each, parts)) for each in terms.lists)


def is_exact(terms: Terms) -> bool:
    """Whether the engine's order is the order of the prices that are charged."""
    return not terms.has_floors and not any(_is_threshold(rule) for rule in terms.rules)


def _is_threshold(rule: Rule) -> bool:
    return rule.min_amount is not None or (rule.min_quantity is not None and rule.min_quantity > 1)


def _parts(everywhere: _Rules, by_field: Mapping[str, Mapping[str, _Rules]]) -> Iterator[_Part]:
    """One part for each choice of a value of each field, or of none of its values."""
    fields: list[TargetField] = [field for field in get_args(TargetField) if field in by_field]
    for choice in product(*([*by_field[field], None] for field in fields)):
        rules = list(everywhere)
        require: list[Target] = []
        exclude: list[Target] = []
        for field, value in zip(fields, choice, strict=True):
            if value is None:
                exclude += [Target(field, other) for other in by_field[field]]
            else:
                require.append(Target(field, value))
                rules += by_field[field][value]
        in_order = sorted(rules, key=lambda pair: pair[0])
        yield _Part(tuple(require), tuple(exclude), tuple(rule for _place, rule in in_order))


def _classes(terms: Terms, price_list: ListInForce, parts: Sequence[_Part]) -> tuple[PriceClass, ...]:
    if price_list.is_net:
        return (PriceClass(curve=curve_of(terms, price_list, ())),)
    return tuple(PriceClass(part.require, part.exclude, curve_of(terms, price_list, part.rules)) for part in parts)


def curve_of(terms: Terms, price_list: ListInForce, rules: Sequence[Rule]) -> Curve:
    """How an own price comes from a price of the list, by rules that all apply."""
    rate = Fraction(price_list.rate)
    if not rules:
        return Curve((_affine(rate, Fraction(0)),))
    steps = [_after(rate, rules)] if terms.stacking == Stacking.CASCADE else [_after(rate, [rule]) for rule in rules]
    return Curve(tuple(steps), (_affine(rate * (1 - Fraction(terms.max_discount)), Fraction(0)),))


def _after(rate: Fraction, rules: Sequence[Rule]) -> Affine:
    factor, amount = rate, Fraction(0)
    for rule in rules:
        if rule.rate is not None:
            factor, amount = factor * (1 - Fraction(rule.rate)), amount * (1 - Fraction(rule.rate))
        else:
            amount += Fraction(rule.amount or 0) * PRICE_SCALE
    return _affine(factor, amount)


def _affine(factor: Fraction, amount: Fraction) -> Affine:
    return Affine(factor.numerator, factor.denominator, amount)
