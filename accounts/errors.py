"""Refusals about accounts."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class EmailTaken(Refused):
    code = "email_taken"
    message = _("An account with this e-mail exists: sign in first.")


class InvalidLegalNumber(Refused):
    code = "invalid_legal_number"
    message = _("This number is not valid.")


class CompanyExists(Refused):
    code = "company_exists"
    message = _("This company is already registered: ask its administrator for access.")


class InvalidEntryToken(Refused):
    code = "invalid_entry"
    status = 403
    message = _("This link has expired. Please sign in.")


class UsualAddressNeeded(Refused):
    code = "usual_address_needed"
    message = _("This is the usual address: choose another one as usual before you remove it.")
