"""The supplier's categories: a tree that is named, ordered, moved and merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from catalog import categories as services
from catalog.categories import CategoryLine, category_changes, category_lines
from catalog.enums import CategoryMove
from catalog.errors import NoSuchCategory
from core.errors import Refused
from core.formatting import moment, number
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.portal.catalog.category_forms import STEP, CategoryForm, MergeForm
from frontend.redirects import see_other
from frontend.render import render_page


@dataclass(frozen=True, slots=True)
class Row:
    """A category in the table; ``sub`` is its name in the other language, or what is lacking."""

    line: CategoryLine
    anchor: str
    name: str
    sub: str
    above: str
    count_text: str


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def tree(request: Request) -> HttpResponse:
    """The tree in its order; a category is added, or changes places with its neighbour."""
    for name, by in (("up", -1), ("down", 1)):
        if name in request.POST:
            return _shifted(request, request.POST[name], by)
    lines = category_lines()
    form = CategoryForm(request.POST if request.method == "POST" else None, lines=lines)
    if form.is_bound and _done(form, lambda: services.add_category(data=form.category(), actor=request.actor)):
        messages.success(request, _("Saved."))
        return see_other(reverse("portal_categories"))
    values = {
        "rows": [_row(line) for line in lines],
        "form": form,
        "changes": [
            (moment(change.at), change.actor_name, CategoryMove(change.kind).label, change.before, change.after)
            for change in category_changes()
        ],
    }
    status = 422 if form.errors else 200
    return render_page(request, "portal/catalog/categories.html", values, area="portal", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def category(request: Request, category_id: UUID) -> HttpResponse:
    """One category: its names and its place; merging it, deleting it."""
    lines = category_lines()
    line = next((line for line in lines if line.id == category_id), None)
    if line is None:
        raise NoSuchCategory
    action = request.POST.get("action", "save") if request.method == "POST" else ""
    if action == "delete":
        return _deleted(request, category_id)
    others = [other for other in lines if other.path != line.path and not other.path.startswith(f"{line.path}/")]
    sent = {name: request.POST if action == name else None for name in ("save", "merge")}
    initial = {"name_fr": line.name_fr, "name_en": line.name_en, "parent": line.parent_id}
    form, merging = CategoryForm(sent["save"], initial=initial, lines=others), MergeForm(sent["merge"], lines=others)
    if form.is_bound and _done(form, lambda: _save(request, category_id, form)):
        return _saved(request)
    if merging.is_bound and _done(merging, lambda: _merge(request, category_id, merging)):
        return _saved(request)
    values = {
        "form": form,
        "merging": merging,
        "can_merge": bool(others),
        "row": _row(line),
        "is_empty": not line.count and not line.below,
    }
    status = 422 if form.errors or merging.errors else 200
    return render_page(request, "portal/catalog/category.html", values, area="portal", status=status)


def _save(request: Request, category_id: UUID, form: CategoryForm) -> None:
    services.save_category(category_id=category_id, data=form.category(), actor=request.actor)


def _merge(request: Request, category_id: UUID, form: MergeForm) -> None:
    services.merge_category(category_id=category_id, into_id=form.into_id(), actor=request.actor)


def _done(form: forms.Form, work: Callable[[], object]) -> bool:
    """Whether a service took a form; what it refuses is shown at its field."""
    if not form.is_valid():
        return False
    try:
        work()
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        add_refusal(form, refusal)
        return False
    return True


def _shifted(request: Request, key: str, by: int) -> HttpResponse:
    try:
        category_id = UUID(key)
    except ValueError as error:
        raise NoSuchCategory from error
    services.shift_category(category_id=category_id, by=by, actor=request.actor)
    return see_other(f"{reverse('portal_categories')}#c-{category_id.hex}")


def _deleted(request: Request, category_id: UUID) -> HttpResponse:
    try:
        services.delete_category(category_id=category_id, actor=request.actor)
    except Refused as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
        return see_other(reverse("portal_category", args=[category_id]))
    messages.success(request, _("The category is gone."))
    return see_other(reverse("portal_categories"))


def _saved(request: Request) -> HttpResponse:
    messages.success(request, _("Saved."))
    return see_other(reverse("portal_categories"))


def _row(line: CategoryLine) -> Row:
    name = line.trail[-1]
    other = next((text for text in (line.name_fr, line.name_en) if text and text != name), "")
    lacking = "" if line.name_en else _("no English name")
    return Row(
        line=line,
        anchor=f"c-{line.id.hex}",
        name=name,
        sub=other or lacking or ("" if line.name_fr else _("no French name")),
        above=STEP.join(line.trail[:-1]),
        count_text=number(line.count),
    )
