"""The sign-in form, and the one for the second factor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import Request
from accounts.security.errors import WrongCode
from accounts.security.factors import CODE_LENGTH, plain
from accounts.security.proofs import CODE, RECOVERY


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


class CodeForm(forms.Form):
    """A code of the code app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=30,
        help_text=_("The six digits that your code app shows, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )

    def __init__(self, *args: Any, request: Request, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.email = email

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        user = authenticate(self.request, username=self.email, code=code)
        if getattr(self.request, "axes_locked_out", False):
            raise forms.ValidationError(_("Too many attempts. Wait a quarter of an hour, then try again."))
        if user is None:
            raise forms.ValidationError(str(WrongCode.message))
        return code

    @property
    def method(self) -> str:
        """Which of the two was given."""
        return CODE if len(plain(self.cleaned_data["code"])) == CODE_LENGTH else RECOVERY
