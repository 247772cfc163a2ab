"""A supplier applies, and sees what became of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.backends import EmailBackend
from accounts.requests import Request
from accounts.sign_in import open_session
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import sign_in_redirect
from frontend.marketplace.apply.forms import ApplicationForm, NewApplicantForm
from frontend.redirects import see_other
from frontend.render import render_page
from vendors import queries
from vendors.services import submit_application, submit_new_applicant


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: Request) -> HttpResponse:
    """Show the form; send it in."""
    known = request.actor.is_signed_in
    form_class = ApplicationForm if known else NewApplicantForm
    form = form_class(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _submit(request, form)
        except Refused as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "known": known}
    return render_page(
        request, "marketplace/apply.html", context, area="marketplace", status=422 if form.is_bound else 200
    )


def _submit(request: Request, form: ApplicationForm) -> HttpResponse:
    if request.actor.is_signed_in:
        application_id = submit_application(data=form.data_for_service(), applicant_id=request.actor.require_user())
    else:
        login = form.cleaned_data
        application_id, user_id = submit_new_applicant(
            data=form.data_for_service(),
            email=login["email"],
            password=login["password"],
            name=login["name"],
            language=request.LANGUAGE_CODE,
        )
        user = EmailBackend().get_user(user_id)
        if user is not None:
            open_session(request, user)
    return see_other(reverse("marketplace_application", args=[application_id]))


@require_safe
def application(request: Request, application_id: UUID) -> HttpResponse:
    """What became of an application, for its applicant only."""
    if not request.actor.is_signed_in:
        return sign_in_redirect(request)
    found = queries.application_of(application_id, applicant_id=request.actor.require_user())
    if found is None:
        raise Http404
    return render_page(
        request, "marketplace/application.html", {"application": found}, area="marketplace", fragment="state"
    )
