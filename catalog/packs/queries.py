"""Reads of packs: the plan of a variant that is one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from catalog.enums import ON_SALE
from catalog.models import Variant
from catalog.packs.models import Pack, PackGroup, PackOption, PackPart, PackRule, RuleKind
from catalog.packs.plans import Group, Option, Part, Plan, Rule, Surcharge
from catalog.visibility import Viewpoint


def pack_plan(sku: str, view: Viewpoint) -> Plan | None:
    """The plan of a pack on sale that is seen, by its exact reference; five statements, None without one."""
    seen = Variant.objects.filter(view.condition(), state__in=ON_SALE, sku=sku)
    return _plan(Pack.objects.filter(variant__in=seen).select_related("variant").first())


def staff_plan(variant_id: UUID) -> tuple[str, Plan] | None:
    """Kind and plan of a variant in any state, for its supplier; five statements, None when it is no pack."""
    pack = Pack.objects.filter(variant_id=variant_id).select_related("variant").first()
    plan = _plan(pack)
    return (pack.kind, plan) if pack is not None and plan is not None else None


def _plan(pack: Pack | None) -> Plan | None:
    if pack is None:
        return None
    parts = PackPart.objects.filter(pack=pack).values_list("variant_id", "quantity")
    options: dict[UUID, list[Option]] = defaultdict(list)
    codes: dict[UUID, str] = {}
    for row in PackOption.objects.filter(group__pack=pack).select_related("group").order_by("number"):
        codes[row.pk] = f"{row.group.code}{row.number}"
        options[row.group_id].append(_option(row, codes[row.pk]))
    groups = [_group(row, tuple(options[row.pk])) for row in PackGroup.objects.filter(pack=pack)]
    rules = PackRule.objects.filter(pack=pack).values_list("kind", "option_id", "other_id", "amount", "rate")
    return Plan(
        variant_id=pack.variant_id,
        sku=pack.variant.sku,
        parts=tuple(Part(*part) for part in parts),
        groups=tuple(groups),
        rules=tuple(
            Rule(RuleKind(kind), codes[option], codes[other], Surcharge(amount, rate))
            for kind, option, other, amount, rate in rules
        ),
        currency=pack.currency,
    )


def _group(row: PackGroup, options: tuple[Option, ...]) -> Group:
    return Group(row.code, row.name_fr, row.name_en, row.minimum, row.maximum, options)


def _option(row: Any, code: str) -> Option:
    part = Part(row.variant_id, row.quantity) if row.variant_id else None
    return Option(code, row.name_fr, row.name_en, part, Surcharge(row.amount, row.rate), row.is_default)
