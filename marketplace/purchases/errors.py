"""Refusals about purchases."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class PurchaseRefused(Refused):
    """One supplier or more said no: nothing was ordered from anybody. ``refusals`` says why, by supplier."""

    code = "purchase_refused"
    message = _("Nothing was ordered: not every supplier can deliver this. What is to be changed stands below.")

    def __init__(self, refusals: Mapping[UUID, Refused]) -> None:
        super().__init__()
        self.refusals = dict(refusals)


class AlreadyOrdered(Refused):
    """The cart has become an order in another way than in this purchase."""

    code = "already_ordered"
    status = 409
    message = _("This cart has been ordered in the meantime, as order %(number)s.")
