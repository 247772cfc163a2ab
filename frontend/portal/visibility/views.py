"""Segments, and who sees which goods."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from catalog.visibility_rules import (
    defaults_now,
    prices_are_public,
    remove_visibility_rule,
    save_defaults,
    save_public_prices,
    save_visibility_rule,
)
from core.errors import Refused
from customers.queries import visitor_view
from customers.segments import save_segment, segment_list
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.head import address
from frontend.portal.visibility.forms import DefaultsForm, PublicPricesForm, SegmentForm, VisibilityForm
from frontend.portal.visibility.rows import preview_of, rule_rows, segment_initial, segment_rows
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import one_customer


@require_safe
@staff_required
def segments(request: Request) -> HttpResponse:
    """All segments with their rules, and how many customers are in them now."""
    return render_page(request, "portal/visibility/segments.html", {"rows": segment_rows()}, area="portal")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def new_segment(request: Request) -> HttpResponse:
    """A segment that is not there yet."""
    return _segment(request, SegmentForm(request.POST or None), None, "")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def segment(request: Request, segment_id: UUID) -> HttpResponse:
    """A segment's name and rules."""
    found = next((info for info in segment_list() if info.id == segment_id), None)
    if found is None:
        raise Http404
    return _segment(request, SegmentForm(request.POST or None, initial=segment_initial(found)), segment_id, found.name)


@require_safe
@staff_required
def visibility(request: Request) -> HttpResponse:
    """The defaults and the rules; with a customer's name, what that customer sees."""
    return _page(request)


@require_POST
@staff_required
def change_defaults(request: Request) -> HttpResponse:
    """What is seen where no rule decides."""
    form = DefaultsForm(request.POST)
    form.is_valid()
    save_defaults(defaults=form.defaults(), actor=request.actor)
    messages.success(request, _("Saved: it holds at once."))
    return see_other(reverse("portal_visibility"))


@require_POST
@staff_required
def change_public_prices(request: Request) -> HttpResponse:
    """Show prices to visitors and search engines, or to customers only."""
    form = PublicPricesForm(request.POST)
    form.is_valid()
    save_public_prices(are_public=form.cleaned_data["are_public"], actor=request.actor)
    messages.success(request, _("Saved: it holds at once."))
    return see_other(reverse("portal_visibility"))


@require_POST
@staff_required
def add(request: Request) -> HttpResponse:
    """Show or hide goods to somebody."""
    form = VisibilityForm(request.POST, auto_id="rule-%s")
    if form.is_valid():
        target, target_id = form.goods()
        try:
            save_visibility_rule(
                target=target,
                target_id=target_id,
                is_visible=form.is_visible,
                **form.party().columns,
                actor=request.actor,
            )
        except Refused as refusal:
            if refusal.status != 422:
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The rule holds at once."))
            return see_other(reverse("portal_visibility"))
    return _page(request, form)


@require_POST
@staff_required
def remove(request: Request, rule_id: UUID) -> HttpResponse:
    """Let the other rules decide again."""
    remove_visibility_rule(rule_id=rule_id, actor=request.actor)
    messages.success(request, _("The rule is gone."))
    return see_other(reverse("portal_visibility"))


def _segment(request: Request, form: SegmentForm, segment_id: UUID | None, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save_segment(segment_id=segment_id, name=form.cleaned_data["name"], rules=form.rules(), actor=request.actor)
        except Refused as refusal:
            if refusal.status not in (409, 422):
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The segment was saved."))
            return see_other(reverse("portal_segments"))
    values = {"form": form, "title": title or _("New segment")}
    status = 422 if form.is_bound else 200
    return render_page(request, "portal/visibility/segment.html", values, area="portal", status=status)


def _page(request: Request, form: VisibilityForm | None = None) -> HttpResponse:
    asked = request.GET.get("customer", "").strip()[:160]
    preview, error = None, ""
    try:
        customer_id = one_customer(asked)
        preview = preview_of(customer_id) if asked or "visitor" in request.GET else None
    except ValidationError as problem:
        error = problem.messages[0]
    defaults = defaults_now()
    initial: dict[str, Any] = {"visitors_see": defaults.visitors_see, "customers_see": defaults.customers_see}
    values = {
        "defaults_form": DefaultsForm(initial=initial),
        "public_form": PublicPricesForm(initial={"are_public": prices_are_public()}, auto_id="public-%s"),
        "sitemap_href": address(request, reverse("storefront_sitemap")),
        "is_listed": not visitor_view().sees_nothing,
        "form": form or VisibilityForm(auto_id="rule-%s"),
        "rules": rule_rows(),
        "asked": asked,
        "ask_error": error,
        "preview": preview,
    }
    return render_page(request, "portal/visibility/rules.html", values, area="portal", status=422 if form else 200)
