"""The product editor: sections that are saved by themselves, relations, the life cycle; and a product made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from catalog import editing, lifecycle, relations
from catalog.back_office import StaffProduct, staff_product
from catalog.enums import RelationKind, VariantState
from catalog.errors import AttributesRefused
from catalog.states import VARIANT
from core.errors import Refused
from frontend.guards import staff_required
from frontend.portal.catalog.editor_forms import NewProductForm, RelationForm, StateForm
from frontend.portal.catalog.editor_page import SECTIONS, all_forms, placement_choices, show_refusal
from frontend.portal.catalog.media_forms import MediaForm, media_rows
from frontend.portal.catalog.rows import STATE_TONES, price_lines, stock_facts
from frontend.redirects import see_other
from frontend.render import render_page


@require_safe
@staff_required
def product(request: Request, variant_id: UUID) -> HttpResponse:
    """All that is stored about a product, to be changed section by section."""
    return editor_page(request, staff_product(variant_id))


@require_POST
@staff_required
def save(request: Request, variant_id: UUID, section: str) -> HttpResponse:
    """Save one section; a refused one comes back with its errors, the others as they are stored."""
    part = SECTIONS.get(section)
    if part is None:
        raise Http404
    found = staff_product(variant_id)
    form = part.build(found, request.POST)
    if form.is_valid():
        try:
            part.save(form, variant_id, request.actor)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other(f"{_path(variant_id)}#{section}")
    return editor_page(request, found, {section: form})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def new_product(request: Request) -> HttpResponse:
    """A product made by hand: a draft, which is then completed in the editor."""
    data = request.POST if request.method == "POST" else None
    form = NewProductForm(data, initial={"beside": request.GET.get("beside", "")[:80]}, **placement_choices())
    if form.is_valid():
        try:
            variant_id = editing.create_product(data=form.product(), actor=request.actor)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("A draft: buyers see it once you publish it."))
            return see_other(_path(variant_id))
    status = 422 if form.errors else 200
    return render_page(request, "portal/catalog/new.html", {"form": form}, area="portal", status=status)


@require_POST
@staff_required
def change_state(request: Request, variant_id: UUID) -> HttpResponse:
    """Publish, end, archive a product, or put it back on sale."""
    wanted = request.POST.get("state", "")
    found = staff_product(variant_id)
    form = StateForm(request.POST, auto_id="state_%s")
    if wanted not in VariantState.values or not form.is_valid():
        return editor_page(request, found, {"state": form})
    try:
        _move(request, variant_id, VariantState(wanted), form)
    except AttributesRefused as refusal:
        attributes = SECTIONS["attributes"].build(found, request.POST)
        attributes.is_valid()
        show_refusal(attributes, refusal)
        return editor_page(request, found, {"attributes": attributes})
    except Refused as refusal:
        show_refusal(form, refusal)
        return editor_page(request, found, {"state": form})
    return see_other(_path(variant_id))


@require_POST
@staff_required
def relate(request: Request, variant_id: UUID) -> HttpResponse:
    """Name another product."""
    form = RelationForm(request.POST, auto_id="relations_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            relations.relate(
                variant_id=variant_id, other_sku=data["sku"], kind=RelationKind(data["kind"]), actor=request.actor
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other(f"{_path(variant_id)}#relations")
    return editor_page(request, staff_product(variant_id), {"relations": form})


@require_POST
@staff_required
def unrelate(request: Request, variant_id: UUID, relation_id: UUID) -> HttpResponse:
    """Take a relation away."""
    relations.unrelate(variant_id=variant_id, relation_id=relation_id, actor=request.actor)
    messages.success(request, _("Removed."))
    return see_other(f"{_path(variant_id)}#relations")


def _move(request: Request, variant_id: UUID, wanted: VariantState, form: StateForm) -> None:
    """The service of a move. Raises its refusals, IllegalMove."""
    if wanted == VariantState.ARCHIVED:
        lifecycle.archive(variant_id=variant_id, actor=request.actor)
        messages.success(request, _("Archived: it is no longer on sale."))
    elif wanted == VariantState.ENDING:
        lifecycle.end(variant_id=variant_id, actor=request.actor, **form.cleaned_data)
        messages.success(request, _("Ending: what is left is sold."))
    else:
        lifecycle.restore(variant_id=variant_id, actor=request.actor)
        messages.success(request, _("On sale."))


def editor_page(request: Request, found: StaffProduct, sent: Mapping[str, forms.Form] | None = None) -> HttpResponse:
    """The editor; forms that were sent show what was typed and what is wrong with it."""
    given = dict(sent or {})
    variant_id = found.info.id
    values = {
        "product": found,
        "tone": STATE_TONES[found.state],
        "moves": [state.value for state in VariantState if VARIANT.may(found.state, state)],
        "forms": all_forms(found, given),
        "relation_form": given.get("relations") or RelationForm(auto_id="relations_%s"),
        "state_form": given.get("state") or StateForm(auto_id="state_%s"),
        "relation_kinds": {kind.value: kind.label for kind in RelationKind},
        "media": media_rows(variant_id),
        "media_form": given.get("media") or MediaForm(auto_id="media_%s"),
        "prices": price_lines(variant_id),
        "stock": stock_facts(variant_id),
        "shop_href": reverse("storefront_product", args=[found.info.sku]),
    }
    status = 422 if given else 200
    return render_page(request, "portal/catalog/product.html", values, area="portal", status=status)


def _path(variant_id: UUID) -> str:
    return reverse("portal_product", args=[variant_id])
