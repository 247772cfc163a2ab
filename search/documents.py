"""What an index holds about one product, as plain data, and the normalised form that both engines store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from search.normalise import code_form, index_text, joined_neighbours, natural_text

BRAND = "brand"
CATEGORY = "category"
TENANT = "tenant"
IN_STOCK = "in_stock"
BUILT_IN_FACETS = frozenset({BRAND, CATEGORY, TENANT, IN_STOCK})
"""Facets that every index has. An attribute with one of these codes is searched, but does not become a
facet.
"""

MAX_RANK = 9
MAX_FACET_VALUE = 200
_FACET_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def is_facet_code(code: str) -> bool:
    """Whether ``code`` can name a facet: lower-case letters, digits, ``_`` and ``-``."""
    return _FACET_CODE.fullmatch(code) is not None


@dataclass(frozen=True, slots=True)
class CategoryRef:
    """One step of a category path. ``code`` names the whole path down to here, so that it is unique in its
    index.
    """

    code: str
    label_fr: str = ""
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Doc:
    """One product. ``pk`` and ``tenant_id`` are UUIDs as text.

    ``categories`` is the path from the root. ``facets`` maps an attribute's code to its values.
    ``public_price`` is what anyone may see, in 1/10,000 of the currency unit, or ``None``. ``rank`` (0–9)
    puts a product before its equals; it never beats a better match.
    """

    pk: str
    tenant_id: str
    sku: str
    name_fr: str = ""
    name_en: str = ""
    gtin: str = ""
    manufacturer_part_number: str = ""
    brand: str = ""
    categories: tuple[CategoryRef, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    description_fr: str = ""
    description_en: str = ""
    in_stock: bool = False
    rank: int = 0
    public_price: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "pk", str(UUID(self.pk)))
        object.__setattr__(self, "tenant_id", str(UUID(self.tenant_id)))
        if not 0 <= self.rank <= MAX_RANK:
            raise ValueError(f"rank is not within 0 and {MAX_RANK}")
        for code in self.facets:
            if not is_facet_code(code):
                raise ValueError(f"not a facet code: {code!r}")

    def name(self, locale: Literal["fr", "en"]) -> str:
        """The name in a language, or in the other one where it has none, or the SKU."""
        first, second = (self.name_fr, self.name_en) if locale == "fr" else (self.name_en, self.name_fr)
        return first or second or self.sku

    def facet_values(self) -> dict[str, list[str]]:
        """All facets of the product, its own and the built-in ones, which win over attributes of the same
        code.
        """
        values = {code: [*dict.fromkeys(v[:MAX_FACET_VALUE] for v in vs if v)] for code, vs in self.facets.items()}
        values[BRAND] = [self.brand[:MAX_FACET_VALUE]] if self.brand else []
        values[CATEGORY] = [category.code for category in self.categories]
        values[TENANT] = [self.tenant_id]
        values[IN_STOCK] = ["1"] if self.in_stock else ["0"]
        return {code: found for code, found in values.items() if found}


@dataclass(frozen=True, slots=True)
class Projection:
    """A document as it is compared: every text through the normaliser, words apart by spaces."""

    codes: str
    codes_reversed: str
    name_fr: str
    name_en: str
    brand: str
    labels: str
    description: str
    joins: str
    sort_name_fr: str
    sort_name_en: str


def project(doc: Doc) -> Projection:
    """Normalise a document, for either engine."""
    codes = dict.fromkeys(
        code for code in map(code_form, (doc.sku, doc.manufacturer_part_number, doc.gtin)) if len(code) >= 2
    )
    labels = [label for category in doc.categories for label in (category.label_fr, category.label_en)]
    attributes = [value for values in doc.facets.values() for value in values]
    return Projection(
        codes=" ".join(codes),
        codes_reversed=" ".join(code[::-1] for code in codes),
        name_fr=index_text(doc.name_fr),
        name_en=index_text(doc.name_en),
        brand=index_text(doc.brand),
        labels=index_text(" . ".join(filter(None, (*labels, *attributes, *doc.keywords)))),
        description=index_text(f"{doc.description_fr} . {doc.description_en}"),
        joins=" ".join(dict.fromkeys((*joined_neighbours(doc.name_fr), *joined_neighbours(doc.name_en)))),
        sort_name_fr=natural_text(doc.name("fr")),
        sort_name_en=natural_text(doc.name("en")),
    )
