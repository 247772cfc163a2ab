"""Being told when goods are back: asked for by a buyer for an article without stock, said once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from catalog.errors import VariantNotFound
from catalog.keys import any_of
from catalog.queries import variants_by_id
from catalog.visibility import Viewpoint
from core import formatting
from core.actor import Actor
from core.db import Lock, advisory_lock, atomic
from core.errors import NotFound
from core.events import emit
from core.scope import current_scope
from inventory.errors import InStock, MadeToOrder, PackNotStocked, ServiceNotStocked, TooManyAlerts
from inventory.events import BackInStock
from inventory.models import Stock, StockAlert
from inventory.queries import availability, made_to_order

#: Articles that one person may wait for at a time.
MOST = 500


@dataclass(frozen=True, slots=True)
class Alert:
    """An article that somebody waits for, or has been told of."""

    variant_id: UUID
    created_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """Somebody to be told."""

    id: UUID
    variant_id: UUID
    user_id: UUID
    company_id: UUID


@atomic
def watch(*, variant_id: UUID, view: Viewpoint, actor: Actor) -> None:
    """Tell the actor once when a variant is in stock again; asked twice it is still once.

    Raises NotAllowed, VariantNotFound (also for what the actor does not see), InStock, PackNotStocked,
    ServiceNotStocked, MadeToOrder, TooManyAlerts.
    """
    user_id, company_id = actor.require_user(), actor.require_company()
    info = variants_by_id([variant_id], view).get(variant_id)
    if info is None or not info.is_active:
        raise VariantNotFound
    if info.is_pack:
        raise PackNotStocked(sku=info.sku)
    if info.is_service:
        raise ServiceNotStocked(sku=info.sku)
    stock = _held_still(variant_id)
    if stock is not None and stock.on_hand > stock.reserved:
        raise InStock(sku=info.sku)
    if made_to_order([variant_id]):
        raise MadeToOrder(sku=info.sku)
    if _of(actor).exclude(variant_id=variant_id).count() >= MOST:
        raise TooManyAlerts(limit=formatting.number(MOST))
    StockAlert.objects.update_or_create(
        user_id=user_id,
        company_id=company_id,
        variant_id=variant_id,
        defaults={"told_at": None, "created_at": timezone.now()},
    )


@atomic
def unwatch(*, variant_id: UUID, actor: Actor) -> None:
    """Wait no longer for a variant, or take note of what was told. Raises NotAllowed, NotFound."""
    if not _of(actor).filter(variant_id=variant_id).delete()[0]:
        raise NotFound


@atomic
def tell_of(*, variant_ids: Collection[UUID]) -> None:
    """Say that variants can be had again. Emits BackInStock for those that somebody waits for; one statement."""
    tenant_id = current_scope().tenant_id
    if tenant_id is None or not variant_ids:
        return
    rows = StockAlert.objects.filter(variant_id__in=any_of(variant_ids), told_at=None).order_by("variant_id")
    watched = tuple(rows.values_list("variant_id", flat=True).distinct())
    if watched:
        emit(BackInStock(tenant_id, watched, timezone.now()))


@atomic
def mark_told(*, alert_ids: Iterable[UUID]) -> None:
    """Note that people were told: they are not told again."""
    StockAlert.objects.filter(pk__in=list(alert_ids), told_at=None).update(told_at=timezone.now())


def open_alerts(variant_ids: Iterable[UUID]) -> list[OpenAlert]:
    """Who waits for variants that can be had at this moment; two statements."""
    stock = availability(variant_ids)
    there = [key for key, found in stock.items() if found.available > 0]
    rows = StockAlert.objects.filter(variant_id__in=any_of(there), told_at=None).order_by("user_id", "pk")
    return [OpenAlert(row.pk, row.variant_id, row.user_id, row.company_id) for row in rows]


def alerts_of(actor: Actor, *, limit: int, offset: int = 0) -> list[Alert]:
    """What the actor waits for: what is back first, then the latest; one statement."""
    rows = _of(actor).order_by(F("told_at").desc(nulls_last=True), "-created_at", "-pk")
    return [Alert(row.variant_id, row.created_at, row.told_at) for row in rows[offset : offset + limit]]


def alert_counts(actor: Actor) -> tuple[int, int]:
    """How many articles the actor waits for or was told of, and of how many it was told; one statement."""
    told = [told_at is not None for told_at in _of(actor).values_list("told_at", flat=True)]
    return len(told), sum(told)


def watched_by(actor: Actor, variant_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these variants that the actor waits for; one statement, none for visitors."""
    if actor.user_id is None or actor.company_id is None:
        return set()
    rows = _of(actor).filter(variant_id__in=any_of(variant_ids), told_at=None)
    return set(rows.values_list("variant_id", flat=True))


def _held_still(variant_id: UUID) -> Stock | None:
    """The stock of a variant, locked: whoever moves it next finds the alert. Without a row its first count waits."""
    rows = Stock.objects.select_for_update(of=("self",)).filter(variant_id=variant_id)
    row = rows.first()
    if row is None:
        advisory_lock(Lock.FIRST_COUNT, str(current_scope().tenant_id))
        row = rows.first()
    return row


def _of(actor: Actor) -> QuerySet[StockAlert]:
    return StockAlert.objects.filter(user_id=actor.require_user(), company_id=actor.require_company())
