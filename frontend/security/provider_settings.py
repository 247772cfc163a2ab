"""A company's provider: its administrators set it up, an operator confirms its domains."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policies import require_manage_roles
from accounts.requests import Request
from accounts.security.provider.connections import confirm_domain, connection_of, save_connection, waiting_domains
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required, fresh_required, operator_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.security.forms import ConnectionForm
from frontend.security.provider import redirect_uri
from frontend.security.sessions import security_page


@never_cache
@sensitive_post_parameters("client_secret")
@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
@fresh_required
def company_provider(request: Request) -> HttpResponse:
    """Issuer, client, domains, and what a newcomer becomes."""
    known = connection_of(require_manage_roles(request.actor))
    form = ConnectionForm(request.POST if request.method == "POST" else None, actor=request.actor, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            save_connection(data=form.connection_data(), actor=request.actor)
        except Refused as refusal:
            if refusal.status not in (409, 422):
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other(reverse("company_provider"))
    context = {
        "form": form,
        "known": known,
        "redirect_uri": redirect_uri(request),
        "company_name": request.actor.company_name,
    }
    return security_page(request, "security/provider.html", context, status=422 if form.is_bound else 200)


@require_safe
@operator_required
def domains(request: Request) -> HttpResponse:
    """Domains that companies claim, with the record that proves each."""
    context = {"rows": waiting_domains(request.actor)}
    return render_page(request, "operator/sign_in_domains.html", context, area="operator")


@require_POST
@operator_required
def confirm(request: Request, domain_id: UUID) -> HttpResponse:
    """The record was seen."""
    confirm_domain(domain_id=domain_id, actor=request.actor)
    messages.success(request, _("The domain is confirmed."))
    return see_other(reverse("operator_sign_in_domains"))
