"""The catalogue, or what a filter finds of it, as a file in the shape of the import."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack

from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from frontend.guards import staff_required
from frontend.portal.bulk.filters import look
from integrations.bulk_edit.finding import NONE, found
from integrations.catalog_export.services import Form, export
from pricing.listing import list_choices

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@staff_required
def export_catalog(request: Request) -> FileResponse:
    """What the filter finds, with the prices of one list. Written to the disk first: memory is that of a portion."""
    looked = look(request)
    if (wanted := request.GET.get("form", Form.SEMICOLON)) not in list(Form):
        raise Http404
    form, chosen, rows = Form(wanted), looked.price_list, found(looked.filter)
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        export(rows=rows, price_list_id=chosen[0] if chosen else None, form=form, file=file, actor=request.actor)
        file.seek(0)
        stack.pop_all()  # the answer closes it
    name = f"{_('catalogue')}-{timezone.localdate().isoformat()}.{form.suffix}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=_TYPES[form.suffix])
    response["Cache-Control"] = "private, no-store"
    return response


def export_choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What an export can hold and look like: price lists and forms; one statement."""
    lists = [(str(key), f"{name} ({currency})") for key, name, currency in list_choices()]
    forms = [
        (Form.SEMICOLON.value, _("CSV with semicolons (French Excel)")),
        (Form.COMMA.value, _("CSV with commas")),
        (Form.XLSX.value, _("Excel (XLSX)")),
    ]
    return [*lists, (NONE, _("Without prices"))], forms
