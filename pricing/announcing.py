"""Telling the search of prices when they begin or end, each once."""

from __future__ import annotations

from django.utils import timezone

from catalog.services import announce
from core.db import atomic
from pricing.batches import start_due
from pricing.models import DueChange, Price

#: Changes that one transaction takes; what is left comes with the next.
_PORTION = 2000


def announce_due() -> None:
    """Tell of everything that has become due. Safe to run twice at a time."""
    start_due()
    while _announce_portion():
        pass


@atomic
def _announce_portion() -> bool:
    """Take some due changes away and announce their variants together, or not at all. Emits CatalogChanged."""
    rows = DueChange.objects.filter(at__lte=timezone.now()).order_by("at", "pk")
    taken = list(rows.select_for_update(of=("self",), skip_locked=True)[:_PORTION])
    DueChange.objects.filter(pk__in=[row.pk for row in taken]).delete()
    variants = {row.variant_id for row in taken if row.variant_id is not None}
    lists = {row.price_list_id for row in taken if row.variant_id is None}
    if lists:
        variants |= set(Price.objects.filter(price_list_id__in=lists).distinct().values_list("variant_id", flat=True))
    told = sorted(variants)
    for start in range(0, len(told), _PORTION):
        announce(told[start : start + _PORTION])
    return len(taken) == _PORTION
