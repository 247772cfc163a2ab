"""The documents that the page shows as a file for spreadsheets, piece by piece: memory does not grow with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from core.actor import Actor
from core.formatting import plain
from core.scope import Scope
from core.tenancy import use_tenant
from integrations.catalog_import.cells import guarded
from marketplace.queries import DocumentFilter, DocumentRow, Place, documents_after

PIECE = 1_000


def documents_csv(actor: Actor, chosen: DocumentFilter, *, scope: Scope, language: str) -> Iterator[str]:
    """All documents that the choices leave, newest first. Read after the request: its scope and language come along."""
    with translation.override(language):
        head = "\ufeff" + _line(
            [_("Kind"), _("Number"), _("Your reference"), _("Supplier"), _("Site"), _("Date"), _("State"), _("Due"),
             _("Amount"), _("Currency"), _("Messages"), _("Unread messages"), _("Purchase")]
        )  # fmt: skip
    yield head
    place: Place | None = None
    while True:
        text, place = _piece(actor, chosen, place, scope, language)
        yield text
        if place is None:
            return


def _piece(
    actor: Actor, chosen: DocumentFilter, place: Place | None, scope: Scope, language: str
) -> tuple[str, Place | None]:
    with use_tenant(scope), translation.override(language):
        rows, following = documents_after(actor, chosen, place, limit=PIECE)
        return "".join(_line(_cells(row, language)) for row in rows), following


def _cells(row: DocumentRow, language: str) -> list[str]:
    return [
        row.kind_text,
        row.number,
        row.po_number,
        row.tenant_name,
        row.unit_name,
        row.happened_on.isoformat(),
        row.state_text,
        row.due_on.isoformat() if row.due_on else "",
        _number(row.amount, language) if row.amount is not None else "",
        row.currency if row.amount is not None else "",
        str(row.message_count),
        str(row.unread_count),
        row.purchase_number,
    ]


def _number(value: Decimal, language: str) -> str:
    text = plain(value)
    return text.replace(".", ",") if language.startswith("fr") else text


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()
