"""Refusals about customers."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class NotACustomer(Refused):
    code = "not_a_customer"
    status = 403
    message = _("Your company has no approved account with this supplier yet.")


class AlreadyCustomer(Refused):
    code = "already_customer"
    status = 409
    message = _("Your company has already asked this supplier for an account.")
