"""Signing in and out, choosing the company to act for, and going from one host to another with one sign-in."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services
from accounts.errors import InvalidEntryToken
from accounts.identity import COMPANY_SESSION_KEY, memberships_of
from accounts.models import User
from accounts.policies import can_manage_people
from accounts.requests import Request
from accounts.security.passkeys import passkeys_of, site_of
from accounts.security.pending import pending_of
from accounts.security.proofs import PASSWORD, methods_of, provider_company
from accounts.security.provider.connections import domain_of, required_connection
from accounts.security.standing import company_of_session
from accounts.sign_in import begin_session, close_session
from frontend.account.forms import CodeForm, SignInForm
from frontend.guards import sign_in_redirect
from frontend.redirects import safe_path, see_other
from frontend.render import render_page
from tenants import directory
from tenants.enums import TenantState


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """Ask for e-mail and password, then go back to where one wanted to go."""
    target = safe_path(request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST" and required_connection(request.POST.get("username", "")) is not None:
        domain = domain_of(request.POST["username"])
        return see_other(f"{reverse('account_provider_go')}?{urlencode({'domain': domain, 'next': target})}")
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        return enter_as(request, form.user, (PASSWORD,), target)
    context = {"form": form, "next": target, "expired": "expired" in request.GET}
    return render_page(
        request,
        "account/sign_in.html",
        context,
        area="storefront" if request.tenant else "marketplace",
        status=422 if form.is_bound else 200,
    )


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: Request) -> HttpResponse:
    """Ask for the second factor of somebody whose password was right."""
    pending = pending_of(request)
    if pending is None:
        return see_other(f"{reverse('account_sign_in')}?expired=1")
    form = CodeForm(request.POST or None, request=request, email=pending.user.email)
    if request.method == "POST" and form.is_valid():
        methods = (*pending.methods, form.method)
        return enter_as(
            request,
            pending.user,
            methods,
            pending.target,
            is_fresh=pending.is_fresh,
            company_id=pending.company_id,
        )
    area = "storefront" if request.tenant else "marketplace"
    context = {"form": form, "has_passkey": bool(passkeys_of(pending.user.id, host=site_of(request)))}
    return render_page(request, "account/code.html", context, area=area, status=422 if form.is_bound else 200)


def enter_as(
    request: Request,
    user: User,
    methods: tuple[str, ...],
    target: str,
    *,
    is_fresh: bool = True,
    company_id: UUID | None = None,
) -> HttpResponse:
    """Signed in, on to where one wanted to go; or first to the question for the second factor."""
    is_open = begin_session(request, user, methods, target=target, is_fresh=is_fresh, company_id=company_id)
    return after_sign_in(user, target, is_open=is_open)


def after_sign_in(user: User, target: str, *, is_open: bool) -> HttpResponse:
    """Where one goes once the session is open; it is not while the second factor is awaited."""
    if not is_open:
        return see_other(reverse("account_code"))
    response = see_other(safe_path(target))
    if user.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=31_536_000, samesite="Lax")
    return response


@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session on this host."""
    close_session(request)
    return see_other("/")


@require_http_methods(["GET", "HEAD", "POST"])
def choose_company(request: Request) -> HttpResponse:
    """Act for another of one's companies from now on. Raises 404 for a company that one does not belong to."""
    if not request.actor.is_signed_in:
        if request.method == "POST":
            raise Http404
        return sign_in_redirect(request)
    wanted = request.POST.get("company", "")
    bound = provider_company(methods_of(request.session))
    memberships = [
        row for row in memberships_of(request.actor.require_user()) if bound is None or row.company_id == bound
    ]
    if request.method != "POST":
        context = {
            "memberships": memberships,
            "next": safe_path(request.GET.get("next", "")),
            "may_manage_people": can_manage_people(request.actor),
        }
        area = "storefront" if request.tenant else "marketplace"
        return render_page(request, "account/companies.html", context, area=area)
    if wanted not in {membership.company_id.hex for membership in memberships}:
        raise Http404
    request.session[COMPANY_SESSION_KEY] = wanted
    return see_other(safe_path(request.POST.get("next", "")))


@never_cache
@require_GET
def go_to_tenant(request: Request, tenant_id: UUID) -> HttpResponse:
    """Go to a tenant's host at ``next``; a sign-in here comes along in a one-time ticket."""
    tenant = directory.find_by_id(tenant_id)
    if tenant is None or tenant.state != TenantState.ACTIVE:
        raise Http404
    return _jump(request, tenant.primary_domain)


@never_cache
@require_GET
def go_to_platform(request: Request) -> HttpResponse:
    """Go to the marketplace at ``next``; a sign-in here comes along."""
    return _jump(request, settings.PLATFORM_DOMAIN)


@never_cache
@require_GET
def enter(request: Request) -> HttpResponse:
    """Redeem a ticket from another host of the platform: signed in here, at the page that was wanted."""
    audience, _port = split_domain_port(request.get_host())
    try:
        entry = services.redeem_entry_token(token=request.GET.get("token", ""), audience=audience)
    except InvalidEntryToken:
        return see_other("/sign-in/?expired=1")
    path = safe_path(entry.path)
    is_open = begin_session(
        request, entry.user, entry.methods, target=path, is_fresh=False, company_id=entry.company_id
    )
    return see_other(path if is_open else reverse("account_code"))


def _jump(request: Request, domain: str) -> HttpResponseRedirect:
    path = safe_path(request.GET.get("next", ""))
    _domain, port = split_domain_port(request.get_host())
    origin = f"{request.scheme}://{domain}{':' + port if port else ''}"
    user = request.user
    if not request.actor.is_signed_in or not user.is_authenticated:
        return see_other(origin + path)
    token = services.issue_entry_token(
        user_id=user.pk,
        audience=domain,
        next_path=path,
        methods=methods_of(request.session),
        company_id=company_of_session(user, request.session),
    )
    return see_other(f"{origin}/enter/?{urlencode({'token': token})}")
