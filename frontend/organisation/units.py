"""Sites and departments: added, renamed, moved, taken away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.organisation import UnitRow, units_for
from accounts.policies import require_manage_people
from accounts.requests import Request
from accounts.units import add_unit, change_unit, remove_unit
from core.errors import NotFound, Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.organisation.forms import UnitForm
from frontend.organisation.people import organisation_page, people_overview
from frontend.redirects import see_other


@require_POST
@buyer_required
def new_unit(request: Request) -> HttpResponse:
    """Add a site or department."""
    actor = request.actor
    require_manage_people(actor)
    form = UnitForm(request.POST, actor=actor, units=units_for(actor), auto_id="unit-%s")
    if form.is_valid():
        try:
            add_unit(data=form.unit_data(), actor=actor)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": form.cleaned_data["name"]})
            return see_other(f"{reverse('company_people')}#units")
    return people_overview(request, unit_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def unit(request: Request, unit_id: UUID) -> HttpResponse:
    """One site or department: its form, and the way to take it away."""
    actor = request.actor
    require_manage_people(actor)
    units = units_for(actor)
    row = next((row for row in units if row.id == unit_id), None)
    if row is None:
        raise NotFound
    known = _as_form(row)
    saves = request.method == "POST" and request.POST.get("do", "save") == "save"
    form = UnitForm(request.POST if saves else None, actor=actor, units=units, below=row.path, initial=known)
    if request.method == "POST":
        try:
            if _done(request, row, form):
                return see_other(f"{reverse('company_people')}#units")
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form = form if saves else UnitForm(known, actor=actor, units=units, below=row.path)
            add_refusal(form, refusal)
    context = {"form": form, "unit": row}
    return organisation_page(request, "account/unit.html", context, status=422 if form.errors else 200)


def _done(request: Request, row: UnitRow, form: UnitForm) -> bool:
    """Do what was asked for; False when the form has something to correct."""
    if request.POST.get("do") == "remove":
        remove_unit(unit_id=row.id, actor=request.actor)
        messages.success(request, _("“%(name)s” was removed. Its orders keep its name.") % {"name": row.name})
        return True
    if not form.is_valid():
        return False
    change_unit(unit_id=row.id, data=form.unit_data(), actor=request.actor)
    messages.success(request, _("“%(name)s” was changed.") % {"name": form.cleaned_data["name"]})
    return True


def _as_form(row: UnitRow) -> dict[str, str]:
    parent = row.parent_id.hex if row.parent_id else ""
    return {"name": row.name, "kind": row.kind, "code": row.code, "parent": parent}
