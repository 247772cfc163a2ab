"""Orders that wait: what waits for me, one of them with its lines and steps, and what is done with it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from accounts.requests import Request
from accounts.spending.queries import deputies, member_choices
from accounts.spending.services import can_manage_spending, end_deputy, name_deputy
from core.db import patiently
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number, query_url
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.approvals.texts import line_texts, sums_of
from frontend.storefront.buyer import customer_of_request
from frontend.typed import choose
from orders.approvals import services
from orders.approvals.queries import request_page, requests_page, waiting_count

_PER_PAGE = 50


class DeputyForm(forms.Form):
    """Who approves in my place, and when; who manages spending says whose."""

    absent = forms.ChoiceField(label=gettext_lazy("Who is away"), required=False)
    deputy = forms.ChoiceField(label=gettext_lazy("Deputy"))
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> None:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and last and last < max(first, timezone.localdate()):
            self.add_error("ends_on", _("This day is past already, or before the first one."))


@require_safe
@buyer_required
def queue(request: Request) -> HttpResponse:
    """What waits for my decision; or everything that waits or waited in the company, as far as I see it."""
    return _queue(request, _deputy_form(request))


@require_POST
@buyer_required
def deputy(request: Request) -> HttpResponse:
    """Name a deputy, or end what one may do."""
    if request.POST.get("end"):
        end_deputy(deputy_row_id=_key(request.POST["end"]), actor=request.actor)
        return see_other(reverse("storefront_approvals"))
    form = _deputy_form(request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            name_deputy(
                deputy_id=UUID(data["deputy"]),
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
                actor=request.actor,
                absent_id=UUID(data["absent"]) if data.get("absent") else None,
            )
        except Refused as refusal:
            if refusal.status != 422:
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The deputy may decide on these days."))
            return see_other(reverse("storefront_approvals"))
    return _queue(request, form)


@require_safe
@buyer_required
def approval(request: Request, request_id: UUID) -> HttpResponse:
    """One order that waits."""
    return _page(request, request_id)


@require_POST
@buyer_required
def decision(request: Request, request_id: UUID) -> HttpResponse:
    """Approve or reject it. What cannot be placed now waits on, and says why."""
    approve = request.POST.get("do") == "approve"
    try:
        done = patiently(
            lambda: services.decide(
                request_id=request_id,
                actor=request.actor,
                approve=approve,
                digest=request.POST.get("digest", ""),
                reason=request.POST.get("reason", ""),
            )
        )
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, request_id, refusal)
    if done.order_id is not None:
        messages.success(request, _("Approved: the order is placed."))
        return see_other(reverse("storefront_order", args=[done.order_id]))
    if done.agreement_id is not None:
        messages.success(request, _("Approved: the agreement is signed."))
        return see_other(reverse("storefront_agreement", args=[done.agreement_id]))
    messages.success(request, _("You approved it.") if approve else _("You rejected it."))
    return see_other(reverse("storefront_approvals"))


@require_POST
@buyer_required
def change(request: Request, request_id: UUID) -> HttpResponse:
    """Put it back into the cart, or give it up."""
    if request.POST.get("do") == "withdraw":
        services.withdraw(request_id=request_id, actor=request.actor)
        messages.success(request, _("The order was withdrawn."))
        return see_other(reverse("storefront_approvals") + "?all=1")
    services.change(request_id=request_id, actor=request.actor, customer=customer_of_request(request))
    messages.success(request, _("The lines are in your cart again. Once you check out, the approval begins anew."))
    return see_other(reverse("storefront_cart"))


def _queue(request: Request, form: DeputyForm) -> HttpResponse:
    actor, page = request.actor, page_number(request)
    approves = actor.may(Permission.APPROVE) and actor.acting_id is None
    everything = "all" in request.GET or not approves
    by_amount = request.GET.get("sort") == "amount"
    rows, total = requests_page(
        actor, only_mine=not everything, by_amount=by_amount, limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE
    )
    tabs = [(_("All"), query_url(request, all="1", page=None), everything, 0)]
    if approves:
        count = total if not everything else waiting_count(actor)
        tabs.insert(0, (_("Wait for me"), query_url(request, all=None, page=None), not everything, count))
    names_deputies = actor.acting_id is None and (approves or can_manage_spending(actor))
    context = {
        "rows": rows,
        "pager": build_pager(request, total=total, per_page=_PER_PAGE),
        "tabs": tabs,
        "sorts": [
            (_("By age"), query_url(request, sort=None, page=None), not by_amount, ""),
            (_("By amount"), query_url(request, sort="amount", page=None), by_amount, ""),
        ],
        "approves": approves,
        "names_deputies": names_deputies,
        "deputies": deputies(actor) if names_deputies else [],
        "form": form,
    }
    return render_page(request, "storefront/approvals/queue.html", context, status=422 if form.errors else 200)


def _page(request: Request, request_id: UUID, problem: Refused | None = None) -> HttpResponse:
    page = page_number(request)
    shown = request_page(request.actor, request_id, limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE)
    context = {
        "approval": shown,
        "lines": line_texts(shown),
        "sums": sums_of(shown),
        "pager": build_pager(request, total=shown.line_count, per_page=_PER_PAGE),
        "problem": str(problem) if problem else "",
        "reason_error": str(problem) if problem and problem.field == "reason" else "",
        "reason": request.POST.get("reason", ""),
    }
    status = problem.status if problem else 200
    return render_page(request, "storefront/approvals/approval.html", context, status=status)


def _deputy_form(request: Request) -> DeputyForm:
    """For who may approve, and who manages spending; for others nobody can be chosen."""
    actor, mine = request.actor, request.actor.require_user().hex
    manages, approves = can_manage_spending(actor), actor.may(Permission.APPROVE)
    data = request.POST if request.method == "POST" else None
    form = DeputyForm(data, initial={"absent": mine})
    people = member_choices(actor.require_company(), only_approvers=True) if manages or approves else []
    if manages:
        choose(form, "absent", people)
    else:
        del form.fields["absent"]
    choose(form, "deputy", [choice for choice in people if manages or choice[0] != mine])
    return form


def _key(text: str) -> UUID:
    """A posted key; one that names nothing where there is none to be read."""
    try:
        return UUID(hex=text)
    except ValueError:
        return UUID(int=0)
