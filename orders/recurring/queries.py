"""Recurring orders as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from core.actor import Actor
from core.errors import NotFound
from customers.queries import CustomerInfo
from orders.enums import AfterQuote, RecurringState, RunState
from orders.models import Order
from orders.recurring.lines import Change
from orders.recurring.models import RecurringOrder
from orders.recurring.policies import can_change, seen
from orders.recurring.quoting import has_ended
from orders.recurring.running import preview
from orders.recurring.schedule import Schedule
from orders.recurring.services import Wanted, schedule_of
from orders.recurring.wording import quote_note


@dataclass(frozen=True, slots=True)
class RecurringInfo:
    """A recurring order, its next days, and whether its reader may change it.

    ``quote_holds``: it is ordered at a quote's prices, which hold on its next day.
    """

    id: UUID
    list_id: UUID
    list_name: str
    owner_name: str
    is_own: bool
    state: RecurringState
    schedule: Schedule
    next_days: tuple[date, ...]
    wanted: Wanted
    may_change: bool
    quote_note: str = ""
    quote_holds: bool = False


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What became of a day; ``number`` is the order's, ``approval_id`` the request's that waits or has ended."""

    due_on: date
    state: RunState
    order_id: UUID | None
    approval_id: UUID | None
    number: str
    reason: str


def recurring_orders(actor: Actor, customer: CustomerInfo, *, days: int = 1) -> list[RecurringInfo]:
    """All of the company, the next one first, ended ones last; one statement. Raises NotFound."""
    rows = list(seen(actor, customer).select_related("purchase_list", "quote_prices"))
    rows.sort(key=lambda row: (row.state == RecurringState.ENDED, row.next_on or date.max))
    return [_info(actor, customer, row, days) for row in rows]


def recurring_order(actor: Actor, customer: CustomerInfo, recurring_id: UUID, *, days: int) -> RecurringInfo:
    """One of the company's; one statement. Raises NotFound."""
    return _info(actor, customer, _row(actor, customer, recurring_id), days)


def changes_ahead(actor: Actor, customer: CustomerInfo, recurring_id: UUID) -> list[Change]:
    """What has changed since the last order; seven statements, eight more with packs. Raises NotFound."""
    return preview(_row(actor, customer, recurring_id), customer)


def runs_of(actor: Actor, customer: CustomerInfo, recurring_id: UUID, *, limit: int = 30) -> list[RunInfo]:
    """What became of its days, the latest first; three statements. Raises NotFound."""
    runs = list(_row(actor, customer, recurring_id).runs.all()[:limit])
    orders = Order.objects.filter(pk__in=[run.order_id for run in runs if run.order_id])
    numbers: dict[UUID | None, str] = dict(orders.values_list("pk", "number"))
    return [
        RunInfo(
            run.due_on, RunState(run.state), run.order_id, run.approval_id, numbers.get(run.order_id, ""), run.reason
        )
        for run in runs
    ]


def _row(actor: Actor, customer: CustomerInfo, recurring_id: UUID) -> RecurringOrder:
    row = seen(actor, customer).select_related("purchase_list", "quote_prices").filter(pk=recurring_id).first()
    if row is None:
        raise NotFound
    return row


def _info(actor: Actor, customer: CustomerInfo, row: RecurringOrder, days: int) -> RecurringInfo:
    schedule = schedule_of(row)
    return RecurringInfo(
        id=row.pk,
        list_id=row.purchase_list_id,
        list_name=row.purchase_list.name,
        owner_name=row.owner_name,
        is_own=row.owner_id == actor.user_id,
        state=RecurringState(row.state),
        schedule=schedule,
        next_days=tuple(islice(schedule.days(row.next_on), days)) if row.next_on else (),
        wanted=Wanted(
            row.purchase_list_id,
            schedule,
            row.address_id,
            row.po_number,
            row.announce_days,
            row.price_guard,
            AfterQuote(row.after_quote),
            row.project,
            row.cost_centre_code,
        ),
        may_change=can_change(actor, row),
        quote_note=quote_note(row, customer),
        quote_holds=row.quote_prices is not None and not has_ended(row.quote_prices, customer, row.next_on),
    )
