"""Refusals about price lists."""

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
