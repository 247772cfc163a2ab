"""Recurring orders at the prices of an accepted quote: which prices, until when, and what when they have ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotFound
from core.events import emit
from core.scope import current_scope
from customers.policies import require_decide
from customers.queries import CustomerInfo
from orders.enums import AfterQuote, RecurringState, RunState
from orders.events import RecurringPricesHold
from orders.line_details import FARTHEST_YEARS
from orders.models import Order
from orders.offered import FREIGHT_NAMES, extra
from orders.policies import seen_orders
from orders.quoted import Quoted, QuotedLine
from orders.recurring.errors import QuotePricesEnded
from orders.recurring.models import QuotePrices, RecurringOrder, RecurringRun
from rfq.models import QuoteLine, QuoteVersion
from rfq.versions import tiers_of


@dataclass(frozen=True, slots=True)
class QuoteInfo:
    """A quote that further orders may go on with: its number, and the last day of its prices."""

    number: str
    ends_on: date


def quote_of_order(actor: Actor, customer: CustomerInfo, order_id: UUID, *, today: date) -> QuoteInfo | None:
    """The quote that a past order was placed at, while its prices hold; three statements. Raises NotFound."""
    version = _version(_order(actor, order_id, customer.id))
    if version is None or _last_day(version) < today:
        return None
    return QuoteInfo(version.quote.number, _last_day(version))


def quote_for_supplier(actor: Actor, order_id: UUID) -> QuoteInfo | None:
    """The quote that became an order, and until when its prices hold; three statements. Raises NotFound."""
    order = _order(actor, order_id)
    version = _version(order) if order.quote_version_id else None
    return QuoteInfo(version.quote.number, _last_day(version)) if version is not None else None


def keep_prices(actor: Actor, customer: CustomerInfo, order_id: UUID, *, today: date) -> QuotePrices:
    """The prices of the quote that a past order was placed at, kept for recurring orders.

    Only what was accepted of the quote counts. Raises NotFound, QuotePricesEnded.
    """
    order = _order(actor, order_id, customer.id)
    version = _version(order)
    if version is None:
        raise NotFound
    if _last_day(version) < today:
        raise QuotePricesEnded(number=version.quote.number, day=formatting.day(_last_day(version)))
    return _kept(order, version)


@atomic
def agree_until(*, order_id: UUID, day: date | None, actor: Actor) -> None:
    """Let recurring orders go on at the prices of the quote that became an order until a day that its supplier names.

    Never a day before the quote itself ends, nor one that is too far ahead. What was paused when they ended stays so,
    and its owner is told. Raises NotAllowed, NotFound, InvalidInput at ``until``. Emits RecurringPricesHold for each of
    these.
    """
    require_decide(actor)
    order = _order(actor, order_id)
    version = _version(order) if order.quote_version_id else None
    if version is None:
        raise NotFound
    least = timezone.localdate(version.valid_until)
    if day is None or day < least:
        reason = _("The quote itself holds until %(day)s: choose this day or a later one.")
        raise InvalidInput(field="until", reason=reason % {"day": formatting.day(least)})
    if day.year > timezone.localdate().year + FARTHEST_YEARS:
        raise InvalidInput(field="until", reason=_("This day is too far ahead."))
    kept = QuotePrices.objects.select_for_update(of=("self",)).get(pk=_kept(order, version).pk)
    is_longer = day > kept.ends_on
    kept.ends_on = day
    kept.save(update_fields=["ends_on"])
    if is_longer:
        _tell_paused(kept, order.company_id)


def quoted_on(row: RecurringOrder, customer: CustomerInfo, day: date | None) -> Quoted | None:
    """The quote's prices as they hold on a day; None without a quote, and where the usual prices follow it.

    Raises QuotePricesEnded.
    """
    prices = row.quote_prices
    if prices is None:
        return None
    if has_ended(prices, customer, day):
        if row.after_quote == AfterQuote.USUAL:
            return None
        raise QuotePricesEnded(number=prices.quote_number, day=formatting.day(prices.ends_on))
    charges = (extra(FREIGHT_NAMES, prices.freight_amount),) if prices.freight_amount else ()
    return Quoted(
        version_id=prices.quote_version_id,
        number=prices.quote_number,
        currency=prices.currency,
        until=timezone.make_aware(datetime.combine(prices.ends_on, time.max)),
        lines=tuple(QuotedLine.from_json(line) for line in prices.lines),
        charges=charges,
    )


def has_ended(prices: QuotePrices, customer: CustomerInfo, day: date | None) -> bool:
    """Whether they no longer hold on a day, or are in a currency that the customer no longer buys in."""
    return (day is not None and day > prices.ends_on) or prices.currency != customer.currency


def _tell_paused(prices: QuotePrices, company_id: UUID) -> None:
    """Each that has paused itself at these prices; a run that is about to do so is waited for."""
    tenant_id = current_scope().tenant_id
    rows = RecurringOrder.objects.select_for_update(of=("self",)).filter(quote_prices=prices).order_by("pk")
    keys = [row.pk for row in rows if row.state == RecurringState.PAUSED and row.after_quote == AfterQuote.PAUSE]
    last = RecurringRun.objects.filter(recurring__in=keys).order_by("recurring_id", "-due_on").distinct("recurring_id")
    for run in last:
        if run.state == RunState.FAILED and tenant_id is not None:
            emit(RecurringPricesHold(run.recurring_id, company_id, tenant_id, prices.ends_on))


def _order(actor: Actor, order_id: UUID, customer_id: UUID | None = None) -> Order:
    rows = seen_orders(actor).filter(pk=order_id)
    order = (rows if customer_id is None else rows.filter(customer_id=customer_id)).first()
    if order is None:
        raise NotFound
    return order


def _version(order: Order) -> QuoteVersion | None:
    version_id = order.quote_version_id or order.prices_version_id
    if version_id is None:
        return None
    rows = QuoteVersion.objects.select_related("quote").filter(pk=version_id, company_id=order.company_id)
    return rows.first()


def _last_day(version: QuoteVersion) -> date:
    """That of the quote, or the later one that was agreed since."""
    agreed = QuotePrices.objects.filter(quote_version_id=version.pk).values_list("ends_on", flat=True).first()
    return agreed or timezone.localdate(version.valid_until)


def _kept(order: Order, version: QuoteVersion) -> QuotePrices:
    """The prices of what was accepted of a version, written down once."""
    lines = QuoteLine.objects.filter(version=version, award_line__isnull=False, variant_id__isnull=False)
    row = QuotePrices(
        customer_id=order.customer_id,
        quote_version_id=version.pk,
        quote_number=version.quote.number,
        currency=version.currency,
        ends_on=timezone.localdate(version.valid_until),
        freight_amount=version.freight_amount,
        lines=[_quoted(line).as_json() for line in lines],
    )
    QuotePrices.objects.bulk_create([row], ignore_conflicts=True)
    return QuotePrices.objects.get(quote_version_id=version.pk)


def _quoted(line: QuoteLine) -> QuotedLine:
    if line.variant_id is None or line.unit_price is None:
        raise RuntimeError("an accepted line of the catalogue has an article and a price")
    pack = line.pack or {}
    return QuotedLine(
        variant_id=line.variant_id,
        unit_code=line.unit_code,
        unit_factor=line.unit_factor,
        steps=(*tiers_of(line), (line.quantity, line.unit_price)),
        choice=pack.get("choice", ""),
        digest=pack.get("digest", ""),
    )
