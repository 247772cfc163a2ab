"""What a supplier chooses for its storefront."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from frontend.images import clean_logo
from tenants.models import HEX_COLOUR

RADII = [("0", _("Square")), ("4", _("Slightly rounded")), ("6", _("Rounded")), ("8", _("Well rounded"))]


class ColourField(forms.CharField):
    """A colour as people type it, in small letters."""

    default_validators = [HEX_COLOUR]

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").lower()


class AppearanceForm(forms.Form):
    """Colours, shape, one sentence in each language, logo."""

    primary = ColourField(label=_("Main colour"), widget=forms.TextInput(attrs={"type": "color"}))
    accent = ColourField(
        label=_("Second colour"),
        required=False,
        max_length=7,
        help_text=_("Such as #e0a500, for charts. Empty: made from the main colour."),
    )
    radius = forms.ChoiceField(label=_("Corners"), choices=RADII)
    tagline_fr = forms.CharField(label=_("One sentence about you, in French"), max_length=160, required=False)
    tagline_en = forms.CharField(label=_("One sentence about you, in English"), max_length=160, required=False)
    logo = forms.FileField(
        label=_("New logo"), required=False, help_text=_("PNG, JPEG or WebP, up to 2 MB; shown 40 pixels high.")
    )

    def clean_radius(self) -> int:
        return int(self.cleaned_data["radius"])

    def clean_logo(self) -> File[bytes] | None:
        return clean_logo(self.cleaned_data["logo"])

    def choices_for_service(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class DomainForm(forms.Form):
    """A domain of one's own."""

    domain = forms.CharField(
        label=_("Domain"), max_length=260, widget=forms.TextInput(attrs={"placeholder": "shop.example.com"})
    )
