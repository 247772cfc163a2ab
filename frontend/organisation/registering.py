"""A company registers, on a supplier's storefront or on the marketplace: the form, and what both do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.backends import EmailBackend
from accounts.errors import CompanyExists
from accounts.joining import join_as_newcomer, request_to_join
from accounts.requests import Request
from accounts.services import CompanyData
from accounts.sign_in import open_session
from core.errors import Refused
from customers.services import Login
from frontend.countries import COUNTRY_CHOICES
from frontend.forms import NewLoginForm, add_refusal
from frontend.redirects import see_other


class RequestForm(forms.Form):
    """What a company tells the supplier when it asks for an account."""

    message = forms.CharField(
        label=_("Message to the supplier"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you buy, how often, for which site: it helps to set your prices and terms."),
    )


class CompanyForm(RequestForm):
    """A company with its first address."""

    legal_name = forms.CharField(
        label=_("Legal name"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    siren = forms.CharField(
        label=_("SIREN or SIRET"), max_length=20, required=False, help_text=_("Needed in France: 9 or 14 digits.")
    )
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False)
    street = forms.CharField(
        label=_("Street"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "street-address"})
    )
    postal_code = forms.CharField(
        label=_("Postal code"), max_length=12, widget=forms.TextInput(attrs={"autocomplete": "postal-code"})
    )
    city = forms.CharField(
        label=_("City"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRY_CHOICES, initial="FR")

    def company_data(self) -> CompanyData:
        names = CompanyData.__dataclass_fields__
        return CompanyData(**{name: value for name, value in self.cleaned_data.items() if name in names})


class NewcomerForm(CompanyForm, NewLoginForm):
    """The same for somebody without a login."""

    field_order: Any = ["name", "email", "password"]

    def login(self, language: str) -> Login:
        data = self.cleaned_data
        return Login(email=data["email"], password=data["password"], name=data["name"], language=language)


def enter(request: Request, user_id: UUID) -> None:
    """Sign in who has just got a login."""
    user = EmailBackend().get_user(user_id)
    if user is not None:
        open_session(request, user)


def submitted(request: Request, form: CompanyForm, register: Callable[[], HttpResponse]) -> HttpResponse | None:
    """What became of a form that was sent; None where it is to be shown, with what is refused at its field."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return register()
    except CompanyExists:
        return _ask_to_join(request, form)
    except Refused as refusal:
        add_refusal(form, refusal)
        return None


def _ask_to_join(request: Request, form: CompanyForm) -> HttpResponse:
    """The company is registered already: those who manage it are asked, and a second one is not made."""
    data, message = form.company_data(), form.cleaned_data["message"]
    if isinstance(form, NewcomerForm):
        login = form.login(request.LANGUAGE_CODE)
        user_id = join_as_newcomer(
            email=login.email,
            password=login.password,
            name=login.name,
            language=login.language,
            data=data,
            message=message,
        )
        enter(request, user_id)
    elif request.actor.user_id is not None:
        request_to_join(data=data, user_id=request.actor.user_id, message=message)
    return see_other(reverse("company_joining"))
