"""A forgotten password: asking for a link by e-mail, and what the link opens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from accounts.security.forgotten import ask_for_link, find_reset, reset_password
from accounts.security.provider.connections import required_connection
from accounts.security.throttle import may_ask_for_link
from accounts.sign_in import replace_sessions
from core.errors import Refused
from frontend.account.views import after_sign_in
from frontend.redirects import safe_path
from frontend.security.forms import TOO_MANY, NewPasswordForm
from frontend.security.sessions import security_page


class ForgottenForm(forms.Form):
    """The address that one signs in with; nothing here depends on whether somebody does."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if not may_ask_for_link(email=email, address=self.request.META.get("REMOTE_ADDR") or ""):
            raise forms.ValidationError(TOO_MANY)
        return email


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request) -> HttpResponse:
    """Ask for a link; the answer is the same for an address that nobody signs in with."""
    target = safe_path(request.POST.get("next") or request.GET.get("next", ""))
    form = ForgottenForm(request.POST if request.method == "POST" else None, request=request)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent:
        ask_for_link(email=form.cleaned_data["email"], target=target, language=request.LANGUAGE_CODE)
    context = {"form": form, "next": target, "is_sent": is_sent}
    return security_page(
        request, "account/forgotten.html", context, status=422 if form.is_bound and not is_sent else 200
    )


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: Request, token: str) -> HttpResponse:
    """What the link opens: a new password, and then where one wanted to go, past the second factor if there is one."""
    found = find_reset(token)
    if found is None:
        return _page(request, status=404)
    provider = required_connection(found.user.email)
    if provider is not None:
        return _page(request, company_name=provider.company_name, status=403)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=found.user)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form=form, email=found.user.email, status=422 if form.is_bound else 200)
    try:
        done = reset_password(token=token, password=form.cleaned_data["password"])
    except Refused as refusal:
        return _page(request, status=refusal.status)
    is_open = replace_sessions(request, done.user, target=done.target)
    return after_sign_in(done.user, done.target, is_open=is_open)


def _page(request: Request, *, status: int, **context: Any) -> HttpResponse:
    known = {"form": None, "email": "", "company_name": "", **context}
    response = security_page(request, "account/reset.html", known, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
