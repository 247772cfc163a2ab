"""Second factors: a code app, recovery codes, and what a company asks of its members."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from accounts.security import factors
from accounts.security.proofs import CODE, drop_second_factors, keep_methods, methods_of
from accounts.sign_in import renew_session
from core.errors import NotAllowed, Refused
from frontend.forms import add_refusal
from frontend.guards import fresh_required, signed_in_required
from frontend.redirects import safe_path, see_other
from frontend.security.forms import CodeAppForm
from frontend.security.sessions import owner_of, security_page

_SHOW_KEY = "shows_recovery_codes"


@never_cache
@require_safe
@signed_in_required
def required(request: Request) -> HttpResponse:
    """Say that the company asks for a second factor, and lead to it."""
    target = safe_path(request.GET.get("next", ""))
    if not request.lacks_factor_for:
        return see_other(target)
    context = {"company_name": request.lacks_factor_for, "next": target}
    return security_page(request, "security/required.html", context)


@never_cache
@sensitive_post_parameters("sealed", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_required
def code_app(request: Request) -> HttpResponse:
    """Show a key to scan or to type; keep it once a right code came from it."""
    user = owner_of(request)
    _require_password(request)
    target = safe_path(request.POST.get("next") or request.GET.get("next", ""), reverse("security"))
    app = factors.new_code_app(user, sealed=request.POST.get("sealed", ""))
    form = CodeAppForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            are_new = factors.add_code_app(user_id=user.id, sealed=app.sealed, code=form.cleaned_data["code"])
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return second_factor_added(request, CODE, target, shows_codes=are_new)
    context = {"form": form, "app": app, "next": target, "has_one": factors.factors_of(user.id).has_code_app}
    return security_page(request, "security/code_app.html", context, status=422 if form.is_bound else 200)


@require_POST
@fresh_required
def remove_code_app(request: Request) -> HttpResponse:
    """Ask for no codes any more."""
    factors.remove_code_app(user_id=owner_of(request).id)
    second_factor_removed(request)
    messages.success(request, _("The code app was removed. All other sessions were signed out."))
    return see_other(reverse("security"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_required
def recovery_codes(request: Request) -> HttpResponse:
    """Show recovery codes once, right after they were made; make new ones."""
    user = owner_of(request)
    if request.method == "POST":
        factors.renew_recovery_codes(user_id=user.id)
        request.session[_SHOW_KEY] = True
        return see_other(reverse("security_recovery_codes"))
    shows = request.session.pop(_SHOW_KEY, False)
    codes = factors.recovery_codes(user.id) if shows else []
    text = "\n".join((f"{user.email} · {request.get_host()}", *codes, ""))
    context = {
        "codes": codes,
        "file": f"data:text/plain;charset=utf-8,{quote(text)}",
        "next": safe_path(request.GET.get("next", ""), reverse("security")),
        "has_factor": factors.has_second_factor(user.id),
    }
    return security_page(request, "security/recovery_codes.html", context)


def second_factor_added(request: Request, method: str, target: str, *, shows_codes: bool) -> HttpResponse:
    """This session has given the new factor; all others, which have not, end. On to new recovery codes, or back."""
    keep_methods(request.session, (*methods_of(request.session), method))
    renew_session(request, owner_of(request))
    messages.success(request, _("Your second factor is on. All other sessions were signed out."))
    if not shows_codes:
        return see_other(target)
    request.session[_SHOW_KEY] = True
    return see_other(f"{reverse('security_recovery_codes')}?{urlencode({'next': target})}")


def second_factor_removed(request: Request) -> None:
    """Sessions elsewhere end; without any factor this one counts as one that gave none."""
    user = owner_of(request)
    if not factors.has_second_factor(user.id):
        drop_second_factors(request.session)
    renew_session(request, user)


def _require_password(request: Request) -> None:
    """Who has no password signs in at a company's provider, and brings no factor here. Raises NotAllowed."""
    if not owner_of(request).has_usable_password():
        raise NotAllowed
