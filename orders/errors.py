"""Refusals about carts and orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core import formatting
from core.errors import Refused


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with one line: its place in what was asked, a code for machines, a text for people.

    ``nearest`` are quantities in the line's unit that would do, smallest first. ``line_id`` is the line of a cart.
    """

    index: int
    code: str
    message: str
    sku: str = ""
    variant_id: UUID | None = None
    nearest: tuple[Decimal, ...] = ()
    line_id: UUID | None = None

    def at(self, index: int) -> LineProblem:
        """The same problem at another place."""
        return replace(self, index=index)


class SupplierClosed(Refused):
    code = "supplier_closed"
    message = _("This supplier takes no orders at the moment.")


class LinesRefused(Refused):
    """Some lines are not possible as asked; none was taken."""

    code = "lines_refused"
    message = _("Some lines are not possible as they are. Nothing was changed.")

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__(field="lines")
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return " ".join(problem.message for problem in self.problems) or super().__str__()


class TooManyLines(Refused):
    code = "too_many_lines"
    message = _("At most %(limit)s lines at a time. Nothing was taken over: split the list.")


class EmptyOrder(Refused):
    code = "empty_order"
    message = _("There is nothing to order.")


class PriceChanged(Refused):
    """The total is another than the one that was shown; ``before`` and ``now`` are gross totals."""

    code = "price_changed"
    status = 409
    message = _(
        "The total has changed since this page was shown, from %(before)s to %(now)s. Nothing was ordered: check the "
        "lines, then order again."
    )

    def __init__(self, *, before: Decimal, now: Decimal, currency: str = "EUR") -> None:
        super().__init__(before=formatting.money(before, currency), now=formatting.money(now, currency))
        self.before, self.now = before, now


class PricesChanged(LinesRefused):
    """Prices of lines are not those that their buyer has seen; ``problems`` names the lines."""

    code = "prices_changed"
    status = 409
    message = _("The price has changed since you saw it. Nothing was ordered: take the new prices, then order again.")

    def __str__(self) -> str:
        return str(self.message)


class PricesChangedAgain(Refused):
    code = "prices_changed_again"
    status = 409
    message = _("Prices have changed again since this page was shown. Look at them, then take them.")


class VatNotSeen(Refused):
    code = "vat_not_seen"
    status = 409
    message = _("Look at the VAT of this order first, then confirm it.")


class MayNotOrder(Refused):
    code = "may_not_order"
    status = 403
    message = _("Your role may look, but not order. Ask an administrator of your company.")


class AddressMissing(Refused):
    code = "address_missing"
    message = _("Choose where to deliver, or enter a new address.")


class PoNumberMissing(Refused):
    code = "po_number_missing"
    message = _("This supplier needs your purchase order number.")


class MethodNotAllowed(Refused):
    code = "method_not_allowed"
    message = _("This is not offered to your company: choose one of those shown.")


class BelowOrderMinimum(Refused):
    code = "below_order_minimum"
    message = _("Orders start at %(minimum)s net: %(missing)s are missing. Add goods to the cart.")
