"""What a buyer sends back: per line how much and why, and what for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.money import ZERO
from frontend.typed import NumberField
from orders.enums import ReturnReason, ReturnWish
from orders.returns.queries import Returnable, ReturnableLine
from orders.returns.services import Wanted


class ReturnForm(forms.Form):
    """The lines are those of a page; ``form_key`` makes of one form sent twice one return."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    wish = forms.ChoiceField(
        label=_("What you want for it"),
        choices=[("", "—"), *ReturnWish.choices],
        required=False,
        help_text=_("The supplier decides once the goods are back."),
    )
    note = forms.CharField(
        label=_("Message to the supplier"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, goods: Returnable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goods = goods
        for line in goods.lines:
            key = line.id.hex
            self.fields[f"line-{key}"] = NumberField(label=line.name, required=False)
            self.fields[f"reason-{key}"] = forms.ChoiceField(
                label=line.name, choices=[("", "—"), *ReturnReason.choices], required=False
            )
            self.fields[f"text-{key}"] = forms.CharField(label=line.name, max_length=240, required=False)

    def wanted(self) -> dict[UUID, Wanted]:
        """What was typed per order line."""
        data = self.cleaned_data
        return {
            line.id: Wanted(
                data[f"line-{line.id.hex}"] or ZERO, data[f"reason-{line.id.hex}"], data[f"text-{line.id.hex}"]
            )
            for line in self.goods.lines
        }

    def rows(self) -> list[tuple[ReturnableLine, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Lines with their fields, for the table."""
        return [
            (line, self[f"line-{line.id.hex}"], self[f"reason-{line.id.hex}"], self[f"text-{line.id.hex}"])
            for line in self.goods.lines
        ]
