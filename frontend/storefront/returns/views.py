"""The buyer's returns with one supplier: ask, follow, withdraw; the credit notes that come of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from core.errors import NotAllowed, Refused
from core.ids import uuid7
from core.live import topic
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.return_lists import return_list
from frontend.storefront.returns.forms import ReturnForm
from orders.enums import ReturnState
from orders.progress import order_progress
from orders.returns import services as returning
from orders.returns.errors import ReturnReasonMissing
from orders.returns.queries import may_ask, return_detail, returnable_of
from payments.credit_notes import credit_note_detail

PER_PAGE = 50


@require_safe
@buyer_required
def returns(request: Request) -> HttpResponse:
    """The company's returns with this supplier, those under way first."""
    return render_page(request, "storefront/returns/list.html", return_list(request))


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def ask(request: Request, order_id: UUID) -> HttpResponse:
    """Lines, quantities and reasons of what goes back; a refusal names its line."""
    order = order_progress(request.actor, order_id, per_page=1)
    if not may_ask(request.actor, company_id=order.company_id, state=order.state):
        if request.method == "POST":
            raise NotAllowed
        return see_other(reverse("storefront_order", args=[order_id]))
    goods = returnable_of(request.actor, order_id, page=page_number(request), per_page=PER_PAGE)
    if request.method != "POST":
        return _form_page(request, ReturnForm(initial={"form_key": uuid7()}, goods=goods))
    form = ReturnForm(request.POST, goods=goods)
    if form.is_valid():
        try:
            return_id = returning.request_return(
                order_id=order_id,
                lines=form.wanted(),
                wish=form.cleaned_data["wish"],
                note=form.cleaned_data["note"],
                form_key=form.cleaned_data["form_key"],
                actor=request.actor,
            )
        except Refused as refusal:
            form.add_error(_field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("The supplier has your request and answers it here."))
            return see_other(reverse("storefront_return", args=[return_id]))
    return _form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def one(request: Request, return_id: UUID) -> HttpResponse:
    """One return and what happened to it; a POST withdraws it."""
    if request.method == "POST":
        if request.POST.get("step") != ReturnState.WITHDRAWN:
            return HttpResponseBadRequest()
        returning.withdraw(return_id=return_id, actor=request.actor)
        messages.success(request, _("The return is withdrawn."))
        return see_other(reverse("storefront_return", args=[return_id]))
    found = return_detail(request.actor, return_id)
    values = {"found": found, "topic": topic("order", found.row.order_id), "href": request.get_full_path()}
    return render_page(request, "storefront/returns/return.html", values, fragment=("found", "found_state"))


@require_safe
@buyer_required
def credit_note(request: Request, note_id: UUID) -> HttpResponse:
    """One credit note, to read and print."""
    values = {"note": credit_note_detail(request.actor, note_id)}
    return render_page(request, "storefront/returns/credit_note.html", values)


def _form_page(request: Request, form: ReturnForm) -> HttpResponse:
    values = {
        "goods": form.goods,
        "form": form,
        "pager": build_pager(request, total=form.goods.line_count, per_page=PER_PAGE),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "storefront/returns/ask.html", values, status=status)


def _field_of(form: ReturnForm, refusal: Refused) -> str | None:
    kind = "reason" if isinstance(refusal, ReturnReasonMissing) else "line"
    try:
        name = f"{kind}-{UUID(refusal.field or '').hex}"
    except ValueError:
        name = refusal.field or ""
    return name if name in form.fields else None
