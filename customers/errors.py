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


class MissingLegalNumber(Refused):
    code = "missing_legal_number"
    message = _("Give the company's SIREN, or its VAT number outside France.")


class TermTooLong(Refused):
    """French law caps payment terms (C. com. L441-10)."""

    code = "term_too_long"
    message = _("The law allows %(maximum)s days at most for this kind of term.")


class UnknownSalesRep(Refused):
    code = "unknown_sales_rep"
    message = _("This person does not work here.")


class SegmentExists(Refused):
    code = "segment_exists"
    status = 409
    message = _("There is a segment with this name already.")


class InvalidSegmentRule(Refused):
    code = "invalid_segment_rule"
    message = _("A segment needs a rule, and every rule a value that means something.")
