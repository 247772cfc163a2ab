"""What answers need: floors, highest discount, who approves, answers at once. Set by the supplier's owners."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from catalog.models import Family, Product
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import InvalidInput, NotFound
from core.money import ZERO
from quoting.models import Floor, QuotingPolicy
from quoting.policies import require_set_limits
from rfq.versions import is_amount, is_price

_MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class PolicyData:
    """What answers need; rates are fractions, None is no limit."""

    floor_margin_rate: Decimal | None = None
    max_discount_rate: Decimal | None = None
    needs_article: bool = False
    sales_may_approve: bool = False
    answers_at_once: bool = False
    at_once_amount: Decimal | None = None
    at_once_days: int = 14
    at_once_freight: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class FloorData:
    """A floor of a family or of a product: at least this margin, at least this price per base unit, or both."""

    family_id: UUID | None = None
    product_id: UUID | None = None
    margin_rate: Decimal | None = None
    unit_price: Decimal | None = None
    currency: str = "EUR"


@atomic
def save_policy(*, data: PolicyData, actor: Actor) -> None:
    """Let this hold for answers from now on; those that wait for an approval go on waiting.

    Raises NotAllowed, InvalidInput.
    """
    require_set_limits(actor)
    _check_rate(data.floor_margin_rate, "floor_margin_rate", below_one=True)
    _check_rate(data.max_discount_rate, "max_discount_rate", below_one=False)
    if data.at_once_amount is not None and not (is_amount(data.at_once_amount, "EUR") and data.at_once_amount > 0):
        raise InvalidInput(field="at_once_amount", reason=_("An amount above zero, with cents at most."))
    if data.answers_at_once and data.at_once_amount is None:
        raise InvalidInput(field="at_once_amount", reason=_("Say up to which amount requests are answered at once."))
    if not 1 <= data.at_once_days <= _MOST_DAYS:
        raise InvalidInput(field="at_once_days", reason=_("A number of days from 1 to 365."))
    if not is_amount(data.at_once_freight, "EUR"):
        raise InvalidInput(field="at_once_freight", reason=_("An amount from zero on, with cents at most."))
    values = {name: getattr(data, name) for name in PolicyData.__dataclass_fields__}
    QuotingPolicy.objects.update_or_create(singleton=True, defaults=values)


@atomic
def add_floor(*, data: FloorData, actor: Actor) -> UUID:
    """Set the floor of a family or a product that has none. Raises NotAllowed, InvalidInput."""
    require_set_limits(actor)
    if (data.family_id is None) == (data.product_id is None):
        raise InvalidInput(field="sku", reason=_("Name a family or a product, not both."))
    if data.margin_rate is None and data.unit_price is None:
        raise InvalidInput(field="margin_rate", reason=_("Give a margin or a price."))
    _check_rate(data.margin_rate, "margin_rate", below_one=True)
    if data.unit_price is not None and not is_price(data.unit_price):
        raise InvalidInput(field="unit_price", reason=_("A price is zero or more, with at most six decimals."))
    if data.family_id is not None and not Family.objects.filter(pk=data.family_id).exists():
        raise InvalidInput(field="family", reason=_("Choose one."))
    if data.product_id is not None and not Product.objects.filter(pk=data.product_id).exists():
        raise InvalidInput(field="sku", reason=_("No product has this reference."))
    values = {name: getattr(data, name) for name in FloorData.__dataclass_fields__}
    try:
        with savepoint():
            return Floor.objects.create(**values).pk
    except IntegrityError as error:
        field = "family" if data.family_id else "sku"
        raise InvalidInput(field=field, reason=_("It has a floor already: remove that one first.")) from error


@atomic
def remove_floor(*, floor_id: UUID, actor: Actor) -> None:
    """Let a family or a product have no floor of its own any more. Raises NotAllowed, NotFound."""
    require_set_limits(actor)
    deleted, _rows = Floor.objects.filter(pk=floor_id).delete()
    if not deleted:
        raise NotFound


def floors() -> list[Floor]:
    """All floors, those of families first; one statement."""
    return list(
        Floor.objects.select_related("family", "product").order_by("product__code", "family__position", "family__code")
    )


def _check_rate(rate: Decimal | None, field: str, *, below_one: bool) -> None:
    if rate is None:
        return
    is_fraction = rate.is_finite() and 0 <= rate <= 1 and not (below_one and rate == 1)
    if not is_fraction or rate != round(rate, 6):
        reason = _("A percentage from 0 to below 100.") if below_one else _("A percentage from 0 to 100.")
        raise InvalidInput(field=field, reason=reason)
