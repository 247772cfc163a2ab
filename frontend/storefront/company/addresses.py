"""The company's address book: add, change, remove, choose the usual and the billing address."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.addresses import add_address, bill_to, change_address, make_usual, remove_address
from accounts.policies import can_change_address, can_change_addresses, can_choose_addresses
from accounts.queries import address_of
from accounts.requests import Request
from core.errors import NotAllowed, NotFound, Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.company.forms import AddressForm
from frontend.storefront.company.views import company_page


@require_POST
@buyer_required
def new_address(request: Request) -> HttpResponse:
    """Add an address."""
    if not can_change_addresses(request.actor):
        raise NotAllowed
    form = AddressForm(request.POST, actor=request.actor)
    if not form.is_valid():
        return company_page(request, form)
    add_address(
        company_id=request.actor.require_company(),
        data=form.address_data(),
        actor=request.actor,
        unit_id=form.unit_id(),
    )
    messages.success(request, _("The address was added."))
    return see_other(reverse("storefront_company"))


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def address(request: Request, address_id: UUID) -> HttpResponse:
    """One address: its form, and what else can be done with it."""
    known = address_of(request.actor.require_company(), address_id, request.actor.unit_ids)
    if known is None:
        raise NotFound
    if not can_change_address(request.actor, known.unit_id):
        raise NotAllowed
    form = AddressForm(initial=known.as_form(), actor=request.actor)
    if request.method == "POST":
        form = AddressForm(request.POST, actor=request.actor) if request.POST.get("do", "save") == "save" else form
        try:
            if _done(request, address_id, form):
                return see_other(reverse("storefront_company"))
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form = AddressForm(known.as_form(), actor=request.actor)
            add_refusal(form, refusal)
    context = {
        "form": form,
        "address": known,
        "address_id": address_id,
        "may_choose": can_choose_addresses(request.actor),
    }
    return render_page(request, "storefront/address.html", context, status=422 if form.errors else 200)


def _done(request: Request, address_id: UUID, form: AddressForm) -> bool:
    """Do what was asked for; False when the form has something to correct."""
    company_id, actor = request.actor.require_company(), request.actor
    match request.POST.get("do", "save"):
        case "usual":
            make_usual(company_id=company_id, address_id=address_id, actor=actor)
            messages.success(request, _("Deliveries go here unless you choose another address."))
        case "billing":
            bill_to(company_id=company_id, address_id=address_id, actor=actor)
            messages.success(request, _("Invoices go to this address from now on."))
        case "remove":
            remove_address(company_id=company_id, address_id=address_id, actor=actor)
            messages.success(request, _("The address was removed. Orders and invoices keep it."))
        case _:
            if not form.is_valid():
                return False
            change_address(
                company_id=company_id,
                address_id=address_id,
                data=form.address_data(),
                actor=actor,
                unit_id=form.unit_id(),
            )
            messages.success(request, _("The address was changed. Orders already placed keep the old one."))
    return True
