"""The supplier cancels what it cannot deliver: quantities of an order's lines, or the whole order, with the reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number
from frontend.portal.orders.forms import PER_PAGE, QuantityField, field_name
from frontend.redirects import see_other
from frontend.render import render_page
from orders import services as ordering
from orders.amending import services as amending
from orders.amending.queries import earlier_version
from orders.progress import LineProgress, OrderProgress, order_progress


class CutForm(forms.Form):
    """How much of each line is cancelled, in base units, and why; the lines are those of a page."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=240, help_text=gettext_lazy("The buyer reads it.")
    )

    def __init__(self, *args: Any, order: OrderProgress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_lines = tuple(line for line in order.lines if line.left > 0 and line.variant_id)
        for line in self.open_lines:
            self.fields[field_name(line.id)] = QuantityField(label=line.name, required=False, max_length=20)

    def rows(self) -> list[tuple[LineProgress, forms.BoundField]]:
        """Lines with their fields, for the table."""
        return [(line, self[field_name(line.id)]) for line in self.open_lines]


class WholeForm(forms.Form):
    """Why the whole order is cancelled."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=240, help_text=gettext_lazy("The buyer reads it.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def cut(request: Request, order_id: UUID) -> HttpResponse:
    """Cancel a part of the order; a refusal names its line."""
    order = order_progress(request.actor, order_id, page=page_number(request), per_page=PER_PAGE)
    form = CutForm(request.POST if request.method == "POST" else None, order=order)
    if request.method != "POST" or not form.is_valid():
        return _page(request, order, form)
    try:
        amending.cancel_part(
            order_id=order_id,
            quantities={line.id: form.cleaned_data[field_name(line.id)] for line in form.open_lines},
            reason=form.cleaned_data["reason"],
            actor=request.actor,
        )
    except Refused as refusal:
        form.add_error(_field_of(form, refusal), str(refusal))
        return _page(request, order, form)
    messages.success(request, _("That part is cancelled; the buyer has been told why."))
    return see_other(reverse("portal_order", args=[order_id]))


@require_POST
@staff_required
def cancel(request: Request, order_id: UUID) -> HttpResponse:
    """Cancel the whole order before anything has left."""
    order = order_progress(request.actor, order_id, per_page=PER_PAGE)
    form = WholeForm(request.POST, prefix="whole")
    if not form.is_valid():
        return _page(request, order, CutForm(order=order), whole=form)
    ordering.cancel(order_id=order_id, actor=request.actor, reason=form.cleaned_data["reason"])
    messages.success(request, _("The order is cancelled; the buyer sees it with your reason."))
    return see_other(reverse("portal_order", args=[order_id]))


@require_safe
@staff_required
def earlier(request: Request, order_id: UUID) -> HttpResponse:
    """The order as it was before it was changed."""
    order = order_progress(request.actor, order_id, per_page=1)
    asked = request.GET.get("version", "")
    version = int(asked) if asked.isdecimal() and len(asked) < 9 else None
    values = {"order": order, "earlier": earlier_version(order_id, order.currency, version)}
    return render_page(request, "portal/orders/earlier.html", values, area="portal")


def _field_of(form: CutForm, refusal: Refused) -> str | None:
    try:
        name = field_name(UUID(refusal.field or ""))
    except ValueError:
        name = refusal.field or ""
    return name if name in form.fields else None


def _page(request: Request, order: OrderProgress, form: CutForm, *, whole: WholeForm | None = None) -> HttpResponse:
    values = {
        "order": order,
        "form": form,
        "whole": whole or WholeForm(prefix="whole"),
        "pager": build_pager(request, total=order.line_count, per_page=PER_PAGE),
    }
    status = 422 if form.is_bound or whole is not None else 200
    return render_page(request, "portal/orders/cut.html", values, area="portal", status=status)
