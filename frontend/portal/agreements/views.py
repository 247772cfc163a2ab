"""Agreements at the supplier: what was called off, letting a line be called off beyond it, ending one early."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from agreements import services
from core.errors import Refused
from frontend.agreements import EXTENDING, agreement_csv, agreement_list, agreement_values, extend
from frontend.guards import staff_required
from frontend.redirects import see_other
from frontend.render import render_page


@require_safe
@staff_required
def agreements(request: Request) -> HttpResponse:
    """All agreements, those in force first."""
    return render_page(request, "portal/agreements/list.html", agreement_list(request), area="portal")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def one(request: Request, agreement_id: UUID) -> HttpResponse:
    """One agreement; ``do`` says what changes: it ends or lasts longer, or a line may be called off beyond it."""
    if request.method != "POST":
        return _page(request, agreement_id)
    do = request.POST.get("do", "")
    if do not in ("close", "allow", "limit", *EXTENDING):
        return HttpResponseBadRequest()
    try:
        said = _changed(request, agreement_id, do)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, agreement_id, refusal)
    messages.success(request, said)
    return see_other(reverse("portal_agreement", args=[agreement_id]))


@require_safe
@staff_required
def export(request: Request, agreement_id: UUID) -> HttpResponse:
    """Its lines as a file."""
    return agreement_csv(request, agreement_id)


def _changed(request: Request, agreement_id: UUID, do: str) -> str:
    """What to say of what was done. Raises Refused."""
    if do in EXTENDING:
        return extend(request, agreement_id)
    return _close(request, agreement_id) if do == "close" else _overrun(request, agreement_id, allowed=do == "allow")


def _close(request: Request, agreement_id: UUID) -> str:
    services.close(agreement_id=agreement_id, reason=request.POST.get("reason", ""), actor=request.actor)
    return _("The agreement has ended; the buyer has been told why.")


def _overrun(request: Request, agreement_id: UUID, *, allowed: bool) -> str:
    try:
        line_id = UUID(hex=request.POST.get("line", ""))
    except ValueError:
        line_id = UUID(int=0)
    services.allow_overrun(agreement_id=agreement_id, line_id=line_id, allowed=allowed, actor=request.actor)
    if allowed:
        return _("The buyer may call off beyond what is committed, at the agreed price.")
    return _("What is committed is the most that can be called off.")


def _page(request: Request, agreement_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    values = agreement_values(request, agreement_id)
    field = refusal.field if refusal is not None and refusal.field in ("reason", "ends_on") else ""
    values |= {
        "problem": str(refusal) if refusal and not field else "",
        "reason_error": str(refusal) if field == "reason" else "",
        "day_error": str(refusal) if field == "ends_on" else "",
        "typed": request.POST,
        "reason": request.POST.get("reason", ""),
    }
    status = refusal.status if refusal else 200
    return render_page(request, "portal/agreements/agreement.html", values, area="portal", status=status)
