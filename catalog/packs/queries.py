"""Reads of packs: the plans of variants that are packs. What a buyer may not see is in no plan that it reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from catalog.enums import ON_SALE
from catalog.keys import any_of
from catalog.models import Variant
from catalog.packs.models import Pack, PackGroup, PackOption, PackPart, PackRule, RuleKind
from catalog.packs.plans import Group, Option, Part, Plan, Rule, Surcharge
from catalog.queries import seen_of
from catalog.visibility import UNRESTRICTED, Viewpoint


def pack_plan(sku: str, view: Viewpoint) -> Plan | None:
    """The plan of a pack on sale that is seen, by its exact reference; six statements, None without one."""
    seen = Variant.objects.filter(view.condition(), state__in=ON_SALE, sku=sku)
    return next(iter(_plans(_read(Pack.objects.filter(variant__in=seen)), view).values()), None)


def plans_of(variant_ids: Iterable[UUID], view: Viewpoint) -> dict[UUID, Plan]:
    """Plans of variants in any state; six statements at most. What is no pack is absent.

    So is a pack whose parts are not all seen. Options whose goods are not seen are not in it, nor those that need them.
    """
    return _plans(_read(Pack.objects.filter(variant_id__in=any_of(variant_ids))), view)


def staff_plan(variant_id: UUID) -> tuple[str, Plan] | None:
    """Kind and plan of a variant in any state, for its supplier; five statements, None when it is no pack."""
    packs = _read(Pack.objects.filter(variant_id=variant_id))
    return (packs[0].kind, _plans(packs, UNRESTRICTED)[variant_id]) if packs else None


def packs_among(variant_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Those of these variants that are packs, with their references; one statement."""
    return dict(Pack.objects.filter(variant_id__in=any_of(variant_ids)).values_list("variant_id", "variant__sku"))


def _read(rows: QuerySet[Pack]) -> list[Pack]:
    return list(rows.select_related("variant"))


def _plans(packs: Sequence[Pack], view: Viewpoint) -> dict[UUID, Plan]:
    if not packs:
        return {}
    keys = [pack.pk for pack in packs]
    parts: dict[UUID, list[Part]] = defaultdict(list)
    columns = ("pack_id", "variant_id", "quantity", "variant__is_service")
    for pack_id, *part in PackPart.objects.filter(pack__in=keys).values_list(*columns):
        parts[pack_id].append(Part(*part))
    options: dict[UUID, list[Option]] = defaultdict(list)
    codes: dict[UUID, str] = {}
    for row in PackOption.objects.filter(group__pack__in=keys).select_related("group", "variant").order_by("number"):
        codes[row.pk] = f"{row.group.code}{row.number}"
        options[row.group_id].append(_option(row, codes[row.pk]))
    groups: dict[UUID, list[Group]] = defaultdict(list)
    for group in PackGroup.objects.filter(pack__in=keys):
        groups[group.pack_id].append(_group(group, tuple(options[group.pk])))
    rules = _rules(keys, codes)
    plans = [
        Plan(
            variant_id=pack.variant_id,
            sku=pack.variant.sku,
            parts=tuple(parts[pack.pk]),
            groups=tuple(groups[pack.pk]),
            rules=tuple(rules[pack.pk]),
            currency=pack.currency,
        )
        for pack in packs
    ]
    return _seen_only(plans, view)


def _rules(keys: Iterable[UUID], codes: dict[UUID, str]) -> dict[UUID, list[Rule]]:
    found: dict[UUID, list[Rule]] = defaultdict(list)
    columns = ("pack_id", "kind", "option_id", "other_id", "amount", "rate")
    for pack_id, kind, option, other, *surcharge in PackRule.objects.filter(pack__in=keys).values_list(*columns):
        found[pack_id].append(Rule(RuleKind(kind), codes[option], codes[other], Surcharge(*surcharge)))
    return found


def _seen_only(plans: Iterable[Plan], view: Viewpoint) -> dict[UUID, Plan]:
    """The plans as they are seen; one statement, none where everything is."""
    by_id = {plan.variant_id: plan for plan in plans}
    if view.sees_everything:
        return by_id
    goods = {key for plan in by_id.values() for key in plan.components(plan.options().keys())}
    seen = frozenset(seen_of(goods, view))
    return {
        key: _without(plan, _unseen_options(plan, seen))
        for key, plan in by_id.items()
        if all(part.variant_id in seen for part in plan.parts)
    }


def _unseen_options(plan: Plan, seen: AbstractSet[UUID]) -> set[str]:
    """Options whose goods are not seen, and those that cannot be chosen without one of them."""
    gone = {code for code, option in plan.options().items() if option.part and option.part.variant_id not in seen}
    needs = [rule for rule in plan.rules if rule.kind == RuleKind.REQUIRES]
    while more := {rule.code for rule in needs if rule.other in gone} - gone:
        gone |= more
    return gone


def _without(plan: Plan, gone: AbstractSet[str]) -> Plan:
    if not gone:
        return plan
    groups = tuple(
        replace(group, options=tuple(option for option in group.options if option.code not in gone))
        for group in plan.groups
    )
    rules = tuple(rule for rule in plan.rules if not {rule.code, rule.other} & gone)
    return replace(plan, groups=groups, rules=rules)


def _group(row: PackGroup, options: tuple[Option, ...]) -> Group:
    return Group(row.code, row.name_fr, row.name_en, row.minimum, row.maximum, options)


def _option(row: Any, code: str) -> Option:
    part = Part(row.variant_id, row.quantity, row.variant.is_service) if row.variant_id else None
    return Option(code, row.name_fr, row.name_en, part, Surcharge(row.amount, row.rate), row.is_default)
