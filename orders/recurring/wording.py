"""What is said about the quote that a recurring order is placed at the prices of."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core import formatting
from customers.queries import CustomerInfo
from orders.enums import AfterQuote
from orders.recurring.models import RecurringOrder
from orders.recurring.quoting import has_ended


def quote_note(row: RecurringOrder, customer: CustomerInfo) -> str:
    """Until when the quote's prices hold, or what happens on the next day without them; nothing without a quote."""
    prices = row.quote_prices
    if prices is None:
        return ""
    values = {"number": prices.quote_number, "day": formatting.day(prices.ends_on)}
    if not has_ended(prices, customer, row.next_on):
        return _("At the prices of quote %(number)s, which end on %(day)s.") % values
    if row.after_quote == AfterQuote.USUAL:
        return _("The prices of quote %(number)s end on %(day)s: then it is ordered at your usual prices.") % values
    return _("The prices of quote %(number)s end on %(day)s: then it is paused instead of ordered.") % values
