"""What forms of several areas share: a refusal of a service at its field, colours, new logins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from tenants.models import HEX_COLOUR


def add_refusal(form: forms.Form, refusal: Refused) -> None:
    """Show a service's refusal at the field that it names, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def colour_field(label: Any) -> forms.CharField:
    """A colour such as #0b4f8a, with the browser's colour picker."""
    return forms.CharField(
        label=label, validators=[HEX_COLOUR], widget=forms.TextInput(attrs={"type": "color"}), initial="#114b5f"
    )


class NewLoginForm(forms.Form):
    """Name, e-mail and password of somebody who has no login yet."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password
