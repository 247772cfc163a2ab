"""Passkeys: made, removed, and used to sign in. The only pages that need a script: no form of HTML can ask for one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from accounts.security import passkeys
from accounts.security.pending import pending_of
from accounts.security.proofs import PASSKEY
from accounts.security.provider.connections import required_connection
from core.errors import NotAllowed, Refused
from frontend.account.views import enter_as
from frontend.forms import add_refusal
from frontend.guards import fresh_required
from frontend.redirects import safe_path, see_other
from frontend.security.factors import second_factor_added, second_factor_removed
from frontend.security.forms import NewPasskeyForm, PasskeyForm
from frontend.security.provider import to_provider
from frontend.security.sessions import owner_of, security_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_required
def add(request: Request) -> HttpResponse:
    """Have the browser make a passkey for this site."""
    user = owner_of(request)
    if not user.has_usable_password():
        raise NotAllowed
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    target = safe_path(request.POST.get("next") or request.GET.get("next", ""), reverse("security"))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            shows_codes = passkeys.finish_adding(request, user, name=data["name"], answer=data["credential"])
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return second_factor_added(request, PASSKEY, target, shows_codes=shows_codes)
    context = {
        "form": form,
        "options": passkeys.begin_adding(request, user),
        "site": passkeys.site_of(request),
        "next": target,
    }
    return security_page(request, "security/passkey.html", context, status=422 if form.is_bound else 200)


@require_POST
@fresh_required
def remove(request: Request, passkey_id: int) -> HttpResponse:
    """Take a passkey away."""
    passkeys.remove_passkey(user_id=owner_of(request).id, passkey_id=passkey_id)
    second_factor_removed(request)
    messages.success(request, _("The passkey was removed. All other sessions were signed out."))
    return see_other(reverse("security"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """Sign in with a passkey alone, or give it as second factor after the password."""
    pending = pending_of(request)
    target = pending.target if pending else safe_path(request.POST.get("next") or request.GET.get("next", ""))
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = pending.user if pending else None
        try:
            user = passkeys.finish_asking(request, asked, answer=form.cleaned_data["credential"])
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            if pending is None and required_connection(user.email) is not None:
                return to_provider(user.email, target)
            methods, is_fresh = (*(pending.methods if pending else ()), PASSKEY), pending is None or pending.is_fresh
            company_id = pending.company_id if pending else None
            return enter_as(request, user, methods, target, is_fresh=is_fresh, company_id=company_id)
    context = {
        "form": form,
        "options": passkeys.begin_asking(request, pending.user if pending else None),
        "next": target,
        "is_second": pending is not None,
    }
    return security_page(request, "account/passkey.html", context, status=422 if form.is_bound else 200)
