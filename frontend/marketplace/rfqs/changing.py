"""The buyer changes a request as a whole: more time, an end, a new beginning, what it reckons with."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.forms import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from core.errors import Refused
from core.money import ZERO
from frontend.guards import buyer_required
from frontend.marketplace.rfqs.page import rfq_page
from frontend.redirects import see_other
from frontend.typed import read_number
from orders.approvals.of_offers import withdraw_award
from rfq import closing, costs

_EVENING = time(18)


@require_POST
@buyer_required
def change(request: Request, rfq_id: UUID) -> HttpResponse:
    """Give more time, award nothing more, take back the request or an award that waits, or ask again."""
    act, reason, actor = request.POST.get("act", ""), request.POST.get("reason", "").strip()[:300], request.actor
    try:
        if act == "close":
            closing.close_rfq(rfq_id=rfq_id, actor=actor, reason=reason)
            messages.success(request, _("The request is closed. The suppliers learn of it."))
        elif act == "cancel":
            closing.cancel_rfq(rfq_id=rfq_id, actor=actor, reason=reason)
            messages.success(request, _("The request is cancelled. The suppliers learn of it."))
        elif act == "withdraw":
            withdraw_award(rfq_id=rfq_id, request_id=_key(request.POST.get("approval", "")), actor=actor)
            messages.success(request, _("The award was withdrawn. The offer is open again."))
        elif act in ("extend", "reopen"):
            until = _deadline(request)
            if until is None:
                return rfq_page(request, rfq_id, errors={"deadline_at": _("This is not a date.")}, status=422)
            move = closing.extend if act == "extend" else closing.reopen
            move(rfq_id=rfq_id, deadline_at=until, actor=actor, reason=reason)
            messages.success(request, _("The suppliers may answer until then."))
        else:
            raise Http404
    except Refused as refusal:
        return rfq_page(
            request, rfq_id, errors={refusal.field or "": str(refusal)}, problem=str(refusal), status=refusal.status
        )
    return see_other(reverse("marketplace_rfq", args=[rfq_id]))


@require_POST
@buyer_required
def reckon(request: Request, rfq_id: UUID) -> HttpResponse:
    """Set what the comparison reckons with."""
    errors: dict[str, str] = {}
    rate = _number(request, "capital_rate", errors) / 100
    names = [name.removeprefix("freight-") for name in request.POST if name.startswith("freight-")]
    rows: dict[UUID, tuple[Decimal, Decimal]] = {}
    for name in names:
        key = _key(name)
        rows[key] = _number(request, f"freight-{name}", errors), _number(request, f"duty-{name}", errors) / 100
    codes = [name.removeprefix("rate-") for name in request.POST if name.startswith("rate-")]
    rates = {code: _rate(request, code, errors) for code in codes}
    if errors:
        return rfq_page(request, rfq_id, errors=errors, status=422)
    try:
        costs.reckon(rfq_id=rfq_id, capital_rate=rate, by_invitation=rows, rates=rates, actor=request.actor)
    except Refused as refusal:
        return rfq_page(request, rfq_id, errors={refusal.field or "": str(refusal)}, status=refusal.status)
    return see_other(reverse("marketplace_rfq", args=[rfq_id]))


def _key(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError as error:
        raise Http404 from error


def _rate(request: Request, currency: str, errors: dict[str, str]) -> Decimal | None:
    """What a currency counts; None where nothing stands."""
    name = f"rate-{currency}"
    return _number(request, name, errors) if request.POST[name].strip() else None


def _deadline(request: Request) -> datetime | None:
    """The evening of the chosen day."""
    try:
        day = date.fromisoformat(request.POST.get("deadline", ""))
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, _EVENING))


def _number(request: Request, name: str, errors: dict[str, str]) -> Decimal:
    """Nothing is zero; what cannot be read is an error at its field."""
    text = request.POST.get(name, "").replace("%", "").strip()
    if not text:
        return ZERO
    try:
        return read_number(text)
    except ValidationError as error:
        errors[name] = " ".join(error.messages)
        return ZERO
