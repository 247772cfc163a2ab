"""What replaces many variants, does the same or goes with them: lists of references by kind, read and written at once.

The number of statements does not depend on the number of variants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection

from catalog.differences import Difference
from catalog.keys import any_of, uuid_array
from catalog.models import Relation, Variant
from catalog.policies import require_manage
from core.actor import Actor
from core.db import atomic

FIELD = "relation."
_BATCH = 2000

#: References of other variants in their order, by kind (:class:`catalog.enums.RelationKind`).
Lists = Mapping[str, Sequence[str]]


def standing(variant_ids: Iterable[UUID]) -> dict[UUID, dict[str, tuple[str, ...]]]:
    """The lists that variants have; one statement."""
    found: dict[UUID, dict[str, tuple[str, ...]]] = {}
    rows = Relation.objects.filter(variant_id__in=any_of(variant_ids)).order_by("variant_id", "kind", "position", "pk")
    for variant_id, kind, sku in rows.values_list("variant_id", "kind", "other__sku"):
        lists = found.setdefault(variant_id, {})
        lists[kind] = (*lists.get(kind, ()), sku)
    return found


def differences(wanted: Mapping[UUID, Lists]) -> dict[UUID, list[Difference]]:
    """What :func:`write` would change, by variant, were all references known; writes nothing."""
    if not wanted:
        return {}
    stored, found = standing(wanted), dict[UUID, list[Difference]]()
    for variant_id, lists in wanted.items():
        own = stored.get(variant_id, {})
        moved = [
            Difference(f"{FIELD}{kind}", list(own.get(kind, ())), list(skus))
            for kind, skus in lists.items()
            if own.get(kind, ()) != tuple(skus)
        ]
        if moved:
            found[variant_id] = moved
    return found


@atomic
def write(*, wanted: Mapping[UUID, Lists], actor: Actor) -> dict[UUID, list[Difference]]:
    """Give variants these lists; what changed, by variant. A kind that is not named stays, an empty list ends it.

    References that do not exist are left out, and so is the variant itself. Whether replacements lead back is the
    caller's question. Raises NotAllowed. Telling of it is the caller's (:func:`catalog.services.announce`).
    """
    require_manage(actor)
    if not wanted:
        return {}
    locked = Variant.objects.select_for_update(of=("self",)).filter(pk__in=any_of(wanted)).order_by("pk")
    there = set(locked.values_list("pk", flat=True))
    named = {sku for lists in wanted.values() for skus in lists.values() for sku in skus}
    known = dict(Variant.objects.filter(sku__in=named).order_by().values_list("sku", "pk")) if named else {}

    def resolved(variant_id: UUID, skus: Sequence[str]) -> list[str]:
        return [sku for sku in dict.fromkeys(skus) if known.get(sku, variant_id) != variant_id]

    found = differences(
        {key: {kind: resolved(key, skus) for kind, skus in wanted[key].items()} for key in wanted if key in there}
    )
    _replace(found, known)
    return found


def _replace(found: Mapping[UUID, Sequence[Difference]], known: Mapping[str, UUID]) -> None:
    moved = [(key, one.field.removeprefix(FIELD), one.after) for key, made in found.items() for one in made]
    if not moved:
        return
    with connection.cursor() as cursor:  # a QuerySet knows no pairs
        cursor.execute(
            "DELETE FROM catalog_relation USING unnest(%s::uuid[], %s::text[]) AS gone (variant_id, kind)"
            " WHERE catalog_relation.variant_id = gone.variant_id AND catalog_relation.kind = gone.kind",
            [uuid_array(key for key, _kind, _skus in moved), [kind for _key, kind, _skus in moved]],
        )
    rows = [
        Relation(variant_id=key, other_id=known[sku], kind=kind, position=position)
        for key, kind, skus in moved
        for position, sku in enumerate(skus)
    ]
    Relation.objects.bulk_create(rows, batch_size=_BATCH)
