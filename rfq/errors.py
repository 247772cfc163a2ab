"""Refusals about requests and quotes."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class NoLines(Refused):
    code = "no_lines"
    message = _("Describe at least one article with its quantity.")


class NoSuppliers(Refused):
    code = "no_suppliers"
    message = _("Choose at least one supplier.")


class DeadlineInThePast(Refused):
    code = "deadline_in_the_past"
    message = _("The deadline must be in the future.")


class RequestClosed(Refused):
    code = "request_closed"
    status = 409
    message = _("This request is closed: nothing more can be offered or accepted.")


class NothingOffered(Refused):
    code = "nothing_offered"
    message = _("Give a price for at least one line.")


class ValidityInThePast(Refused):
    code = "validity_in_the_past"
    message = _("The offer must be valid for some time.")


class InvalidPrice(Refused):
    code = "invalid_price"
    message = _("A price is zero or more, with at most six decimals.")


class NotOnTheTable(Refused):
    """Another version has come since; ``number`` is the latest."""

    code = "outdated_version"
    status = 409
    message = _("Version %(number)s has come since this page was shown. Look at what changed, then decide.")


class OfferExpired(Refused):
    code = "offer_expired"
    status = 409
    message = _("This offer was valid until %(until)s. Ask the supplier to renew it.")


class MayNotBuy(Refused):
    code = "may_not_buy"
    status = 403
    message = _("Your role may look, but not negotiate or accept. Ask an administrator of your company.")
