"""Fields of the product editor: numbers and rates as people of the language write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.formatting import plain
from core.parsing import AmbiguousNumber, parse_decimal


def separator() -> str:
    """The decimal separator of the active language."""
    return "," if (get_language() or "").startswith("fr") else "."


def written(value: Decimal | None) -> str:
    """A number as it stands in a field of the active language: no grouping, no useless zeros."""
    return "" if value is None else plain(value).replace(".", separator())


class NumberField(forms.CharField):
    """A number; None when it is empty and may be."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.read(text)
        except AmbiguousNumber as error:
            raise forms.ValidationError(_("Write it without thousands separator.")) from error
        except ValueError as error:
            raise forms.ValidationError(_("This is not a number.")) from error

    def read(self, text: str) -> Decimal:
        """The number that the text says. Raises ValueError."""
        return parse_decimal(text, decimal_separator=separator())


class PercentField(NumberField):
    """A rate, written in percent and kept as a fraction."""

    def prepare_value(self, value: Any) -> Any:
        return written(value * 100) if isinstance(value, Decimal) else value

    def read(self, text: str) -> Decimal:
        return super().read(text.rstrip("% \u00a0\u202f")) / 100
