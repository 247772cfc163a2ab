"""The drain: hands committed events to their handlers, in order, again after a failure, until done or dead.

A small process on ``LISTEN outbox`` with a poll every few seconds as safety; several may run, rows are taken with
``SKIP LOCKED``.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import F, Min
from django.utils import timezone

from core.events import queued_handlers, restore
from core.models import OutboxDelivery, OutboxEvent
from core.scope import PLATFORM, Scope
from core.tenancy import use_tenant

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
BATCH = 100
_BACKOFF_SECONDS = (1, 5, 30, 120, 600, 1800, 3600)


@dataclass(frozen=True)
class OutboxHealth:
    """How far behind the outbox is: events not handled yet, the age of the oldest in seconds, dead deliveries."""

    waiting: int
    oldest_seconds: float
    dead: int


def drain(*, limit: int = 10_000) -> int:
    """Run what is due until nothing is or ``limit`` deliveries were made. Returns how many ran."""
    ran = 0
    while ran < limit:
        expanded = _expand()
        due = _due_ids()
        if not expanded and not due:
            break
        for delivery_id in due:
            ran += _deliver(delivery_id)
    return ran


def health() -> OutboxHealth:
    """State of the outbox for the operator's console."""
    now = timezone.now()
    with use_tenant(PLATFORM):
        fresh = OutboxEvent.objects.filter(expanded_at=None)
        due = OutboxDelivery.objects.filter(state=OutboxDelivery.State.DUE)
        oldest = [
            moment
            for moment in (
                fresh.aggregate(at=Min("created_at"))["at"],
                due.aggregate(at=Min("event__created_at"))["at"],
            )
            if moment
        ]
        return OutboxHealth(
            waiting=fresh.count() + due.count(),
            oldest_seconds=(now - min(oldest)).total_seconds() if oldest else 0.0,
            dead=OutboxDelivery.objects.filter(state=OutboxDelivery.State.DEAD).count(),
        )


def retry(delivery_id: UUID) -> None:
    """Give a dead delivery another row of attempts."""
    with use_tenant(PLATFORM):
        OutboxDelivery.objects.filter(pk=delivery_id, state=OutboxDelivery.State.DEAD).update(
            state=OutboxDelivery.State.DUE, attempts=0, due_at=timezone.now()
        )


def _expand() -> int:
    """Make one delivery per handler out of new events."""
    with use_tenant(PLATFORM), transaction.atomic():
        events = list(
            OutboxEvent.objects.select_for_update(skip_locked=True).filter(expanded_at=None).order_by("pk")[:BATCH]
        )
        OutboxDelivery.objects.bulk_create(
            [OutboxDelivery(event=event, handler=name) for event in events for name in queued_handlers(event.name)],
            ignore_conflicts=True,
        )
        OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(expanded_at=timezone.now())
    return len(events)


def _due_ids() -> list[UUID]:
    with use_tenant(PLATFORM):
        return list(
            OutboxDelivery.objects.filter(state=OutboxDelivery.State.DUE, due_at__lte=timezone.now())
            .order_by("event_id")
            .values_list("pk", flat=True)[:BATCH]
        )


def _deliver(delivery_id: UUID) -> int:
    """Run one delivery unless another drain has it. Its lease is the attempt, counted before the handler runs."""
    with use_tenant(PLATFORM), transaction.atomic():
        delivery = (
            OutboxDelivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=delivery_id, state=OutboxDelivery.State.DUE, due_at__lte=timezone.now())
            .select_related("event")
            .first()
        )
        if delivery is None:
            return 0
        pause = _BACKOFF_SECONDS[min(delivery.attempts, len(_BACKOFF_SECONDS) - 1)]
        OutboxDelivery.objects.filter(pk=delivery_id).update(
            attempts=F("attempts") + 1, due_at=timezone.now() + timedelta(seconds=pause)
        )
    event, attempts = delivery.event, delivery.attempts + 1
    handler = queued_handlers(event.name).get(delivery.handler)
    try:
        if handler is not None:
            with use_tenant(Scope.from_header(event.scope)):
                handler(restore(event.name, event.payload))
    except Exception:
        _failed(delivery_id, attempts, event.name, delivery.handler)
    else:
        with use_tenant(PLATFORM):
            OutboxDelivery.objects.filter(pk=delivery_id).update(
                state=OutboxDelivery.State.DONE, done_at=timezone.now(), error=""
            )
    return 1


def _failed(delivery_id: UUID, attempts: int, event_name: str, handler: str) -> None:
    error = traceback.format_exc(limit=8)
    state = OutboxDelivery.State.DEAD if attempts >= MAX_ATTEMPTS else OutboxDelivery.State.DUE
    log.error("outbox.handler_failed", outbox_event=event_name, handler=handler, attempts=attempts, state=state)
    with use_tenant(PLATFORM):
        OutboxDelivery.objects.filter(pk=delivery_id).update(state=state, error=error[-4000:])


def wait_for_events(timeout: float) -> None:
    """Sleep until somebody notifies ``outbox`` or ``timeout`` seconds have passed."""
    with use_tenant(PLATFORM):
        connection.ensure_connection()
        raw = connection.connection
        with raw.cursor() as cursor:
            cursor.execute("LISTEN outbox")
        for _notice in raw.notifies(timeout=timeout, stop_after=1):
            break
