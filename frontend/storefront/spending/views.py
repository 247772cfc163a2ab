"""How the company's spending is limited: an overview with its forms, a rule's editor."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import Request, tenant_of
from accounts.spending import services
from accounts.spending.queries import ceilings_of, centres_of, mail_limit_of, managed, rules_of
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.spending.forms import (
    CeilingForm,
    CostCentreForm,
    MailForm,
    RuleForm,
)
from marketplace.taxonomy import taxonomy


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def spending(request: Request) -> HttpResponse:
    """Ceilings, cost centres and rules; ``do`` says what is added or taken away."""
    company_id = managed(request.actor)
    do = request.POST.get("do", "")
    ceiling = CeilingForm(company_id, request.POST if do == "ceiling" else None)
    centre = CostCentreForm(company_id, request.POST if do == "centre" else None)
    by_mail = MailForm(request.POST if do == "by_mail" else None, initial={"limit": mail_limit_of(company_id)})
    form: forms.Form | None = {"ceiling": ceiling, "centre": centre, "by_mail": by_mail}.get(do)
    try:
        if request.method == "POST" and (form is None or form.is_valid()):
            _done(request, do, ceiling, centre, by_mail)
            return see_other(reverse("storefront_spending"))
    except Refused as refusal:
        if refusal.status != 422 or form is None:
            raise
        add_refusal(form, refusal)
    names = {code: taxonomy().full_name(code) for code in taxonomy().nodes}
    context = {
        "ceilings": ceilings_of(request.actor),
        "centres": centres_of(request.actor),
        "rules": rules_of(request.actor, categories=names),
        "ceiling_form": ceiling,
        "centre_form": centre,
        "mail_form": by_mail,
    }
    status = 422 if form is not None and form.errors else 200
    return render_page(request, "storefront/spending/overview.html", context, status=status)


def _done(request: Request, do: str, ceiling: CeilingForm, centre: CostCentreForm, by_mail: MailForm) -> None:
    """Do what was asked for."""
    actor = request.actor
    match do:
        case "ceiling":
            services.add_ceiling(data=ceiling.ceiling(), actor=actor)
            messages.success(request, _("The limit counts from now on."))
        case "centre":
            data = centre.cleaned_data
            services.add_cost_centre(code=data["code"], name=data["name"], unit_id=centre.unit_id(), actor=actor)
            messages.success(request, _("The cost centre was added."))
        case "by_mail":
            services.allow_mail_approval(amount=by_mail.cleaned_data["limit"], actor=actor)
            messages.success(request, _("Saved. It counts for the e-mails that are sent from now on."))
        case "remove_ceiling":
            services.remove_ceiling(ceiling_id=_key(request), actor=actor)
            messages.success(request, _("The limit was lifted."))
        case "remove_rule":
            services.remove_rule(rule_id=_key(request), actor=actor)
            messages.success(request, _("The rule was removed. What waits already goes its way."))


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def new_rule(request: Request) -> HttpResponse:
    """A new approval rule."""
    form = RuleForm(managed(request.actor), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_rule(
                name=form.cleaned_data["name"],
                predicate=form.predicate(tenant_of(request).id),
                tiers=form.tiers(),
                actor=request.actor,
            )
        except Refused as refusal:
            if refusal.status != 422:
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The rule counts from now on."))
            return see_other(reverse("storefront_spending"))
    return render_page(request, "storefront/spending/rule.html", {"form": form}, status=422 if form.errors else 200)


def _key(request: Request) -> UUID:
    """The posted key; one that names nothing where there is none to be read."""
    try:
        return UUID(hex=request.POST.get("id", ""))
    except ValueError:
        return UUID(int=0)
