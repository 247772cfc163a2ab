"""What a supplier decides about a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.parsing import AmbiguousNumber, parse_decimal
from customers.enums import RevenueBand, TermKind
from customers.queries import parse_term_value
from customers.services import Profile
from frontend.typed import CurrencyField
from orders.opening import Terms

OTHER = "other"
_FEWEST_LISTS = 2


class ProfileForm(forms.Form):
    """What segments, prices and visibility look at in a customer."""

    naf_code = forms.RegexField(
        r"^\d{2}\.?\d{2}[A-Za-z]$",
        label=gettext_lazy("Sector (NAF code)"),
        required=False,
        help_text=gettext_lazy("Such as 25.62B (INSEE)."),
        error_messages={"invalid": gettext_lazy("A NAF code is four digits and a letter, such as 25.62B.")},
    )
    country = forms.RegexField(
        "^[A-Za-z]{2}$",
        label=gettext_lazy("Country"),
        help_text=gettext_lazy("Two letters, such as FR."),
        error_messages={"invalid": gettext_lazy("A country is two letters, such as FR.")},
    )
    revenue_band = forms.ChoiceField(label=gettext_lazy("Revenue"), choices=RevenueBand.choices, required=False)
    customer_since = forms.DateField(
        label=gettext_lazy("Customer since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    currency = CurrencyField(label=gettext_lazy("Currency"))

    def clean_naf_code(self) -> str:
        code = str(self.cleaned_data["naf_code"]).upper()
        return f"{code[:2]}.{code[-3:]}" if code else ""

    def clean_customer_since(self) -> date | None:
        since: date | None = self.cleaned_data["customer_since"]
        if since is not None and since > timezone.localdate():
            raise forms.ValidationError(_("This day lies ahead."))
        return since

    def profile(self) -> Profile:
        """What was typed, for the service."""
        data = self.cleaned_data
        return Profile(**data | {"country": data["country"].upper()})


@dataclass(frozen=True, slots=True)
class TermsOptions:
    """What there is to choose from."""

    groups: Sequence[tuple[UUID, str]]
    price_lists: Sequence[tuple[UUID, str]]
    terms: Sequence[tuple[str, str]]
    staff: Sequence[tuple[UUID, str]]


class TermsForm(forms.Form):
    """Group, price lists by priority, payment term, credit limit, sales rep."""

    group = forms.ChoiceField(label=gettext_lazy("Customer group"), required=False)
    new_group = forms.CharField(label=gettext_lazy("Or a new group"), max_length=80, required=False)
    term = forms.ChoiceField(label=gettext_lazy("Payment term"))
    term_kind = forms.ChoiceField(label=gettext_lazy("Kind of term"), choices=TermKind.choices, required=False)
    term_days = forms.IntegerField(label=gettext_lazy("Days"), min_value=0, max_value=999, required=False)
    limit = forms.CharField(
        label=gettext_lazy("Credit limit"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Orders and unpaid invoices together stay below it, tax included. 0: no credit."),
    )
    other_limit = forms.CharField(
        label=gettext_lazy("Credit limit in another currency"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("For orders in that currency, such as those from your offers in it."),
    )
    other_currency = CurrencyField(label=gettext_lazy("Its currency"), required=False)
    sales_rep = forms.ChoiceField(label=gettext_lazy("Sales rep"), required=False)

    def __init__(self, *args: Any, options: TermsOptions, list_count: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("group", [("", _("No group")), *_values(options.groups)])
        self._choose("sales_rep", [("", _("Nobody in particular")), *_values(options.staff)])
        self._choose("term", [*options.terms, (OTHER, _("Another term…"))])
        lists = [("", "—"), *_values(options.price_lists)]
        fields = min(max(list_count + 1, _FEWEST_LISTS), len(options.price_lists))
        for number in range(1, fields + 1):
            label = _("Price list %(number)s") % {"number": number}
            self.fields[f"list_{number}"] = forms.ChoiceField(label=label, choices=lists, required=False)

    @property
    def list_fields(self) -> list[forms.BoundField]:
        """The fields of price lists, the strongest first."""
        return [self[name] for name in self.fields if name.startswith("list_")]

    def clean_limit(self) -> Decimal:
        return self._amount("limit")

    def clean_other_limit(self) -> Decimal | None:
        return self._amount("other_limit") if self.cleaned_data["other_limit"] else None

    def _amount(self, name: str) -> Decimal:
        try:
            limit = parse_decimal(self.cleaned_data[name])
        except AmbiguousNumber as error:
            raise forms.ValidationError(_("Write it without thousands separators: 10000 or 10000.50.")) from error
        except ValueError as error:
            raise forms.ValidationError(_("This is not an amount.")) from error
        if limit < 0:
            raise forms.ValidationError(_("A credit limit is an amount from 0 on."))
        return limit

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("term") == OTHER:
            for name in ("term_kind", "term_days"):
                if data.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("Say which term."))
        names = ("other_limit", "other_currency")
        if not self.errors.keys() & set(names) and (data["other_limit"] is None) == bool(data["other_currency"]):
            self.add_error("other_limit", _("A limit needs its currency, and a currency its limit."))
        return data

    def terms(self) -> Terms:
        """What was decided, for the service."""
        data = self.cleaned_data
        kind, days = (data["term_kind"], data["term_days"]) if data["term"] == OTHER else parse_term_value(data["term"])
        chosen = [data[name] for name in self.fields if name.startswith("list_") and data[name]]
        return Terms(
            term_kind=kind,
            term_days=days,
            credit_limit=data["limit"],
            group_id=UUID(data["group"]) if data["group"] else None,
            new_group=data["new_group"].strip(),
            price_list_ids=tuple(UUID(value) for value in dict.fromkeys(chosen)),
            sales_rep_id=UUID(data["sales_rep"]) if data["sales_rep"] else None,
            other_limits={data["other_currency"]: data["other_limit"]} if data["other_currency"] else {},
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


def _values(choices: Sequence[tuple[UUID, str]]) -> list[tuple[str, str]]:
    return [(str(key), text) for key, text in choices]
