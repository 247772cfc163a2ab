"""The days come: each is ordered once, or it is said why not.

Whoever calls with the same day again, or at the same time, does nothing: the recurring order is locked, its next day
moves on in the transaction that writes the order, and a day has one row. What was due while nothing ran is reported as
missed and not made up for.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.identity import buyer_actor
from accounts.models import User
from accounts.queries import address_snapshot
from core import formatting
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import Refused
from core.events import emit
from core.scope import current_scope
from customers.models import Customer
from customers.queries import CustomerInfo, customer_of
from orders.approvals.asking import ask_for_lines
from orders.approvals.errors import ApprovalNeeded
from orders.enums import OrderSource, RecurringState, RunState
from orders.events import RecurringAnnounced, RecurringRan
from orders.placing import OrderDetails
from orders.policies import can_order
from orders.recurring.errors import AccountClosed, AddressGone, NothingOnList, OwnerGone, PriceGuard, QuotePricesEnded
from orders.recurring.lines import Change, amounts, changes_of, lines_of, prices_of
from orders.recurring.models import RecurringOrder, RecurringRun
from orders.recurring.quoting import quoted_on
from orders.recurring.services import go_on, schedule_of
from orders.services import place_order

#: The last day is made up for until the next one; what is older was missed.
GRACE = timedelta(days=1)


def due(*, today: date) -> list[UUID]:
    """Recurring orders of the current tenant whose day has come."""
    rows = RecurringOrder.objects.filter(state=RecurringState.ACTIVE, next_on__lte=today)
    return list(rows.order_by("next_on", "pk").values_list("pk", flat=True))


@atomic
def run(*, recurring_id: UUID, today: date) -> None:
    """Order what is due; earlier days that nothing ran on are noted as missed. Emits RecurringRan for each day.

    The quote's prices are read once the row is locked: their supplier may have let them hold longer meanwhile.
    """
    rows = RecurringOrder.objects.select_for_update(of=("self",)).select_related("purchase_list", "customer")
    row = rows.filter(pk=recurring_id, state=RecurringState.ACTIVE, next_on__lte=today).first()
    if row is None or row.next_on is None:
        return
    *earlier, last = takewhile(lambda day: day <= today, schedule_of(row).days(row.next_on))
    missed = earlier if last >= today - GRACE else [*earlier, last]
    for day in missed:
        _note(row, RecurringRun(recurring=row, due_on=day, state=RunState.MISSED))
    if last not in missed:
        _note(row, _order(row, last))
    go_on(row, since=last + timedelta(days=1))
    row.save()


def to_announce(*, today: date) -> list[UUID]:
    """Recurring orders whose owner is to be told today that their day is near."""
    rows = RecurringOrder.objects.filter(state=RecurringState.ACTIVE, next_on__gt=today, announce_days__gt=0)
    near = [row for row in rows.exclude(announced_on=F("next_on")) if _is_near(row, today)]
    return [row.pk for row in near]


@atomic
def announce(*, recurring_id: UUID, today: date) -> None:
    """Tell the owner what will be ordered and what has changed, once for each day. Emits RecurringAnnounced."""
    rows = RecurringOrder.objects.select_for_update(of=("self",)).filter(pk=recurring_id, state=RecurringState.ACTIVE)
    row = rows.first()
    tenant_id = current_scope().tenant_id
    if row is None or row.next_on is None or row.announced_on == row.next_on or not _is_near(row, today):
        return
    row.announced_on = row.next_on
    row.save(update_fields=["announced_on"])
    if tenant_id is not None:
        company_id = Customer.objects.values_list("company_id", flat=True).get(pk=row.customer_id)
        emit(RecurringAnnounced(row.pk, company_id, tenant_id, row.next_on))


def preview(row: RecurringOrder, customer: CustomerInfo) -> list[Change]:
    """What has changed since the last order, in the reader's language; nothing where it will pause anyway."""
    try:
        quoted = quoted_on(row, customer, row.next_on)
    except QuotePricesEnded:
        return []
    return changes_of(lines_of(row, customer, quoted), row.known_prices)


def _is_near(row: RecurringOrder, today: date) -> bool:
    return row.next_on is not None and row.next_on - timedelta(days=row.announce_days) <= today < row.next_on


def _order(row: RecurringOrder, day: date) -> RecurringRun:
    """Place the order of a day, or say why there is none."""
    owner = User.objects.filter(pk=row.owner_id, is_active=True).first()
    done = RecurringRun(recurring=row, due_on=day, state=RunState.FAILED)
    with translation.override(owner.language if owner and owner.language else "fr"):
        try:
            with savepoint():
                _place(row, owner, done)
        except Refused as refusal:
            done.reason = str(refusal)[:500]
            if isinstance(refusal, PriceGuard | QuotePricesEnded):
                row.state = RecurringState.PAUSED
    return done


def _place(row: RecurringOrder, owner: User | None, done: RecurringRun) -> None:
    """Order, or let it wait for its approval; ``done`` says which."""
    customer = customer_of(row.customer.company_id)
    if customer is None or not customer.is_approved:
        raise AccountClosed
    actor = _acting(owner, customer)
    if actor is None:
        raise OwnerGone(name=row.owner_name)
    address = address_snapshot(customer.company_id, row.address_id)
    if not address:
        raise AddressGone
    quoted = quoted_on(row, customer, done.due_on)
    lines = lines_of(row, customer, quoted)
    if not lines:
        raise NothingOnList
    done.changes = [change.as_json() for change in changes_of(lines, row.known_prices)]
    before, now = amounts(lines, row.known_prices)
    if row.price_guard is not None and now > before * (1 + row.price_guard):
        before_text, now_text = (formatting.money(amount, customer.currency) for amount in (before, now))
        raise PriceGuard(before=before_text, now=now_text)
    wanted: dict[str, Any] = {
        "actor": actor,
        "customer": customer,
        "lines": [line.wish for line in lines],
        "delivery_address": address,
        "details": OrderDetails(po_number=row.po_number, project=row.project, cost_centre_code=row.cost_centre_code),
        "source": OrderSource.RECURRING,
        "quoted": quoted,
    }
    try:
        with savepoint():
            done.order_id, done.state = place_order(**wanted), RunState.PLACED
    except ApprovalNeeded:
        done.approval_id, done.state = ask_for_lines(**wanted), RunState.WAITING
    row.known_prices = prices_of(lines)
    if row.quote_prices is not None and quoted is None:
        values = {"number": row.quote_prices.quote_number, "day": formatting.day(row.quote_prices.ends_on)}
        done.reason = _("The prices of quote %(number)s ended on %(day)s: ordered at your usual prices.") % values


def _acting(owner: User | None, customer: CustomerInfo) -> Actor | None:
    """The owner as a buyer of the company, while it may order for it."""
    actor = buyer_actor(owner, company_id=customer.company_id) if owner is not None else None
    return actor if actor is not None and can_order(actor, customer) else None


def _note(row: RecurringOrder, done: RecurringRun) -> None:
    done.save(force_insert=True)
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(RecurringRan(done.pk, row.pk, row.customer.company_id, tenant_id))
