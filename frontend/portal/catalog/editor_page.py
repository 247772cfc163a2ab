"""The product editor as a page: a form per section, and what each one saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from catalog import editing, packing
from catalog.back_office import StaffProduct, category_choices
from catalog.errors import AttributesRefused
from catalog.families import family_lines
from catalog.outline import outline
from core.actor import Actor
from core.errors import Refused
from core.formatting import localised
from frontend.forms import add_refusal
from frontend.portal.catalog.editor_forms import (
    AttributesForm,
    CodesForm,
    MeasuresForm,
    PlacementForm,
    TextsForm,
    UnitsForm,
    initial_of,
    placement_initial,
)

Build = Callable[[StaffProduct, QueryDict | None], forms.Form]
Save = Callable[[Any, UUID, Actor], None]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the editor with its own form and its own service."""

    build: Build
    save: Save


def placement_choices() -> dict[str, list[tuple[Any, str]]]:
    """What brand, category, family and axes can be; two statements."""
    known = outline()
    return {
        "categories": list(category_choices()),
        "families": [(line.id, localised(line.name_fr, line.name_en)) for line in family_lines()],
        "axes": [(code, info.label) for code, info in known.attributes.items()],
    }


def all_forms(product: StaffProduct, sent: Mapping[str, forms.Form]) -> dict[str, forms.Form]:
    """The forms of the page: those that were sent as they came, the others with what is stored."""
    return {name: sent.get(name) or section.build(product, None) for name, section in SECTIONS.items()}


def show_refusal(form: forms.Form, refusal: Refused) -> None:
    """A refusal at its field; each attribute at its own. Raises what is no matter of the form."""
    if refusal.status not in (409, 422):
        raise refusal
    if isinstance(refusal, AttributesRefused) and isinstance(form, AttributesForm):
        for problem in refusal.problems:
            form.show(problem.code, problem.message)
        return
    add_refusal(form, refusal)


def _texts(product: StaffProduct, data: QueryDict | None) -> forms.Form:
    return TextsForm(data, initial=initial_of(product.texts), auto_id="texts_%s")


def _placement(product: StaffProduct, data: QueryDict | None) -> forms.Form:
    initial = placement_initial(product.placement)
    return PlacementForm(data, initial=initial, auto_id="placement_%s", **placement_choices())


def _codes(product: StaffProduct, data: QueryDict | None) -> forms.Form:
    return CodesForm(data, initial=initial_of(product.codes), auto_id="codes_%s")


def _measures(product: StaffProduct, data: QueryDict | None) -> forms.Form:
    return MeasuresForm(data, initial=initial_of(product.measures), auto_id="measures_%s")


def _units(product: StaffProduct, data: QueryDict | None) -> forms.Form:
    return UnitsForm(data, units=product.info.units or (product.info.base_unit,), auto_id="units_%s")


def _attributes(product: StaffProduct, data: QueryDict | None) -> forms.Form:
    return AttributesForm(
        data, auto_id="attributes_%s", known=outline(), family=product.family, stored=product.attributes
    )


def _save_texts(form: TextsForm, variant_id: UUID, actor: Actor) -> None:
    editing.save_texts(variant_id=variant_id, data=form.texts(), actor=actor)


def _save_placement(form: PlacementForm, variant_id: UUID, actor: Actor) -> None:
    editing.save_placement(variant_id=variant_id, data=form.placement(), actor=actor)


def _save_codes(form: CodesForm, variant_id: UUID, actor: Actor) -> None:
    editing.save_codes(variant_id=variant_id, data=form.codes(), actor=actor)


def _save_measures(form: MeasuresForm, variant_id: UUID, actor: Actor) -> None:
    editing.save_measures(variant_id=variant_id, data=form.measures(), actor=actor)


def _save_attributes(form: AttributesForm, variant_id: UUID, actor: Actor) -> None:
    editing.save_attributes(variant_id=variant_id, values=form.values, actor=actor)


def _save_units(form: UnitsForm, variant_id: UUID, actor: Actor) -> None:
    units, places = form.units()
    try:
        packing.save_units(variant_id=variant_id, units=units, actor=actor)
    except Refused as refusal:  # places of the units given become places of the rows
        name, dash, place = (refusal.field or "").rpartition("-")
        if dash and place.isdigit() and int(place) < len(places):
            refusal.field = f"{name}-{places[int(place)]}"
        raise


SECTIONS: Mapping[str, Section] = {
    "texts": Section(_texts, _save_texts),
    "placement": Section(_placement, _save_placement),
    "attributes": Section(_attributes, _save_attributes),
    "codes": Section(_codes, _save_codes),
    "units": Section(_units, _save_units),
    "measures": Section(_measures, _save_measures),
}
