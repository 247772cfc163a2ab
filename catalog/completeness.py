"""How completely a product is described: what buyers miss is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.attributes import Attributes, missing
from catalog.outline import Outline


@dataclass(frozen=True, slots=True)
class Described:
    """What there is of a variant; a family by its code."""

    name_fr: str
    name_en: str
    has_description: bool
    brand: str
    category: str
    family: str
    gtin: str
    attributes: Attributes
    has_image: bool
    has_weight: bool


@dataclass(frozen=True, slots=True)
class Completeness:
    """Percent of what a product should have, and names of what it has not."""

    percent: int
    missing: tuple[str, ...]

    @property
    def tone(self) -> str:
        return "ok" if self.percent == 100 else "warn" if self.percent >= 60 else "bad"


def completeness(described: Described, known: Outline) -> Completeness:
    """Names in both languages, description, place, GTIN, image, weight, and each attribute that the family requires."""
    wanted = list(_wanted(described, known))
    lacking = tuple(label for label, is_there in wanted if not is_there)
    return Completeness(100 * (len(wanted) - len(lacking)) // len(wanted), lacking)


def _wanted(described: Described, known: Outline) -> Iterator[tuple[str, bool]]:
    yield _("Name (French)"), bool(described.name_fr)
    yield _("Name (English)"), bool(described.name_en)
    yield _("Description"), described.has_description
    yield _("Brand"), bool(described.brand)
    yield _("Category"), bool(described.category)
    yield _("Family"), bool(described.family)
    yield _("GTIN"), bool(described.gtin)
    yield _("Image"), described.has_image
    yield _("Weight"), described.has_weight
    family = known.families.get(described.family)
    lacking = set(missing(described.attributes, known, described.family))
    for member in family.attributes if family else ():
        if member.is_required:
            yield known.label(member.code), member.code not in lacking
