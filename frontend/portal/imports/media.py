"""Pictures and documents of many goods at once: a ZIP comes, its files are followed, reported, tried again."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number, query_url
from frontend.redirects import see_other
from frontend.render import render_page
from integrations.media_import import queries, services
from integrations.media_import.models import MediaOutcome

PER_PAGE = 50


class ZipForm(forms.Form):
    """The ZIP, whatever its name: what it is shows its content."""

    file = forms.FileField(
        label=gettext_lazy("ZIP file"),
        help_text=gettext_lazy(
            "Up to 300 MB and 10,000 files. Name each file like the reference of its product: VIS-8.jpg, VIS-8_2.jpg, "
            "or in a folder: VIS-8/sheet.pdf."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def media_imports(request: Request) -> HttpResponse:
    """What came until now, and the way in for a ZIP."""
    form = ZipForm()
    if request.method == "POST":
        form = ZipForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return _to_import(services.upload(file=form.cleaned_data["file"], actor=request.actor))
            except Refused as refusal:
                form.add_error("file", str(refusal))
    rows, total = queries.media_imports(limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    values = {"form": form, "rows": rows, "pager": build_pager(request, total=total, per_page=PER_PAGE)}
    status = 422 if form.is_bound else 200
    return render_page(request, "portal/imports/media_list.html", values, area="portal", status=status)


@require_safe
@staff_required
def media_import(request: Request, import_id: UUID) -> HttpResponse:
    """One ZIP: how far it is, and what became of each file."""
    return _page(request, import_id, ZipForm())


def _page(request: Request, import_id: UUID, form: ZipForm) -> HttpResponse:
    page = queries.media_import_page(import_id)
    outcome = request.GET.get("outcome", "")
    offset = (page_number(request) - 1) * PER_PAGE
    items, total = queries.items(import_id, outcome=outcome, limit=PER_PAGE, offset=offset)
    everything = (_("All"), query_url(request, outcome=None, page=None), outcome not in MediaOutcome.values, page.total)
    values = {
        "job": page,
        "form": form,
        "live_href": _href(import_id),
        "items": items,
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "outcomes": [everything]
        + [
            (queries.outcome_text(kind), query_url(request, outcome=kind, page=None), outcome == kind, count)
            for kind, count in page.counts.items()
            if count
        ],
    }
    template, status = "portal/imports/media_detail.html", 422 if form.is_bound else 200
    return render_page(request, template, values, area="portal", status=status, fragment="work")


@require_POST
@staff_required
def bring(request: Request, import_id: UUID) -> HttpResponse:
    """The ZIP with the files that a catalogue names."""
    form = ZipForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.bring(import_id=import_id, file=form.cleaned_data["file"], actor=request.actor)
            return _to_import(import_id)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form.add_error("file", str(refusal))
    return _page(request, import_id, form)


@require_POST
@staff_required
def cancel(request: Request, import_id: UUID) -> HttpResponse:
    """Stop after the file that is being worked on."""
    services.cancel(import_id=import_id, actor=request.actor)
    return _to_import(import_id)


@require_POST
@staff_required
def go_on(request: Request, import_id: UUID) -> HttpResponse:
    """Go on with what is left, and try refused files again."""
    services.go_on(import_id=import_id, actor=request.actor)
    return _to_import(import_id)


@require_POST
@staff_required
def undo(request: Request, import_id: UUID) -> HttpResponse:
    """Take away again what it brought."""
    services.undo(import_id=import_id, actor=request.actor)
    return _to_import(import_id)


@require_safe
@staff_required
def report(_request: Request, import_id: UUID) -> HttpResponse:
    """Every file with its result and its reason."""
    queries.media_import_page(import_id)
    response = HttpResponse("".join(queries.report(import_id)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="files.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _href(import_id: UUID) -> str:
    return reverse("portal_media_import", kwargs={"import_id": import_id})


def _to_import(import_id: UUID) -> HttpResponse:
    return see_other(_href(import_id))
