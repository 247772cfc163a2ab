"""Buyers drawn from a fixed seed, goods with prices in lists, and a slow specification of what a buyer sees."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

from search.curves import Affine, Curve
from search.documents import Doc
from search.port import (
    BuyerContext,
    ListTerms,
    PriceClass,
    Target,
    TargetField,
    Visibility,
    VisibilityRule,
)
from tests.search.samples import ACME, BOLT, key, many

LISTS = [f"l{number:032x}" for number in range(12)]
"""The first eight are Acme's, the others Bolt's."""
ODD = 'odd \\ "name" AND (x:'
BRANDS = ("Bossard", "Würth", "Facom", ODD)
PATHS = ("all", "all/screws", "all/washers", "all/plugs", "all/drills")


def priced(count: int = 600) -> list[Doc]:
    """Goods of two suppliers; most have a price in a few lists, many of them the same one."""
    draw = random.Random(11)
    acme = many(count * 2 // 3)
    bolt = many(count - len(acme), seed=8, tenant_id=BOLT, first=50_000)
    return [_priced(draw, doc, LISTS[:8] if doc.tenant_id == ACME else LISTS[8:]) for doc in (*acme, *bolt)]


def _priced(draw: random.Random, doc: Doc, lists: Sequence[str]) -> Doc:
    held = [name for name in lists if draw.random() < 0.4]
    number = int(doc.pk.replace("-", ""), 16)
    prices = {name: draw.choice((draw.randrange(1, 60), draw.randrange(10**5, 10**9), 2_500_000)) for name in held}
    return replace(
        doc,
        brand=ODD if draw.random() < 0.1 else doc.brand,
        prices=prices,
        family=draw.choice(("f1", "f2", "")),
        product_id=key(number // 3),
        is_public=draw.random() < 0.7,
        lead_days=draw.choice((None, 0, 0, 3, 15)),
        numbers={"bore-mm": draw.randrange(-20, 200) / 8} if draw.random() < 0.8 else {},
    )


def buyer(seed: int) -> BuyerContext:
    """Somebody with up to four lists at each supplier, classes with discounts, and rules about what is seen."""
    draw = random.Random(seed)
    shops = tuple(
        tuple(ListTerms(name, _classes(draw)) for name in draw.sample(lists, draw.randrange(5)))
        for lists in ([*LISTS[:8], "l" + "f" * 32], LISTS[8:])
    )
    seen = {name: Visibility(draw.random() < 0.7, _rules(draw)) for name in (ACME, BOLT) if draw.random() < 0.7}
    return BuyerContext(shops=shops, visibility=seen)


def _classes(draw: random.Random) -> tuple[PriceClass, ...]:
    """Disjoint classes: first match of some targets, and what is left."""
    targets = [_target(draw) for _ in range(draw.randrange(4))]
    made = [
        PriceClass((target,), tuple(targets[:place]), _curve(draw))
        for place, target in enumerate(targets)
        if target not in targets[:place]
    ]
    return (*made, PriceClass((), tuple(targets), _curve(draw))) if draw.random() < 0.9 else tuple(made)


def _curve(draw: random.Random) -> Curve:
    steps = tuple(
        Affine(
            draw.choice((85, 100, 95, 60, 0)) * draw.choice((1, 1, 10_873)),
            draw.choice((100, 100, 1_000_000)),
            draw.choice((0, 0, 2_000_000, Fraction(700_001, 3))),
        )
        for _ in range(draw.randrange(1, 4))
    )
    return Curve(steps, (Affine(7, 10),) if draw.random() < 0.4 else ())


def _target(draw: random.Random) -> Target:
    values: dict[TargetField, Sequence[str]] = {
        "brand": BRANDS,
        "category": PATHS,
        "family": ("f1", "f2"),
        "product": [key(number) for number in range(340, 400)],
        "pk": [key(number) for number in range(1_000, 1_100)],
    }
    field = draw.choice(list(values))
    return Target(field, draw.choice(values[field]))


def _rules(draw: random.Random) -> tuple[VisibilityRule, ...]:
    return tuple(VisibilityRule(_target(draw), draw.random() < 0.5) for _ in range(draw.randrange(6)))


# --- the specification ------------------------------------------------------------------------------------------------
def is_about(target: Target, doc: Doc) -> bool:
    match target.field:
        case "brand":
            return doc.brand == target.value
        case "category":
            path = doc.categories[-1].code if doc.categories else ""
            return path == target.value or path.startswith(f"{target.value}/")
        case "family":
            return doc.family == target.value
        case "product":
            return doc.product_id == target.value
    return doc.pk == target.value


def is_seen(who: BuyerContext, doc: Doc) -> bool:
    rules = who.visibility.get(doc.tenant_id)
    if rules is None:
        return doc.is_public
    return next((rule.is_visible for rule in rules.rules if is_about(rule.target, doc)), rules.default)


def own_price(who: BuyerContext, doc: Doc) -> int | None:
    """With fractions, step by step."""
    for shop in who.shops:
        for terms in shop:
            if terms.key in doc.prices:
                return next((_taken_off(one, doc.prices[terms.key]) for one in terms.classes if _is_in(one, doc)), None)
    return None


def _is_in(one: PriceClass, doc: Doc) -> bool:
    return all(is_about(t, doc) for t in one.require) and not any(is_about(t, doc) for t in one.exclude)


def _taken_off(one: PriceClass, price: int) -> int:
    best = min(_exact(step, price) for step in one.curve.steps)
    lowest = max([Fraction(0), *(_exact(step, price) for step in one.curve.floors)])
    return floor(max(best, lowest) + Fraction(1, 2))


def _exact(step: Affine, price: int) -> Fraction:
    return Fraction(price) * step.numerator / step.denominator - step.amount


def seen(who: BuyerContext, docs: Iterable[Doc]) -> list[Doc]:
    return [doc for doc in docs if is_seen(who, doc)]
