"""What became of goods since an import created them: whether somebody uses them, whether somebody worked on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from catalog.enums import VariantState
from catalog.keys import any_of
from catalog.models import CustomerPartNumber, Media, Relation, Variant
from catalog.packs.models import Pack, PackOption, PackPart
from catalog.related import FIELD as RELATION
from integrations.media_import.undoing import brought_by
from integrations.models import CatalogImportChange, UndoOutcome
from inventory.models import StockMovement
from orders.models import CartLine, OrderLine, QuickLine
from pricing.models import DiscountRule, Price, PriceBatchLine, VariantCost
from rfq.models import QuoteLine

_USES: tuple[Any, ...] = (OrderLine, QuoteLine, CartLine, QuickLine, CustomerPartNumber)
_WORK: tuple[Any, ...] = (DiscountRule, VariantCost, PriceBatchLine, Pack, PackPart, PackOption)


def used(created: Sequence[CatalogImportChange]) -> set[UUID]:
    """New variants that somebody has ordered, quoted, put in a cart or given a number of its own."""
    return _named_by(_USES, [change.variant_id for change in created])


def with_stock_history(created: Sequence[CatalogImportChange]) -> set[UUID]:
    """New variants whose stock has moved: movements are kept for ever."""
    return _named_by((StockMovement,), [change.variant_id for change in created])


def archived_by_undo(variant_ids: Iterable[UUID]) -> set[UUID]:
    """Variants that an import created and undoing it took out of sale, and that still are."""
    undone = CatalogImportChange.objects.filter(variant_id__in=any_of(variant_ids), outcome=UndoOutcome.ARCHIVED)
    ids = set(undone.values_list("variant_id", flat=True))
    if not ids:
        return ids
    return set(Variant.objects.filter(pk__in=ids, state=VariantState.ARCHIVED).values_list("pk", flat=True))


def worked_on(created: Sequence[CatalogImportChange], kept: Sequence[UUID] = ()) -> set[UUID]:
    """New variants that somebody has changed since the import made them, or that are gone; statements are constant.

    ``kept`` are changes by this import that are being left as somebody made them.
    """
    if not created:
        return set()
    untouched = _untouched_since(created)
    ids, first = list(untouched), min(untouched.values())
    variants = dict(Variant.objects.filter(pk__in=ids).values_list("pk", "updated_at"))
    found = {key for key, moment in untouched.items() if key not in variants or variants[key] > moment}
    prices = Price.objects.filter(variant_id__in=ids).filter(Q(valid_from__gt=first) | Q(valid_to__gt=first))
    for key, opened, closed in prices.values_list("variant_id", "valid_from", "valid_to"):
        if opened > untouched[key] or (closed is not None and closed > untouched[key]):
            found.add(key)
    moves = StockMovement.objects.filter(variant_id__in=ids, at__gt=first).values_list("variant_id", "at")
    found.update(key for key, moment in moves if moment > untouched[key])
    import_id = created[0].catalog_import_id
    found |= _related(ids, import_id, kept) | _with_media_of_somebody(import_id, untouched)
    return found | _named_by(_WORK, ids)


def _related(ids: Sequence[UUID], import_id: UUID, kept: Sequence[UUID]) -> set[UUID]:
    """Those variants with relations, in either direction, that are not what the import itself wrote and left there."""
    rows = Relation.objects.filter(Q(variant_id__in=ids) | Q(other_id__in=ids)).order_by()
    relations = list(rows.values_list("variant_id", "kind", "other_id", "other__sku"))
    made = CatalogImportChange.objects.filter(
        catalog_import_id=import_id, outcome="", is_created=False, variant_id__in={row[0] for row in relations}
    ).exclude(pk__in=kept)
    own = {
        (key, name, sku)
        for key, differences in (made.values_list("variant_id", "differences") if relations else ())
        for name, _before, after in differences
        if name.startswith(RELATION)
        for sku in after
    }
    others = [row for row in relations if (row[0], f"{RELATION}{row[1]}", row[3]) not in own]
    return {key for variant_id, _kind, other_id, _sku in others for key in (variant_id, other_id)} & set(ids)


def _with_media_of_somebody(import_id: UUID, untouched: Mapping[UUID, datetime]) -> set[UUID]:
    """Those with pictures or documents that undoing the import does not take away; of their products, added since."""
    media = Media.objects.filter(product__variants__in=list(untouched))
    rows = list(media.values_list("pk", "product__variants", "variant_id", "created_at"))
    brought = brought_by(import_id, {key for key, *_rest in rows})
    return {
        variant_id
        for key, variant_id, own, moment in rows
        if key not in brought and (own == variant_id or (own is None and moment > untouched[variant_id]))
    }


def _untouched_since(created: Sequence[CatalogImportChange]) -> dict[UUID, datetime]:
    """The moment by variant from which on a change is somebody's own.

    That of its making, or later where another change was made by an import and is undone.
    """
    moments = {change.variant_id: change.at for change in created}
    own = created[0].catalog_import_id
    undone = CatalogImportChange.objects.filter(variant_id__in=list(moments), outcome=UndoOutcome.RESTORED)
    for key, import_id, ended in undone.values_list("variant_id", "catalog_import_id", "catalog_import__finished_at"):
        moment = timezone.now() if import_id == own or ended is None else ended
        moments[key] = max(moments[key], moment)
    return moments


def _named_by(models: Sequence[Any], ids: Sequence[UUID]) -> set[UUID]:
    """Those variants that rows of these tables name."""
    found: set[UUID] = set()
    for model in models if ids else ():
        found.update(model.objects.filter(variant_id__in=ids).values_list("variant_id", flat=True))
    return found
