"""The page behind a link in an e-mail: an approver decides without signing in. Opening it decides nothing."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from core.db import patiently
from core.errors import Refused
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.approvals.texts import line_texts, sums_of
from orders.approvals.by_mail import decide_by_mail, opened
from orders.approvals.errors import LinkUsed, SignInFirst
from orders.approvals.queries import RequestPage


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_approval(request: Request, token: str) -> HttpResponse:
    """Show what waits; approve or reject it. Above the company's limit the visitor signs in instead."""
    try:
        shown = opened(token)
    except SignInFirst as refusal:
        return see_other(reverse("storefront_approval", args=[refusal.params["request_id"]]))
    except LinkUsed as refusal:
        return _done(request, str(refusal), status=refusal.status)
    if request.method != "POST":
        return _page(request, shown)
    approve = request.POST.get("do") == "approve"
    try:
        patiently(lambda: decide_by_mail(token=token, approve=approve, reason=request.POST.get("reason", "")))
    except Refused as refusal:
        return _page(request, shown, refusal)
    return _done(request, _("You approved it.") if approve else _("You rejected it."))


def _page(request: Request, shown: RequestPage, problem: Refused | None = None) -> HttpResponse:
    reason_error = str(problem) if problem and problem.field == "reason" else ""
    context = {
        "approval": shown,
        "lines": line_texts(shown),
        "more": shown.line_count - len(shown.lines),
        "sums": sums_of(shown),
        "problem": "" if reason_error or problem is None else str(problem),
        "reason_error": reason_error,
        "reason": request.POST.get("reason", ""),
    }
    status = problem.status if problem else 200
    return render_page(request, "storefront/approvals/by_mail.html", context, status=status)


def _done(request: Request, said: str, status: int = 200) -> HttpResponse:
    return render_page(request, "storefront/approvals/by_mail_done.html", {"said": said}, status=status)
