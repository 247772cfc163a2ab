"""Use cases that take back what was done to many variants at once: put values back, remove or archive new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog import related
from catalog.differences import Difference, is_same, plain_value, unit_values
from catalog.enums import VariantState
from catalog.merging import UNIT_FIELDS
from catalog.models import Brand, Category, CategoryAlias, Family, OrderUnit, Product, Variant, VariantMove
from catalog.policies import require_manage
from catalog.rows import MEASURES
from core.actor import Actor
from core.db import Lock, advisory_lock, atomic
from core.scope import current_scope

_VARIANT = (
    "name_fr",
    "name_en",
    "keywords_fr",
    "keywords_en",
    "gtin",
    "manufacturer_part_number",
    "tax_rate",
    *MEASURES,
)
_PRODUCT = ("name_fr", "name_en", "description_fr", "description_en")
#: What a product belongs to, and the column that names it in a difference.
_LINKS: dict[str, tuple[Any, str]] = {
    "brand": (Brand, "slug"),
    "category": (Category, "path"),
    "family": (Family, "code"),
}
_BATCH = 2000

#: By variant, in the order in which they were made.
Differences = Mapping[UUID, Sequence[Difference]]


def standing_fields(differences: Differences) -> dict[UUID, list[str]]:
    """The fields that somebody changed since, by variant: :func:`put_back` leaves them alone. Writes nothing."""
    return _Reverter(differences, lock=False).left


@atomic
def put_back(*, differences: Differences, actor: Actor) -> dict[UUID, list[str]]:
    """Give fields their value of before where they still have the one of after; answers those left alone, by variant.

    The number of statements does not grow with the variants. Raises NotAllowed. Telling of it is the caller's
    (:func:`catalog.services.announce`).
    """
    require_manage(actor)
    advisory_lock(Lock.CATALOG_IMPORT, str(current_scope().tenant_id))
    reverter = _Reverter(differences, lock=True)
    reverter.write(actor)
    return reverter.left


@atomic
def remove(*, variant_ids: Iterable[UUID], actor: Actor) -> None:
    """Delete variants that nobody has used, and their products that have no other. Raises NotAllowed."""
    require_manage(actor)
    variants = Variant.objects.filter(pk__in=list(variant_ids))
    product_ids = set(variants.values_list("product_id", flat=True))
    variants.delete()
    Product.objects.filter(pk__in=product_ids, variants__isnull=True).delete()


@atomic
def archive_many(*, variant_ids: Iterable[UUID], actor: Actor) -> None:
    """Take variants out of sale, with a row each in their history. Raises NotAllowed."""
    require_manage(actor)
    rows = Variant.objects.select_for_update(of=("self",)).filter(pk__in=list(variant_ids)).order_by("pk")
    _move([row for row in rows if row.state != VariantState.ARCHIVED], VariantState.ARCHIVED, actor)


@atomic
def restore_many(*, variant_ids: Iterable[UUID], actor: Actor) -> dict[UUID, Difference]:
    """Put archived variants on sale again, with a row each in their history; what that changed. Raises NotAllowed."""
    require_manage(actor)
    rows = Variant.objects.select_for_update(of=("self",)).filter(pk__in=list(variant_ids)).order_by("pk")
    moving = [row for row in rows if row.state == VariantState.ARCHIVED]
    _move(moving, VariantState.ACTIVE, actor)
    return {row.pk: Difference("state", VariantState.ARCHIVED.value, VariantState.ACTIVE.value) for row in moving}


def _move(rows: Sequence[Variant], to: str, actor: Actor) -> None:
    """Move variants to a state, with their history; two statements."""
    moves = [
        VariantMove(subject=row, from_state=row.state, to_state=to, actor_id=actor.user_id, actor_name=actor.name)
        for row in rows
    ]
    if moves:
        VariantMove.objects.bulk_create(moves, batch_size=_BATCH)
        Variant.objects.filter(pk__in=[row.pk for row in rows]).update(state=to, updated_at=timezone.now())


class _Reverter:
    def __init__(self, differences: Differences, *, lock: bool) -> None:
        found = Variant.objects.filter(pk__in=list(differences)).order_by("pk")
        rows = list(found.select_for_update(of=("self",)) if lock else found)
        self.products = Product.objects.select_related("brand", "category", "family").in_bulk(
            {row.product_id for row in rows}
        )
        self.variants = {row.pk: row for row in rows}
        self.units = {(unit.variant_id, unit.code): unit for unit in OrderUnit.objects.filter(variant__in=rows)}
        named = [difference for found in differences.values() for difference in found]
        self.links = {
            name: _by_text(model.objects.all(), key, named, f"product.{name}") for name, (model, key) in _LINKS.items()
        }
        self.links["category"] |= _by_old_path(named)
        self.changed: tuple[dict[UUID, Variant], dict[UUID, Product]] = ({}, {})
        self.moving: dict[str, list[Variant]] = defaultdict(list)
        self.left: dict[UUID, list[str]] = {}
        of_relations = {one.field.startswith(related.FIELD) for one in named}
        self.lists = related.standing(self.variants) if True in of_relations else {}
        self.relating: dict[UUID, dict[str, Sequence[str]]] = defaultdict(dict)
        self.gone_units: set[UUID] = set()
        self.changed_units: dict[UUID, OrderUnit] = {}
        for variant_id, made in differences.items():
            left = [difference.field for difference in reversed(made) if not self._revert(variant_id, difference)]
            if left:
                self.left[variant_id] = left

    def write(self, actor: Actor) -> None:
        variants, products = self.changed
        for state, rows in self.moving.items():
            _move(rows, state, actor)
        for variant in variants.values():
            variant.updated_at = timezone.now()
        _rewrite(Variant, variants, [*_VARIANT, "attributes", "updated_at"])
        _rewrite(Product, products, [*_PRODUCT, *_LINKS])
        _rewrite(OrderUnit, self.changed_units, list(UNIT_FIELDS))
        OrderUnit.objects.filter(pk__in=self.gone_units).delete()
        related.write(wanted=self.relating, actor=actor)

    def _revert(self, variant_id: UUID, difference: Difference) -> bool:
        """Set one field back; whether it could be."""
        variant = self.variants.get(variant_id)
        if variant is None:
            return False
        group, _dot, name = difference.field.partition(".")
        if group == "unit":
            return self._revert_unit(variant, name, difference)
        if group == "product":
            return self._revert_product(self.products[variant.product_id], name, difference)
        if group == "state":
            return self._revert_state(variant, difference)
        if group == "relation":
            return self._revert_relations(variant, name, difference)
        if group == "attributes":
            done = self._revert_attribute(variant, name, difference)
        else:
            done = _revert_column(variant, group, difference, _VARIANT)
        if done:
            self.changed[0][variant.pk] = variant
        return done

    def _revert_state(self, variant: Variant, difference: Difference) -> bool:
        if variant.state != difference.after:
            return False
        self.moving[difference.before].append(variant)
        return True

    def _revert_relations(self, variant: Variant, kind: str, difference: Difference) -> bool:
        if list(self.lists.get(variant.pk, {}).get(kind, ())) != difference.after:
            return False
        self.relating[variant.pk][kind] = difference.before
        return True

    def _revert_product(self, product: Product, name: str, difference: Difference) -> bool:
        if name in _LINKS:
            done = self._revert_link(product, name, difference)
        else:
            done = _revert_column(product, name, difference, _PRODUCT)
        if done:
            self.changed[1][product.pk] = product
        return done

    def _revert_link(self, product: Product, name: str, difference: Difference) -> bool:
        current, known = getattr(product, name), self.links[name]
        if (getattr(current, _LINKS[name][1]) if current else "") != difference.after and (
            current is None or current != known.get(difference.after)
        ):
            return False
        if difference.before and difference.before not in known:
            return False
        setattr(product, name, known.get(difference.before))
        return True

    @staticmethod
    def _revert_attribute(variant: Variant, code: str, difference: Difference) -> bool:
        if not is_same(difference.after, variant.attributes.get(code)):
            return False
        rest = {name: value for name, value in variant.attributes.items() if name != code}
        variant.attributes = rest if difference.before is None else {**rest, code: difference.before}
        return True

    def _revert_unit(self, variant: Variant, code: str, difference: Difference) -> bool:
        unit = self.units.get((variant.pk, code))
        if unit is None or unit.pk in self.gone_units or unit_values(unit) != difference.after:
            return False
        if difference.before is None:
            self.gone_units.add(unit.pk)
            self.changed_units.pop(unit.pk, None)
            return True
        *numbers, unit.gtin = difference.before
        unit.factor, unit.minimum, unit.multiple = map(Decimal, numbers[:3])
        unit.maximum = Decimal(numbers[3]) if numbers[3] else None
        self.changed_units[unit.pk] = unit
        return True


def _rewrite(model: Any, rows: Mapping[UUID, Any], fields: list[str]) -> None:
    """Write columns of rows that are there, in one statement per batch."""
    if rows:
        model.objects.bulk_create(
            list(rows.values()), batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )


def _revert_column(row: Any, name: str, difference: Difference, columns: Sequence[str]) -> bool:
    current = getattr(row, name) if name in columns else None
    if name not in columns or not is_same(difference.after, plain_value(current)):
        return False
    is_number = isinstance(current, Decimal) and difference.before is not None
    setattr(row, name, Decimal(difference.before) if is_number else difference.before)
    return True


def _by_old_path(differences: Iterable[Difference]) -> dict[str, Any]:
    """Categories by the paths that differences name and that they have no more."""
    named = [one for one in differences if one.field == "product.category"]
    paths = {path for one in named for path in (one.before, one.after) if path}
    rows = CategoryAlias.objects.filter(path__in=paths).select_related("category") if paths else ()
    return {row.path: row.category for row in rows}


def _by_text(rows: Any, key: str, differences: Iterable[Difference], field: str) -> dict[str, Any]:
    """Rows that differences name as what was before."""
    wanted = {difference.before for difference in differences if difference.field == field and difference.before}
    return {getattr(row, key): row for row in rows.filter(**{f"{key}__in": wanted})} if wanted else {}
