"""Signing in at one's company's provider. The provider knows one address of ours: all of it happens on the platform's
host, and whoever came from a supplier's goes back there with a ticket (ADR 0007)."""

from __future__ import annotations

import hmac
import time
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.request import split_domain_port
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from accounts.security.errors import NoProvider, ProviderRefused
from accounts.security.proofs import by_provider
from accounts.security.provider import protocol
from accounts.security.provider.connections import ConnectionInfo, client_of, connection_for, domain_of
from accounts.security.provider.people import person_of
from accounts.security.throttle import may_begin
from frontend.account.views import enter_as
from frontend.forms import add_refusal
from frontend.redirects import safe_path, see_other
from frontend.security.forms import WorkEmailForm
from frontend.security.sessions import security_page

_KEY, _SECONDS = "provider_sign_in", 10 * 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request) -> HttpResponse:
    """Ask for the e-mail at work, which says whose provider it is."""
    target = safe_path(request.POST.get("next") or request.GET.get("next", ""))
    form = WorkEmailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if connection_for(email) is not None:
            return to_provider(email, target)
        add_refusal(form, NoProvider(field="email"))
    context = {"form": form, "next": target}
    return security_page(request, "account/provider.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def go(request: Request) -> HttpResponse:
    """Send the browser on by a link: a form's answer may not lead to another site, and rightly so."""
    connection = _connection(request)
    target = safe_path(request.GET.get("next", ""))
    if request.tenant is not None:
        target = f"{reverse('account_go', args=[request.tenant.id])}?{urlencode({'next': target})}"
    asked = urlencode({"domain": request.GET["domain"], "next": target})
    href = f"{_platform(request)}{reverse('account_provider_start')}?{asked}"
    return security_page(request, "account/provider_go.html", {"href": href, "company_name": connection.company_name})


@never_cache
@require_safe
def start(request: Request) -> HttpResponse:
    """Begin a sign-in at the provider."""
    _require_platform(request)
    connection = _connection(request)
    if not may_begin(connection.id):
        raise ProviderRefused
    begun = protocol.begin(client_of(connection.id, redirect_uri=redirect_uri(request)))
    request.session[_KEY] = {
        "connection": connection.id.hex,
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "target": safe_path(request.GET.get("next", "")),
        "at": int(time.time()),
    }
    return see_other(begun.address)


@never_cache
@require_safe
def back(request: Request) -> HttpResponse:
    """The browser comes back from the provider: who is it? What was begun is used up, whatever the answer."""
    _require_platform(request)
    begun = request.session.pop(_KEY, None)
    if begun is None or time.time() - begun["at"] > _SECONDS:
        raise ProviderRefused
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if not hmac.compare_digest(state.encode(), begun["state"].encode()) or not code:
        raise ProviderRefused
    client = client_of(UUID(begun["connection"]), redirect_uri=redirect_uri(request))
    if request.GET.get("iss", client.issuer) != client.issuer:  # RFC 9207
        raise ProviderRefused
    claims = protocol.finish(client, code=code, nonce=begun["nonce"], verifier=begun["verifier"])
    user = person_of(connection_id=UUID(begun["connection"]), claims=claims, language=request.LANGUAGE_CODE)
    connection = connection_for(str(claims["email"]))
    if connection is None or connection.id.hex != begun["connection"]:
        raise ProviderRefused
    return enter_as(request, user, (by_provider(connection.company_id),), begun["target"], is_fresh=False)


def to_provider(email: str, target: str) -> HttpResponse:
    """On to the provider of an address; only its domain goes into the address bar."""
    asked = urlencode({"domain": domain_of(email), "next": target})
    return see_other(f"{reverse('account_provider_go')}?{asked}")


def redirect_uri(request: Request) -> str:
    """The one address that providers send browsers back to."""
    return f"{_platform(request)}{reverse('account_provider_back')}"


def _platform(request: Request) -> str:
    _domain, port = split_domain_port(request.get_host())
    return f"{request.scheme}://{settings.PLATFORM_DOMAIN}{':' + port if port else ''}"


def _connection(request: Request) -> ConnectionInfo:
    found = connection_for(f"@{request.GET.get('domain', '')}")
    if found is None:
        raise Http404
    return found


def _require_platform(request: Request) -> None:
    if request.tenant is not None:
        raise Http404
