"""Changing many variants at once: where they belong, their state, who sees them.

The number of statements does not depend on the number of variants. What a variant cannot become is answered by its key,
for the caller to say at its row: nothing is raised for one of many.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.attributes import missing
from catalog.enums import RelationKind, VariantState
from catalog.errors import ReplacementMissing
from catalog.keys import any_of
from catalog.models import Family, Product, Relation, Variant, VariantMove, VisibilityRule
from catalog.outline import outline
from catalog.policies import require_manage
from catalog.services import announce
from catalog.states import VARIANT
from catalog.structure import held_categories, hold_visibility
from core.actor import Actor
from core.db import atomic
from core.errors import IllegalMove

_BATCH = 2000
#: A preset of :func:`presets_of`: as the rules around say, everybody, nobody, or rules of another shape.
AS_RULES, EVERYBODY, NOBODY, OWN_RULES = "", "all", "none", "own"


@dataclass
class Outcome:
    """Variants that were changed, and why others were not."""

    changed: set[UUID] = field(default_factory=set)
    refused: dict[UUID, str] = field(default_factory=dict)


def hold(variant_ids: Iterable[UUID]) -> dict[UUID, Variant]:
    """Variants with their products and families, locked until the end of the transaction: products first, by key."""
    wanted = list(variant_ids)
    owners = Variant.objects.filter(pk__in=any_of(wanted)).order_by().values("product_id")
    rows = Product.objects.select_for_update(of=("self",)).select_related("family").filter(pk__in=owners)
    products = {row.pk: row for row in rows.order_by("pk")}
    found: dict[UUID, Variant] = {}
    for variant in Variant.objects.select_for_update(of=("self",)).filter(pk__in=any_of(wanted)).order_by("pk"):
        if variant.product_id in products:
            variant.product = products[variant.product_id]
            found[variant.pk] = variant
    return found


@atomic
def place(*, column: str, wanted: Mapping[UUID, UUID | None], actor: Actor) -> Outcome:
    """Give the products of variants a ``family`` or a ``category`` (the column), or none. Raises NotAllowed.

    Emits CatalogChanged for all variants of the products that change.
    """
    require_manage(actor)
    is_family = column == "family"
    known = set(Family.objects.values_list("pk", flat=True)) if is_family else held_categories(wanted.values())
    done, written = Outcome(), dict[UUID, Product]()
    for variant_id, variant in hold(wanted).items():
        to, product = wanted[variant_id], variant.product
        if to is not None and to not in known:
            done.refused[variant_id] = _("This does not exist any more.")
        elif getattr(product, f"{column}_id") != to:
            setattr(product, f"{column}_id", to)
            written[product.pk] = product
            done.changed.add(variant_id)
        elif product.pk in written:
            done.changed.add(variant_id)
    _save(Product, written.values(), column)
    _tell_products(written)
    return done


@atomic
def move(*, wanted: Mapping[UUID, VariantState], without_replacement: Collection[UUID] = (), actor: Actor) -> Outcome:
    """Put variants into states of their life; those in ``without_replacement`` may end and nothing replaces them.

    Raises NotAllowed. Emits CatalogChanged.
    """
    require_manage(actor)
    held, done, now = hold(wanted), Outcome(), timezone.now()
    ending = [key for key, to in wanted.items() if to == VariantState.ENDING and key not in without_replacement]
    replaced = Relation.objects.filter(variant_id__in=any_of(ending), kind=RelationKind.REPLACEMENT) if ending else None
    known = set(replaced.values_list("variant_id", flat=True)) if replaced is not None else set()
    moves = []
    for variant_id, variant in held.items():
        to, before = wanted[variant_id], variant.state
        if before == to:
            continue
        refusal = _refusal(variant, to, is_alone=variant_id in set(ending) - known)
        if refusal:
            done.refused[variant_id] = refusal
            continue
        variant.state, variant.updated_at = to, now
        done.changed.add(variant_id)
        moves.append(
            VariantMove(
                subject=variant, from_state=before, to_state=to, actor_id=actor.user_id, actor_name=actor.name, at=now
            )
        )
    _save(Variant, [held[key] for key in done.changed], "state", "updated_at")
    VariantMove.objects.bulk_create(moves, batch_size=_BATCH)
    announce(sorted(done.changed))
    return done


@atomic
def show(*, wanted: Mapping[UUID, str], actor: Actor) -> Outcome:
    """Say who sees the products of variants, as one of the presets of :func:`presets_of`.

    Rules for single customers stay. Raises NotAllowed. Emits CatalogChanged.
    """
    require_manage(actor)
    hold_visibility()
    held = hold(wanted)
    products = {variant.product_id: wanted[key] for key, variant in held.items()}
    now = presets_of(products)
    written = {key: preset for key, preset in products.items() if now[key] != preset and preset != OWN_RULES}
    with connection.cursor() as cursor:  # a QuerySet would delete a hundred at a time
        cursor.execute(
            "DELETE FROM catalog_visibilityrule WHERE product_id = ANY(%s) AND customer_id IS NULL", [list(written)]
        )
    new = [rule for key, preset in written.items() for rule in _rules(key, preset)]
    VisibilityRule.objects.bulk_create(new, batch_size=_BATCH)
    _tell_products(written)
    return Outcome({key for key, variant in held.items() if variant.product_id in written})


def presets_of(product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Who sees products by rules of their own: ``""`` none, ``all``, ``none``, ``group:…`` or ``segment:…`` (only
    these customers), ``own`` for rules of another shape. Rules for single customers are left out. One statement.
    """
    wanted = list(product_ids)
    rules: dict[UUID, list[tuple[UUID | None, UUID | None, bool]]] = {key: [] for key in wanted}
    rows = VisibilityRule.objects.filter(product_id__in=any_of(wanted), customer_id=None).order_by()
    for key, group, segment, visible in rows.values_list("product_id", "group_id", "segment_id", "is_visible"):
        if key is not None:
            rules[key].append((group, segment, visible))
    return {key: _preset(own) for key, own in rules.items()}


def _preset(rules: list[tuple[UUID | None, UUID | None, bool]]) -> str:
    everybody = [visible for group, segment, visible in rules if group is None and segment is None]
    others = [rule for rule in rules if rule[0] or rule[1]]
    if not rules:
        return AS_RULES
    if everybody and not others:
        return EVERYBODY if everybody[0] else NOBODY
    if everybody == [False] and len(others) == 1 and others[0][2]:
        group, segment, _visible = others[0]
        return f"group:{group}" if group else f"segment:{segment}"
    return OWN_RULES


def _rules(product_id: UUID, preset: str) -> list[VisibilityRule]:
    if preset == AS_RULES:
        return []
    rules = [VisibilityRule(product_id=product_id, is_visible=preset == EVERYBODY)]
    kind, _colon, key = preset.partition(":")
    if key:
        rules.append(VisibilityRule(product_id=product_id, is_visible=True, **{f"{kind}_id": UUID(key)}))
    return rules


def _refusal(variant: Variant, to: VariantState, *, is_alone: bool) -> str:
    """Why a variant cannot get into a state; "" when it can."""
    if not VARIANT.may(variant.state, to):
        return str(IllegalMove.message)
    if to == VariantState.ENDING and is_alone:
        return str(ReplacementMissing.message)
    family = variant.product.family.code if variant.product.family else ""
    lacking = missing(variant.attributes, outline(), family) if variant.state == VariantState.DRAFT else []
    if to == VariantState.ACTIVE and lacking:
        names = ", ".join(outline().label(code) for code in lacking)
        return _("The family requires: %(names)s.") % {"names": names}
    return ""


def _save(model: Any, rows: Collection[Product | Variant], *columns: str) -> None:
    """Write columns of rows that exist: each insert of this one statement becomes an update."""
    if rows:
        model.objects.bulk_create(
            list(rows), batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=columns
        )


def _tell_products(product_ids: Collection[UUID]) -> None:
    if product_ids:
        rows = Variant.objects.filter(product_id__in=any_of(product_ids)).order_by("pk")
        announce(rows.values_list("pk", flat=True))
