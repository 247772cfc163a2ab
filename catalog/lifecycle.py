"""Use cases of a variant's life: published, ending with a replacement, archived, put back."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from catalog.attributes import AttributeProblem, missing
from catalog.editing import locked
from catalog.enums import RelationKind, VariantState
from catalog.errors import AttributesRefused, ReplacementMissing
from catalog.models import Relation, Variant
from catalog.outline import outline
from catalog.relations import relate
from catalog.services import announce
from catalog.states import VARIANT
from core.actor import Actor
from core.db import atomic


@atomic
def publish(*, variant_id: UUID, actor: Actor) -> None:
    """Put a draft on sale. Raises NotAllowed, VariantNotFound, IllegalMove, AttributesRefused. Emits CatalogChanged."""
    variant = locked(variant_id, actor)
    family = variant.product.family.code if variant.product.family else ""
    lacking = missing(variant.attributes, outline(), family) if variant.state == VariantState.DRAFT else []
    if lacking:
        raise AttributesRefused([AttributeProblem(code, _("This is required.")) for code in lacking])
    _move(variant, VariantState.ACTIVE, actor)


@atomic
def end(*, variant_id: UUID, actor: Actor, replacement: str = "", without_replacement: bool = False) -> None:
    """Sell what is left and no more; ``replacement`` is the reference of what comes instead.

    Raises NotAllowed, VariantNotFound, IllegalMove, InvalidInput, ReplacementMissing (there is none and nobody said
    so). Emits CatalogChanged.
    """
    if replacement.strip():
        kind = RelationKind.REPLACEMENT
        relate(variant_id=variant_id, other_sku=replacement, kind=kind, actor=actor, field="replacement")
    variant = locked(variant_id, actor)
    known = Relation.objects.filter(variant=variant, kind=RelationKind.REPLACEMENT).exists()
    if not (known or without_replacement):
        raise ReplacementMissing(field="replacement")
    _move(variant, VariantState.ENDING, actor)


@atomic
def archive(*, variant_id: UUID, actor: Actor) -> None:
    """Take a variant out of sale; orders keep it. Nothing happens to one that is archived.

    Raises NotAllowed, VariantNotFound. Emits CatalogChanged.
    """
    variant = locked(variant_id, actor)
    if variant.state != VariantState.ARCHIVED:
        _move(variant, VariantState.ARCHIVED, actor)


@atomic
def restore(*, variant_id: UUID, actor: Actor) -> None:
    """Put an archived or ending variant back on sale. Nothing happens to one that is on sale.

    Raises NotAllowed, VariantNotFound, AttributesRefused. Emits CatalogChanged.
    """
    variant = locked(variant_id, actor)
    if variant.state != VariantState.ACTIVE:
        publish(variant_id=variant_id, actor=actor)


def _move(variant: Variant, to: VariantState, actor: Actor) -> None:
    VARIANT.move(variant, to=to, actor=actor)
    announce([variant.pk])
