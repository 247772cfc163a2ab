"""The buyer gives the lines of a request to several suppliers, and orders from all of them in one step."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.forms import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from agreements.queries import besides_text
from core.errors import Refused
from frontend.guards import buyer_required
from frontend.marketplace.rfqs.periods import PeriodForm, period_form, sent_period
from frontend.paging import query_url
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import read_number
from orders.quotes import Awarded, AwardRefused, Part, award_parts
from rfq.sheet import Sheet, are_awarded, award_sheet


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def award(request: Request, rfq_id: UUID) -> HttpResponse:
    """The sheet: each line's offers, what the choice comes to; awarded when it is sent without adding up.

    ``?from=`` names an invitation: the sheet has its offers alone.
    """
    invitation_id = _from(request)
    if request.method != "POST":
        return _page(request, award_sheet(request.actor, rfq_id, invitation_id=invitation_id))
    chosen, errors = _chosen(request)
    if are_awarded(request.actor, rfq_id, {offered for offered, _quantity in chosen.values()}):
        return see_other(reverse("marketplace_rfq", args=[rfq_id]))
    sheet = award_sheet(request.actor, rfq_id, chosen, invitation_id=invitation_id)
    if errors or "count" in request.POST:
        return _page(request, sheet, errors=errors)
    form = sent_period(request)
    if not form.is_valid():
        return _page(request, sheet, form=form, status=422)
    return _awarded(request, sheet, form)


def _awarded(request: Request, sheet: Sheet, form: PeriodForm) -> HttpResponse:
    """What the page showed is ordered, or agreed, or it says why not."""
    if {part.version_id.hex for part in sheet.parts} != set(request.POST.getlist("version")):
        return _page(request, sheet, problem=_("The offers have changed since. Look at them again."), status=409)
    try:
        awarded = award_parts(
            parts=[Part(part.version_id, part.picks) for part in sheet.parts if part.picks],
            actor=request.actor,
            po_number=request.POST.get("po_number", "").strip()[:60],
            cost_centre_code=form.cleaned_data["cost_centre_code"],
            closes=sheet.is_whole or "closes" in request.POST,
            period=form.period,
        )
    except AwardRefused as refused:
        return _page(request, sheet, problem=str(refused), refusals=_texts(refused), status=refused.status)
    except Refused as refusal:
        if refusal.field in form.fields:
            form.add_error(refusal.field, str(refusal))
            return _page(request, sheet, form=form, status=refusal.status)
        return _page(request, sheet, problem=str(refusal), status=refusal.status)
    messages.success(request, _said(awarded))
    return see_other(reverse("marketplace_rfq", args=[sheet.id]))


def _from(request: Request) -> UUID | None:
    """Whose offers alone the sheet has. Raises Http404."""
    try:
        return UUID(hex=request.GET["from"]) if "from" in request.GET else None
    except ValueError as error:
        raise Http404 from error


def _said(awarded: Awarded) -> str:
    said = []
    if count := len(awarded.orders):
        said.append(ngettext("%(count)s order is placed.", "%(count)s orders are placed.", count) % {"count": count})
    if count := len(awarded.agreements):
        text = ngettext("%(count)s agreement is signed.", "%(count)s agreements are signed.", count)
        said.append(text % {"count": count})
    if count := len(awarded.requests):
        text = ngettext("%(count)s order waits for its approval.", "%(count)s orders wait for their approval.", count)
        said.append(text % {"count": count})
    return " ".join(said)


def _chosen(request: Request) -> tuple[dict[UUID, tuple[UUID, Decimal | None]], dict[str, str]]:
    """The offer that each line goes to, and errors by line."""
    chosen: dict[UUID, tuple[UUID, Decimal | None]] = {}
    errors: dict[str, str] = {}
    for name in request.POST:
        key = name.removeprefix("line-")
        if key == name or not request.POST[name]:
            continue
        text = request.POST.get(f"qty-{key}", "").strip()
        try:
            line_id, offered_id = UUID(hex=key), UUID(hex=request.POST[name])
        except ValueError:
            continue
        try:
            chosen[line_id] = offered_id, read_number(text) if text else None
        except ValidationError:
            chosen[line_id] = offered_id, None
            errors[key] = _("“%(text)s” cannot be read in one way.") % {"text": text}
    return chosen, errors


def _texts(refused: AwardRefused) -> dict[UUID, str]:
    return {key: str(refusal) for key, refusal in refused.refusals.items()}


def _page(
    request: Request,
    sheet: Sheet,
    *,
    problem: str = "",
    errors: dict[str, str] | None = None,
    refusals: dict[UUID, str] | None = None,
    form: PeriodForm | None = None,
    status: int = 200,
) -> HttpResponse:
    whose = [(one.name, query_url(request, **{"from": one.key}), one.is_chosen, "") for one in sheet.suppliers]
    if not sheet.is_whole:
        everybody = not any(one.is_chosen for one in sheet.suppliers)
        whose.insert(0, (_("All suppliers"), query_url(request, **{"from": None}), everybody, ""))
    values = {
        "found": sheet,
        "tabs": whose,
        "title": _("Award to one supplier") if sheet.is_whole else _("Award line by line"),
        "errors": errors or {},
        "refusals": refusals or {},
        "problem": problem,
        "form": form if form is not None else period_form(request),
        "besides": [
            (part.name, text) for part in sheet.parts if (text := besides_text(part.freight, part.setup, part.currency))
        ],
        "typed": request.POST,
        "topic": "",
    }
    status = 422 if errors and status == 200 else status
    return render_page(request, "marketplace/rfqs/award.html", values, area="marketplace", status=status)
