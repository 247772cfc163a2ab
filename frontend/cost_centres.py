"""The field of a form in which a buyer says what an order is booked to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.requests import Request
from accounts.spending.errors import CostCentreMissing
from accounts.spending.queries import cost_centre_choices

#: Code and text of the cost centres that can be chosen; None where anything can be written.
Centres = Sequence[tuple[str, str]] | None
LONGEST_CODE = 30


def centres_of(request: Request) -> Centres:
    """What the reader may choose for its company; two statements at most."""
    return cost_centre_choices(request.actor, request.actor.require_company())


def centre_options(centres: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a list offers: where there is only one, it is chosen already."""
    return list(centres) if len(centres) == 1 else [("", "—"), *centres]


def centre_field(centres: Centres, *, is_needed: bool = True) -> forms.Field:
    """Where a company has laid out cost centres one of them has to be chosen."""
    given: dict[str, Any] = {"label": _("Cost centre"), "required": False}
    if centres is None:
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        return forms.CharField(max_length=LONGEST_CODE, widget=widget, **given)
    given["required"] = is_needed and bool(centres)
    missing = {"required": CostCentreMissing.message}
    return forms.ChoiceField(choices=centre_options(centres), error_messages=missing, **given)
