"""Downloads: refused lines as they were with their reasons, all issues, all changes. CSV that Excel opens by itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _

from integrations.catalog_import import history
from integrations.catalog_import.cells import guarded
from integrations.catalog_import.issues import message
from integrations.models import CatalogImport, CatalogImportIssue

_BOM = "\ufeff"


def refused_rows(import_id: UUID) -> Iterator[str]:
    """The refused lines with the file's own columns, then line, column and reason: to correct and to import again."""
    headers = CatalogImport.objects.values_list("detected", flat=True).get(pk=import_id)["headers"]
    issues = CatalogImportIssue.objects.filter(catalog_import_id=import_id, is_blocking=True)
    yield _BOM + _line([*headers, _("Line"), _("Column"), _("Reason")])
    for line, group in groupby(issues.iterator(chunk_size=2000), key=lambda issue: issue.row_number):
        found = list(group)
        cells: list[str] = next((issue.row for issue in found if issue.row), [])
        padded = [*cells, *([""] * (len(headers) - len(cells)))][: max(len(headers), len(cells))]
        columns = ", ".join(dict.fromkeys(issue.column for issue in found if issue.column))
        reasons = " ".join(dict.fromkeys(message(issue.code, issue.params) for issue in found))
        yield _line([*padded[: len(headers)], str(line), columns, reasons])


def all_issues(import_id: UUID) -> Iterator[str]:
    """Every issue: line, column, value, refused or warning, code, text."""
    yield _BOM + _line([_("Line"), _("Column"), _("Value"), _("Kind"), _("Code"), _("Reason")])
    refused, warning = _("Refused"), _("Warning")
    for issue in CatalogImportIssue.objects.filter(catalog_import_id=import_id).iterator(chunk_size=2000):
        kind = refused if issue.is_blocking else warning
        text = message(issue.code, issue.params)
        yield _line([str(issue.row_number), issue.column, issue.value, kind, issue.code, text])


def all_changes(import_id: UUID) -> Iterator[str]:
    """Every field that the import changed: line, reference, field, before, after, what undoing did with it."""
    yield _BOM + _line([_("Line"), _("Reference"), _("Field"), _("Before"), _("After"), _("Undone")])
    created = _("New product")
    for change in history.each_change(import_id):
        if change.is_created:
            yield _line([change.line, change.sku, created, "", "", change.outcome_text])
        for field in change.fields:
            yield _line([change.line, change.sku, field.label, field.before, field.after, change.outcome_text])


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()
