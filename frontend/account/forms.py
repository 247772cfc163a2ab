"""The sign-in form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import Request


class SignInForm(forms.Form):
    """E-mail and password; the same answer for an unknown e-mail and a wrong password."""

    username = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "username" in data and "password" in data:
            self.user = authenticate(self.request, username=data["username"].lower(), password=data["password"])
            if getattr(self.request, "axes_locked_out", False):
                raise forms.ValidationError(_("Too many attempts. Wait a quarter of an hour, then try again."))
            if self.user is None:
                raise forms.ValidationError(_("This e-mail and password do not match."))
        return data
