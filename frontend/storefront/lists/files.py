"""A list as a table for spreadsheets, and read again: good rows are taken over, the others told."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core import formatting
from core.errors import NotAllowed, Refused
from core.formatting import plain
from frontend.goods import language, unit_name
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.storefront.buyer import customer_of_request
from frontend.storefront.lists.forms import ImportForm
from frontend.storefront.lists.lines import path_of
from frontend.storefront.lists.reading import RowProblem, line_of, told
from frontend.storefront.lists.views import Given, list_page, show_refusal
from integrations.catalog_import.cells import guarded
from integrations.line_files import read_file
from orders.errors import TooManyLines
from orders.purchase_lists import services
from orders.purchase_lists.queries import ShownLine, lines_page, list_info
from orders.quick import judge


@require_safe
@buyer_required
def download(request: Request, list_id: UUID) -> HttpResponse:
    """The whole list as CSV, which can be taken over again; what the buyer may no longer see is left out."""
    customer = customer_of_request(request)
    info = list_info(request.actor, customer, list_id)
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Reference"), _("Quantity"), _("Unit"), _("Note")])
    for line in lines_page(request.actor, customer, info.id):
        variant = line.checked.variant
        if variant is not None and variant.is_visible:
            writer.writerow([guarded(variant.sku), _number(line), unit_name(_unit(line)), guarded(line.note)])
    response = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="list.csv"'
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_POST
@buyer_required
def take_over(request: Request, list_id: UUID) -> HttpResponse:
    """Take over a file's rows: the good ones are in the list, each other one is told with its reason."""
    customer = customer_of_request(request)
    if not list_info(request.actor, customer, list_id).may_edit:
        raise NotAllowed
    form = ImportForm(request.POST, request.FILES, auto_id="import_%s")
    if not form.is_valid():
        return list_page(request, list_id, Given(file=form))
    try:
        count, problems = _taken(request, list_id, form)
    except Refused as refusal:
        show_refusal(form, refusal)
        return list_page(request, list_id, Given(file=form))
    text = ngettext("%(count)s line is taken over.", "%(count)s lines are taken over.", count)
    text = text % {"count": formatting.number(count)}
    if not problems:
        messages.success(request, text)
        return see_other(path_of(request, list_id))
    form.add_error("file", _("%(taken)s These are not:") % {"taken": text} if count else _("No line was taken over:"))
    return list_page(request, list_id, Given(file=form, problems=problems))


def _taken(request: Request, list_id: UUID, form: ImportForm) -> tuple[int, list[RowProblem]]:
    """How many lines were taken over, and what is wrong with the others.

    Raises UnreadableFile and its kinds, NoReferences, BadCells, TooManyLines, ListFull.
    """
    customer = customer_of_request(request)
    given = read_file(form.cleaned_data["file"], with_notes=True)
    if len(given) > services.MOST_LINES:
        raise TooManyLines(field="file", limit=formatting.number(services.MOST_LINES))
    verdicts = [verdict for verdict in judge(customer, given) if verdict.state != "merged"]
    lines = [(verdict, line_of(verdict)) for verdict in verdicts]
    good = [line for _verdict, line in lines if line is not None]
    outcome = services.add_lines(actor=request.actor, customer=customer, list_id=list_id, lines=good)
    problems = [RowProblem(verdict.typed.code, told(verdict)) for verdict, line in lines if line is None]
    return outcome.count, problems + [RowProblem(problem.sku, problem.message) for problem in outcome.problems]


def _number(line: ShownLine) -> str:
    text = plain(line.checked.wish.quantity)
    return text.replace(".", ",") if language().startswith("fr") else text


def _unit(line: ShownLine) -> str:
    return line.checked.unit.code if line.checked.unit else line.checked.wish.unit_code
