"""Returns at the supplier: decide, enter what came back, credit or replace it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from core.errors import Refused
from core.live import topic
from frontend.guards import staff_required
from frontend.portal.returns.forms import AcceptForm, ReceiveForm, RefuseForm, ReplaceForm
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.return_lists import return_list
from orders.returns import services as returning
from orders.returns.queries import ReturnDetail, return_detail
from payments.credit_notes import credit_note_detail
from payments.errors import NothingOwed, NotSettleable
from payments.owed import note_paid_back, settle_with_credit

Forms = dict[str, forms.Form]


@require_safe
@staff_required
def returns(request: Request) -> HttpResponse:
    """All returns, what is to be treated first."""
    return render_page(request, "portal/returns/list.html", return_list(request), area="portal")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def one(request: Request, return_id: UUID) -> HttpResponse:
    """One return with what is to be done about it; ``step`` says what was done."""
    found = return_detail(request.actor, return_id)
    if request.method != "POST":
        return _page(request, found, _forms(found))
    step = request.POST.get("step", "")
    if step not in _STEPS:
        return HttpResponseBadRequest()
    bound = _forms(found, request, step)
    form = bound[step]
    if form.is_valid():
        try:
            message = _STEPS[step](request, return_id, form)
        except Refused as refusal:
            form.add_error(_field_of(form, refusal), str(refusal))
        else:
            messages.success(request, message)
            return see_other(reverse("portal_return", args=[return_id]))
    return _page(request, return_detail(request.actor, return_id), bound, refused=form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def credit_note(request: Request, note_id: UUID) -> HttpResponse:
    """One credit note, to read and print; what it owes is taken off an invoice, or was paid back."""
    if request.method == "POST":
        _give_back(request, note_id)
        return see_other(reverse("portal_credit_note", args=[note_id]))
    values = {"note": credit_note_detail(request.actor, note_id)}
    return render_page(request, "portal/returns/credit_note.html", values, area="portal")


def _give_back(request: Request, note_id: UUID) -> None:
    """Raises NotFound."""
    try:
        if request.POST.get("do") == "settle":
            invoice_id = UUID(hex=request.POST.get("invoice", ""))
            settle_with_credit(credit_note_id=note_id, invoice_id=invoice_id, actor=request.actor)
            messages.success(request, _("It is taken off the invoice; the buyer has been told."))
        else:
            note_paid_back(credit_note_id=note_id, reference=request.POST.get("reference", ""), actor=request.actor)
            messages.success(request, _("Entered as paid back; the buyer has been told."))
    except ValueError:
        messages.warning(request, _("Choose an invoice."))
    except (NothingOwed, NotSettleable) as refusal:
        messages.warning(request, str(refusal))


def _accept(request: Request, return_id: UUID, form: forms.Form) -> str:
    returning.accept(return_id=return_id, note=form.cleaned_data["note"], actor=request.actor)
    return _("The return is accepted; the buyer has been told.")


def _refuse(request: Request, return_id: UUID, form: forms.Form) -> str:
    returning.refuse(return_id=return_id, reason=form.cleaned_data["reason"], actor=request.actor)
    return _("The return is refused; the buyer has been told why.")


def _receive(request: Request, return_id: UUID, form: forms.Form) -> str:
    assert isinstance(form, ReceiveForm)  # noqa: S101  (what _forms made)
    returning.receive(return_id=return_id, lines=form.received(), actor=request.actor)
    return _("Entered; what is fit for it is back in stock.")


def _credit(request: Request, return_id: UUID, _form: forms.Form) -> str:
    returning.credit(return_id=return_id, actor=request.actor)
    return _("The credit note is issued; the buyer has been told.")


def _replace(request: Request, return_id: UUID, form: forms.Form) -> str:
    returning.replace(return_id=return_id, actor=request.actor, **form.cleaned_data)
    return _("The parcel is entered; the buyer sees it now.")


_STEPS: dict[str, Callable[[Request, UUID, forms.Form], str]] = {
    "accept": _accept,
    "refuse": _refuse,
    "receive": _receive,
    "credit": _credit,
    "replace": _replace,
}


def _forms(found: ReturnDetail, request: Request | None = None, step: str = "") -> Forms:
    """A form per step; the one that was sent has what was typed."""
    sent = {step: request.POST} if request is not None else {}
    return {
        "accept": AcceptForm(sent.get("accept")),
        "refuse": RefuseForm(sent.get("refuse")),
        "receive": ReceiveForm(sent.get("receive"), found=found),
        "credit": forms.Form(sent.get("credit")),
        "replace": ReplaceForm(sent.get("replace")),
    }


def _field_of(form: forms.Form, refusal: Refused) -> str | None:
    try:
        name = f"restock-{UUID(refusal.field or '').hex}"
    except ValueError:
        name = refusal.field or ""
    return name if name in form.fields else None


def _page(request: Request, found: ReturnDetail, steps: Forms, *, refused: forms.Form | None = None) -> HttpResponse:
    """The page; with a refused form it is the answer 422, which says above why, even where the step is past."""
    values = {
        "found": found,
        "steps": steps,
        "refused": refused,
        "topic": topic("order", found.row.order_id),
        "href": reverse("portal_return", args=[found.row.id]),
    }
    status = 422 if refused else 200
    return render_page(request, "portal/returns/return.html", values, area="portal", status=status)
