"""The supplier's orders: confirm, ship in parcels, tell where they are, see the invoice."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from core.live import topic
from frontend.guards import staff_required
from frontend.messages import talk_about
from frontend.order_lists import invoice_list, order_list
from frontend.paging import build_pager
from frontend.portal.orders.forms import PER_PAGE, ShipForm, TrackingForm, field_name
from frontend.redirects import see_other
from frontend.render import render_page
from marketplace.models import DocumentKind
from orders import fulfilment
from orders.amending.errors import OrderChanged
from orders.errors import VatNotSeen
from orders.progress import OrderProgress, order_progress
from orders.recurring.quoting import quote_for_supplier
from orders.returns.queries import returns_of_order
from payments import queries as payment_queries


@require_safe
@staff_required
def orders(request: Request) -> HttpResponse:
    """All orders of this supplier, newest first."""
    return render_page(request, "portal/orders/list.html", order_list(request), area="portal", fragment="results")


@require_safe
@staff_required
def order(request: Request, order_id: UUID) -> HttpResponse:
    """One order with what is to be done about it."""
    return _order_page(request, order_progress(request.actor, order_id))


@require_POST
@staff_required
def confirm(request: Request, order_id: UUID) -> HttpResponse:
    """Accept a placed order."""
    version = request.POST.get("version", "")
    try:
        fulfilment.confirm_order(
            order_id=order_id,
            version=int(version) if version.isdecimal() and len(version) < 9 else None,
            actor=request.actor,
            vat_seen=request.POST.get("vat_seen") == "1",
        )
    except VatNotSeen as refusal:
        messages.error(request, str(refusal))
        return see_other(reverse("portal_order", args=[order_id]))
    except OrderChanged:
        messages.error(request, _("The buyer has changed this order meanwhile. Look at it again, then confirm it."))
        return see_other(reverse("portal_order", args=[order_id]))
    messages.success(request, _("The order is confirmed; the buyer has been told."))
    return see_other(reverse("portal_order", args=[order_id]))


@require_POST
@staff_required
def ship(request: Request, order_id: UUID) -> HttpResponse:
    """Send the quantities typed as one parcel, those of services as performed; or turn to other lines of it.

    A refusal names its line.
    """
    progress = order_progress(request.actor, order_id)
    if turned := request.POST.get("turn"):
        page = int(turned) if turned.isdecimal() and len(turned) < 8 else 1
        form = ShipForm(initial=request.POST.dict(), order=progress, page=page)
        return _order_page(request, progress, ship_form=form)
    form = ShipForm(request.POST, order=progress)
    if form.is_valid():
        try:
            shipment_id = fulfilment.fulfil(
                order_id=order_id, quantities=form.quantities(), carriage=form.carriage(), actor=request.actor
            )
        except Refused as refusal:
            _show_at_line(form, refusal)
        else:
            done = _("The parcel is entered; the buyer sees it now.")
            messages.success(request, done if shipment_id else _("Recorded; the buyer sees it now."))
            return see_other(reverse("portal_order", args=[order_id]))
    return _order_page(request, order_progress(request.actor, order_id), ship_form=form)


@require_POST
@staff_required
def track(request: Request, order_id: UUID, shipment_id: UUID) -> HttpResponse:
    """Record what happened to one parcel of this order."""
    progress = order_progress(request.actor, order_id)
    if shipment_id not in {parcel.id for parcel in progress.parcels}:
        raise Http404
    form = TrackingForm(request.POST, prefix=shipment_id.hex)
    if form.is_valid():
        try:
            fulfilment.record_tracking(shipment_id=shipment_id, actor=request.actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Recorded; the buyer sees it now."))
            return see_other(reverse("portal_order", args=[order_id]))
    return _order_page(request, progress, tracking={shipment_id: form})


@require_safe
@staff_required
def invoices(request: Request) -> HttpResponse:
    """All invoices of this supplier, or only those that are open, overdue or paid."""
    return render_page(request, "portal/orders/invoices.html", invoice_list(request), area="portal")


@require_safe
@staff_required
def invoice(request: Request, invoice_id: UUID) -> HttpResponse:
    """One invoice, to read and print."""
    detail = payment_queries.invoice_detail(request.actor, invoice_id)
    values = {"invoice": detail, "talk": talk_about(request, DocumentKind.INVOICE, invoice_id, "portal")}
    return render_page(request, "portal/orders/invoice.html", values, area="portal")


def _show_at_line(form: ShipForm, refusal: Refused) -> None:
    try:
        name = field_name(UUID(refusal.field or ""))
    except ValueError:
        name = ""
    form.add_error(name if name in form.fields else None, str(refusal))


def _order_page(
    request: Request,
    progress: OrderProgress,
    *,
    ship_form: ShipForm | None = None,
    tracking: dict[UUID, forms.Form] | None = None,
) -> HttpResponse:
    """The page; with a refused form it is the answer 422. Lines are those of a page, all else is the whole order's."""
    refused = tracking or {}
    href = reverse("portal_order", args=[progress.id])
    pager = build_pager(request, total=progress.line_count, per_page=PER_PAGE, path=href)
    first = (pager.number - 1) * PER_PAGE
    values = {
        "order": replace(progress, lines=progress.lines[first : first + PER_PAGE]),
        "pager": pager,
        "invoice": payment_queries.invoice_of_order(request.actor, progress.id),
        "returns": returns_of_order(request.actor, progress.id),
        "quote": quote_for_supplier(request.actor, progress.id) if progress.is_quoted else None,
        "ship_form": ship_form or ShipForm(order=progress),
        "tracking": [
            (parcel, refused.get(parcel.id) or TrackingForm(prefix=parcel.id.hex))
            for parcel in progress.parcels
            if parcel.next_moves
        ],
        "talk": talk_about(request, DocumentKind.ORDER, progress.id, "portal"),
        "topic": topic("order", progress.id),
        "href": href if pager.number == 1 else f"{href}?page={pager.number}",
    }
    return render_page(
        request,
        "portal/orders/order.html",
        values,
        area="portal",
        status=422 if (ship_form and ship_form.is_bound) or refused else 200,
        fragment=("order", "order_state"),
    )
