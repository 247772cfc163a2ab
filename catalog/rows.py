"""Plain rows in which a catalogue is handed over: by an import, by a connector, by example data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

#: A text, or one text per language (``{"fr": …, "en": …}``).
AttributeValue = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """An order unit (UN/ECE Rec 20/21) and its factor to the base unit; what is None stays as it is.

    An empty ``code`` with ``is_base`` means the base unit that the variant has, pieces for a new one.
    """

    code: str
    factor: Decimal = Decimal(1)
    is_base: bool = False
    minimum: Decimal | None = None
    multiple: Decimal | None = None
    maximum: Decimal | None = None
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """One variant. What is empty stays as it is; a new variant needs a name in one language.

    ``category`` is the path of names from the root in French, ``category_en`` the same path in English. Rows with the
    same ``product_code`` are variants of one product; without it the variant is a product of its own. A new variant
    without a base unit is counted in ``unit_if_new`` (pieces). ``family`` is the code of one that exists; weight, size,
    customs and danger are as in :class:`Measures`, attributes as :func:`catalog.attributes.read_value` gives them,
    keywords as :func:`catalog.keywords.keyword_line` writes them.
    """

    sku: str
    name_fr: str = ""
    name_en: str = ""
    description_fr: str = ""
    description_en: str = ""
    keywords_fr: str = ""
    keywords_en: str = ""
    product_code: str = ""
    brand: str = ""
    category: tuple[str, ...] = ()
    category_en: tuple[str, ...] = ()
    gtin: str = ""
    manufacturer_part_number: str = ""
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    units: tuple[UnitRow, ...] = ()
    tax_rate: Decimal | None = None
    unit_if_new: str = "H87"
    family: str = ""
    weight_kg: Decimal | None = None
    length_mm: Decimal | None = None
    width_mm: Decimal | None = None
    height_mm: Decimal | None = None
    origin_country: str = ""
    customs_code: str = ""
    is_dangerous: bool | None = None
    un_number: str = ""
    is_oversize: bool | None = None
    is_service: bool | None = None


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """What an attribute code means."""

    code: str
    label_fr: str
    label_en: str = ""
    kind: str = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Measures:
    """What shipping and customs ask about one base unit; the country by ISO 3166-1, the code by the CN.

    ``is_service``: nothing is shipped, so that the rest says nothing.
    """

    weight_kg: Decimal | None = None
    length_mm: Decimal | None = None
    width_mm: Decimal | None = None
    height_mm: Decimal | None = None
    origin_country: str = ""
    customs_code: str = ""
    is_dangerous: bool = False
    un_number: str = ""
    is_oversize: bool = False
    is_service: bool = False


#: What :class:`Measures` says about a variant, by name.
MEASURES = tuple(Measures.__dataclass_fields__)
