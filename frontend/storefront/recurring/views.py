"""Recurring orders: all of the company's with a calendar, and one with its history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import customer_of_request
from frontend.storefront.recurring.forms import WEEKDAYS, initial_of
from frontend.storefront.recurring.new import form_for, show_refusal
from frontend.storefront.recurring.rows import change_row, recurring_row, rhythm_text, run_row, weeks_ahead
from orders.enums import RecurringState
from orders.recurring import services
from orders.recurring.queries import changes_ahead, recurring_order, recurring_orders, runs_of

_DAYS_SHOWN = 35  # of the calendar; nothing is ordered more than once a day


@require_safe
@buyer_required
def overview(request: Request) -> HttpResponse:
    """Every recurring order of the company, and what is ordered in the next five weeks."""
    orders = recurring_orders(request.actor, customer_of_request(request), days=_DAYS_SHOWN)
    context = {
        "rows": [recurring_row(info) for info in orders],
        "weeks": weeks_ahead(orders, timezone.localdate()),
        "weekdays": [name for _number, name in WEEKDAYS],
    }
    return render_page(request, "storefront/recurring/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def recurring(request: Request, recurring_id: UUID) -> HttpResponse:
    """One of them: what is next and what has changed, when it runs, what became of its days."""
    customer = customer_of_request(request)
    info = recurring_order(request.actor, customer, recurring_id, days=_DAYS_SHOWN)
    form = form_for(request, initial_of(info.wanted), chosen=info)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                actor=request.actor,
                customer=customer,
                recurring_id=recurring_id,
                wanted=form.wanted(),
                today=timezone.localdate(),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other(request.path)
    context = {
        "info": info,
        "row": recurring_row(info),
        "rhythm": rhythm_text(info.schedule),
        "days": weeks_ahead([info], timezone.localdate()),
        "weekdays": [name for _number, name in WEEKDAYS],
        "changes": [change_row(change) for change in changes_ahead(request.actor, customer, recurring_id)],
        "runs": [run_row(run) for run in runs_of(request.actor, customer, recurring_id)],
        "form": form,
        "is_active": info.state == RecurringState.ACTIVE,
        "is_paused": info.state == RecurringState.PAUSED,
    }
    return render_page(request, "storefront/recurring/detail.html", context, status=422 if form.errors else 200)


@require_POST
@buyer_required
def act(request: Request, recurring_id: UUID) -> HttpResponse:
    """Skip the next day, pause, resume, end, or take it over."""
    given: dict[str, Any] = {
        "actor": request.actor,
        "customer": customer_of_request(request),
        "recurring_id": recurring_id,
    }
    doing: dict[str, tuple[Callable[[], None], str]] = {
        "skip": (lambda: services.skip_next(**given), _("The next day is skipped.")),
        "pause": (lambda: services.pause(**given), _("Paused: nothing is ordered until you resume it.")),
        "resume": (lambda: services.resume(**given, today=timezone.localdate()), _("It goes on.")),
        "end": (lambda: services.end(**given), _("Ended: nothing is ordered any more.")),
        "take": (lambda: services.take_over(**given), _("It is ordered in your name from now on.")),
    }
    wanted = doing.get(request.POST.get("do", ""))
    if wanted is None:
        raise Http404
    wanted[0]()
    messages.success(request, wanted[1])
    return see_other(reverse("storefront_recurring_order", kwargs={"recurring_id": recurring_id}))
