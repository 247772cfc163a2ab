"""The audit trail of a request for both sides: as a page and as a PDF of the same rows."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from accounts.requests import Request
from core import formatting
from frontend.pdf import Column, Sheet, pdf_of
from frontend.render import render_page
from rfq.trail.audit import Entry, Trail
from rfq.trail.compared import Compared


def trail_page(request: Request, trail: Trail, *, area: str, back: tuple[str, str, str, str], pdf: str) -> HttpResponse:
    """The list as a page; ``back`` names the pages above it: text and address, twice."""
    template = "marketplace/rfqs/trail.html" if area == "marketplace" else "portal/rfqs/trail.html"
    return render_page(request, template, {"trail": trail, "back": back, "pdf_href": pdf}, area=area)


def trail_pdf(trail: Trail) -> HttpResponse:
    """The list as a PDF in the reader's language, with the whole hash of each version."""
    columns = [Column(_("When"), 13), Column(_("Who"), 14), Column(_("About"), 11), Column(_("What"), 26)]
    columns += [Column(_("Reason"), 24), Column("SHA-256", 22, is_small=True)]
    if trail.names_suppliers:
        columns.insert(2, Column(_("Supplier"), 14))
    sheet = Sheet(
        title=f"{_('Audit trail')} – {trail.number}",
        subtitle=trail.title,
        facts=[
            (_("Buyer"), trail.company),
            (_("Supplier"), ", ".join(trail.suppliers)),
            (_("As of"), formatting.moment(timezone.now())),
        ],
        columns=columns,
        rows=list(_rows(trail)),
    )
    response = HttpResponse(pdf_of(sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{trail.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response


def versions_page(request: Request, found: Compared, *, area: str, back: tuple[str, str, str, str]) -> HttpResponse:
    """Two versions of a quote beside each other."""
    template = "marketplace/rfqs/versions.html" if area == "marketplace" else "portal/rfqs/versions.html"
    return render_page(request, template, {"found": found, "back": back, "href": request.path}, area=area)


def chosen(request: Request, name: str) -> int | None:
    """The number of a version that the address names; what is none is left to the page to choose."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 6 else None


def _rows(trail: Trail) -> Iterator[list[str]]:
    for entry in trail.entries:
        yield _row(entry, names_suppliers=trail.names_suppliers)


def _row(entry: Entry, *, names_suppliers: bool) -> list[str]:
    supplier = [entry.supplier] if names_suppliers else []
    return [entry.when_text, entry.who, *supplier, entry.subject, entry.what, entry.reason, entry.content_hash]
