"""Searches without result, and synonyms."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core import formatting
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.paging import build_pager, page_number
from frontend.portal.searches.forms import SynonymForm, initial_of
from frontend.redirects import see_other
from frontend.render import render_page
from search import fruitless, synonyms
from search.models import LONGEST_TEXT, SynonymLanguage

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A text that found nothing."""

    id: UUID
    text: str
    language_text: str
    count_text: str
    last_text: str
    synonym_href: str


@dataclass(frozen=True, slots=True)
class SynonymRow:
    """A synonym in its list."""

    id: UUID
    words_text: str
    meant_text: str
    language_text: str


@require_safe
@staff_required
def searches(request: Request) -> HttpResponse:
    """What customers looked for in vain, by how often, and all synonyms."""
    offset = (page_number(request) - 1) * PER_PAGE
    lines, total = fruitless.fruitless_page(limit=PER_PAGE, offset=offset)
    values = {
        "searches": [_search_row(line) for line in lines],
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "synonyms": [
            SynonymRow(
                line.id,
                " · ".join(line.data.words),
                " · ".join(line.data.meant),
                str(SynonymLanguage(line.data.language).label),
            )
            for line in synonyms.synonym_lines()
        ],
    }
    return render_page(request, "portal/searches/list.html", values, area="portal")


@require_POST
@staff_required
def dismiss(request: Request, search_id: UUID) -> HttpResponse:
    """Take a text off the list."""
    fruitless.dismiss(search_id=search_id, actor=request.actor)
    messages.success(request, _("Off the list, until somebody looks for it again."))
    return see_other(reverse("portal_searches"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def synonym(request: Request, synonym_id: UUID | None = None) -> HttpResponse:
    """A synonym; a new one without an id, begun with what somebody looked for."""
    form = SynonymForm(request.POST) if request.method == "POST" else SynonymForm(initial=_initial(request, synonym_id))
    if form.is_valid():
        try:
            synonyms.save_synonym(data=form.synonym(), actor=request.actor, synonym_id=synonym_id)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Searches know it at once."))
            return see_other(reverse("portal_searches"))
    values = {"form": form, "synonym_id": synonym_id}
    status = 422 if form.errors else 200
    return render_page(request, "portal/searches/synonym.html", values, area="portal", status=status)


@require_POST
@staff_required
def delete_synonym(request: Request, synonym_id: UUID) -> HttpResponse:
    """Take a synonym away."""
    synonyms.delete_synonym(synonym_id=synonym_id, actor=request.actor)
    messages.success(request, _("The synonym is gone."))
    return see_other(reverse("portal_searches"))


def _initial(request: Request, synonym_id: UUID | None) -> dict[str, str]:
    if synonym_id is not None:
        return initial_of(synonyms.synonym_data(synonym_id))
    language = request.GET.get("language", "")
    words = request.GET.get("words", "")[:LONGEST_TEXT]
    return {"words": words, "language": language if language in SynonymLanguage.values else ""}


def _search_row(line: fruitless.FruitlessLine) -> SearchRow:
    query = urlencode({"words": line.text, "language": line.language})
    return SearchRow(
        id=line.id,
        text=line.text,
        language_text=str(SynonymLanguage(line.language).label),
        count_text=formatting.number(line.asked_count),
        last_text=formatting.moment(line.last_asked_at),
        synonym_href=f"{reverse('portal_synonym_new')}?{query}",
    )
