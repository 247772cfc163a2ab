"""Forms of the supplier's order page: what goes into a parcel or was performed, and what happened to a parcel."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.parsing import AmbiguousNumber, parse_decimal
from orders.fulfilment import Carriage
from orders.progress import LineProgress, OrderProgress
from shipping.enums import ShipmentState

#: Lines on a page, of the order and of the parcel.
PER_PAGE = 50


class QuantityField(forms.CharField):
    """A quantity as people type it; empty is nothing."""

    def clean(self, value: Any) -> Decimal:
        text = super().clean(value)
        if not text:
            return Decimal(0)
        separator = "," if (get_language() or "").startswith("fr") else "."
        try:
            return parse_decimal(text, decimal_separator=separator)
        except AmbiguousNumber as error:
            raise forms.ValidationError(_("Write this quantity without thousands separator.")) from error
        except ValueError as error:
            raise forms.ValidationError(_("This is not a number.")) from error


class ShipForm(forms.Form):
    """One quantity per line that has something left, in base units; carrier and promise. Services are in no parcel.

    A page of lines is shown at a time; what was typed on the others is carried along. A refusal shows its page.
    """

    carrier = forms.CharField(label=_("Carrier"), max_length=80, required=False)
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=80, required=False)
    promised_on = forms.DateField(
        label=_("Promised for"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, order: OrderProgress, page: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page = page
        self.open_lines = tuple(line for line in order.lines if line.left > 0)
        self.ships = any(not line.is_service for line in self.open_lines)
        self.performs = any(line.is_service for line in self.open_lines)
        for line in self.open_lines:
            self.fields[field_name(line.id)] = QuantityField(label=line.name, required=False, max_length=20)

    def carriage(self) -> Carriage:
        """Who carries the parcel."""
        data = self.cleaned_data
        return Carriage(data["carrier"], data["tracking_number"], data["promised_on"])

    def quantities(self) -> dict[UUID, Decimal]:
        """What was typed per order line."""
        return {line.id: self.cleaned_data[field_name(line.id)] for line in self.open_lines}

    @property
    def pages(self) -> int:
        """How many pages the lines take."""
        return max(-(-len(self.open_lines) // PER_PAGE), 1)

    @property
    def page(self) -> int:
        """The page that is shown: the first one on which something is wrong, or the one asked for."""
        refused = self.errors if self.is_bound else {}
        wrong = [place for place, line in enumerate(self.open_lines) if field_name(line.id) in refused]
        return wrong[0] // PER_PAGE + 1 if wrong else min(max(self._page, 1), self.pages)

    def rows(self) -> list[tuple[LineProgress, forms.BoundField]]:
        """Lines of the page with their fields, for the table."""
        first = (self.page - 1) * PER_PAGE
        return [(line, self[field_name(line.id)]) for line in self.open_lines[first : first + PER_PAGE]]

    def carried(self) -> list[tuple[str, str]]:
        """Names and values of what was typed on other pages."""
        shown = {bound.html_name for _line, bound in self.rows()}
        typed = self.data if self.is_bound else self.initial
        names = (field_name(line.id) for line in self.open_lines)
        return [(name, typed[name]) for name in names if name not in shown and typed.get(name)]


class TrackingForm(forms.Form):
    """What happened to a parcel, where and when."""

    code = forms.ChoiceField(label=_("Step"), choices=ShipmentState.choices)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    note = forms.CharField(label=_("Note"), max_length=240, required=False)
    occurred_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        help_text=_("Empty: now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    estimated_on = forms.DateField(
        label=_("Expected on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def field_name(line_id: UUID) -> str:
    """Name of a line's quantity field."""
    return f"line-{line_id.hex}"
