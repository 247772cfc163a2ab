"""Refusals about credit, invoices and payments."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core import formatting
from core.errors import Refused


class CreditExceeded(Refused):
    """The order would take the customer over its limit; ``available`` is what is left of it, ``missing`` the rest."""

    code = "credit_exceeded"
    message = _(
        "This order of %(requested)s is more than your available credit of %(available)s: %(missing)s are missing. "
        "Nothing was ordered or changed."
    )

    def __init__(
        self, *, available: Decimal, requested: Decimal, currency: str = "EUR", field: str | None = None
    ) -> None:
        self.available = max(available, Decimal(0))
        self.requested = requested
        self.missing = requested - self.available
        self.currency = currency
        super().__init__(
            field=field,
            available=formatting.money(self.available, currency),
            requested=formatting.money(requested, currency),
            missing=formatting.money(self.missing, currency),
        )


class NoCreditInCurrency(Refused):
    """Nothing is converted: credit in one currency does not cover an order in another one."""

    code = "no_credit_in_currency"
    message = _(
        "This order comes to %(requested)s, and your credit with this supplier is in %(own)s: they cannot be compared. "
        "Ask the supplier for credit in %(currency)s, or for an offer in %(own)s. Nothing was ordered or changed."
    )


class NothingToCredit(Refused):
    code = "nothing_to_credit"
    message = _("Enter how much of a line is credited.")


class InvalidCreditQuantity(Refused):
    """``field`` is the invoice's line."""

    code = "invalid_credit_quantity"
    message = _("At most %(left)s of this line can be credited.")

    def __init__(self, *, field: str, left: Decimal) -> None:
        super().__init__(field=field, left=formatting.number(left))


class NothingOwed(Refused):
    code = "nothing_owed"
    status = 409
    message = _("Nothing of this credit note is owed to the customer any more.")


class NotSettleable(Refused):
    """Not an unpaid invoice of the same customer in the same currency."""

    code = "not_settleable"
    message = _("Choose an unpaid invoice of the same customer, in the currency of the credit note.")


class AlreadyPaid(Refused):
    code = "already_paid"
    status = 409
    message = _("This invoice is already paid.")


class GatewayUnavailable(Refused):
    """The payment provider did not answer or refused the request; nothing was charged."""

    code = "gateway_unavailable"
    status = 503
    message = _("The payment service does not answer. Nothing was charged; please try again in a few minutes.")


class InvalidSignature(Refused):
    """A message that claims to come from a gateway and is not signed by it, or is too old or too new."""

    code = "invalid_signature"
    status = 400
    message = _("The signature of this message is not valid.")
