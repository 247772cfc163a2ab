"""What the pages of imports show. Everything arrives written out in the active language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import formatting
from core.errors import Refused
from integrations.bmecat import notices as bmecat
from integrations.catalog_import import errors as refusals
from integrations.catalog_import import price_lists
from integrations.catalog_import.errors import ImportNotFound
from integrations.catalog_import.issues import KINDS, message
from integrations.catalog_import.mapping import attribute_target, parse, target_label
from integrations.catalog_import.memory import VALUE_SETTINGS
from integrations.catalog_import.services import Choices, is_silent
from integrations.catalog_import.states import EDITABLE, RUNNING
from integrations.catalog_import.targets import TARGETS, label_of
from integrations.media_import.models import MediaImport
from integrations.models import CatalogImport, CatalogImportIssue, ImportState
from pricing.models import PriceList

OWN_ATTRIBUTE = "attr"
_TONES = {
    ImportState.UPLOADED: "info",
    ImportState.CHECKING: "info",
    ImportState.CHECKED: "warn",
    ImportState.APPLYING: "info",
    ImportState.APPLIED: "ok",
    ImportState.CANCELLED: "mute",
    ImportState.FAILED: "bad",
    ImportState.UNDOING: "info",
    ImportState.UNDONE: "mute",
}
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the history."""

    id: UUID
    filename: str
    created_text: str
    created_by: str
    state_text: str
    tone: str
    rows_text: str
    result_text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file with examples and its target."""

    field: str
    header: str
    samples: tuple[str, ...]
    target: str
    own_attribute: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of the report; ``kind`` filters the issues."""

    label: str
    value: str
    tone: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import with all that its page shows, whatever its state."""

    id: UUID
    filename: str
    created_text: str
    created_by: str
    state: str
    state_text: str
    tone: str
    is_editable: bool
    is_running: bool
    is_silent: bool
    is_cancelling: bool
    error_text: str
    done: int
    total: int
    progress_text: str
    figures: tuple[Figure, ...]
    has_report: bool
    writes: int
    refused: int
    issue_count: int
    topics: tuple[tuple[str, str, bool], ...]
    detected: Mapping[str, Any]
    catalogue_text: str
    notices: tuple[str, ...]
    media_import_id: UUID | None
    settings: Mapping[str, str]
    remembered_text: str
    columns: tuple[Column, ...]
    price_list: str
    price_lists: tuple[tuple[str, str], ...]
    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One issue in the report."""

    line: str
    column: str
    value: str
    text: str
    tone: str
    kind_text: str


def imports(*, limit: int, offset: int) -> tuple[list[ImportLine], int]:
    """History, newest first, and how many there are."""
    rows = CatalogImport.objects.defer("mapping", "detected", "settings")
    return [_line(row) for row in rows[offset : offset + limit]], rows.count()


def import_page(import_id: UUID, *, choices: Choices | None = None) -> ImportPage:
    """One import; with ``choices`` as they were typed and refused. Raises ImportNotFound."""
    row = CatalogImport.objects.filter(pk=import_id).select_related("remembered").first()
    if row is None:
        raise ImportNotFound
    mapping = choices.mapping if choices else {int(index): target for index, target in row.mapping.items()}
    settings = {**row.detected, **row.settings, **(choices.settings if choices else {})}
    price_list = choices.price_list if choices else row.price_list_code
    total = row.changes.count() if row.state == ImportState.UNDOING else row.row_count
    summary = _summary(import_id) if row.state not in RUNNING else ()
    return ImportPage(
        id=row.pk,
        filename=row.filename,
        created_text=formatting.moment(row.created_at),
        created_by=row.created_by_name,
        state=row.state,
        state_text=state_text(row.state),
        tone=_TONES[ImportState(row.state)],
        is_editable=row.state in EDITABLE,
        is_running=row.state in RUNNING,
        is_silent=is_silent(row),
        is_cancelling=row.is_cancel_requested and row.state in RUNNING,
        error_text=_error_text(row.error),
        done=row.done_count,
        total=total,
        progress_text=_progress_text(row, total),
        figures=_figures(row),
        has_report=row.state not in RUNNING and row.done_count > 0,
        writes=row.created_count + row.changed_count,
        refused=row.refused_count,
        issue_count=sum(count for _text, count, _blocks in summary),
        topics=tuple((text, formatting.number(count), blocks) for text, count, blocks in summary),
        detected=row.detected,
        catalogue_text=bmecat.title(row.detected.get("about", {})),
        notices=bmecat.notices(row.detected.get("about", {})),
        media_import_id=MediaImport.objects.filter(catalog_import_id=row.pk).values_list("pk", flat=True).first(),
        settings={key: str(settings.get(key, "")) for key in VALUE_SETTINGS},
        remembered_text=_remembered_text(row),
        columns=_columns(row, mapping),
        price_list=price_list,
        price_lists=_price_lists({str(settings["currency"]), "EUR"}, price_list),
        targets=_targets(mapping),
    )


def _remembered_text(row: CatalogImport) -> str:
    """Whose columns these are, when they were taken over from an earlier file of the same kind."""
    before = row.remembered
    if before is None:
        return ""
    values = {"file": before.filename, "moment": formatting.moment(before.created_at)}
    return _("Remembered from “%(file)s” of %(moment)s, which has the same columns.") % values


def issues(import_id: UUID, *, kind: str, limit: int, offset: int) -> tuple[list[IssueLine], int]:
    """Issues of an import by line: all, only those that refuse (``refused``), or only ``warnings``."""
    rows = CatalogImportIssue.objects.filter(catalog_import_id=import_id).defer("row")
    if kind in ("refused", "warnings"):
        rows = rows.filter(is_blocking=kind == "refused")
    return [_issue(row) for row in rows[offset : offset + limit]], rows.count()


def state_text(state: str) -> str:
    """A state in words."""
    return {
        ImportState.UPLOADED: _("To be checked"),
        ImportState.CHECKING: _("Being checked"),
        ImportState.CHECKED: _("Checked, not applied"),
        ImportState.APPLYING: _("Being applied"),
        ImportState.APPLIED: _("Applied"),
        ImportState.CANCELLED: pgettext("import", "Cancelled"),
        ImportState.FAILED: _("Failed"),
        ImportState.UNDOING: _("Being undone"),
        ImportState.UNDONE: _("Undone"),
    }[ImportState(state)]


def _line(row: CatalogImport) -> ImportLine:
    result = ""
    if row.state in (ImportState.CHECKED, ImportState.APPLIED) or row.applied_at:
        result = _("%(created)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused") % {
            name: formatting.number(getattr(row, f"{name}_count"))
            for name in ("created", "changed", "unchanged", "refused")
        }
    return ImportLine(
        id=row.pk,
        filename=row.filename,
        created_text=formatting.moment(row.created_at),
        created_by=row.created_by_name,
        state_text=state_text(row.state),
        tone=_TONES[ImportState(row.state)],
        rows_text=formatting.number(row.row_count) if row.row_count else "",
        result_text=result,
    )


def _progress_text(row: CatalogImport, total: int) -> str:
    if not total:
        return _("The file is being opened")
    return _("%(done)s of %(total)s rows") % {
        "done": formatting.number(row.done_count),
        "total": formatting.number(total),
    }


def _figures(row: CatalogImport) -> tuple[Figure, ...]:
    is_done = row.state in (ImportState.APPLIED, ImportState.UNDOING, ImportState.UNDONE)
    number = formatting.number
    return (
        Figure(_("New products") if is_done else _("New products to create"), number(row.created_count)),
        Figure(_("Products changed") if is_done else _("Products to change"), number(row.changed_count)),
        Figure(_("Unchanged"), number(row.unchanged_count)),
        Figure(_("Rows refused"), number(row.refused_count), "bad" if row.refused_count else "", "refused"),
        Figure(_("Warnings"), number(row.warning_count), "", "warnings"),
        *([Figure(_("Lines left out"), number(row.ignored_count))] if row.ignored_count else []),
    )


def _error_text(code: str) -> str:
    if not code:
        return ""
    known = {
        kind.code: kind
        for kind in vars(refusals).values()
        if isinstance(kind, type) and issubclass(kind, Refused) and "%(" not in str(kind.message)
    }
    if code in known:
        return str(known[code].message)
    return _("Something went wrong on our side. What was applied until then is kept; try again.")


def _summary(import_id: UUID) -> tuple[tuple[str, int, bool], ...]:
    """Issues by kind, most frequent first: text with its places left open, how many, whether it refuses."""
    rows = (
        CatalogImportIssue.objects.filter(catalog_import_id=import_id)
        .values_list("code", "is_blocking")
        .annotate(count=Count("id"))
        .order_by("-is_blocking", "-count", "code")
    )
    return tuple((_general(code), count, blocks) for code, blocks, count in rows)


def _general(code: str) -> str:
    """An issue's text without its details."""
    return message(code, _Ellipses()) if code in KINDS else code


class _Ellipses(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _columns(row: CatalogImport, mapping: Mapping[int, str]) -> tuple[Column, ...]:
    samples: Sequence[Sequence[str]] = row.detected["samples"]
    return tuple(
        Column(
            field=f"column-{index}",
            header=header or _("Column %(number)s") % {"number": index + 1},
            samples=tuple(text for sample in samples[:_SAMPLES] if (text := sample[index])),
            target=mapping.get(index, ""),
            own_attribute=attribute_target(header) if header else "",
        )
        for index, header in enumerate(row.detected["headers"])
    )


def _targets(mapping: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    """Choices of a column: numbered ones as far as they are used, and one further."""
    used = [chosen for target in mapping.values() if (chosen := parse(target))]
    choices: dict[str, str] = {}
    for target in TARGETS:
        if target.numbered:
            highest = max((chosen.number for chosen in used if chosen.key == target.key), default=0)
            for number in range(1, min(highest + 1, target.numbered) + 1):
                choices[f"{target.key}:{number}"] = label_of(target.key, number)
        else:
            choices[target.key] = label_of(target.key)
    return tuple(choices.items())


def attribute_label(target: str) -> str:
    """A column taken as an attribute, in words."""
    chosen = parse(target)
    name = target_label(target)
    if chosen is not None and chosen.language:
        name = f"{name} ({chosen.language})"
    return _("Attribute “%(name)s”") % {"name": name}


def _price_lists(currencies: set[str], chosen: str) -> tuple[tuple[str, str], ...]:
    choices: dict[str, str] = {}
    for row in PriceList.objects.filter(agreement_id=None).order_by("-is_base", "name"):
        value = price_lists.base_choice(row.currency) if row.is_base else row.code
        choices[value] = f"{row.name} ({row.currency})"
    for currency in sorted(currencies):
        choices.setdefault(
            price_lists.base_choice(currency),
            _("New base list in %(currency)s (will be created)") % {"currency": currency},
        )
    if chosen not in choices and (target := price_lists.find(chosen)).id is None:
        values = {"name": target.name, "currency": target.currency}
        choices[chosen] = _("%(name)s (%(currency)s, will be created)") % values
    return tuple(choices.items())


def _issue(row: CatalogImportIssue) -> IssueLine:
    return IssueLine(
        line=str(row.row_number),
        column=row.column,
        value=row.value,
        text=message(row.code, row.params),
        tone="bad" if row.is_blocking else "warn",
        kind_text=_("Refused") if row.is_blocking else _("Warning"),
    )


def apply_text(page: ImportPage) -> str:
    """What the apply button does."""
    return ngettext("Apply %(count)s row", "Apply %(count)s rows", page.writes) % {
        "count": formatting.number(page.writes)
    }
