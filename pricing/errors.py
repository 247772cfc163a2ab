"""Refusals about prices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class DuplicatePriceList(Refused):
    code = "duplicate_price_list"
    status = 409
    message = _("There is a price list with this code already.")


class PriceListNotFound(Refused):
    code = "price_list_not_found"
    status = 404
    message = _("This price list does not exist.")


class ListInUse(Refused):
    """Somebody was given the list: what it is, is part of what they saw."""

    code = "price_list_in_use"
    status = 409
    message = _("This list has been given to somebody already: create another one instead.")


class ListIsAgreed(Refused):
    code = "price_list_agreed"
    message = _("The prices of “%(list)s” are agreed with a customer: only its agreement ends them.")


class ListIsOver(Refused):
    code = "price_list_over"
    message = _("The price list “%(list)s” has ended: none of its prices would hold.")


class PastIsFixed(Refused):
    code = "past_is_fixed"
    message = _("This would change what buyers have seen: choose a moment from now on.")


class InvalidPrice(Refused):
    code = "invalid_price"
    message = _("A price is 0 or more with six decimals at most, from a quantity above 0 with four at most.")


class PackHasNoPrice(Refused):
    code = "pack_has_no_price"
    message = _("%(sku)s is a pack: it costs what is in it and has no price of its own in a list.")


class RuleNotFound(Refused):
    code = "discount_rule_not_found"
    status = 404
    message = _("This discount rule does not exist.")


class RuleEnded(Refused):
    code = "discount_rule_ended"
    status = 409
    message = _("This discount rule has ended: create another one.")


class BatchNotFound(Refused):
    code = "price_batch_not_found"
    status = 404
    message = _("This batch of prices does not exist.")


class EmptyBatch(Refused):
    code = "empty_price_batch"
    message = _("There is no price in this batch yet.")


class NothingSelected(Refused):
    code = "nothing_selected"
    message = _("No price fits what was chosen.")


class BatchTooLarge(Refused):
    code = "price_batch_too_large"
    message = _("A batch holds %(maximum)s prices at most: make several.")


class NothingToTakeBack(Refused):
    """Each line's price was changed since."""

    code = "nothing_to_take_back"
    status = 409
    message = _("Nothing can be taken back: somebody has changed every one of these prices since.")
