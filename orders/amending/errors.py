"""Refusals about changing an order that was placed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class TooLateToAmend(Refused):
    """The supplier has begun to work on it."""

    code = "too_late_to_amend"
    status = 409
    message = _("The supplier has already started on this order. Nothing was changed: write to the supplier.")


class OrderChanged(Refused):
    """Somebody else changed it since the page was shown."""

    code = "order_changed"
    status = 409
    message = _(
        "This order has been changed since this page was shown. Nothing of yours was saved: below is the order as it "
        "is now, with what you typed."
    )


class NothingToChange(Refused):
    code = "nothing_to_change"
    message = _("This is the order as it is: change something first.")


class NothingLeft(Refused):
    """An order without lines is a cancelled one, which is another decision."""

    code = "nothing_left"
    message = _("Nothing would be left of this order. Cancel the whole order instead.")


class QuotedLines(Refused):
    """The supplier offered these prices for these quantities."""

    code = "quoted_lines"
    message = _("This order was made from a quote: its quantities and prices belong together and stay as they are.")


class NotChangeable(Refused):
    """Transport and the like follow from the goods."""

    code = "not_changeable"
    message = _("This line cannot be changed on its own.")


class InvalidCancelQuantity(Refused):
    code = "invalid_quantity"
    message = _("Enter a quantity from 0 on, with at most four decimals; whole packs only.")


class MoreThanOpen(Refused):
    """What has left cannot be cancelled; ``field`` is the line."""

    code = "more_than_open"
    message = _("Only %(left)s of this line have not been shipped.")


class ReasonMissing(Refused):
    code = "reason_missing"
    message = _("Say why: the buyer reads it.")


class NothingCancelled(Refused):
    code = "nothing_cancelled"
    message = _("Enter how much of a line is cancelled.")


class BelowMinimum(Refused):
    code = "below_order_minimum"
    message = _(
        "Orders start at %(minimum)s net: %(missing)s would be missing. Keep more of the goods, or cancel the order."
    )
