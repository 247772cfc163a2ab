"""Where one is signed in, one's password, and proving once more who one is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.policies import can_manage_roles
from accounts.requests import Request
from accounts.security.factors import factors_of
from accounts.security.passkeys import passkeys_of, site_of
from accounts.security.passwords import change_password
from accounts.security.proofs import refresh
from accounts.security.sessions import end_other_sessions, end_session, sessions_of
from accounts.sign_in import close_session, renew_session
from core.errors import NotFound
from frontend.guards import fresh_required, signed_in_required
from frontend.redirects import safe_path, see_other
from frontend.render import render_page
from frontend.security.forms import ConfirmForm, NewPasswordForm


@never_cache
@require_safe
@signed_in_required
def overview(request: Request) -> HttpResponse:
    """How one signs in, and where one is signed in."""
    user = owner_of(request)
    context = {
        "sessions": sessions_of(user.id, current_key=request.session.session_key),
        "has_password": user.has_usable_password(),
        "factors": factors_of(user.id),
        "passkeys": passkeys_of(user.id),
        "site": site_of(request),
        "may_ask_members": can_manage_roles(request.actor),
    }
    return security_page(request, "security/overview.html", context)


@require_POST
@signed_in_required
def end(request: Request) -> HttpResponse:
    """End one session, or all others."""
    user, current = owner_of(request), request.session.session_key
    wanted = request.POST.get("session", "")
    if wanted == "others":
        count = end_other_sessions(user_id=user.id, current_key=current)
        text = ngettext("%(count)s session was signed out.", "%(count)s sessions were signed out.", count)
        messages.success(request, text % {"count": count})
        return see_other(reverse("security"))
    session_id = _id(wanted)
    if any(row.id == session_id and row.is_current for row in sessions_of(user.id, current_key=current)):
        close_session(request)
        return see_other("/")
    end_session(session_id=session_id, user_id=user.id)
    messages.success(request, _("The session was signed out."))
    return see_other(reverse("security"))


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def confirm(request: Request) -> HttpResponse:
    """Ask for the password once more, before something about the sign-in is changed."""
    target = safe_path(request.POST.get("next") or request.GET.get("next", ""), reverse("security"))
    form = ConfirmForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.is_valid():
        refresh(request.session)
        return see_other(target)
    context = {"form": form, "next": target, "has_password": owner_of(request).has_usable_password()}
    return security_page(request, "security/confirm.html", context, status=422 if form.is_bound else 200)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_required
def password(request: Request) -> HttpResponse:
    """Change the password; whoever is signed in elsewhere with this login is signed out."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=owner_of(request))
    if request.method == "POST" and form.is_valid():
        user = change_password(user_id=form.user.id, password=form.cleaned_data["password"])
        renew_session(request, user)
        messages.success(request, _("The password was changed. All other sessions were signed out."))
        return see_other(reverse("security"))
    return security_page(request, "security/password.html", {"form": form}, status=422 if form.is_bound else 200)


def owner_of(request: Request) -> User:
    """Who is signed in; behind a guard. Raises NotFound."""
    if not isinstance(request.user, User):
        raise NotFound
    return request.user


def security_page(request: Request, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """One of the pages about sign-in, in the shell of the host."""
    area = "storefront" if request.tenant else "marketplace"
    return render_page(request, template, context, area=area, status=status)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
