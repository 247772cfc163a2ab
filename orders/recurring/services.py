"""Recurring orders are set up, changed, skipped once, paused, resumed and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from accounts.queries import address_snapshot
from accounts.spending.judging import cost_centre
from core.actor import Actor
from core.db import atomic
from core.errors import IllegalMove, NotFound
from customers.queries import CustomerInfo
from orders.enums import AfterQuote, RecurringState, RunState
from orders.errors import AddressMissing
from orders.policies import require_order
from orders.purchase_lists.policies import seen_lists
from orders.recurring.errors import IntervalWrong, NoSuchDays, NothingOnList
from orders.recurring.lines import lines_of, prices_of
from orders.recurring.models import QuotePrices, RecurringOrder, RecurringRun
from orders.recurring.policies import require_change, seen
from orders.recurring.quoting import quoted_on
from orders.recurring.schedule import Schedule

MOST_INTERVAL = 52
MOST_ANNOUNCE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is ordered, when, where to, and what its owner wants to be asked about.

    ``price_guard`` is the rise of the net amount (0.05 is 5 %) from which on it is paused instead of ordered.
    ``after_quote`` counts where it is ordered at a quote's prices.
    """

    list_id: UUID
    schedule: Schedule
    address_id: UUID
    po_number: str = ""
    announce_days: int = 2
    price_guard: Decimal | None = None
    after_quote: AfterQuote = AfterQuote.PAUSE
    project: str = ""
    cost_centre_code: str = ""


@atomic
def create(
    *, actor: Actor, customer: CustomerInfo, wanted: Wanted, today: date, prices: QuotePrices | None = None
) -> UUID:
    """Order a purchase list by itself from now on, as this actor; at a quote's ``prices`` while these hold.

    Raises MayNotOrder, NotFound, NothingOnList, AddressMissing, IntervalWrong, CostCentreMissing, CostCentreUnknown,
    NoSuchDays, and QuotePricesEnded where these end before the first day.
    """
    require_order(actor, customer)
    row = RecurringOrder(customer_id=customer.id, owner_id=actor.require_user(), owner_name=actor.name[:120])
    row.quote_prices = prices
    _take(row, actor, customer, wanted, today)
    row.known_prices = prices_of(lines_of(row, customer, quoted_on(row, customer, row.next_on)))
    row.save()
    return row.pk


@atomic
def change(*, actor: Actor, customer: CustomerInfo, recurring_id: UUID, wanted: Wanted, today: date) -> None:
    """Change everything about it; its next day is counted anew. Raises as :func:`create`, NotAllowed, IllegalMove."""
    row = _locked(actor, customer, recurring_id)
    _require(row, RecurringState.ACTIVE, RecurringState.PAUSED)
    _take(row, actor, customer, wanted, today)
    row.save()


@atomic
def skip_next(*, actor: Actor, customer: CustomerInfo, recurring_id: UUID) -> None:
    """Leave the next day out; the last one ends it. Raises NotFound, NotAllowed, IllegalMove."""
    row = _locked(actor, customer, recurring_id)
    _require(row, RecurringState.ACTIVE)
    if row.next_on is None:
        raise IllegalMove
    RecurringRun.objects.create(recurring=row, due_on=row.next_on, state=RunState.SKIPPED)
    go_on(row, since=row.next_on + timedelta(days=1))
    row.save()


@atomic
def pause(*, actor: Actor, customer: CustomerInfo, recurring_id: UUID) -> None:
    """Order nothing until it is resumed. Raises NotFound, NotAllowed, IllegalMove."""
    row = _locked(actor, customer, recurring_id)
    _require(row, RecurringState.ACTIVE)
    row.state = RecurringState.PAUSED
    row.save()


@atomic
def resume(*, actor: Actor, customer: CustomerInfo, recurring_id: UUID, today: date) -> None:
    """Go on with the first day from today on; prices as they are now are what later ones are compared with.

    Raises NotFound, NotAllowed, IllegalMove, QuotePricesEnded where it is to pause once they have.
    """
    row = _locked(actor, customer, recurring_id)
    _require(row, RecurringState.PAUSED)
    row.state = RecurringState.ACTIVE
    go_on(row, since=_after_last_run(row, today))
    row.known_prices = prices_of(lines_of(row, customer, quoted_on(row, customer, row.next_on)))
    row.save()


def day_if_resumed(row: RecurringOrder, *, today: date) -> date | None:
    """The day that a paused one would go on with; None where it has none left. One statement."""
    return schedule_of(row).first(_after_last_run(row, today))


@atomic
def end(*, actor: Actor, customer: CustomerInfo, recurring_id: UUID) -> None:
    """Order nothing any more. Raises NotFound, NotAllowed, IllegalMove."""
    row = _locked(actor, customer, recurring_id)
    _require(row, RecurringState.ACTIVE, RecurringState.PAUSED)
    row.state, row.next_on = RecurringState.ENDED, None
    row.save()


@atomic
def take_over(*, actor: Actor, customer: CustomerInfo, recurring_id: UUID) -> None:
    """Order as this actor from now on. Raises NotFound, NotAllowed, MayNotOrder."""
    require_order(actor, customer)
    row = _locked(actor, customer, recurring_id)
    row.owner_id, row.owner_name = actor.require_user(), actor.name[:120]
    row.save()


def schedule_of(row: RecurringOrder) -> Schedule:
    """The schedule as it is kept."""
    return Schedule(row.frequency, row.interval, row.starts_on, row.ends_on, tuple(row.weekdays))  # type: ignore[arg-type]


def go_on(row: RecurringOrder, *, since: date) -> None:
    """Set the next day; without one it has ended."""
    row.next_on = schedule_of(row).first(since)
    if row.next_on is None:
        row.state = RecurringState.ENDED


def _take(row: RecurringOrder, actor: Actor, customer: CustomerInfo, wanted: Wanted, today: date) -> None:
    """Put what is wanted into the row, once it is possible."""
    schedule = wanted.schedule
    purchase_list = seen_lists(actor, customer).filter(pk=wanted.list_id).first()
    if purchase_list is None:
        raise NotFound
    if not purchase_list.lines.exists():
        raise NothingOnList(field="list")
    if not address_snapshot(customer.company_id, wanted.address_id):
        raise AddressMissing(field="address")
    if not 1 <= schedule.interval <= MOST_INTERVAL:
        raise IntervalWrong(field="interval", limit=MOST_INTERVAL)
    if not 0 <= wanted.announce_days <= MOST_ANNOUNCE_DAYS:
        raise IntervalWrong(field="announce_days", limit=MOST_ANNOUNCE_DAYS)
    cost_centre(customer.company_id, wanted.cost_centre_code, chosen_by=actor)
    row.project, row.cost_centre_code = wanted.project.strip(), wanted.cost_centre_code.strip()
    row.purchase_list, row.address_id, row.po_number = purchase_list, wanted.address_id, wanted.po_number
    row.frequency, row.interval, row.weekdays = schedule.frequency, schedule.interval, list(schedule.weekdays)
    row.starts_on, row.ends_on = schedule.starts_on, schedule.ends_on
    row.announce_days, row.price_guard = wanted.announce_days, wanted.price_guard
    row.after_quote = wanted.after_quote
    go_on(row, since=_after_last_run(row, today))
    if row.next_on is None:
        raise NoSuchDays(field="ends_on")


def _after_last_run(row: RecurringOrder, today: date) -> date:
    """Today, or the day after the last one that has had its run already."""
    last = RecurringRun.objects.filter(recurring_id=row.pk).values_list("due_on", flat=True).first()
    return today if last is None or last < today else last + timedelta(days=1)


def _locked(actor: Actor, customer: CustomerInfo, recurring_id: UUID) -> RecurringOrder:
    rows = seen(actor, customer).select_for_update(of=("self",)).filter(pk=recurring_id)
    row = rows.first()
    if row is None:
        raise NotFound
    require_change(actor, row)
    return row


def _require(row: RecurringOrder, *states: RecurringState) -> None:
    if row.state not in states:
        raise IllegalMove
