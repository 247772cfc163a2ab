"""Reactions: long work goes to the worker."""

from __future__ import annotations

from core.events import handles
from customers.tasks import check_vat_number
from customers.vat.checks import WHEN_ORDERING, is_stale
from orders.events import ApprovalAsked, OrderPlaced, QuickLinesGiven
from orders.tasks import look_up_quick_lines


@handles(QuickLinesGiven)
def start_looking_up(event: QuickLinesGiven) -> None:
    """Ring the worker."""
    look_up_quick_lines.delay(str(event.quick_order_id))


@handles(ApprovalAsked)
def check_vat_before_approval(event: ApprovalAsked) -> None:
    """The last approval decides about the VAT again: the register's answer is to be of these days then."""
    customer_id = is_stale(event.company_id, WHEN_ORDERING)
    if customer_id is not None:
        check_vat_number.delay(str(customer_id), int(WHEN_ORDERING.total_seconds()))


@handles(OrderPlaced)
def check_vat_again(event: OrderPlaced) -> None:
    """An order is invoiced soon: what is known of the customer's VAT number must be of these days."""
    customer_id = is_stale(event.company_id, WHEN_ORDERING)
    if customer_id is not None:
        check_vat_number.delay(str(customer_id), int(WHEN_ORDERING.total_seconds()))
