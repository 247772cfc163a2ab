"""Fields for what people type: numbers, percentages, moments, currencies, and for whom something holds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import formatting
from core.parsing import AmbiguousNumber, parse_decimal
from customers.queries import customers_page, group_choices, names_of
from customers.segments import segment_choices
from pricing.parties import Party

MOMENT = "%Y-%m-%dT%H:%M"
_PLACES = 6


def read_number(text: str) -> Decimal:
    """A number as people type it in the page's language. Raises ValidationError."""
    separator = "," if (get_language() or "").startswith("fr") else "."
    try:
        return parse_decimal(text, decimal_separator=separator)
    except AmbiguousNumber as error:
        raise forms.ValidationError(_("Write it without thousands separators.")) from error
    except ValueError as error:
        raise forms.ValidationError(_("This is not a number.")) from error


def as_typed(value: Decimal | None) -> str:
    """A number as :func:`read_number` takes it; nothing for None."""
    text = "" if value is None else formatting.plain(value)
    return text.replace(".", ",") if (get_language() or "").startswith("fr") else text


class NumberField(forms.CharField):
    """A number, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(max_length=24, **kwargs)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        return read_number(text) if text else None


class PercentField(NumberField):
    """A percentage, as a fraction."""

    def clean(self, value: Any) -> Decimal | None:
        number = super().clean(str(value or "").replace("%", "").strip())
        if number is not None and number != round(number, _PLACES - 2):
            raise forms.ValidationError(_("At most four decimals."))
        return None if number is None else number / 100


class MomentField(forms.DateTimeField):
    """A moment to the minute, in the shop's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"], widget=widget, required=False, **kwargs)


class CurrencyField(forms.CharField):
    """Three letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=3, max_length=3, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).upper()
        if text and not (text.isascii() and text.isalpha()):
            raise forms.ValidationError(_("A currency is three letters, such as EUR."))
        return text


class ForWhomForm(forms.Form):
    """For whom something holds: a customer by name or number, a group, a segment; everybody when none is chosen."""

    group = forms.ChoiceField(label=gettext_lazy("Customer group"), required=False)
    segment = forms.ChoiceField(label=gettext_lazy("Segment"), required=False)
    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Number, SIREN or name. Nothing chosen: everybody."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "group", [("", "—"), *keyed(group_choices())])
        choose(self, "segment", [("", "—"), *keyed(segment_choices())])

    def clean_customer(self) -> UUID | None:
        return one_customer(self.cleaned_data["customer"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if sum(bool(data.get(name)) for name in ("group", "segment", "customer")) > 1:
            self.add_error("customer", _("Name a customer, a group or a segment, not several."))
        return data

    def party(self) -> Party:
        """Who was chosen."""
        data = self.cleaned_data
        return Party(
            customer_id=data["customer"],
            group_id=UUID(data["group"]) if data["group"] else None,
            segment_id=UUID(data["segment"]) if data["segment"] else None,
        )


def one_customer(text: str) -> UUID | None:
    """The customer that a text means; None for no text. Raises ValidationError for nobody, and for several."""
    if not text.strip():
        return None
    rows = customers_page(search=text.strip(), limit=6)
    exact = [row for row in rows if text.strip().casefold() in (row.number.casefold(), row.name.casefold())]
    found = exact or rows
    if not found:
        raise forms.ValidationError(_("No customer matches."))
    if len(found) > 1:
        names = ", ".join(f"{row.name} ({row.number})" for row in found[:5])
        raise forms.ValidationError(_("Several customers match: %(names)s."), params={"names": names})
    return found[0].id


def party_texts(parties: Sequence[Party]) -> dict[Party, str]:
    """Parties by name; three statements at most."""
    customers = names_of([party.customer_id for party in parties if party.customer_id])
    groups = dict(group_choices()) if any(party.group_id for party in parties) else {}
    segments = dict(segment_choices()) if any(party.segment_id for party in parties) else {}
    return {party: _party_text(party, customers, groups, segments) for party in parties}


def _party_text(party: Party, customers: dict[UUID, str], groups: dict[UUID, str], segments: dict[UUID, str]) -> str:
    if party.customer_id:
        return customers.get(party.customer_id, "?")
    if party.group_id:
        return _("Group %(name)s") % {"name": groups.get(party.group_id, "?")}
    if party.segment_id:
        return _("Segment %(name)s") % {"name": segments.get(party.segment_id, "?")}
    return _("Everybody")


def choose(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Give a select its choices."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


def keyed(choices: Sequence[tuple[UUID, str]]) -> list[tuple[str, str]]:
    """Choices with keys as a form sends them."""
    return [(str(key), text) for key, text in choices]
