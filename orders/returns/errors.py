"""Refusals about goods that come back. ``field`` is the order's line where one is meant, or the return's."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class NothingReturned(Refused):
    code = "nothing_returned"
    message = _("Enter how much of a line you want to send back.")


class InvalidReturnQuantity(Refused):
    code = "invalid_quantity"
    message = _("Enter a quantity from 0 on, with at most four decimals; whole packs only.")


class MoreThanReturnable(Refused):
    """What was never sent, or is on its way back already."""

    code = "more_than_returnable"
    message = _("At most %(left)s of this line can still be sent back.")


class ReturnReasonMissing(Refused):
    code = "return_reason_missing"
    message = _("Choose why this line comes back.")


class WishMissing(Refused):
    code = "wish_missing"
    message = _("Choose a credit note or a replacement.")


class RefusalReasonMissing(Refused):
    code = "reason_missing"
    message = _("Say why: the buyer reads it.")


class NothingReceived(Refused):
    code = "nothing_received"
    message = _("Enter what came back. If nothing came, refuse the return and say so.")


class MoreThanAccepted(Refused):
    code = "more_than_accepted"
    message = _("At most %(left)s of this line were accepted.")


class NotInvoicedYet(Refused):
    """There is nothing yet that a credit note could refer to."""

    code = "not_invoiced_yet"
    status = 409
    message = _("The order is not invoiced yet: it is with its last parcel. The credit note can be issued after that.")


class ReplacementMissing(Refused):
    """``field`` is the order's line whose goods are not in stock."""

    code = "replacement_missing"
    status = 409
    message = _(
        "Only %(available)s of %(sku)s are free in stock. Nothing was settled: credit the goods, or wait for stock."
    )
