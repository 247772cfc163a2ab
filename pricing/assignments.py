"""Who is given which list. An assignment is closed, never deleted: a past price can be explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.policies import require_manage
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotFound
from pricing.models import PriceList, PriceListAssignment
from pricing.parties import Party
from pricing.validity import lock_lists, not_over


@dataclass(frozen=True, slots=True)
class Assignment:
    """A list that is given to somebody, now or from a later moment on."""

    id: UUID
    price_list_id: UUID
    party: Party
    priority: int
    valid_from: datetime
    valid_to: datetime | None


def list_choices() -> list[tuple[UUID, str]]:
    """Lists that can be given to a customer (not the list price, nor those of agreements), by name; one statement."""
    return list(PriceList.objects.filter(is_base=False, agreement_id=None).values_list("pk", "name"))


def lists_of(customer_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """The lists that customers were given and have now, by priority, as (key, name); one statement."""
    rows = (
        _open(timezone.now())
        .filter(customer_id__in=list(customer_ids), valid_from__lte=timezone.now(), price_list__agreement_id=None)
        .order_by("priority", "pk")
        .values_list("customer_id", "price_list_id", "price_list__name")
    )
    found: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for customer_id, list_id, name in rows:
        if customer_id is not None:
            found[customer_id].append((list_id, name))
    return dict(found)


def assignments_of(price_list_ids: Iterable[UUID]) -> list[Assignment]:
    """Who has lists, now or later, everybody first; one statement."""
    rows = _open(timezone.now()).filter(price_list_id__in=list(price_list_ids))
    return [
        Assignment(
            row.pk,
            row.price_list_id,
            Party(row.customer_id, row.group_id, row.segment_id),
            row.priority,
            row.valid_from,
            row.valid_to,
        )
        for row in rows.order_by(
            F("segment_id").desc(nulls_last=True), F("group_id").desc(nulls_last=True), "priority", "pk"
        )
    ]


@atomic
def assign_list(
    *,
    price_list_id: UUID,
    customer_id: UUID | None = None,
    group_id: UUID | None = None,
    segment_id: UUID | None = None,
    priority: int = 0,
    valid_to: datetime | None = None,
    actor: Actor,
) -> None:
    """Give a list to a customer, a group, a segment, or (none named) to everybody; again changes priority or end.

    Raises NotAllowed, PriceListNotFound, InvalidInput.
    """
    require_manage(actor)
    party = Party(customer_id, group_id, segment_id)
    party.require_one()
    price_list = lock_lists([price_list_id])[price_list_id]
    now = timezone.now()
    if valid_to is not None and valid_to <= now:
        raise InvalidInput(field="valid_to", reason=_("The end has passed already."))
    if price_list.is_base:
        raise InvalidInput(field="price_list", reason=_("Everybody gets the list price already."))
    given = _open(now).filter(price_list_id=price_list_id, **party.columns)
    if given.filter(priority=priority, valid_to=valid_to).exists():
        return
    _close(given, now)
    PriceListAssignment.objects.create(
        price_list_id=price_list_id, **party.columns, priority=priority, valid_from=now, valid_to=valid_to
    )


@atomic
def unassign_list(*, assignment_id: UUID, actor: Actor) -> None:
    """Take a list back from now on. Raises NotAllowed, NotFound."""
    require_manage(actor)
    list_id = PriceListAssignment.objects.filter(pk=assignment_id).values_list("price_list_id", flat=True).first()
    if list_id is None:
        raise NotFound
    lock_lists([list_id])
    now = timezone.now()
    _close(_open(now).filter(pk=assignment_id), now)


@atomic
def assign_lists(*, customer_id: UUID, price_list_ids: Sequence[UUID], actor: Actor) -> None:
    """Give a customer exactly these lists, the first before the others; without any it pays its group's or list price.

    Raises NotAllowed, PriceListNotFound, InvalidInput.
    """
    require_manage(actor)
    wanted = list(dict.fromkeys(price_list_ids))
    given = _open(timezone.now()).filter(customer_id=customer_id, price_list__agreement_id=None)
    lock_lists({*wanted, *given.values_list("price_list_id", flat=True)})
    now = timezone.now()
    _close(given.exclude(price_list_id__in=wanted), now)
    for priority, price_list_id in enumerate(wanted):
        assign_list(price_list_id=price_list_id, customer_id=customer_id, priority=priority, actor=actor)


def _open(now: datetime) -> QuerySet[PriceListAssignment]:
    """Assignments that hold at a moment or later."""
    return PriceListAssignment.objects.filter(not_over(now))


def _close(rows: QuerySet[PriceListAssignment], now: datetime) -> None:
    """What has begun ends now; what has not, never begins."""
    rows.filter(valid_from__gt=now).update(valid_to=F("valid_from"))
    rows.filter(valid_from__lte=now).update(valid_to=now)
