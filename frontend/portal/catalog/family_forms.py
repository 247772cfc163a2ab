"""Forms of families and of attributes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.definitions import AttributeData, AttributeLine
from catalog.enums import AttributeKind
from catalog.families import FamilyData, Member
from catalog.keys import code_of
from catalog.outline import OptionInfo
from core.formatting import localised

_CELLS = re.compile(r"[;\t]")


class FamilyForm(forms.Form):
    """Names and code of a family; its attributes are a table beside it."""

    name_fr = forms.CharField(label=_("Name (French)"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    code = forms.CharField(
        label=_("Code"), max_length=60, required=False, help_text=_("As files name it. Empty: made from the name.")
    )
    members = forms.Field(label=_("Attributes"), required=False, widget=forms.HiddenInput)

    def family(self, members: tuple[Member, ...]) -> FamilyData:
        """What was decided, for the service."""
        data = self.cleaned_data
        name = data["name_fr"] or data["name_en"]
        return FamilyData(data["code"].strip() or code_of(name), data["name_fr"], data["name_en"], members)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """An attribute in the table of a family."""

    id: UUID
    label: str
    note: str
    place: str
    member: Member | None


def member_rows(lines: Sequence[AttributeLine], members: Sequence[Member]) -> list[MemberRow]:
    """All attributes: those of the family first, in its order."""
    order = {member.attribute_id: place for place, member in enumerate(members, start=1)}
    chosen = {member.attribute_id: member for member in members}
    rows = [
        MemberRow(
            id=line.id,
            label=localised(line.label_fr, line.label_en),
            note=" · ".join(filter(None, (line.code, str(AttributeKind(line.kind).label), line.unit))),
            place=str(order.get(line.id, "")),
            member=chosen.get(line.id),
        )
        for line in lines
    ]
    return sorted(rows, key=lambda row: order.get(row.id, len(lines) + 1))


def read_members(data: QueryDict, lines: Sequence[AttributeLine]) -> tuple[Member, ...]:
    """The ticked attributes by the numbers beside them; those without a number come last, in the list's order."""
    found: list[tuple[int, int, Member]] = []
    for index, line in enumerate(lines):
        key = line.id.hex
        if f"has-{key}" not in data:
            continue
        place = data.get(f"place-{key}", "").strip()
        number = int(place) if place.isdigit() and place.isascii() else len(lines) + 1
        names = ("required", "filter", "compare")
        member = Member(line.id, *(f"{name}-{key}" in data for name in names))
        found.append((number, index, member))
    return tuple(member for _number, _index, member in sorted(found, key=lambda item: item[:2]))


class AttributeForm(forms.Form):
    """What an attribute is called and which values it can have."""

    label_fr = forms.CharField(label=_("Name (French)"), max_length=80, required=False)
    label_en = forms.CharField(label=_("Name (English)"), max_length=80, required=False)
    code = forms.CharField(
        label=_("Code"), max_length=60, required=False, help_text=_("As files name it. Empty: made from the name.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=AttributeKind.choices, initial=AttributeKind.TEXT)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_("Of numbers, such as mm."))
    is_filter = forms.BooleanField(label=_("Lists can be filtered by it"), required=False, initial=True)
    options = forms.CharField(
        label=_("Values of a list"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: “code; French; English”, or only the names. Cells of a spreadsheet can be pasted."),
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = gettext("Files and products name it like this: it stays.")

    def clean_options(self) -> tuple[OptionInfo, ...]:
        return tuple(read_options(self.cleaned_data["options"]))

    def attribute(self) -> AttributeData:
        """What was decided, for the service."""
        data = self.cleaned_data
        return AttributeData(
            code=data["code"].strip() or code_of(data["label_fr"] or data["label_en"]),
            label_fr=data["label_fr"],
            label_en=data["label_en"],
            kind=data["kind"],
            unit=data["unit"],
            is_filter=data["is_filter"],
            options=data["options"],
        )


def attribute_initial(data: AttributeData) -> dict[str, Any]:
    """What the form of a stored attribute starts from."""
    lines = (f"{option.code}; {option.label_fr}; {option.label_en}".rstrip("; ") for option in data.options)
    return {
        "label_fr": data.label_fr,
        "label_en": data.label_en,
        "code": data.code,
        "kind": data.kind,
        "unit": data.unit,
        "is_filter": data.is_filter,
        "options": "\n".join(lines),
    }


def read_options(text: str) -> list[OptionInfo]:
    """Values of a list, one a line. Raises ValidationError, which names the lines."""
    options: list[OptionInfo] = []
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in _CELLS.split(line)]
        if not any(cells):
            continue
        code, french, english = _option_cells(cells)
        if not code or not french or len(cells) > 3 or max(map(len, (french, english))) > 80 or len(code) > 60:
            wrong.append(gettext("Line %(number)s cannot be read: “%(line)s”.") % {"number": number, "line": line[:60]})
        options.append(OptionInfo(code, french, english))
    if wrong:
        raise forms.ValidationError(wrong[:10])
    return options


def _option_cells(cells: list[str]) -> tuple[str, str, str]:
    """Code, French, English: three cells are all of them, two are names, one is the name in French."""
    if len(cells) >= 3:
        return cells[0], cells[1] or cells[2], cells[2]
    return code_of(cells[0]), cells[0], cells[1] if len(cells) > 1 else ""
