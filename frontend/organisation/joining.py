"""Who asks to be let into the company, and what becomes of it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.joining import decline, join_requests, let_in, requests_of_user
from accounts.organisation import roles_of
from accounts.policies import require_manage_roles
from accounts.requests import Request
from core.errors import NotFound, Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required, sign_in_redirect
from frontend.organisation.forms import PositionForm
from frontend.organisation.people import organisation_page
from frontend.redirects import see_other
from frontend.render import render_page


class DeclineForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("The person who asks is told.")
    )


@require_safe
def own_requests(request: Request) -> HttpResponse:
    """What one asked for; nothing of who decides."""
    if not request.actor.is_signed_in:
        return sign_in_redirect(request)
    context = {"requests": requests_of_user(request.actor.require_user())}
    return render_page(request, "account/joining.html", context, area="storefront" if request.tenant else "marketplace")


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def decide(request: Request, request_id: UUID) -> HttpResponse:
    """One request: let in with a role and a site, or decline with a reason."""
    actor = request.actor
    roles = roles_of(require_manage_roles(actor))
    row = next((row for row in join_requests(actor) if row.id == request_id), None)
    if row is None:
        raise NotFound
    declines = request.method == "POST" and request.POST.get("do") == "decline"
    accepts = request.method == "POST" and not declines
    form = PositionForm(request.POST if accepts else None, actor=actor, roles=roles, initial={"role": "viewer"})
    refusing = DeclineForm(request.POST if declines else None, auto_id="decline-%s")
    if declines and refusing.is_valid():
        decline(request_id=row.id, reason=refusing.cleaned_data["reason"], actor=actor)
        messages.success(request, _("Declined. %(name)s is told why.") % {"name": row.name})
        return see_other(reverse("company_people"))
    if accepts and form.is_valid():
        try:
            let_in(request_id=row.id, position=form.position(), actor=actor)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s belongs to the company now.") % {"name": row.name})
            return see_other(reverse("company_people"))
    context = {"form": form, "refusing": refusing, "asking": row}
    return organisation_page(request, "account/join_request.html", context, status=422 if accepts or declines else 200)
