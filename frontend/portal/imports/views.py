"""Imports: upload, settings and mapping, dry run, report, apply, history."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from core.live import topic
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number, query_url
from frontend.portal.bulk.exporting import export_choices
from frontend.portal.imports import forms
from frontend.redirects import see_other
from frontend.render import render_page
from integrations.catalog_import import history, queries, report, services, undo

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def imports(request: Request) -> HttpResponse:
    """The history of imports, and the way in for a new file."""
    form = forms.UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = forms.UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return _to_import(services.upload(file=form.cleaned_data["file"], actor=request.actor))
            except Refused as refusal:
                form.add_error("file", str(refusal))
    rows, total = queries.imports(limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    values = {
        "form": form,
        "export": export_choices(),
        "rows": rows,
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "portal/imports/list.html", values, area="portal", status=status)


@require_safe
@staff_required
def import_detail(request: Request, import_id: UUID) -> HttpResponse:
    """One import: what was detected and how columns are taken, how far it is, what came of it."""
    return _page(request, import_id)


@require_POST
@staff_required
def change_format(request: Request, import_id: UUID) -> HttpResponse:
    """Read the file again with what was corrected."""
    try:
        services.change_format(import_id=import_id, wanted=forms.read_format(request.POST), actor=request.actor)
    except Refused as refusal:
        return _refused(request, import_id, refusal)
    return _to_import(import_id)


@require_POST
@staff_required
def forget(request: Request, import_id: UUID) -> HttpResponse:
    """Forget what was chosen for earlier files with these columns."""
    services.forget(import_id=import_id, actor=request.actor)
    return _to_import(import_id)


@require_POST
@staff_required
def check(request: Request, import_id: UUID) -> HttpResponse:
    """Start the dry run with this mapping."""
    choices = forms.read_choices(request.POST)
    try:
        services.check(import_id=import_id, choices=choices, actor=request.actor)
    except Refused as refusal:
        return _refused(request, import_id, refusal, choices)
    return _to_import(import_id)


@require_POST
@staff_required
def apply(request: Request, import_id: UUID) -> HttpResponse:
    """Apply what the dry run found good."""
    services.apply(import_id=import_id, actor=request.actor)
    return _to_import(import_id)


@require_POST
@staff_required
def cancel(request: Request, import_id: UUID) -> HttpResponse:
    """Stop after the chunk that is being worked on."""
    services.cancel(import_id=import_id, actor=request.actor)
    return _to_import(import_id)


@require_POST
@staff_required
def resume(request: Request, import_id: UUID) -> HttpResponse:
    """Go on with work that stands still."""
    services.resume(import_id=import_id, actor=request.actor)
    return _to_import(import_id)


@require_safe
@staff_required
def refused(_request: Request, import_id: UUID) -> HttpResponse:
    """The refused lines with their reasons, to correct and import again."""
    page = queries.import_page(import_id)
    return _csv(page.filename, _("refused"), "".join(report.refused_rows(import_id)))


@require_safe
@staff_required
def all_issues(_request: Request, import_id: UUID) -> HttpResponse:
    """Every issue of the file."""
    page = queries.import_page(import_id)
    return _csv(page.filename, _("issues"), "".join(report.all_issues(import_id)))


@require_safe
@staff_required
def changes(request: Request, import_id: UUID) -> HttpResponse:
    """What the import did, product by product, with the values before and after."""
    page, left = queries.import_page(import_id), history.aftermath(import_id)
    kind = request.GET.get("kind", "")
    rows, total = history.changes(import_id, kind=kind, limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    kinds = [("", _("All")), ("created", pgettext("import", "New")), ("changed", pgettext("import", "Changed"))]
    if left.has_left:
        kinds.append(("left", _("Left alone")))
    values = {
        "job": page,
        "aftermath": left,
        "rows": rows,
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "kinds": [(label, query_url(request, kind=key or None, page=None), key == kind, "") for key, label in kinds],
    }
    return render_page(request, "portal/imports/changes.html", values, area="portal")


@require_safe
@staff_required
def all_changes(_request: Request, import_id: UUID) -> HttpResponse:
    """Everything that the import did."""
    page = queries.import_page(import_id)
    return _csv(page.filename, _("changes"), "".join(report.all_changes(import_id)))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def undo_import(request: Request, import_id: UUID) -> HttpResponse:
    """What undoing will do, and doing it."""
    if request.method == "POST":
        undo.undo(import_id=import_id, actor=request.actor)
        return _to_import(import_id)
    values = {"undone": history.undo_page(import_id)}
    return render_page(request, "portal/imports/undo.html", values, area="portal")


def _page(
    request: Request,
    import_id: UUID,
    *,
    choices: services.Choices | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    page = queries.import_page(import_id, choices=choices)
    kind = request.GET.get("kind", "")
    offset = (page_number(request) - 1) * PER_PAGE
    issues, total = queries.issues(import_id, kind=kind, limit=PER_PAGE, offset=offset) if page.has_report else ([], 0)
    values = {
        "job": page,
        "aftermath": history.aftermath(import_id) if page.has_report else None,
        "topic": topic("import", import_id),
        "live_href": reverse("portal_import", kwargs={"import_id": import_id}),
        "issues": issues,
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "kinds": [
            (_("All"), query_url(request, kind=None, page=None), kind not in ("refused", "warnings"), ""),
            (_("Refused"), query_url(request, kind="refused", page=None), kind == "refused", ""),
            (_("Warnings"), query_url(request, kind="warnings", page=None), kind == "warnings", ""),
        ],
        "refusal": str(refusal) if refusal else "",
        "wrong_field": (refusal.field or "") if refusal else "",
        "choices": forms,
        "apply_text": queries.apply_text(page),
        "attribute_label": queries.attribute_label,
    }
    status = refusal.status if refusal else 200
    return render_page(request, "portal/imports/detail.html", values, area="portal", status=status, fragment="work")


def _refused(
    request: Request, import_id: UUID, refusal: Refused, choices: services.Choices | None = None
) -> HttpResponse:
    """The page again with what was typed and why it cannot be; other refusals have their own page."""
    if refusal.status != 422 and refusal.field != "price_list":
        raise refusal
    return _page(request, import_id, choices=choices, refusal=refusal)


def _to_import(import_id: UUID) -> HttpResponse:
    return see_other(reverse("portal_import", kwargs={"import_id": import_id}))


def _csv(filename: str, kind: str, text: str) -> HttpResponse:
    stem = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in filename)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{stem[:60]}-{kind}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
