"""Everything that waits for the supplier, most urgent first, put together from the apps below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from babel import dates
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import formatting
from core.actor import Actor
from customers.enums import CustomerState
from customers.queries import CustomerRow, customers_page
from integrations.catalog_import.waiting import WaitingImport, waiting_imports
from marketplace.messages.queries import ThreadRow, waiting_threads
from orders.enums import OrderState
from orders.figures import OpenOrder, WaitingGoods, open_orders, waiting_goods
from orders.returns.queries import ReturnRow, waiting_returns
from quoting.inbox import waiting_for_approval
from rfq.figures import WaitingRequest, waiting_requests
from rfq.history import time_left

KINDS = {
    "": gettext_lazy("Everything"),
    "rfq": gettext_lazy("Requests"),
    "order": gettext_lazy("Orders"),
    "account": gettext_lazy("Accounts"),
    "return": gettext_lazy("Returns"),
    "stock": gettext_lazy("Stock"),
    "import": gettext_lazy("Imports"),
    "message": gettext_lazy("Messages"),
}
_DAY = timedelta(days=1)
_SOON = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Task:
    """One row: how urgent, what and for whom, how much, what to do. Sorted by ``due``."""

    kind: str
    due: datetime
    tag: str
    tone: str
    title: str
    who: str
    detail: str
    amount_text: str
    action: str
    href: str


def queue(actor: Actor) -> list[Task]:
    """What waits, the most urgent first; eight statements."""
    now, requests = timezone.now(), waiting_requests(actor)
    approvals = waiting_for_approval(row.id for row in requests)
    pending = customers_page(state=CustomerState.PENDING, limit=20)
    tasks = [
        *(_request(row, now, waits=row.id in approvals) for row in requests),
        *(_order(row, now) for row in open_orders()),
        *(_account(row, now) for row in pending),
        *(_return(row, now) for row in waiting_returns(actor)),
        *(_goods(row, now) for row in waiting_goods()),
        *(_import(row, now) for row in waiting_imports()),
        *(_message(row, now) for row in waiting_threads(actor)),
    ]
    return sorted(tasks, key=lambda task: task.due)


def _request(row: WaitingRequest, now: datetime, *, waits: bool) -> Task:
    left = row.deadline_at - now
    lines = ngettext("%(count)s line", "%(count)s lines", row.line_count) % {"count": row.line_count}
    news = (
        _("counter-offer received %(when)s") % {"when": formatting.clock(row.counter_at)}
        if row.counter_at
        else _("no answer yet")
    )
    if waits:
        news = _("the answer waits for an approval")
    return Task(
        kind="rfq",
        due=row.deadline_at,
        tag=time_left(row.deadline_at),
        tone="bad" if left < _SOON else "warn" if left < _DAY else "info",
        title=_("Quote %(number)s") % {"number": row.number},
        who=row.company_name,
        detail=f"{row.title} · {lines} · {news}",
        amount_text=row.amount_text,
        action=_("Answer"),
        href=reverse("portal_rfq", args=[row.id]),
    )


def _order(row: OpenOrder, now: datetime) -> Task:
    confirm = row.state == OrderState.PLACED
    due = row.placed_at + _DAY if confirm else row.ship_by
    lines = ngettext("%(count)s line", "%(count)s lines", row.line_count) % {"count": row.line_count}
    placed = _("placed %(when)s") % {"when": formatting.clock(row.placed_at)}
    wanted = _("promised for %(day)s") % {"day": formatting.day(timezone.localdate(row.ship_by))}
    title = _("Confirm %(number)s") if confirm else _("Ship %(number)s")
    return Task(
        kind="order",
        due=due,
        tag=_when(due, now),
        tone=_tone(due, now),
        title=title % {"number": row.number},
        who=row.company_name,
        detail=" · ".join((lines, placed) if confirm else (lines, wanted)),
        amount_text=row.net_text,
        action=_("Confirm") if confirm else _("Prepare"),
        href=reverse("portal_order", args=[row.id]),
    )


def _account(row: CustomerRow, now: datetime) -> Task:
    due = row.requested_at + _DAY
    return Task(
        kind="account",
        due=due,
        tag=_("Account"),
        tone="bad" if due < now else "warn",
        title=_("Account to open"),
        who=row.name,
        detail=_("asked %(when)s") % {"when": formatting.clock(row.requested_at)}
        + (f" · SIREN {row.siren}" if row.siren else ""),
        amount_text="",
        action=_("Examine"),
        href=reverse("portal_customer", args=[row.id]),
    )


def _return(row: ReturnRow, now: datetime) -> Task:
    due = row.asked_at + _DAY
    return Task(
        kind="return",
        due=due,
        tag=_when(due, now),
        tone=_tone(due, now),
        title=_("Decide about %(number)s") % {"number": row.number},
        who=row.company_name,
        detail=" · ".join((_("asked %(when)s") % {"when": formatting.clock(row.asked_at)}, row.wish_text)),
        amount_text="",
        action=_("Examine"),
        href=reverse("portal_return", args=[row.id]),
    )


def _goods(row: WaitingGoods, now: datetime) -> Task:
    waiting = ngettext("%(count)s order waits for it", "%(count)s orders wait for it", row.order_count)
    parts = [waiting % {"count": row.order_count}]
    if row.restock_on:
        parts.append(_("expected %(day)s") % {"day": formatting.day(row.restock_on)})
    return Task(
        kind="stock",
        due=now + 2 * _DAY,
        tag=_("Stock"),
        tone="info",
        title=_("%(name)s is out of stock") % {"name": row.name},
        who=row.sku,
        detail=" · ".join(parts),
        amount_text="",
        action=_("See"),
        href=reverse("portal_product", args=[row.variant_id]),
    )


def _import(row: WaitingImport, now: datetime) -> Task:
    values = {
        "new": formatting.number(row.created_count),
        "changed": formatting.number(row.changed_count),
        "refused": formatting.number(row.refused_count),
    }
    return Task(
        kind="import",
        due=now + 3 * _DAY,
        tag=_("Import"),
        tone="mute",
        title=_("%(file)s is checked") % {"file": row.filename},
        who=_("ready to apply"),
        detail=_("%(new)s new · %(changed)s changed · %(refused)s refused") % values,
        amount_text="",
        action=_("Look"),
        href=reverse("portal_import", args=[row.id]),
    )


def _message(row: ThreadRow, now: datetime) -> Task:
    due = row.last_at + _DAY
    unread = ngettext("%(count)s unread message", "%(count)s unread messages", row.unread) % {"count": row.unread}
    return Task(
        kind="message",
        due=due,
        tag=_("Message"),
        tone="bad" if due < now else "warn",
        title=_("Message about %(number)s") % {"number": row.number},
        who=row.company_name,
        detail=f"{unread} · {row.when_text}",
        amount_text="",
        action=_("Read"),
        href=reverse("portal_messages", args=[row.document_id]),
    )


def _when(due: datetime, now: datetime) -> str:
    """How a date of the queue is called: late, an hour of today, or a day."""
    if due < now:
        return _("Late")
    if timezone.localdate(due) == timezone.localdate(now):
        return _("Today")
    return str(dates.format_date(timezone.localdate(due), "d MMM", locale=formatting.locale()))


def _tone(due: datetime, now: datetime) -> str:
    return "bad" if due < now else "warn" if due < now + _DAY else "info"
