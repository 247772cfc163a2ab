"""Use cases: what replaces a variant, does the same, or goes with it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.editing import changed, locked
from catalog.enums import RelationKind
from catalog.models import Relation, Variant
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotFound


@atomic
def relate(*, variant_id: UUID, other_sku: str, kind: str, actor: Actor, field: str = "sku") -> None:
    """Say what another variant is to this one; said twice it is there once. ``field`` is where its reference stood.

    Raises NotAllowed, VariantNotFound, InvalidInput (another of that reference does not exist, is the same one, or is
    itself replaced by this one). Emits CatalogChanged.
    """
    variant = locked(variant_id, actor)
    if kind not in RelationKind.values:
        raise InvalidInput(field="kind", reason=_("Choose a kind."))
    other = Variant.objects.filter(sku=other_sku.strip()).first()
    if other is None:
        raise InvalidInput(field=field, reason=_("There is no product with this reference."))
    if other.pk == variant.pk:
        raise InvalidInput(field=field, reason=_("This is the product itself."))
    if kind == RelationKind.REPLACEMENT and _leads_back(other.pk, variant.pk):
        raise InvalidInput(field=field, reason=_("That product is itself replaced by this one."))
    last = Relation.objects.filter(variant=variant).aggregate(last=Max("position"))["last"]
    row = Relation(variant=variant, other=other, kind=kind, position=0 if last is None else last + 1)
    Relation.objects.bulk_create([row], ignore_conflicts=True)
    changed(variant)


@atomic
def unrelate(*, variant_id: UUID, relation_id: UUID, actor: Actor) -> None:
    """Take a relation away. Raises NotAllowed, VariantNotFound, NotFound. Emits CatalogChanged."""
    variant = locked(variant_id, actor)
    if not Relation.objects.filter(variant=variant, pk=relation_id).delete()[0]:
        raise NotFound
    changed(variant)


def _leads_back(start: UUID, target: UUID) -> bool:
    """Whether following replacements from ``start`` comes to ``target``."""
    seen, front = {start}, [start]
    while front:
        rows = Relation.objects.filter(variant__in=front, kind=RelationKind.REPLACEMENT)
        front = [pk for pk in rows.values_list("other_id", flat=True) if pk not in seen]
        if target in front:
            return True
        seen.update(front)
    return False
