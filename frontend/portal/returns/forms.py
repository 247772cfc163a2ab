"""What the supplier says about a return: yes or no, what came back, with which parcel it is replaced."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.money import ZERO
from frontend.typed import NumberField, as_typed
from orders.returns.queries import ReturnDetail, ReturnedLine
from orders.returns.services import Received


class AcceptForm(forms.Form):
    note = forms.CharField(
        label=_("How to send the goods back"),
        max_length=500,
        required=False,
        help_text=_("The buyer reads it: address, carrier, label."),
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("The buyer reads it."))


class ReplaceForm(forms.Form):
    carrier = forms.CharField(label=_("Carrier"), max_length=80, required=False)
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=80, required=False)


class ReceiveForm(forms.Form):
    """Two quantities per line: back into the stock (as asked for, until something else is typed), and scrapped."""

    def __init__(self, *args: Any, found: ReturnDetail, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        for line in found.lines:
            self.fields[f"restock-{line.id.hex}"] = NumberField(
                label=line.name, required=False, initial=as_typed(line.quantity)
            )
            self.fields[f"scrap-{line.id.hex}"] = NumberField(label=line.name, required=False)

    def received(self) -> dict[UUID, Received]:
        """What was typed per line."""
        data = self.cleaned_data
        return {
            line.id: Received(data[f"restock-{line.id.hex}"] or ZERO, data[f"scrap-{line.id.hex}"] or ZERO)
            for line in self.found.lines
        }

    def rows(self) -> list[tuple[ReturnedLine, forms.BoundField, forms.BoundField]]:
        """Lines with their fields, for the table."""
        return [(line, self[f"restock-{line.id.hex}"], self[f"scrap-{line.id.hex}"]) for line in self.found.lines]
