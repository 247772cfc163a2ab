"""The operator looks at what suppliers report, at whose requests are stopped, and at companies nobody knows yet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from accounts.verification import unverified, verify_company
from core.errors import Refused
from frontend.guards import operator_required
from frontend.redirects import see_other
from frontend.render import render_page
from rfq.abuse import queries
from rfq.abuse import reports as reporting


@require_safe
@operator_required
def reports(request: Request) -> HttpResponse:
    """Reports, open ones first, and the companies that are stopped."""
    return _page(request)


@require_POST
@operator_required
def decide(request: Request, report_id: UUID) -> HttpResponse:
    """Dismiss a report, or stop the company's requests, with a reason that it reads."""
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()[:500]
    try:
        if act == "dismiss":
            reporting.dismiss(report_id=report_id, actor=request.actor)
            messages.success(request, _("The report is dismissed."))
        elif act == "stop":
            reporting.stop_company(report_id=report_id, reason=reason, actor=request.actor)
            messages.success(
                request, _("The company may send no requests until you lift this; its open ones have ended.")
            )
        else:
            raise Http404
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return _page(request, failed=report_id, error=str(refusal), status=refusal.status)
    return see_other(reverse("operator_reports"))


@require_POST
@operator_required
def lift(request: Request, stop_id: UUID) -> HttpResponse:
    """Let a company send requests again."""
    reporting.lift(stop_id=stop_id, actor=request.actor)
    messages.success(request, _("The company may send requests again."))
    return see_other(reverse("operator_reports"))


@require_safe
@operator_required
def companies(request: Request) -> HttpResponse:
    """Companies that no supplier has opened an account for yet."""
    return render_page(request, "operator/companies.html", {"rows": unverified()}, area="operator")


@require_POST
@operator_required
def verify(request: Request, company_id: UUID) -> HttpResponse:
    """Let a company ask suppliers that it has no account with."""
    verify_company(company_id=company_id, actor=request.actor)
    messages.success(request, _("The company is verified: it may ask every supplier."))
    return see_other(reverse("operator_companies"))


def _page(request: Request, *, failed: UUID | None = None, error: str = "", status: int = 200) -> HttpResponse:
    values = {"rows": queries.reports(), "stops": queries.stops(), "failed": failed, "error": error}
    return render_page(request, "operator/reports.html", values, area="operator", status=status)
