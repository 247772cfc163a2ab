"""Documents that a company gives a supplier for its account."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core.errors import InvalidInput
from customers.documents.files import MAX_BYTES
from customers.documents.queries import download
from customers.documents.services import give
from frontend.downloads import as_download
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.storefront.company.document_forms import document_form
from frontend.storefront.company.views import account_page


@require_POST
@buyer_required
def give_document(request: Request, kind_id: UUID) -> HttpResponse:
    """Give a document, or say at its field why it is not taken."""
    form = document_form(kind_id, request)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = file.read(MAX_BYTES + 1)
            give(
                kind_id=kind_id,
                name=file.name,
                content=content,
                dated_on=form.cleaned_data["dated_on"],
                actor=request.actor,
            )
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The supplier has your document."))
            return see_other(reverse("storefront_request_account"))
    return account_page(request, refused=(kind_id, form))


@require_safe
@buyer_required
def document(request: Request, document_id: UUID) -> HttpResponse:
    """A document that the company gave, for its administrators."""
    return as_download(download(document_id=document_id, actor=request.actor))
