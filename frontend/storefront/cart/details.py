"""What a buyer says about an order besides its lines, as far as the supplier's terms leave a choice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.enums import DeliveryMethod, PaymentMethod
from customers.order_terms import OrderTerms
from frontend.cost_centres import Centres, centre_field
from orders.services import OrderDetails

_NO_HISTORY = {"autocomplete": "off"}


class DetailsForm(forms.Form):
    """A method is asked for where several are offered; the first one is the usual one.

    ``cost_centres`` are those that can be chosen (:mod:`frontend.cost_centres`).
    """

    po_number = forms.CharField(
        label=gettext_lazy("Purchase order number"),
        max_length=60,
        help_text=gettext_lazy("Printed on the delivery note and the invoice."),
        widget=forms.TextInput(attrs=_NO_HISTORY),
        error_messages={"required": gettext_lazy("This supplier needs your purchase order number.")},
    )
    project = forms.CharField(label=gettext_lazy("Project"), max_length=80, required=False)
    requested_on = forms.DateField(
        label=gettext_lazy("Wanted on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("A wish: the supplier confirms the day."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the supplier"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    delivery_method = forms.ChoiceField(label=gettext_lazy("How to deliver"), widget=forms.RadioSelect)
    payment_method = forms.ChoiceField(label=gettext_lazy("How to pay"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, terms: OrderTerms, cost_centres: Centres) -> None:
        super().__init__(data, auto_id="f-%s")
        self.fields["cost_centre_code"] = centre_field(cost_centres)
        self.fields["po_number"].required = terms.po_required
        self._offer("delivery_method", terms.delivery_methods, DeliveryMethod)
        self._offer("payment_method", terms.payment_methods, PaymentMethod)

    def clean_requested_on(self) -> date | None:
        day: date | None = self.cleaned_data["requested_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return day

    def details(self) -> OrderDetails:
        """What was said, for the service."""
        return OrderDetails(**self.cleaned_data)

    def _offer(self, name: str, methods: tuple[str, ...], words: type[DeliveryMethod | PaymentMethod]) -> None:
        if len(methods) == 1:
            del self.fields[name]
            return
        field = self.fields[name]
        field.initial, field.required = methods[0], False
        if isinstance(field, forms.ChoiceField):
            field.choices = [(method, str(words(method).label)) for method in methods]


def agreed_texts(terms: OrderTerms) -> list[tuple[str, str]]:
    """What there is no choice about: the only method of each kind, the contract's Incoterm."""
    found: list[tuple[str, str]] = []
    if len(terms.delivery_methods) == 1:
        found.append((_("How to deliver"), str(DeliveryMethod(terms.delivery_methods[0]).label)))
    if len(terms.payment_methods) == 1:
        found.append((_("How to pay"), str(PaymentMethod(terms.payment_methods[0]).label)))
    if terms.incoterm:
        found.append((_("Incoterm"), f"{terms.incoterm} {terms.incoterm_place}"))
    return found
