"""The form for a document, and what of documents is on the page of an account."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from accounts.requests import Request
from customers.documents.queries import DocumentRow, documents_of, kinds, may_give
from frontend.storefront.buyer import buyer_of


class DocumentForm(forms.Form):
    """One document, and the date that stands on it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy("PDF, PNG or JPEG, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )
    dated_on = forms.DateField(
        label=gettext_lazy("Date on the document"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A document on the page, with the form to give it or another one."""

    row: DocumentRow
    form: DocumentForm


def parts_of(request: Request, refused: tuple[UUID, DocumentForm] | None = None) -> list[DocumentPart]:
    """What the supplier asks of the actor's company, for who may give it; three statements."""
    account = buyer_of(request).customer
    if not may_give(request.actor):
        return []
    rows = documents_of(account.id) if account is not None else [DocumentRow(kind) for kind in kinds()]
    forms_by_kind = dict([refused] if refused else [])
    return [DocumentPart(row, forms_by_kind.get(row.kind.id) or document_form(row.kind.id)) for row in rows]


def document_form(kind_id: UUID, request: Request | None = None) -> DocumentForm:
    auto_id = f"document-{kind_id.hex}-%s"
    return DocumentForm(request.POST, request.FILES, auto_id=auto_id) if request else DocumentForm(auto_id=auto_id)
