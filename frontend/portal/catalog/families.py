"""Families and attributes: how goods are described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from catalog import definitions, families
from catalog.enums import AttributeKind
from core.errors import Refused
from core.formatting import localised, number
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.portal.catalog.family_forms import (
    AttributeForm,
    FamilyForm,
    attribute_initial,
    member_rows,
    read_members,
)
from frontend.redirects import see_other
from frontend.render import render_page


@dataclass(frozen=True, slots=True)
class Line:
    """A family or an attribute in its list."""

    id: UUID
    name: str
    code: str
    kind: str
    count_text: str
    other_count_text: str
    is_filter: bool = False


@require_safe
@staff_required
def structure(request: Request) -> HttpResponse:
    """All families and all attributes."""
    values = {
        "families": [
            Line(
                id=line.id,
                name=localised(line.name_fr, line.name_en),
                code=line.code,
                kind="",
                count_text=number(line.attribute_count),
                other_count_text=number(line.product_count),
            )
            for line in families.family_lines()
        ],
        "attributes": [
            Line(
                id=line.id,
                name=localised(line.label_fr, line.label_en),
                code=line.code,
                kind=_kind_text(line.kind, line.unit),
                count_text=number(line.option_count) if line.kind == AttributeKind.LIST else "",
                other_count_text=number(line.family_count),
                is_filter=line.is_filter,
            )
            for line in definitions.attribute_lines()
        ],
    }
    return render_page(request, "portal/catalog/families.html", values, area="portal")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def family(request: Request, family_id: UUID | None = None) -> HttpResponse:
    """A family's names and attributes; a new one without an id."""
    lines = definitions.attribute_lines()
    stored = families.family_data(family_id) if family_id else None
    if request.method != "POST":
        initial = {"name_fr": stored.name_fr, "name_en": stored.name_en, "code": stored.code} if stored else {}
        members = stored.members if stored else ()
        return _family_page(request, FamilyForm(initial=initial), family_id, member_rows(lines, members))
    form, members = FamilyForm(request.POST), read_members(request.POST, lines)
    if form.is_valid():
        try:
            families.save_family(data=form.family(members), actor=request.actor, family_id=family_id)
        except Refused as refusal:
            _show(form, refusal)
        else:
            return _saved(request)
    return _family_page(request, form, family_id, member_rows(lines, members))


@require_POST
@staff_required
def delete_family(request: Request, family_id: UUID) -> HttpResponse:
    """Take a family away."""
    try:
        families.delete_family(family_id=family_id, actor=request.actor)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
        return see_other(reverse("portal_family", args=[family_id]))
    messages.success(request, _("The family is gone."))
    return see_other(reverse("portal_families"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def attribute(request: Request, attribute_id: UUID | None = None) -> HttpResponse:
    """An attribute's names, kind and values; a new one without an id."""
    initial = attribute_initial(definitions.attribute_data(attribute_id)) if attribute_id else None
    data = request.POST if request.method == "POST" else None
    form = AttributeForm(data, initial=initial, is_new=attribute_id is None)
    if form.is_valid():
        try:
            definitions.save_attribute(data=form.attribute(), actor=request.actor, attribute_id=attribute_id)
        except Refused as refusal:
            _show(form, refusal)
        else:
            return _saved(request)
    values = {"form": form, "attribute_id": attribute_id}
    status = 422 if form.errors else 200
    return render_page(request, "portal/catalog/attribute.html", values, area="portal", status=status)


@require_POST
@staff_required
def delete_attribute(request: Request, attribute_id: UUID) -> HttpResponse:
    """Take an attribute away."""
    try:
        definitions.delete_attribute(attribute_id=attribute_id, actor=request.actor)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
        return see_other(reverse("portal_attribute", args=[attribute_id]))
    messages.success(request, _("The attribute is gone."))
    return see_other(reverse("portal_families"))


def _family_page(request: Request, form: FamilyForm, family_id: UUID | None, rows: Any) -> HttpResponse:
    values = {"form": form, "family_id": family_id, "rows": rows}
    status = 422 if form.errors else 200
    return render_page(request, "portal/catalog/family.html", values, area="portal", status=status)


def _show(form: forms.Form, refusal: Refused) -> None:
    if refusal.status not in (409, 422):
        raise refusal
    add_refusal(form, refusal)


def _saved(request: Request) -> HttpResponse:
    messages.success(request, _("Saved."))
    return see_other(reverse("portal_families"))


def _kind_text(kind: str, unit: str) -> str:
    label = str(AttributeKind(kind).label)
    return f"{label} ({unit})" if unit else label
