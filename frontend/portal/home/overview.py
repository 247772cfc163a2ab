"""The figures of the supplier's first page, as texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from babel import dates
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from core.actor import Actor
from frontend.charts import BarChart, BarInput, bar_chart
from orders.figures import MonthSales, month_sales, recent_sales
from payments.figures import overdue
from rfq.figures import median_answer_time, win_rate
from shipping.figures import punctuality


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure; ``change`` is a growth with its direction, else ``note`` stands there."""

    label: str
    value: str
    note: str = ""
    change: str = ""
    is_up: bool = True
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    greeting: str
    day_text: str
    tiles: tuple[Tile, ...]
    chart: BarChart
    chart_total: str


def overview(actor: Actor, *, waiting: int) -> Overview:
    """Greeting, tiles and the chart of two weeks; six statements."""
    sales = recent_sales()
    text = ngettext("Hello %(name)s, %(count)s thing to do", "Hello %(name)s, %(count)s things to do", waiting)
    first_name = actor.name.split()[0] if actor.name.strip() else actor.email
    bars = [BarInput(_short(day.day), formatting.total(day.net), (day.from_quotes, day.others)) for day in sales.days]
    title = _("Orders, 14 days")
    if len(sales.net) > 1:
        title = _("Orders in %(currency)s, 14 days") % {"currency": sales.currency}
    return Overview(
        greeting=text % {"name": first_name, "count": waiting}
        if waiting
        else _("Hello %(name)s, everything is done") % {"name": first_name},
        day_text=dates.format_date(timezone.localdate(), "EEEE d MMMM", locale=formatting.locale()),
        tiles=(_sales(month_sales()), _quotes(actor), _deliveries(), _overdue()),
        chart=bar_chart(title, bars, (_("from quotes"), _("others"))),
        chart_total=formatting.total(sales.net),
    )


def _sales(month: MonthSales) -> Tile:
    tile_href = reverse("portal_orders")
    label, value = _("Orders of the month, net"), formatting.total(month.net)
    change = month.change
    if change is None:
        return Tile(label, value, _("nothing to compare with yet"), href=tile_href)
    before = dates.format_date(month.month_before, "LLLL", locale=formatting.locale())
    text = _("%(change)s on the same days of %(month)s") % {"change": formatting.percent(abs(change)), "month": before}
    return Tile(label, value, change=text, is_up=change >= 0, href=tile_href)


def _quotes(actor: Actor) -> Tile:
    rate, answer = win_rate(actor), median_answer_time(actor)
    note = _("median answer %(time)s") % {"time": _duration(answer)} if answer else _("no quote sent in 30 days")
    value = formatting.percent(round(rate.rate, 3)) if rate.rate is not None else "—"
    return Tile(_("Quotes won (30 days)"), value, note, href=reverse("portal_rfqs"))


def _deliveries() -> Tile:
    figures = punctuality()
    label = _("Delivered on the promised date")
    if figures.rate is None:
        return Tile(label, "—", _("no promised delivery in 30 days"))
    note = ngettext("%(count)s parcel in 30 days", "%(count)s parcels in 30 days", figures.delivered)
    return Tile(label, formatting.percent(round(figures.rate, 3)), note % {"count": figures.delivered})


def _overdue() -> Tile:
    due = overdue()
    label, value = _("Overdue, unpaid"), formatting.total(due.amounts)
    if not due.customers:
        return Tile(label, value, _("nobody is late"), href=reverse("portal_invoices"))
    who = ngettext("%(count)s customer", "%(count)s customers", due.customers) % {"count": due.customers}
    oldest = _("the oldest %(days)s d") % {"days": due.oldest_days}
    return Tile(label, value, f"{who}, {oldest}", href=reverse("portal_invoices"), tone="bad")


def _duration(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return _("%(days)s d") % {"days": hours // 24}
    if hours:
        return _("%(hours)s h %(minutes)s") % {"hours": hours, "minutes": f"{rest:02d}"}
    return _("%(minutes)s min") % {"minutes": minutes}


def _short(day: date) -> str:
    return str(dates.format_date(day, "EEE d", locale=formatting.locale()))
