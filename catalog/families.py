"""Use cases of families: which attributes describe which goods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Count, Max

from catalog.errors import CodeTaken, FamilyInUse, NoSuchAttribute, NoSuchFamily
from catalog.keys import require_code
from catalog.models import AttributeDefinition, Family, FamilyAttribute, Product
from catalog.policies import require_manage
from catalog.structure import catalogue_changed, require_name
from core.actor import Actor
from core.db import atomic, savepoint


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute as a family has it."""

    attribute_id: UUID
    is_required: bool = False
    is_filter: bool = True
    is_comparable: bool = True


@dataclass(frozen=True, slots=True)
class FamilyData:
    """A family as it is to be; ``members`` in the order in which they are shown."""

    code: str
    name_fr: str
    name_en: str = ""
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """A family in the supplier's list."""

    id: UUID
    code: str
    name_fr: str
    name_en: str
    attribute_count: int
    product_count: int


@atomic
def save_family(*, data: FamilyData, actor: Actor, family_id: UUID | None = None) -> UUID:
    """Create a family, or change the one named.

    Raises NotAllowed, InvalidInput, NoSuchFamily, CodeTaken, NoSuchAttribute. Emits CatalogChanged.
    """
    require_manage(actor)
    code = require_code(data.code)
    require_name(data.name_fr, data.name_en, field="name_fr")
    family = _locked(family_id) if family_id else Family(position=_next_position())
    family.code, family.name_fr, family.name_en = code, data.name_fr.strip(), data.name_en.strip()
    try:
        with savepoint():
            family.save()
    except IntegrityError as error:
        raise CodeTaken(field="code", code=code) from error
    _set_members(family, data.members)
    catalogue_changed()
    return family.pk


@atomic
def delete_family(*, family_id: UUID, actor: Actor) -> None:
    """Take a family away that no product has. Raises NotAllowed, NoSuchFamily, FamilyInUse. Emits CatalogChanged."""
    require_manage(actor)
    family = _locked(family_id)
    count = Product.objects.filter(family=family).count()
    if count:
        raise FamilyInUse(count=count)
    family.delete()
    catalogue_changed()


@atomic
def assign_family(*, family_id: UUID, product_codes: Iterable[str], axes: Sequence[str], actor: Actor) -> int:
    """Give many products a family and the axes that tell their variants apart; answers how many. Two statements.

    Raises NotAllowed, NoSuchFamily. Emits CatalogChanged.
    """
    require_manage(actor)
    family = _locked(family_id)
    count = Product.objects.filter(code__in=list(product_codes)).update(family=family, axes=list(axes))
    catalogue_changed()
    return count


def family_lines() -> list[FamilyLine]:
    """All families with how many attributes and products they have; one statement."""
    rows = Family.objects.annotate(
        attribute_count=Count("attributes", distinct=True), product_count=Count("products", distinct=True)
    ).values_list("id", "code", "name_fr", "name_en", "attribute_count", "product_count")
    return [FamilyLine(*row) for row in rows]


def family_data(family_id: UUID) -> FamilyData:
    """A family as it is stored; two statements. Raises NoSuchFamily."""
    family = Family.objects.filter(pk=family_id).first()
    if family is None:
        raise NoSuchFamily
    members = FamilyAttribute.objects.filter(family=family).values_list(
        "attribute_id", "is_required", "is_filter", "is_comparable"
    )
    return FamilyData(family.code, family.name_fr, family.name_en, tuple(Member(*row) for row in members))


def _locked(family_id: UUID) -> Family:
    family = Family.objects.select_for_update(of=("self",)).filter(pk=family_id).first()
    if family is None:
        raise NoSuchFamily
    return family


def _next_position() -> int:
    return (Family.objects.aggregate(last=Max("position"))["last"] or 0) + 1


def _set_members(family: Family, members: Sequence[Member]) -> None:
    ids = [member.attribute_id for member in members]
    if len(set(ids)) != len(ids) or AttributeDefinition.objects.filter(pk__in=ids).count() != len(ids):
        raise NoSuchAttribute(field="members")
    FamilyAttribute.objects.filter(family=family).delete()
    FamilyAttribute.objects.bulk_create(
        FamilyAttribute(
            family=family,
            attribute_id=member.attribute_id,
            is_required=member.is_required,
            is_filter=member.is_filter,
            is_comparable=member.is_comparable,
            position=place,
        )
        for place, member in enumerate(members)
    )
