"""Which goods files belong to: looked up for many files in two statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from catalog.keys import sku_key
from catalog.models import Variant
from integrations.media_import.names import candidates


@dataclass(frozen=True, slots=True)
class Good:
    """A variant that media are for; ``is_one_of_several``: its product has other variants."""

    id: UUID
    product_id: UUID
    sku: str
    name_fr: str
    name_en: str
    is_one_of_several: bool


@dataclass(frozen=True, slots=True)
class NoGood:
    """Why a file belongs to nothing."""

    code: str
    skus: tuple[str, ...] = ()


def find(files: Iterable[tuple[str, str]]) -> list[Good | NoGood]:
    """For each (name, reference; empty when the name is to say it) the goods, in their order.

    A reference as it is written counts before one that only differs in case and separators.
    """
    wanted = [[sku] if sku else candidates(name) for name, sku in files]
    skus = {text for texts in wanted for text in texts}
    exact = {good.sku: good for good in _goods("sku", skus)}
    by_key: dict[str, list[Good]] = {}
    for good in _goods("sku_key", {sku_key(text) for text in skus}):
        by_key.setdefault(sku_key(good.sku), []).append(good)
    return [_choose(texts, exact, by_key) for texts in wanted]


def _goods(field: str, values: set[str]) -> Iterable[Good]:
    rows = Variant.objects.filter(**{f"{field}__in": sorted(values)}).annotate(several=Count("product__variants"))
    found = rows.order_by("sku").values_list("pk", "product_id", "sku", "name_fr", "name_en", "several")
    return (Good(*row[:5], is_one_of_several=row[5] > 1) for row in found)


def _choose(texts: Sequence[str], exact: dict[str, Good], by_key: dict[str, list[Good]]) -> Good | NoGood:
    for text in texts:
        if text in exact:
            return exact[text]
    alike = {good.sku: good for text in texts for good in by_key.get(sku_key(text), ())}
    if len(alike) == 1:
        return next(iter(alike.values()))
    return NoGood("sku_ambiguous", tuple(sorted(alike))) if alike else NoGood("sku_unknown")
