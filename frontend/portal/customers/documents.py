"""Documents for an account: which ones the supplier asks for, and those that it was given."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from core.errors import InvalidInput
from customers.documents.queries import download, kinds
from customers.documents.services import KindData, ask_again, ask_for, stop_asking
from frontend.downloads import as_download
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.redirects import see_other
from frontend.render import render_page


class KindForm(forms.Form):
    """A document to ask for."""

    label_fr = forms.CharField(label=gettext_lazy("Name in French"), max_length=80)
    label_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80)
    is_required = forms.BooleanField(label=gettext_lazy("Required"), required=False)
    fresh_months = forms.IntegerField(
        label=gettext_lazy("Not older than, in months"),
        required=False,
        help_text=gettext_lazy("Such as 3 for a Kbis: the company gives the date, an older one is flagged."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def asked(request: Request) -> HttpResponse:
    """Which documents companies are asked for; ask for one more, or for one no longer."""
    if "stop" in request.POST:
        stop_asking(kind_id=_key(request.POST["stop"]), actor=request.actor)
        messages.success(request, _("It is asked for no longer; what was given stays."))
        return see_other(reverse("portal_account_documents"))
    form = KindForm(request.POST if request.method == "POST" else None, initial={"is_required": True})
    if form.is_valid():
        try:
            ask_for(data=KindData(**form.cleaned_data), actor=request.actor)
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Companies are asked for it from now on."))
            return see_other(reverse("portal_account_documents"))
    context = {"form": form, "kinds": kinds()}
    status = 422 if form.errors else 200
    return render_page(request, "portal/customers/documents.html", context, area="portal", status=status)


@require_safe
@staff_required
def document(request: Request, document_id: UUID) -> HttpResponse:
    """A document that a company gave, as a download."""
    return as_download(download(document_id=document_id, actor=request.actor))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def again(request: Request, document_id: UUID) -> HttpResponse:
    """Ask for another one of its kind, with the reason that the company reads."""
    error = ""
    if request.method == "POST":
        try:
            customer_id = ask_again(document_id=document_id, reason=request.POST.get("reason", ""), actor=request.actor)
        except InvalidInput as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("The company is asked for another one."))
            return see_other(reverse("portal_customer", args=[customer_id]))
    found = download(document_id=document_id, actor=request.actor)
    context = {"name": found.name, "error": error}
    status = 422 if error else 200
    return render_page(request, "portal/customers/document_again.html", context, area="portal", status=status)


def _key(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError:
        return UUID(int=0)
