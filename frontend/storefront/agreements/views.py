"""The buyer's agreements with one supplier: what is left of them, and calling off, which fills the cart."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from agreements.policies import can_call_off
from core.errors import Refused
from frontend.agreements import EXTENDING, agreement_csv, agreement_list, agreement_values, extend, unit_choices
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, customer_of_request
from frontend.typed import read_number
from orders.calling_off import Wanted, call_off
from orders.errors import LinesRefused

_PREFIX, _UNIT = "qty-", "unit-"


@require_safe
@buyer_required
def agreements(request: Request) -> HttpResponse:
    """The company's agreements with this supplier, those in force first."""
    return render_page(request, "storefront/agreements/list.html", agreement_list(request))


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def one(request: Request, agreement_id: UUID) -> HttpResponse:
    """One agreement; a POST puts the quantities of its lines into the cart, or is about how long it lasts."""
    if request.method != "POST":
        return _page(request, agreement_id)
    if request.POST.get("do") in EXTENDING:
        return _extended(request, agreement_id)
    wanted, errors = _read(request)
    if errors:
        return _page(request, agreement_id, errors=errors, status=422)
    try:
        count = call_off(
            agreement_id=agreement_id,
            wanted=wanted,
            actor=request.actor,
            customer=customer_of_request(request),
        )
    except LinesRefused as refused:
        found = {wanted[problem.index].line_id.hex: problem.message for problem in refused.problems}
        return _page(request, agreement_id, errors=found, status=refused.status)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, agreement_id, problem=str(refusal), status=refusal.status)
    text = ngettext("%(count)s line is in your cart.", "%(count)s lines are in your cart.", count)
    messages.success(request, text % {"count": count})
    return see_other(reverse("storefront_cart"))


def _extended(request: Request, agreement_id: UUID) -> HttpResponse:
    try:
        said = extend(request, agreement_id)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        if refusal.field == "ends_on":
            return _page(request, agreement_id, day_error=str(refusal), status=refusal.status)
        return _page(request, agreement_id, problem=str(refusal), status=refusal.status)
    messages.success(request, said)
    return see_other(reverse("storefront_agreement", args=[agreement_id]))


@require_safe
@buyer_required
def export(request: Request, agreement_id: UUID) -> HttpResponse:
    """Its lines as a file."""
    return agreement_csv(request, agreement_id)


def _read(request: Request) -> tuple[list[Wanted], dict[str, str]]:
    """The quantities that were typed with their units, and errors by line."""
    wanted: list[Wanted] = []
    errors: dict[str, str] = {}
    for name in request.POST:
        key, text = name.removeprefix(_PREFIX), request.POST[name].strip()
        if key == name or not text:
            continue
        try:
            line_id = UUID(hex=key)
        except ValueError:
            continue
        try:
            wanted.append(Wanted(line_id, read_number(text), request.POST.get(f"{_UNIT}{key}", "")[:3]))
        except ValidationError as error:
            errors[key] = str(error.messages[0])
    return wanted, errors


def _page(
    request: Request,
    agreement_id: UUID,
    *,
    errors: dict[str, str] | None = None,
    problem: str = "",
    day_error: str = "",
    status: int = 200,
) -> HttpResponse:
    values = agreement_values(request, agreement_id)
    buyer = buyer_of(request)
    may_call_off = can_call_off(request.actor) and buyer.approved is not None and values["found"].is_active
    values |= {
        "errors": errors or {},
        "problem": problem,
        "day_error": day_error,
        "typed": request.POST,
        "may_call_off": may_call_off,
        "units": unit_choices(values["found"], customer_of_request(request).view) if may_call_off else {},
    }
    return render_page(request, "storefront/agreements/agreement.html", values, status=status)
