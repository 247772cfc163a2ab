"""Use cases of attributes: what they are called, which values they can have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import Count, Max, Min
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from catalog.attributes import WrongValue, read_value
from catalog.enums import AttributeKind
from catalog.errors import AttributeInUse, CodeTaken, NoSuchAttribute, ValueDoesNotFit
from catalog.keys import require_code
from catalog.models import AttributeDefinition, AttributeOption, Product, Variant
from catalog.outline import AttributeInfo, OptionInfo, outline
from catalog.policies import require_manage
from catalog.structure import catalogue_changed, require_name
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import InvalidInput

MOST_OPTIONS = 500


@dataclass(frozen=True, slots=True)
class AttributeData:
    """An attribute as it is to be; ``options`` are the values of a list, in their order."""

    code: str
    label_fr: str
    label_en: str = ""
    kind: str = AttributeKind.TEXT
    unit: str = ""
    is_filter: bool = True
    options: tuple[OptionInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributeLine:
    """An attribute in the supplier's list."""

    id: UUID
    code: str
    label_fr: str
    label_en: str
    kind: str
    unit: str
    is_filter: bool
    option_count: int
    family_count: int


@atomic
def save_attribute(*, data: AttributeData, actor: Actor, attribute_id: UUID | None = None) -> UUID:
    """Create an attribute, or change the one named; its code stays.

    Values that variants have are rewritten as the new kind stores them; one that does not fit refuses the change.

    Raises NotAllowed, InvalidInput, NoSuchAttribute, CodeTaken, ValueDoesNotFit. Emits CatalogChanged.
    """
    require_manage(actor)
    row = _locked(attribute_id) if attribute_id else AttributeDefinition(position=_next_position())
    code = row.code or require_code(data.code)
    info = _checked(code, data)
    row.code, row.kind, row.unit, row.is_filter = code, info.kind, info.unit, info.is_filter
    row.label_fr, row.label_en = info.label_fr, info.label_en
    try:
        with savepoint():
            row.save()
    except IntegrityError as error:
        raise CodeTaken(field="code", code=code) from error
    if attribute_id:
        _rewrite(code, _conversions(info, _values_of(code)))
    _set_options(row, info.options)
    catalogue_changed()
    return row.pk


@atomic
def delete_attribute(*, attribute_id: UUID, actor: Actor) -> None:
    """Take an attribute away that no variant has. Raises NotAllowed, NoSuchAttribute, AttributeInUse.

    Emits CatalogChanged.
    """
    require_manage(actor)
    row = _locked(attribute_id)
    count = Variant.objects.filter(attributes__has_key=row.code).count()
    count += Product.objects.filter(axes__contains=[row.code]).count()
    if count:
        raise AttributeInUse(count=count)
    row.delete()
    catalogue_changed()


@atomic
def normalise_values(*, actor: Actor) -> int:
    """Rewrite values that variants have as their attributes store them: labels as codes, words as yes or no, numbers
    of a family without their unit. Those that fit nothing stay. Answers how many values there were to rewrite.

    One or two statements per attribute. Raises NotAllowed. Emits CatalogChanged when it writes.
    """
    require_manage(actor)
    known = outline()
    of_families = {code for family in known.families for code in known.codes_of(family)}
    count = 0
    for code, info in known.attributes.items():
        if info.kind == AttributeKind.TEXT or (info.kind == AttributeKind.NUMBER and code not in of_families):
            continue
        changed = _fitting(info, _values_of(code))
        _rewrite(code, changed)
        count += len(changed)
    if count:
        catalogue_changed()
    return count


def attribute_lines() -> list[AttributeLine]:
    """All attributes with how many options and families they have; one statement."""
    rows = AttributeDefinition.objects.annotate(
        option_count=Count("options", distinct=True), family_count=Count("families", distinct=True)
    ).values_list("id", "code", "label_fr", "label_en", "kind", "unit", "is_filter", "option_count", "family_count")
    return [AttributeLine(*row) for row in rows]


def attribute_data(attribute_id: UUID) -> AttributeData:
    """An attribute as it is stored; two statements. Raises NoSuchAttribute."""
    row = AttributeDefinition.objects.filter(pk=attribute_id).first()
    if row is None:
        raise NoSuchAttribute
    options = AttributeOption.objects.filter(attribute=row).values_list("code", "label_fr", "label_en")
    return AttributeData(
        code=row.code,
        label_fr=row.label_fr,
        label_en=row.label_en,
        kind=row.kind,
        unit=row.unit,
        is_filter=row.is_filter,
        options=tuple(OptionInfo(*option) for option in options),
    )


def _locked(attribute_id: UUID) -> AttributeDefinition:
    row = AttributeDefinition.objects.select_for_update(of=("self",)).filter(pk=attribute_id).first()
    if row is None:
        raise NoSuchAttribute
    return row


def _next_position() -> int:
    return (AttributeDefinition.objects.aggregate(last=Max("position"))["last"] or 0) + 1


def _checked(code: str, data: AttributeData) -> AttributeInfo:
    """The attribute in its final form. Raises InvalidInput."""
    require_name(data.label_fr, data.label_en, field="label_fr")
    if data.kind not in AttributeKind.values:
        raise InvalidInput(field="kind", reason=_("Choose a kind."))
    options = data.options if data.kind == AttributeKind.LIST else ()
    if data.kind == AttributeKind.LIST and not options:
        raise InvalidInput(field="options", reason=_("A list needs at least one value."))
    if len(options) > MOST_OPTIONS:
        raise InvalidInput(field="options", reason=_("At most %(count)s values.") % {"count": MOST_OPTIONS})
    if len({option.code for option in options}) != len(options):
        raise InvalidInput(field="options", reason=_("A value is there twice."))
    unit = data.unit.strip() if data.kind == AttributeKind.NUMBER else ""
    french, english = data.label_fr.strip(), data.label_en.strip()
    return AttributeInfo(code, french or english, english, data.kind, unit, data.is_filter, options)


def _set_options(row: AttributeDefinition, options: Sequence[OptionInfo]) -> None:
    AttributeOption.objects.filter(attribute=row).delete()
    AttributeOption.objects.bulk_create(
        AttributeOption(
            attribute=row, code=option.code, label_fr=option.label_fr, label_en=option.label_en, position=place
        )
        for place, option in enumerate(options)
    )


def _values_of(code: str) -> list[tuple[Any, str]]:
    """Every value that variants have of an attribute, with the reference of one of them; one statement."""
    rows = Variant.objects.filter(attributes__has_key=code).order_by().annotate(value=KeyTransform(code, "attributes"))
    return list(rows.values("value").annotate(sku=Min("sku")).values_list("value", "sku"))


def _conversions(info: AttributeInfo, values: Iterable[tuple[Any, str]]) -> list[tuple[Any, Any]]:
    """Old and new form of the values that the attribute stores differently now. Raises ValueDoesNotFit."""
    changed: list[tuple[Any, Any]] = []
    for value, sku in values:
        separator = "," if isinstance(value, str) and "," in value else "."
        try:
            new = read_value(info, value, decimal_separator=separator)
        except WrongValue as wrong:
            raise ValueDoesNotFit(field="kind", sku=sku, reason=str(wrong)) from wrong
        if new != value:
            changed.append((value, new))
    return changed


def _fitting(info: AttributeInfo, values: Iterable[tuple[Any, str]]) -> list[tuple[Any, Any]]:
    """Old and new form of the values that fit and are stored differently; a number that is read in two ways stays."""
    changed: list[tuple[Any, Any]] = []
    for value, _sku in values:
        with suppress(WrongValue):
            new = read_value(info, value, decimal_separator=None if "," in str(value) else ".")
            if new and new != value:
                changed.append((value, new))
    return changed


_REWRITE = """
UPDATE catalog_variant v SET attributes = jsonb_set(v.attributes, ARRAY[%(code)s], c.new)
  FROM unnest(%(old)s::jsonb[], %(new)s::jsonb[]) AS c(old, new)
 WHERE v.attributes -> %(code)s = c.old
"""


def _rewrite(code: str, changed: Sequence[tuple[Any, Any]]) -> None:
    if not changed:
        return
    old, new = zip(*changed, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_REWRITE, {"code": code, "old": list(map(Jsonb, old)), "new": list(map(Jsonb, new))})
