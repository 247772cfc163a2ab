"""Forms of the product editor, one per section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.attributes import Attributes, WrongValue, read_value
from catalog.editing import MOST_AXES, Codes, NewProduct, Placement, Texts
from catalog.enums import AttributeKind, RelationKind
from catalog.outline import AttributeInfo, Outline, yes_or_no
from catalog.packing import UnitData
from catalog.queries import UnitInfo
from catalog.rows import AttributeValue, Measures
from catalog.trade import country_names
from core.formatting import UNIT_CODES, localised, unit_name
from frontend.portal.catalog.fields import NumberField, PercentField, separator

EMPTY_UNITS = 2
_FOUND_BY = _("Other words that it is found by, separated by commas. Buyers do not see them.")
Choices = Sequence[tuple[Any, str]]


class TextsForm(forms.Form):
    """Names, descriptions and keywords, French and English side by side."""

    name_fr = forms.CharField(label=_("Name (French)"), max_length=200, required=False)
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    product_name_fr = forms.CharField(label=_("Name of all variants (French)"), max_length=200, required=False)
    product_name_en = forms.CharField(label=_("Name of all variants (English)"), max_length=200, required=False)
    description_fr = forms.CharField(
        label=_("Description (French)"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    description_en = forms.CharField(
        label=_("Description (English)"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    keywords_fr = forms.CharField(label=_("Keywords (French)"), max_length=1000, required=False, help_text=_FOUND_BY)
    keywords_en = forms.CharField(label=_("Keywords (English)"), max_length=1000, required=False, help_text=_FOUND_BY)

    def texts(self) -> Texts:
        return Texts(**self.cleaned_data)


class PlacementForm(forms.Form):
    """Brand, category, family, and what tells variants apart."""

    brand = forms.CharField(label=_("Brand"), max_length=120, required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    family = forms.ChoiceField(label=_("Family"), required=False)

    def __init__(self, *args: Any, categories: Choices, families: Choices, axes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "category", categories)
        _choose(self, "family", families)
        for number in range(1, MOST_AXES + 1):
            label = gettext("Variants differ by (%(number)s)") % {"number": number}
            self.fields[f"axis_{number}"] = forms.ChoiceField(
                label=label, choices=[("", "—"), *axes], required=False, initial=""
            )

    def placement(self) -> Placement:
        data = self.cleaned_data
        axes = (data[f"axis_{number}"] for number in range(1, MOST_AXES + 1))
        return Placement(data["brand"], _key(data["category"]), _key(data["family"]), tuple(filter(None, axes)))


def placement_initial(placement: Placement) -> dict[str, Any]:
    """What the form of a stored placement starts from."""
    axes = {f"axis_{number}": code for number, code in enumerate(placement.axes, start=1)}
    return {"brand": placement.brand, "category": placement.category_id, "family": placement.family_id, **axes}


class CodesForm(forms.Form):
    """The numbers that others know the variant by."""

    gtin = forms.CharField(
        label=_("Barcode (GTIN, EAN)"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    manufacturer_part_number = forms.CharField(label=_("Manufacturer part number"), max_length=80, required=False)
    tax_rate = PercentField(label=_("VAT rate"), max_length=12)

    def codes(self) -> Codes:
        return Codes(**self.cleaned_data)


class MeasuresForm(forms.Form):
    """What shipping and customs ask."""

    is_service = forms.BooleanField(
        label=_("A service, not goods"),
        required=False,
        help_text=_("It is not kept in stock or shipped, and bears the VAT of services. Leave the rest empty."),
    )
    weight_kg = NumberField(label=_("Weight (kg)"), max_length=20, required=False)
    length_mm = NumberField(label=_("Length (mm)"), max_length=20, required=False)
    width_mm = NumberField(label=_("Width (mm)"), max_length=20, required=False)
    height_mm = NumberField(label=_("Height (mm)"), max_length=20, required=False)
    origin_country = forms.ChoiceField(label=_("Country of origin"), required=False)
    customs_code = forms.CharField(
        label=_("Customs code (CN, 8 digits)"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    is_dangerous = forms.BooleanField(label=_("Dangerous goods"), required=False)
    un_number = forms.CharField(label=_("UN number"), max_length=10, required=False)
    is_oversize = forms.BooleanField(label=_("Oversize: ships by freight"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "origin_country", country_names().items())

    def measures(self) -> Measures:
        return Measures(**self.cleaned_data)


class UnitsForm(forms.Form):
    """A row per unit; fields end with its place. The first one is the base unit, empty rows are left out."""

    def __init__(self, *args: Any, units: Sequence[UnitInfo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ordered = sorted(units, key=lambda unit: not unit.is_base)
        self.count = len(ordered) + EMPTY_UNITS
        codes = [(code, unit_name(code)) for code in dict.fromkeys((*(unit.code for unit in units), *UNIT_CODES))]
        for index in range(self.count):
            unit = ordered[index] if index < len(ordered) else None
            choices = codes if index else [choice for choice in codes if unit is None or choice[0] == unit.code]
            self._row(index, unit, choices)

    def _row(self, index: int, unit: UnitInfo | None, codes: Choices) -> None:
        self.fields[f"code-{index}"] = forms.ChoiceField(
            label=gettext("Unit %(number)s") % {"number": index + 1},
            choices=codes if index == 0 else [("", "—"), *codes],
            required=index == 0,
            initial=unit.code if unit else "",
        )
        labels = {
            "factor": gettext("Holds, unit %(number)s"),
            "minimum": gettext("Minimum, unit %(number)s"),
            "multiple": gettext("Multiple, unit %(number)s"),
            "maximum": gettext("Maximum, unit %(number)s"),
        }
        for name, label in labels.items():
            self.fields[f"{name}-{index}"] = NumberField(
                label=label % {"number": index + 1},
                max_length=20,
                required=False,
                initial=getattr(unit, name) if unit else None,
            )
        self.fields[f"gtin-{index}"] = forms.CharField(
            label=gettext("GTIN, unit %(number)s") % {"number": index + 1},
            max_length=20,
            required=False,
            initial=unit.gtin if unit else "",
        )

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each unit, in the order of the columns."""
        names = ("code", "factor", "minimum", "multiple", "maximum", "gtin")
        return [[self[f"{name}-{index}"] for name in names] for index in range(self.count)]

    def units(self) -> tuple[list[UnitData], list[int]]:
        """The units that were given, and the row of each."""
        data, places = self.cleaned_data, [i for i in range(self.count) if self.cleaned_data.get(f"code-{i}")]
        units = [
            UnitData(
                code=data[f"code-{index}"],
                factor=data[f"factor-{index}"] or Decimal(0 if index else 1),
                minimum=data[f"minimum-{index}"] or Decimal(1),
                multiple=data[f"multiple-{index}"] or Decimal(1),
                maximum=data[f"maximum-{index}"],
                gtin=data[f"gtin-{index}"],
            )
            for index in places
        ]
        return units, places


class AttributesForm(forms.Form):
    """A field per attribute of the family, then of the others that the variant has; texts in two languages."""

    def __init__(self, *args: Any, known: Outline, family: str, stored: Attributes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.stored = known, stored
        info = known.families.get(family)
        required = {member.code for member in info.attributes if member.is_required} if info else set()
        codes = known.codes_of(family) if info else known.attributes
        self.codes = [code for code in dict.fromkeys((*codes, *stored)) if code in known.attributes]
        for code in self.codes:
            self._add(known.attributes[code], is_required=code in required)

    def _add(self, info: AttributeInfo, *, is_required: bool) -> None:
        label = f"{info.label} ({info.unit})" if info.unit else info.label
        label = gettext("%(label)s, required") % {"label": label} if is_required else label
        value = self.stored.get(info.code, "")
        if info.kind == AttributeKind.TEXT:
            french, english = (value, value) if isinstance(value, str) else (value.get("fr", ""), value.get("en", ""))
            self.fields[f"{info.code}.fr"] = forms.CharField(
                label=gettext("%(label)s (French)") % {"label": label}, required=False, initial=french
            )
            self.fields[f"{info.code}.en"] = forms.CharField(
                label=gettext("%(label)s (English)") % {"label": label}, required=False, initial=english
            )
            return
        text = value if isinstance(value, str) else localised(value.get("fr", ""), value.get("en", ""))
        if info.kind == AttributeKind.NUMBER:
            shown = text.replace(".", separator())
            self.fields[info.code] = forms.CharField(label=label, required=False, initial=shown)
            return
        choices = [(option.code, option.label) for option in info.options]
        if info.kind == AttributeKind.BOOLEAN:
            choices = [("true", yes_or_no("true")), ("false", yes_or_no("false"))]
        if text and text not in dict(choices):
            choices.append((text, text))  # what a file brought is shown, and refused when it is saved
        self.fields[info.code] = forms.ChoiceField(
            label=label, required=False, choices=[("", "—"), *choices], initial=text
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.values: dict[str, AttributeValue] = {}
        for code in self.codes:
            try:
                self.values[code] = self._read(self.known.attributes[code], data)
            except WrongValue as wrong:
                self.show(code, str(wrong))
        return data

    def _read(self, info: AttributeInfo, data: dict[str, Any]) -> AttributeValue:
        if info.kind == AttributeKind.TEXT:
            texts = {language: data.get(f"{info.code}.{language}", "") for language in ("fr", "en")}
            return read_value(info, texts)
        text = data.get(info.code, "")
        stored = self.stored.get(info.code, "")
        if info.kind == AttributeKind.NUMBER and isinstance(stored, str) and text == stored.replace(".", separator()):
            return stored
        return read_value(info, text, decimal_separator=separator())

    def show(self, code: str, message: str) -> None:
        """An error at an attribute's field, above the form where it has none."""
        name = next((name for name in (code, f"{code}.fr") if name in self.fields), None)
        self.add_error(name, message if name else f"{self.known.label(code)} – {message}")


class RelationForm(forms.Form):
    """Another product by its reference, and what it is to this one."""

    kind = forms.ChoiceField(label=_("Relation"), choices=RelationKind.choices)
    sku = forms.CharField(label=_("Reference"), max_length=80)


class StateForm(forms.Form):
    """What replaces a product that ends."""

    replacement = forms.CharField(label=_("Replaced by (reference)"), max_length=80, required=False)
    without_replacement = forms.BooleanField(label=_("Nothing replaces it"), required=False)


class NewProductForm(PlacementForm):
    """A product made by hand."""

    sku = forms.CharField(label=_("Reference"), max_length=80)
    name_fr = forms.CharField(label=_("Name (French)"), max_length=200, required=False)
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    base_unit = forms.ChoiceField(label=_("Base unit"), help_text=_("Prices and stock count in it. It stays."))
    beside = forms.CharField(
        label=_("Variant of (reference)"),
        max_length=80,
        required=False,
        help_text=_("Brand, category and family are then those of that product."),
    )
    field_order = ("sku", "name_fr", "name_en", "base_unit", "beside", "brand", "category", "family")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["base_unit"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(code, unit_name(code)) for code in UNIT_CODES]

    def product(self) -> NewProduct:
        data = self.cleaned_data
        names = ("sku", "name_fr", "name_en", "base_unit", "beside")
        return NewProduct(**{name: data[name] for name in names}, placement=self.placement())


def initial_of(stored: Texts | Codes | Measures) -> dict[str, Any]:
    """What the form of a stored section starts from."""
    return asdict(stored)


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[Any, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", "—"), *((str(key), text) for key, text in choices)]


def _key(text: str) -> UUID | None:
    return UUID(text) if text else None
