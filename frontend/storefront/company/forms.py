"""A company gives its VAT number, adds an address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.addresses import AddressData
from accounts.organisation import units_for
from core.actor import Actor
from frontend.countries import COUNTRY_CHOICES
from frontend.typed import choose


class VatForm(forms.Form):
    """The company's VAT number."""

    vat_number = forms.CharField(
        label=_("VAT number"),
        max_length=20,
        help_text=_("With the country in front, such as BE0403019261. Your suppliers have it checked by the register."),
    )


class AddressForm(forms.Form):
    """An address, and what the driver must know."""

    label = forms.CharField(label=_("Name of the place"), max_length=80, help_text=_("Workshop, site, depot…"))
    street = forms.CharField(label=_("Street"), max_length=160)
    postal_code = forms.CharField(label=_("Postal code"), max_length=12)
    city = forms.CharField(label=_("City"), max_length=80)
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRY_CHOICES, initial="FR")
    contact = forms.CharField(label=_("Contact"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    opening_hours = forms.CharField(
        label=_("Opening hours"), max_length=160, required=False, help_text=_("For example Mon–Fri 7–12, 13–16.")
    )
    unloading = forms.CharField(
        label=_("Unloading"), max_length=160, required=False, help_text=_("Dock, forklift, tail lift needed…")
    )
    access_notes = forms.CharField(
        label=_("Access"), max_length=300, required=False, help_text=_("Gate, code, height limit, whom to call…")
    )

    unit = forms.ChoiceField(
        label=_("For"),
        required=False,
        help_text=_("An address of a site is shown to the people of this site."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(row.id.hex, row.trail) for row in units_for(actor)]
        choose(self, "unit", [("", gettext("The whole company")), *units])

    def address_data(self) -> AddressData:
        return AddressData(**{name: value for name, value in self.cleaned_data.items() if name != "unit"})

    def unit_id(self) -> UUID | None:
        """The site that it is for; None: the whole company."""
        return UUID(self.cleaned_data["unit"]) if self.cleaned_data["unit"] else None
