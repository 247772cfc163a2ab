"""Reactions: VAT numbers are checked by the worker, never while somebody waits."""

from __future__ import annotations

from accounts.events import VatNumberGiven
from core.events import handles
from customers.events import AccountRequested, VatCheckWanted
from customers.tasks import check_vat_number, take_vat_number


@handles(AccountRequested)
def check_vat_of_newcomer(event: AccountRequested) -> None:
    """Ask about the number that came with the request."""
    check_vat_number.delay(str(event.customer_id))


@handles(VatNumberGiven)
def tell_suppliers_the_number(event: VatNumberGiven) -> None:
    """A company may have many suppliers, each with a schema of its own."""
    take_vat_number.delay(str(event.company_id), event.number, event.before)


@handles(VatCheckWanted)
def check_vat_now(event: VatCheckWanted) -> None:
    """Somebody of the supplier wants to know."""
    check_vat_number.delay(str(event.customer_id))
