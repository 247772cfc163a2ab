"""Letters about recurring orders: what will be ordered and what has changed, and what became of a day."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone, translation

from core import formatting
from core.events import handles
from core.money import ZERO
from customers.queries import customer_of
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.handlers.letters import Line
from notifications.values import Day
from orders.enums import RecurringState, RunState
from orders.events import RecurringAnnounced, RecurringPricesHold, RecurringRan
from orders.lines import CheckedLine
from orders.models import Order
from orders.recurring import running, services
from orders.recurring.models import RecurringOrder, RecurringRun
from orders.recurring.quoting import has_ended
from orders.recurring.wording import quote_note
from tenants import directory


@dataclass(frozen=True, slots=True)
class ChangeText:
    """A line that is not what it was, in words."""

    item: str
    price: str
    stock: str
    problem: str
    had: str = ""
    has: str = ""


@handles(RecurringAnnounced)
def announced(event: RecurringAnnounced) -> None:
    """Tell the owner some days before; a day that was skipped or paused in the meantime is not announced."""
    row = _row(event.recurring_id)
    customer = customer_of(event.company_id)
    if row is None or row.next_on != event.due_on or row.state != RecurringState.ACTIVE or customer is None:
        return
    to = recipients.user(row.owner_id)
    with translation.override(to[0].language or "fr" if to else "fr"):
        lines, changes = running.preview(row, customer)
    mail.send(
        "recurring_announced",
        event=event,
        about=_subject(row, event.company_id),
        to=to,
        values={
            **_common(row, event.tenant_id),
            "day": Day(event.due_on),
            "changes": lambda: [_text(change.as_json()) for change in changes],
            "lines": lambda: [_line(line) for line in lines],
            "total": lambda: formatting.money(sum((line.net_amount for line in lines), ZERO), customer.currency),
            "quote_note": lambda: quote_note(row, customer),
        },
    )


@handles(RecurringRan)
def ran(event: RecurringRan) -> None:
    """Tell the owner what became of a day; one without an order also to its buyers and who manages people."""
    run = RecurringRun.objects.get(pk=event.run_id)
    row = _row(event.recurring_id)
    if row is None or run.state == RunState.SKIPPED:
        return
    to = recipients.user(row.owner_id) or recipients.buyers(event.company_id)
    orders = Order.objects.filter(pk__in=[run.order_id] if run.order_id else [])
    number = orders.values_list("number", flat=True).first()
    common = _common(row, event.tenant_id)
    if run.state not in (RunState.PLACED, RunState.WAITING):
        managers = recipients.people_managers(event.company_id)
        to = [*to, *recipients.buyers(event.company_id), *managers]
    mail.send(
        "recurring_ran",
        event=event,
        about=_subject(row, event.company_id),
        kind=f"recurring_{run.state}",
        to=to,
        values={
            **common,
            "day": Day(run.due_on),
            "state": run.state,
            "number": number or "",
            "reason": run.reason,
            "quick_link": f"{common['origin']}/approvals/{run.approval_id}/" if run.approval_id else "",
            "is_paused": row.state == RecurringState.PAUSED,
            "changes": lambda: [_text(change) for change in run.changes],
        },
    )


@handles(RecurringPricesHold)
def prices_hold(event: RecurringPricesHold) -> None:
    """Tell the owner of one that is still paused and could be resumed at its quote's prices."""
    row = _row(event.recurring_id)
    customer = customer_of(event.company_id)
    if row is None or row.state != RecurringState.PAUSED or row.quote_prices is None or customer is None:
        return
    day = services.day_if_resumed(row, today=timezone.localdate())
    if day is None or has_ended(row.quote_prices, customer, day):
        return
    mail.send(
        "recurring_resumable",
        event=event,
        about=_subject(row, event.company_id),
        to=recipients.user(row.owner_id) or recipients.buyers(event.company_id),
        values={
            **_common(row, event.tenant_id),
            "number": row.quote_prices.quote_number,
            "until": Day(row.quote_prices.ends_on),
            "day": Day(day),
        },
    )


def _row(recurring_id: UUID) -> RecurringOrder | None:
    return RecurringOrder.objects.select_related("purchase_list", "quote_prices").filter(pk=recurring_id).first()


def _subject(row: RecurringOrder, company_id: UUID) -> Subject:
    return Subject(SubjectKind.RECURRING, row.pk, row.purchase_list.name, company_id)


def _common(row: RecurringOrder, tenant_id: UUID) -> dict[str, Any]:
    tenant = directory.find_by_id(tenant_id)
    origin = mail.origin(tenant.primary_domain) if tenant else ""
    return {
        "list": row.purchase_list.name,
        "supplier": tenant.name if tenant else "",
        "origin": origin,
        "link": f"{origin}/recurring/{row.pk}/",
    }


def _text(change: dict[str, Any]) -> ChangeText:
    name = formatting.localised(change["name_fr"], change["name_en"])
    price = ""
    if change["before"] and change["now"]:
        before, now = (formatting.unit_price(Decimal(change[key]), change["currency"]) for key in ("before", "now"))
        price = f"{before} → {now}"
    stock = formatting.number(Decimal(change["available"])) if change["available"] else ""
    return ChangeText(f"{change['sku']} {name}".strip(), price, stock, change["problem"], *_quantities(change))


def _quantities(change: dict[str, Any]) -> tuple[str, str]:
    """What was ordered of it the last time, and what is now with its unit; runs of long ago do not say it."""
    had, has = (change.get(key, "") for key in ("had", "has"))
    now = Decimal(has) if has else None
    return (
        formatting.number(Decimal(had)) if had else "",
        f"{formatting.number(now)} {formatting.unit_name(change['unit_code'], now)}" if now is not None else "",
    )


def _line(line: CheckedLine) -> Line:
    name = formatting.localised(line.variant.name_fr, line.variant.name_en) if line.variant else ""
    code = line.unit.code if line.unit else line.wish.unit_code
    return Line(
        f"{formatting.number(line.wish.quantity)} {formatting.unit_name(code, line.wish.quantity)}",
        f"{line.variant.sku} {name}".strip() if line.variant else "",
        formatting.money(line.net_amount, line.currency) if line.unit_price is not None else "",
    )
