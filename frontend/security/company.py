"""What a company asks of its members when they sign in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.policies import require_manage_roles
from accounts.requests import Request
from accounts.security.company import demand_second_factor, policy_of
from accounts.security.proofs import methods_of
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.security.forms import PolicyForm
from frontend.security.sessions import security_page


@require_safe
@buyer_required
def company(request: Request) -> HttpResponse:
    """What is asked now."""
    return _page(request)


@require_POST
@buyer_required
def second_factor(request: Request) -> HttpResponse:
    """Ask every member for a second factor, or no longer."""
    form = PolicyForm(request.POST)
    if form.is_valid():
        try:
            demand_second_factor(
                is_required=form.cleaned_data["is_required"], actor=request.actor, methods=methods_of(request.session)
            )
        except Refused as refusal:
            if refusal.status != 422:
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other(reverse("company_security"))
    return _page(request, form)


def _page(request: Request, form: PolicyForm | None = None) -> HttpResponse:
    policy = policy_of(require_manage_roles(request.actor))
    context = {
        "form": form or PolicyForm(initial={"is_required": policy.requires_second_factor}),
        "policy": policy,
        "company_name": request.actor.company_name,
    }
    return security_page(request, "security/company.html", context, status=422 if form else 200)
