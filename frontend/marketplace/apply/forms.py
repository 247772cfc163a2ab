"""The application of a supplier or distributor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from frontend.countries import COUNTRY_CHOICES
from frontend.forms import NewLoginForm, colour_field
from frontend.images import clean_logo
from tenants.enums import TenantKind
from tenants.models import SLUG
from vendors.services import ApplicationData


class ApplicationForm(forms.Form):
    """Company, address of the storefront, its look."""

    legal_name = forms.CharField(label=_("Legal name"), max_length=160)
    siren = forms.CharField(label=_("SIREN or SIRET"), max_length=20, required=False)
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False)
    street = forms.CharField(label=_("Street"), max_length=160)
    postal_code = forms.CharField(label=_("Postal code"), max_length=12)
    city = forms.CharField(label=_("City"), max_length=80)
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRY_CHOICES)
    kind = forms.ChoiceField(label=_("You are a"), choices=TenantKind.choices)
    portal_name = forms.CharField(label=_("Name of the storefront"), max_length=120)
    slug = forms.CharField(
        label=_("Its address"),
        max_length=40,
        validators=[SLUG],
        help_text=_("Small letters, digits and hyphens: the part before the platform's domain."),
    )
    primary = colour_field(_("Main colour"))
    logo = forms.FileField(label=_("Logo"), required=False, help_text=_("PNG, JPEG or WebP, up to 2 MB."))
    activity = forms.CharField(
        label=_("What do you sell?"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def clean_logo(self) -> File[bytes] | None:
        return clean_logo(self.cleaned_data["logo"])

    def data_for_service(self) -> ApplicationData:
        names = ApplicationData.__dataclass_fields__
        return ApplicationData(**{name: value for name, value in self.cleaned_data.items() if name in names})


class NewApplicantForm(ApplicationForm, NewLoginForm):
    """The same for somebody without a login."""

    field_order: Any = ["name", "email", "password"]
