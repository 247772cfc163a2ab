"""The form of a pack: tables whose empty rows are left out, and what they say for the service."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.packs.models import PackKind, RuleKind
from catalog.packs.plans import Plan, Surcharge
from catalog.packs.services import MOST_ROWS, GroupData, OptionData, PackData, PartData, RuleData
from core.errors import InvalidInput
from frontend.portal.catalog.fields import NumberField, PercentField

EMPTY_ROWS, MORE_ROWS = 3, 5
_FIELD = re.compile(r"(parts|groups|options|rules)-([a-z_]+)-([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, and the field of a row; ``example`` stands in empty fields."""

    name: str
    label: str | Promise
    field: Callable[..., forms.Field]
    example: str = ""
    is_number: bool = False


def _short(**options: Any) -> forms.Field:
    return forms.CharField(max_length=4, **options)


def _text(**options: Any) -> forms.Field:
    return forms.CharField(max_length=120, **options)


def _rule_kind(**options: Any) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *RuleKind.choices], **options)


_NAMES = (Column("name_fr", _("Name (French)"), _text), Column("name_en", _("Name (English)"), _text))
_SURCHARGE = (
    Column("amount", _("Amount"), NumberField, is_number=True),
    Column("rate", _("Rate (%)"), PercentField, is_number=True),
)
TABLES: Mapping[str, tuple[str | Promise, tuple[Column, ...]]] = {
    "parts": (
        _("Always in it"),
        (Column("sku", _("Reference"), _text), Column("quantity", _("Quantity"), NumberField, is_number=True)),
    ),
    "groups": (
        _("Groups of options"),
        (
            Column("code", _("Letter"), _short, "A"),
            *_NAMES,
            Column("minimum", _("At least"), NumberField, "0", is_number=True),
            Column("maximum", _("At most"), NumberField, "1", is_number=True),
        ),
    ),
    "options": (
        _("Options"),
        (
            Column("code", _("Code"), _short, "A1"),
            *_NAMES,
            Column("sku", _("Reference, none for a service"), _text),
            Column("quantity", _("Quantity"), NumberField, "1", is_number=True),
            *_SURCHARGE,
            Column("is_default", _("Chosen at first"), forms.BooleanField),
        ),
    ),
    "rules": (
        _("How options go together"),
        (
            Column("code", _("Option"), _short, "A1"),
            Column("kind", _("Rule"), _rule_kind),
            Column("other", _("Other option"), _short, "B2"),
            *_SURCHARGE,
        ),
    ),
}
Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the page prints it."""

    title: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[forms.BoundField, ...], ...]


class PackForm(forms.Form):
    """Kind and currency of a pack, and its tables."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PackKind.choices)
    currency = forms.CharField(label=_("Currency of the amounts"), max_length=3, min_length=3, initial="EUR")

    def __init__(self, data: QueryDict | None = None, *, stored: Rows, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.counts: dict[str, int] = {}
        for table, (_title, columns) in TABLES.items():
            rows = stored.get(table, [])
            count = _sent(data, table) if data is not None else len(rows) + EMPTY_ROWS
            count += MORE_ROWS if data is not None and "more" in data else 0
            self.counts[table] = min(max(count, EMPTY_ROWS), MOST_ROWS)
            for place in range(self.counts[table]):
                values = rows[place] if place < len(rows) else {}
                for column in columns:
                    self._add(table, column, place, values.get(column.name))

    def _add(self, table: str, column: Column, place: int, value: Any) -> None:
        label = f"{column.label} ({place + 1})"
        field = column.field(label=label, required=False, initial=value)
        if column.example:
            field.widget.attrs["placeholder"] = column.example
        self.fields[f"{table}-{column.name}-{place}"] = field

    def tables(self) -> list[Table]:
        """The tables with their fields."""
        return [
            Table(
                str(title),
                tuple((str(column.label), column.is_number) for column in columns),
                tuple(
                    tuple(self[f"{table}-{column.name}-{place}"] for column in columns)
                    for place in range(self.counts[table])
                ),
            )
            for table, (title, columns) in TABLES.items()
        ]

    def pack(self) -> PackData:
        """What was described, without the rows that say nothing."""
        parts, groups, options, rules = (self._filled(table) for table in TABLES)
        return PackData(
            kind=self.cleaned_data["kind"],
            currency=self.cleaned_data["currency"].upper(),
            parts=tuple(PartData(row["sku"], row["quantity"] or Decimal(1)) for row in parts),
            groups=tuple(
                GroupData(
                    row["code"].upper(),
                    row["name_fr"],
                    row["name_en"],
                    _whole(row["minimum"], 0),
                    _whole(row["maximum"], 1),
                )
                for row in groups
            ),
            options=tuple(
                OptionData(
                    row["code"].upper(),
                    row["name_fr"],
                    row["name_en"],
                    row["sku"],
                    row["quantity"] or Decimal(1),
                    Surcharge(row["amount"], row["rate"]),
                    row["is_default"],
                )
                for row in options
            ),
            rules=tuple(
                RuleData(row["code"].upper(), row["kind"], row["other"].upper(), Surcharge(row["amount"], row["rate"]))
                for row in rules
            ),
        )

    def place(self, refusal: InvalidInput) -> None:
        """Let a refusal name the row that was typed instead of the place among those that say something."""
        match = _FIELD.fullmatch(refusal.field or "")
        if match:
            places = self._places(match[1])
            if int(match[3]) < len(places):
                refusal.field = f"{match[1]}-{match[2]}-{places[int(match[3])]}"

    def _filled(self, table: str) -> list[dict[str, Any]]:
        names = [column.name for column in TABLES[table][1]]
        return [{name: self.cleaned_data[f"{table}-{name}-{place}"] for name in names} for place in self._places(table)]

    def _places(self, table: str) -> list[int]:
        names = [column.name for column in TABLES[table][1]]
        return [
            place
            for place in range(self.counts[table])
            if any(self.cleaned_data.get(f"{table}-{name}-{place}") not in (None, "", False) for name in names)
        ]


def stored_rows(plan: Plan, skus: Mapping[Any, str]) -> dict[str, list[dict[str, Any]]]:
    """The tables of a stored pack; ``skus`` are the references of its goods by id."""
    return {
        "parts": [{"sku": skus[part.variant_id], "quantity": part.quantity} for part in plan.parts],
        "groups": [
            {
                "code": group.code,
                "name_fr": group.name_fr,
                "name_en": group.name_en,
                "minimum": Decimal(group.minimum),
                "maximum": Decimal(group.maximum),
            }
            for group in plan.groups
        ],
        "options": [
            {
                "code": code,
                "name_fr": option.name_fr,
                "name_en": option.name_en,
                "sku": skus[option.part.variant_id] if option.part else "",
                "quantity": option.part.quantity if option.part else None,
                "amount": option.surcharge.amount,
                "rate": option.surcharge.rate,
                "is_default": option.is_default,
            }
            for code, option in plan.options().items()
        ],
        "rules": [
            {
                "code": rule.code,
                "kind": rule.kind.value,
                "other": rule.other,
                "amount": rule.surcharge.amount,
                "rate": rule.surcharge.rate,
            }
            for rule in plan.rules
        ],
    }


def _sent(data: QueryDict, table: str) -> int:
    """How many rows of a table came with the form."""
    places = [int(match[3]) for name in data if (match := _FIELD.fullmatch(name)) and match[1] == table]
    return max(places, default=-1) + 1


def _whole(value: Decimal | None, default: int) -> int:
    """A count; −1, which no group can have, for what is none."""
    if value is None:
        return default
    return int(value) if value == int(value) and 0 <= value < MOST_ROWS else -1
