"""Forms of imports: the file, and the choices about it."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.formatting import UNIT_CODES, unit_name
from integrations.catalog_import import price_lists
from integrations.catalog_import.memory import FORMAT_SETTINGS, VALUE_SETTINGS
from integrations.catalog_import.services import Choices

_ALLOWED = {
    "encoding": frozenset({"utf-8", "utf-8-sig", "cp1252", "iso8859_15", "cp1250", "cp850", "mac_roman", "utf-16"}),
    "delimiter": frozenset({";", ",", "\t", "|"}),
    "decimal": frozenset({"", ",", "."}),
    "price_per": frozenset({"1", "10", "100", "1000"}),
    "base_unit": frozenset(UNIT_CODES),
}


class UploadForm(forms.Form):
    """The file, whatever its name: what it is shows its content."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, XLSX, ODS or BMEcat (XML), up to 30 MB and 100,000 rows. Nothing is changed before you say so."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm,.ods,.xml"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )


def read_format(data: QueryDict) -> dict[str, str]:
    """How the file is to be read, as far as it was said."""
    return _picked(data, FORMAT_SETTINGS)


def read_choices(data: QueryDict) -> Choices:
    """Targets by column and how values are read. Columns are named ``column-0``, ``column-1``…"""
    mapping = {
        int(name.removeprefix("column-")): value.strip()[:80]
        for name, value in data.items()
        if isinstance(value, str) and value and name.removeprefix("column-").isdigit() and name.startswith("column-")
    }
    settings = _picked(data, VALUE_SETTINGS, keep_empty=True)
    price_list, new_name = data.get("price_list", "")[:40], data.get("new_list", "").strip()
    if new_name:
        price_list = price_lists.new_choice(settings.get("currency", ""), new_name)
    return Choices(mapping, settings, price_list)


def _picked(data: QueryDict, names: tuple[str, ...], *, keep_empty: bool = False) -> dict[str, str]:
    picked = {}
    for name in names:
        value = data.get(name)
        if value is None or (not value and not (keep_empty and name == "decimal")):
            continue
        if name in _ALLOWED and value not in _ALLOWED[name]:
            continue
        picked[name] = value[:120]
    return picked


def encoding_choices() -> list[tuple[str, str]]:
    return [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", gettext("UTF-8 with byte order mark")),
        ("cp1252", gettext("Windows (Western Europe)")),
        ("iso8859_15", "ISO 8859-15"),
        ("cp1250", gettext("Windows (Central Europe)")),
        ("cp850", gettext("DOS (Western Europe)")),
        ("mac_roman", "Mac OS Roman"),
        ("utf-16", "UTF-16"),
    ]


def delimiter_choices() -> list[tuple[str, str]]:
    return [(";", gettext("Semicolon ;")), (",", gettext("Comma ,")), ("\t", gettext("Tab")), ("|", gettext("Bar |"))]


def decimal_choices() -> list[tuple[str, str]]:
    return [
        (",", gettext("Comma: 12,50")),
        (".", gettext("Point: 12.50")),
        ("", gettext("Not known: three digits after it are ambiguous")),
    ]


def unit_choices() -> list[tuple[str, str]]:
    return [(code, unit_name(code)) for code in UNIT_CODES]


def basis_choices() -> list[tuple[str, str]]:
    return [
        ("1", gettext("1 piece (base unit)")),
        ("10", gettext("10 pieces")),
        ("100", gettext("100 pieces")),
        ("1000", gettext("1,000 pieces")),
    ]
