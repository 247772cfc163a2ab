"""Use cases: a variant becomes a pack, its composition changes, it is no pack any more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.editing import changed, locked
from catalog.models import Variant
from catalog.packs.models import Pack, PackGroup, PackKind, PackOption, PackPart, PackRule, RuleKind
from catalog.packs.plans import NOTHING, Group, Option, Part, Plan, Rule, Surcharge, flaws
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotFound

MOST_ROWS = 100
_GROUP = re.compile(r"[A-Z]{1,2}")
_OPTION = re.compile(r"([A-Z]{1,2})([1-9][0-9]{0,2})")
_LARGEST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class PartData:
    """Goods that are always in the pack, by their reference."""

    sku: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class GroupData:
    """Options of which ``minimum`` to ``maximum`` are chosen."""

    code: str
    name_fr: str
    name_en: str = ""
    minimum: int = 0
    maximum: int = 1


@dataclass(frozen=True, slots=True)
class OptionData:
    """What can be chosen, such as ``A2``; goods by their reference, a service without one."""

    code: str
    name_fr: str
    name_en: str = ""
    sku: str = ""
    quantity: Decimal = Decimal(1)
    surcharge: Surcharge = NOTHING
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class RuleData:
    """What an option does to another one, both by their codes."""

    code: str
    kind: str
    other: str
    surcharge: Surcharge = NOTHING


@dataclass(frozen=True, slots=True)
class PackData:
    """A pack as it is to be. A fixed kit has parts only."""

    kind: str
    parts: tuple[PartData, ...] = ()
    groups: tuple[GroupData, ...] = ()
    options: tuple[OptionData, ...] = ()
    rules: tuple[RuleData, ...] = ()
    currency: str = "EUR"


@atomic
def save_pack(*, variant_id: UUID, data: PackData, actor: Actor) -> None:
    """Make a variant the pack that is described, or change the one that it is.

    Raises NotAllowed, VariantNotFound, InvalidInput; its field names table, column and place, such as
    ``options-sku-3``. Emits CatalogChanged.
    """
    variant = locked(variant_id, actor)
    plan = _checked(variant, data)
    Pack.objects.filter(variant=variant).delete()
    pack = Pack.objects.create(variant=variant, kind=data.kind, currency=data.currency)
    PackPart.objects.bulk_create(
        PackPart(pack=pack, variant_id=part.variant_id, quantity=part.quantity, position=place)
        for place, part in enumerate(plan.parts)
    )
    groups = {
        group.code: PackGroup(
            pack=pack,
            code=group.code,
            name_fr=group.name_fr,
            name_en=group.name_en,
            minimum=group.minimum,
            maximum=group.maximum,
            position=place,
        )
        for place, group in enumerate(plan.groups)
    }
    PackGroup.objects.bulk_create(groups.values())
    options = {option.code: _row(groups[group.code], option) for group in plan.groups for option in group.options}
    PackOption.objects.bulk_create(options.values())
    PackRule.objects.bulk_create(
        PackRule(
            pack=pack,
            option=options[rule.code],
            other=options[rule.other],
            kind=rule.kind,
            amount=rule.surcharge.amount,
            rate=rule.surcharge.rate,
            position=place,
        )
        for place, rule in enumerate(plan.rules)
    )
    changed(variant)


@atomic
def dissolve_pack(*, variant_id: UUID, actor: Actor) -> None:
    """Make a pack an ordinary variant again. Raises NotAllowed, VariantNotFound, NotFound. Emits CatalogChanged."""
    variant = locked(variant_id, actor)
    if not Pack.objects.filter(variant=variant).delete()[0]:
        raise NotFound
    changed(variant)


def _row(group: PackGroup, option: Option) -> PackOption:
    return PackOption(
        group=group,
        number=int(option.code.removeprefix(group.code)),
        name_fr=option.name_fr,
        name_en=option.name_en,
        variant_id=option.part.variant_id if option.part else None,
        quantity=option.part.quantity if option.part else Decimal(1),
        amount=option.surcharge.amount,
        rate=option.surcharge.rate,
        is_default=option.is_default,
    )


def _checked(variant: Variant, data: PackData) -> Plan:
    """The plan, when it can be. Raises InvalidInput."""
    if data.kind not in PackKind.values:
        raise InvalidInput(field="kind", reason=_("Choose a kind."))
    if max(map(len, (data.parts, data.groups, data.options, data.rules))) > MOST_ROWS:
        raise InvalidInput(field="kind", reason=_("At most %(count)s rows in a table.") % {"count": MOST_ROWS})
    if data.kind == PackKind.FIXED and (data.groups or data.options or data.rules):
        raise InvalidInput(field="kind", reason=_("A fixed kit has no options: make it a configured set."))
    if not (data.parts or data.options):
        raise InvalidInput(field="parts-sku-0", reason=_("Say what is in it."))
    _check_letters(data)
    goods = _goods(variant, data)
    options = dict(_options(data, goods))
    plan = Plan(
        variant_id=variant.pk,
        sku=variant.sku,
        parts=tuple(_parts(data, goods)),
        groups=tuple(_groups(data, options)),
        rules=tuple(_rules(data, {option.code for option in options.values()})),
        currency=data.currency,
    )
    for flaw in flaws(plan):
        raise InvalidInput(field=_field_of(data, flaw.code), reason=flaw.message)
    return plan


def _goods(variant: Variant, data: PackData) -> Mapping[str, Variant]:
    """The variants that are named, by reference. Packs do not hold packs, nor does a part of a pack become one."""
    named = {sku for _field, sku in _named(data)}
    rows = Variant.objects.filter(sku__in=named, pack__isnull=True).exclude(pk=variant.pk)
    if Pack.objects.filter(Q(parts__variant=variant) | Q(groups__options__variant=variant)).exists():
        raise InvalidInput(field="kind", reason=_("It is itself a part of a pack."))
    goods = {row.sku: row for row in rows.only("sku", "tax_rate", "is_service")}
    for field, sku in _named(data):
        if sku in goods:
            _require_one_vat(variant, goods[sku], field)
    return goods


def _require_one_vat(pack: Variant, part: Variant, field: str) -> None:
    """A pack has one rate, and is taxed as goods or as a service. Raises InvalidInput."""
    if part.tax_rate != pack.tax_rate:
        rates = {"rate": formatting.percent(part.tax_rate), "own": formatting.percent(pack.tax_rate)}
        reason = _("Its VAT rate is %(rate)s, that of the pack %(own)s: a pack has one rate.") % rates
        raise InvalidInput(field=field, reason=reason)
    if pack.is_service and not part.is_service:
        raise InvalidInput(field=field, reason=_("The pack is a service: only services can be in it."))


def _named(data: PackData) -> Iterator[tuple[str, str]]:
    """The fields that name goods, with the references in them."""
    tables = (("parts", [part.sku for part in data.parts]), ("options", [option.sku for option in data.options]))
    for table, skus in tables:
        yield from ((f"{table}-sku-{place}", sku.strip()) for place, sku in enumerate(skus) if sku.strip())


def _parts(data: PackData, goods: Mapping[str, Variant]) -> Iterator[Part]:
    seen: set[UUID] = set()
    for place, row in enumerate(data.parts):
        variant_id = _good(row.sku, goods, f"parts-sku-{place}")
        if variant_id in seen:
            raise InvalidInput(field=f"parts-sku-{place}", reason=_("It is there twice."))
        seen.add(variant_id)
        yield Part(variant_id, _quantity(row.quantity, f"parts-quantity-{place}"))


def _options(data: PackData, goods: Mapping[str, Variant]) -> Iterator[tuple[int, Option]]:
    letters, seen = {group.code for group in data.groups}, set[str]()
    for place, row in enumerate(data.options):
        match = _OPTION.fullmatch(row.code)
        if match is None or match[1] not in letters:
            reason = _("A group’s letter and a number, such as A2.")
            raise InvalidInput(field=f"options-code-{place}", reason=reason)
        if row.code in seen:
            raise InvalidInput(field=f"options-code-{place}", reason=_("It is there twice."))
        seen.add(row.code)
        french, english = _names(row.name_fr, row.name_en, f"options-name_fr-{place}")
        part = None
        if row.sku.strip():
            quantity = _quantity(row.quantity, f"options-quantity-{place}")
            part = Part(_good(row.sku, goods, f"options-sku-{place}"), quantity)
        surcharge = _surcharge(row.surcharge, "options", place)
        yield place, Option(row.code, french, english, part, surcharge, row.is_default)


def _check_letters(data: PackData) -> None:
    """Each group has letters of its own. Raises InvalidInput."""
    letters = [group.code for group in data.groups]
    for place, code in enumerate(letters):
        if not _GROUP.fullmatch(code) or letters.index(code) != place:
            reason = _("One or two capital letters, each group others.")
            raise InvalidInput(field=f"groups-code-{place}", reason=reason)


def _groups(data: PackData, options: Mapping[int, Option]) -> Iterator[Group]:
    for place, row in enumerate(data.groups):
        french, english = _names(row.name_fr, row.name_en, f"groups-name_fr-{place}")
        if not 0 <= row.minimum <= row.maximum or row.maximum < 1:
            reason = _("At least one can be chosen, and no fewer than must be.")
            raise InvalidInput(field=f"groups-maximum-{place}", reason=reason)
        own = tuple(option for option in options.values() if _letters(option.code) == row.code)
        yield Group(row.code, french, english, row.minimum, row.maximum, own)


def _rules(data: PackData, codes: set[str]) -> Iterator[Rule]:
    seen: set[tuple[str, str, str]] = set()
    for place, row in enumerate(data.rules):
        for name, code in (("code", row.code), ("other", row.other)):
            if code not in codes:
                raise InvalidInput(field=f"rules-{name}-{place}", reason=_("There is no such option."))
        if row.code == row.other or (row.code, row.kind, row.other) in seen:
            raise InvalidInput(field=f"rules-other-{place}", reason=_("Two different options, once each."))
        seen.add((row.code, row.kind, row.other))
        if row.kind not in RuleKind.values:
            raise InvalidInput(field=f"rules-kind-{place}", reason=_("Choose a kind."))
        surcharge = _surcharge(row.surcharge, "rules", place)
        if bool(surcharge) != (row.kind == RuleKind.PRICES):
            reason = _("Only “with it costs” has an amount or a rate, and it needs one.")
            raise InvalidInput(field=f"rules-amount-{place}", reason=reason)
        yield Rule(RuleKind(row.kind), row.code, row.other, surcharge)


def _good(sku: str, goods: Mapping[str, Variant], field: str) -> UUID:
    variant = goods.get(sku.strip())
    if variant is None:
        raise InvalidInput(field=field, reason=_("There is no product with this reference that is not itself a pack."))
    return variant.pk


def _quantity(value: Decimal, field: str) -> Decimal:
    if not (0 < value < _LARGEST and value == round(value, 4)):
        raise InvalidInput(field=field, reason=_("More than zero, with at most four decimals."))
    return value


def _names(french: str, english: str, field: str) -> tuple[str, str]:
    if not (french.strip() or english.strip()):
        raise InvalidInput(field=field, reason=_("Give a name in at least one language."))
    return french.strip() or english.strip(), english.strip()


def _surcharge(value: Surcharge, table: str, place: int) -> Surcharge:
    if value.amount is not None and value.rate is not None:
        raise InvalidInput(field=f"{table}-rate-{place}", reason=_("Either an amount or a rate."))
    if value.amount is not None and not (abs(value.amount) < _LARGEST and value.amount == round(value.amount, 4)):
        raise InvalidInput(field=f"{table}-amount-{place}", reason=_("At most four decimals."))
    if value.rate is not None and not (-1 <= value.rate < 10 and value.rate == round(value.rate, 6)):
        raise InvalidInput(field=f"{table}-rate-{place}", reason=_("From −100 to 999 %."))
    return value


def _field_of(data: PackData, code: str) -> str:
    """The field of a group's or an option's code."""
    tables = {"groups": [group.code for group in data.groups], "options": [option.code for option in data.options]}
    for table, codes in tables.items():
        if code in codes:
            return f"{table}-code-{codes.index(code)}"
    return "kind"


def _letters(code: str) -> str:
    return code.rstrip("0123456789")
