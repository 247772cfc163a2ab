"""Refusals about recurring orders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class NotOnBehalf(Refused):
    code = "not_on_behalf"
    status = 403
    message = _("A recurring order is somebody’s of the company: only they can set it up.")


class NothingOnList(Refused):
    code = "nothing_on_list"
    message = _("There is nothing on this list.")


class NoSuchDays(Refused):
    code = "no_such_days"
    message = _("There is no day left between these dates.")


class IntervalWrong(Refused):
    code = "interval_wrong"
    message = _("Give a number from 1 to %(limit)s.")


class OwnerGone(Refused):
    code = "owner_gone"
    message = _("%(name)s may no longer order for your company. Somebody else has to take this recurring order over.")


class AccountClosed(Refused):
    code = "account_closed"
    message = _("Your company's account with this supplier is not open.")


class AddressGone(Refused):
    code = "address_gone"
    message = _("The delivery address is no longer in your address book.")


class PriceGuard(Refused):
    """Net amounts of the lines whose prices were known, before and now."""

    code = "price_guard"
    message = _("Prices rose from %(before)s to %(now)s, more than you allowed: the recurring order is paused.")


class QuotePricesEnded(Refused):
    code = "quote_prices_ended"
    message = _("The prices of quote %(number)s ended on %(day)s.")
