"""The page on which a supplier builds a pack."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from catalog.errors import VariantNotFound
from catalog.packs.plans import Plan
from catalog.packs.queries import staff_plan
from catalog.packs.services import dissolve_pack, save_pack
from catalog.queries import VariantInfo, variants_by_id
from core.errors import InvalidInput
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.portal.catalog.pack_forms import PackForm, stored_rows
from frontend.redirects import see_other
from frontend.render import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def pack(request: Request, variant_id: UUID) -> HttpResponse:
    """What a pack is made of; ``more`` answers with more empty rows and saves nothing."""
    info = variants_by_id([variant_id]).get(variant_id)
    if info is None:
        raise VariantNotFound
    found = staff_plan(variant_id)
    if request.method != "POST":
        kind, plan = found or ("configured", None)
        initial = {"kind": kind, "currency": plan.currency if plan else "EUR"}
        return _page(request, info, PackForm(stored=_rows(plan), initial=initial), is_pack=found is not None)
    form = PackForm(request.POST, stored={})
    if "more" not in request.POST and form.is_valid():
        try:
            save_pack(variant_id=variant_id, data=form.pack(), actor=request.actor)
        except InvalidInput as refusal:
            form.place(refusal)
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other(reverse("portal_pack", args=[variant_id]))
    return _page(request, info, form, is_pack=found is not None)


@require_POST
@staff_required
def dissolve(request: Request, variant_id: UUID) -> HttpResponse:
    """Make a pack an ordinary product again."""
    dissolve_pack(variant_id=variant_id, actor=request.actor)
    messages.success(request, _("It is an ordinary product again."))
    return see_other(reverse("portal_product", args=[variant_id]))


def _page(request: Request, info: VariantInfo, form: PackForm, *, is_pack: bool) -> HttpResponse:
    values = {"info": info, "form": form, "is_pack": is_pack}
    status = 422 if form.is_bound and "more" not in request.POST else 200
    return render_page(request, "portal/catalog/pack.html", values, area="portal", status=status)


def _rows(plan: Plan | None) -> dict[str, list[dict[str, object]]]:
    if plan is None:
        return {}
    goods = {part.variant_id for part in plan.parts}
    goods |= {option.part.variant_id for option in plan.options().values() if option.part}
    return stored_rows(plan, {key: found.sku for key, found in variants_by_id(goods).items()})
