"""The buyer changes an order that its supplier has not begun, or takes it back: old beside new before it is saved."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import addresses_of
from accounts.requests import Request
from core import formatting
from core.errors import NotFound, Refused
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import customer_of_request
from frontend.typed import as_typed, read_number
from orders import services as ordering
from orders.amending import services as amending
from orders.amending.plans import Plan
from orders.amending.queries import change_rows, earlier_version
from orders.amending.services import Change
from orders.errors import LinesRefused
from orders.policies import require_order
from orders.progress import OrderProgress, order_progress

PER_PAGE = 50
Errors = dict[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def change(request: Request, order_id: UUID) -> HttpResponse:
    """Other quantities, reference or address: typed, shown old beside new, saved."""
    order = order_progress(request.actor, order_id, page=page_number(request), per_page=PER_PAGE)
    require_order(request.actor, customer_of_request(request))
    if request.method != "POST":
        if not order.can_confirm:
            return see_other(reverse("storefront_order", args=[order_id]))
        return _page(request, order)
    wanted, errors = _read(request, order)
    if errors:
        return _page(request, order, errors=errors, status=422)
    is_final = request.POST.get("step") == "save"
    act = amending.amend if is_final else amending.plan_amendment
    try:
        plan = act(order_id=order_id, change=wanted, version=_number(request, "version"), actor=request.actor)
    except Refused as refusal:
        fresh = order_progress(request.actor, order_id, page=page_number(request), per_page=PER_PAGE)
        return _page(request, fresh, errors=_errors(refusal, order), status=refusal.status)
    if not is_final:
        return _page(request, order, plan=plan)
    messages.success(request, _("The order is changed; the supplier has been told."))
    return see_other(reverse("storefront_order", args=[order_id]))


@require_POST
@buyer_required
def cancel(request: Request, order_id: UUID) -> HttpResponse:
    """Take the whole order back while it is only placed."""
    ordering.cancel(order_id=order_id, actor=request.actor, reason=request.POST.get("reason", "").strip()[:240])
    messages.success(request, _("The order is cancelled."))
    return see_other(reverse("storefront_order", args=[order_id]))


@require_safe
@buyer_required
def earlier(request: Request, order_id: UUID) -> HttpResponse:
    """The order as it was before it was changed."""
    order = order_progress(request.actor, order_id, per_page=1)
    version = _number(request, "version") if "version" in request.GET else None
    values = {"order": order, "earlier": earlier_version(order_id, order.currency, version)}
    return render_page(request, "storefront/orders/earlier.html", values)


def _read(request: Request, order: OrderProgress) -> tuple[Change, Errors]:
    quantities: dict[UUID, Decimal] = {}
    errors: Errors = {}
    for line in order.lines:
        text = request.POST.get(f"line-{line.id.hex}")
        if text is None:
            continue
        try:
            quantities[line.id] = read_number(text) if text.strip() else Decimal(0)
        except ValidationError as error:
            errors[line.id.hex] = " ".join(error.messages)
    address = request.POST.get("address", "")
    try:
        address_id = UUID(hex=address) if address else None
    except ValueError as error:
        raise NotFound from error
    po_number = request.POST["po_number"].strip()[:60] if "po_number" in request.POST else None
    return Change(quantities, po_number, address_id), errors


def _errors(refusal: Refused, order: OrderProgress) -> Errors:
    """A refusal at its lines, or above the form (under the empty name)."""
    if isinstance(refusal, LinesRefused):
        skus = {line.sku: line.id.hex for line in order.lines}
        return {skus.get(problem.sku, ""): problem.message for problem in refusal.problems}
    try:
        return {UUID(refusal.field or "").hex: str(refusal)}
    except ValueError:
        return {"": str(refusal)}


def _page(
    request: Request, order: OrderProgress, *, errors: Errors | None = None, plan: Plan | None = None, status: int = 200
) -> HttpResponse:
    typed, book = request.POST, addresses_of(request.actor.require_company(), request.actor.unit_ids)
    values = {
        "order": order,
        "rows": [
            (line, typed.get(f"line-{line.id.hex}", as_typed(line.quantity)), (errors or {}).get(line.id.hex, ""))
            for line in order.lines
        ],
        "pager": build_pager(request, total=order.line_count, per_page=PER_PAGE),
        "addresses": [(row.id.hex, row.label, row.text) for row in book],
        "chosen": typed.get("address", ""),
        "po_number": typed.get("po_number", order.po_number),
        "problem": (errors or {}).get("", "") or (_("Some lines need your attention.") if errors else ""),
        "changes": change_rows(plan.changes, order.currency) if plan else (),
        "plan": plan,
        "total_after": formatting.money(plan.sums.gross, order.currency) if plan else "",
        "fields": [(name, typed[name]) for name in typed if name not in ("step", "csrfmiddlewaretoken")],
    }
    return render_page(request, "storefront/orders/change.html", values, status=status)


def _number(request: Request, name: str) -> int:
    """A posted or asked number; 0 for what is none."""
    text = request.POST.get(name) or request.GET.get(name) or ""
    return int(text) if text.isdecimal() and len(text) < 9 else 0
