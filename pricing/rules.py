"""Discount rules: what they say, and the use cases that make, change and end them.

A change makes a new version with the same key; the one before is closed, so that a past price can be explained.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Brand, Family, Product, Variant
from catalog.policies import require_manage
from core.actor import Actor
from core.db import Lock, advisory_lock, atomic
from core.errors import InvalidInput
from core.ids import uuid7
from core.scope import current_scope
from pricing.errors import PastIsFixed, RuleEnded, RuleNotFound
from pricing.models import DiscountRule
from pricing.parties import EVERYBODY, Party
from pricing.validity import not_over

_GOODS: dict[str, Any] = {"variant_id": Variant, "product_id": Product, "family_id": Family, "brand_id": Brand}
_THRESHOLDS = ("min_quantity", "min_amount", "min_year_amount", "min_years")


@dataclass(frozen=True, slots=True)
class RuleData:
    """A discount: so much (``rate``, a fraction, or ``amount`` per base unit) on these goods for this party, from here.

    ``currency`` is that of all amounts in it.
    """

    name: str
    rate: Decimal | None = None
    amount: Decimal | None = None
    currency: str = ""
    position: int = 0
    variant_id: UUID | None = None
    product_id: UUID | None = None
    family_id: UUID | None = None
    brand_id: UUID | None = None
    party: Party = EVERYBODY
    min_quantity: Decimal | None = None
    min_amount: Decimal | None = None
    min_year_amount: Decimal | None = None
    min_years: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    @property
    def goods(self) -> dict[str, UUID]:
        """The goods that are named, by column."""
        named = {name: getattr(self, name) for name in _GOODS}
        return {name: value for name, value in named.items() if value is not None}

    @property
    def thresholds(self) -> dict[str, Decimal | int]:
        """The thresholds that are given, by column."""
        given = {name: getattr(self, name) for name in _THRESHOLDS}
        return {name: value for name, value in given.items() if value is not None}


@atomic
def save_rule(*, data: RuleData, key: UUID | None = None, actor: Actor) -> UUID:
    """Create a discount rule, or change the one with this key from now (or from ``valid_from``) on; answers the key.

    Raises NotAllowed, RuleNotFound, RuleEnded, PastIsFixed, InvalidInput at the field that is wrong.
    """
    require_manage(actor)
    advisory_lock(Lock.PRICE_SETTINGS, str(current_scope().tenant_id))
    now = timezone.now()
    _require_valid(data, now)
    start = max(data.valid_from or now, now)
    if key is not None:
        current = _versions(key, now)
        if data.valid_from is not None and data.valid_from <= now and data.valid_from != current[-1].valid_from:
            raise PastIsFixed(field="valid_from")
        _close(current, start)
    elif data.valid_from is not None and data.valid_from < now:
        raise PastIsFixed(field="valid_from")
    row = DiscountRule(key=key or uuid7(), name=data.name, position=data.position, valid_from=start)
    row.rate, row.amount, row.currency, row.valid_to = data.rate, data.amount, data.currency, data.valid_to
    for name, value in (data.goods | data.party.columns | data.thresholds).items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row.key


@atomic
def end_rule(*, key: UUID, actor: Actor) -> None:
    """End a rule now. Raises NotAllowed, RuleNotFound, RuleEnded."""
    require_manage(actor)
    advisory_lock(Lock.PRICE_SETTINGS, str(current_scope().tenant_id))
    now = timezone.now()
    _close(_versions(key, now), now)


def current_rules(keys: Iterable[UUID] | None = None) -> list[DiscountRule]:
    """Rules that hold now or later, in the order of a cascade, the last version of each; one statement."""
    rows = _open(timezone.now()).select_related("variant__product", "product", "family", "brand")
    if keys is not None:
        rows = rows.filter(key__in=list(keys))
    last = {row.key: row for row in rows.order_by("valid_from", "pk")}
    return sorted(last.values(), key=lambda row: (row.position, row.key))


def _versions(key: UUID, now: datetime) -> list[DiscountRule]:
    """Versions of a rule that have not ended, in their order."""
    if not DiscountRule.objects.filter(key=key).exists():
        raise RuleNotFound
    rows = list(_open(now).filter(key=key).order_by("valid_from", "pk"))
    if not rows:
        raise RuleEnded
    return rows


def _open(now: datetime) -> QuerySet[DiscountRule]:
    return DiscountRule.objects.filter(not_over(now))


def _close(rows: Iterable[DiscountRule], moment: datetime) -> None:
    """End versions at a moment; those that begin later never do."""
    for row in rows:
        end = max(moment, row.valid_from)
        if row.valid_to is None or row.valid_to > end:
            row.valid_to = end
            row.save(update_fields=["valid_to"])


def _require_valid(data: RuleData, now: datetime) -> None:
    """Raises InvalidInput at the field that is wrong."""
    _require_discount(data)
    data.party.require_one()
    _require_goods(data)
    for name, value in data.thresholds.items():
        if value <= 0:
            raise InvalidInput(field=name, reason=_("A threshold is above 0."))
    start = max(data.valid_from or now, now)
    if data.valid_to is not None and data.valid_to <= start:
        raise InvalidInput(field="valid_to", reason=_("The end lies before the beginning."))
    if not (data.goods or data.thresholds or data.valid_to) and data.party.is_everybody:
        reason = _(
            "Say on what, for whom, from which quantity or until when: for everything and everybody, change prices."
        )
        raise InvalidInput(field="name", reason=reason)


def _require_discount(data: RuleData) -> None:
    if not data.name.strip():
        raise InvalidInput(field="name", reason=_("Give the rule a name."))
    if (data.rate is None) == (data.amount is None):
        raise InvalidInput(field="rate", reason=_("Give a percentage or an amount, one of the two."))
    if data.rate is not None and not 0 < data.rate <= 1:
        raise InvalidInput(field="rate", reason=_("A discount is above 0 and at most 100 %."))
    if data.amount is not None and data.amount <= 0:
        raise InvalidInput(field="amount", reason=_("A discount is above 0."))
    if not data.currency and (data.amount or data.min_amount or data.min_year_amount):
        raise InvalidInput(field="currency", reason=_("Amounts have a currency."))


def _require_goods(data: RuleData) -> None:
    named = list(data.goods)
    if len(named) > 1:
        reason = _("Name a reference, a product, a family or a brand, not several.")
        raise InvalidInput(field=named[1].removesuffix("_id"), reason=reason)
    for name, value in data.goods.items():
        if not _GOODS[name].objects.filter(pk=value).exists():
            raise InvalidInput(field=name.removesuffix("_id"), reason=_("This does not exist."))
