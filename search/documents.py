"""What an index holds about one product, as plain data, and the normalised form that both engines store."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from math import isfinite
from typing import Literal
from uuid import UUID

from search.normalise import code_form, gtin_form, index_text, joined_neighbours, natural_text

BRAND = "brand"
CATEGORY = "category"
FAMILY = "family"
PRODUCT = "product"
TENANT = "tenant"
IN_STOCK = "in_stock"
TAXONOMY = "taxonomy"
BUILT_IN_FACETS = frozenset({BRAND, CATEGORY, FAMILY, TENANT, IN_STOCK, TAXONOMY})
"""Facets that every index has. An attribute with one of these codes is searched, but does not become a
facet.
"""

MAX_RANK = 9
MAX_FACET_VALUE = 200
PRICE_SCALE = 1_000_000
"""Prices are integers in this part of the currency unit."""
MAX_PRICE = 2**53 - 1
MAX_NUMBER = 9e12
_FACET_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LIST_KEY = re.compile(r"l[0-9a-f]{32}")


FOR_EVERYBODY = "public=1"
"""Among :attr:`Doc.targets`: a visitor may see the document."""


def target_token(name: str, value: str) -> str:
    """How an index says what rules may name a document by."""
    return f"{name}={value}"


def list_key(price_list_id: UUID) -> str:
    """How a price list is called in an index."""
    return f"l{price_list_id.hex}"


def is_list_key(key: str) -> bool:
    """Whether ``key`` is one that :func:`list_key` makes."""
    return _LIST_KEY.fullmatch(key) is not None


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

    ``unit_gtins`` are those of its order units. ``categories`` is the path from the root; ``category_paths`` the same
    in the words of the tenant's own rules, where the index has others. ``family`` is a code for rules, ``family_label``
    what is counted. ``facets`` maps an attribute's code to its values, ``numbers`` that of a numeric one to its value.
    ``rank`` (0–9) puts a product before its equals; it never beats a better match.

    Prices are for the smallest quantity that can be ordered, in millionths of the currency unit: ``public_price`` is
    what anyone may see, or ``None``; ``prices`` those of each list (:func:`list_key`). ``is_public``: a visitor may see
    the product. ``lead_days`` is 0 when it can leave now, ``None`` when nobody knows. ``goods`` is
    what it has in common with documents of other tenants (:mod:`catalog.goods`), ``taxonomy`` the nodes of the
    platform that it is in, from the root.
    """

    pk: str
    tenant_id: str
    sku: str
    name_fr: str = ""
    name_en: str = ""
    gtin: str = ""
    unit_gtins: tuple[str, ...] = ()
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
    prices: Mapping[str, int] = field(default_factory=dict)
    family: str = ""
    family_label: str = ""
    product_id: str = ""
    goods: str = ""
    taxonomy: tuple[str, ...] = ()
    category_paths: tuple[str, ...] = ()
    is_public: bool = True
    lead_days: int | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pk", str(UUID(self.pk)))
        object.__setattr__(self, "tenant_id", str(UUID(self.tenant_id)))
        if not 0 <= self.rank <= MAX_RANK:
            raise ValueError(f"rank is not within 0 and {MAX_RANK}")
        for code in (*self.facets, *self.numbers):
            if not is_facet_code(code):
                raise ValueError(f"not a facet code: {code!r}")
        self._check_numbers()

    def _check_numbers(self) -> None:
        for key, price in self.prices.items():
            if not is_list_key(key) or not 0 <= price <= MAX_PRICE:
                raise ValueError(f"not a price in a list: {key!r}")
        for code, number in self.numbers.items():
            if not isfinite(number) or abs(number) > MAX_NUMBER:
                raise ValueError(f"not a number to compare: {code!r}")

    @property
    def own_paths(self) -> tuple[str, ...]:
        """The category's path and those around it, as rules name them."""
        return self.category_paths or tuple(category.code for category in self.categories)

    @property
    def targets(self) -> list[str]:
        """What rules may name the document by, besides its ``pk``."""
        named = [(TENANT, self.tenant_id), *((CATEGORY, path) for path in self.own_paths)]
        named += [(BRAND, self.brand), (FAMILY, self.family), (PRODUCT, self.product_id)]
        found = [target_token(name, value) for name, value in named if value]
        return [*found, FOR_EVERYBODY] if self.is_public else found

    @property
    def digest(self) -> int:
        """What tells two versions of a document apart: 63 bits of everything in it."""
        values = [getattr(self, one.name) for one in fields(self)]
        text = json.dumps(values, sort_keys=True, default=lambda ref: [ref.code, ref.label_fr, ref.label_en])
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1

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
        values[FAMILY] = [(self.family_label or self.family)[:MAX_FACET_VALUE]]
        values[TENANT] = [self.tenant_id]
        values[TAXONOMY] = list(self.taxonomy)
        values[IN_STOCK] = ["1"] if self.in_stock else ["0"]
        return {code: found for code, found in values.items() if found and found[0]}


@dataclass(frozen=True, slots=True)
class Projection:
    """A document as it is compared: every text through the normaliser, words apart by spaces."""

    codes: str
    codes_reversed: str
    gtins: str
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
    gtins = (doc.gtin, *doc.unit_gtins)
    codes = dict.fromkeys(
        code for code in map(code_form, (doc.sku, doc.manufacturer_part_number, *gtins)) if len(code) >= 2
    )
    labels = [label for category in doc.categories for label in (category.label_fr, category.label_en)]
    attributes = [value for values in doc.facets.values() for value in values]
    return Projection(
        codes=" ".join(codes),
        codes_reversed=" ".join(code[::-1] for code in codes),
        gtins=" ".join(dict.fromkeys(filter(None, map(gtin_form, gtins)))),
        name_fr=index_text(doc.name_fr),
        name_en=index_text(doc.name_en),
        brand=index_text(doc.brand),
        labels=index_text(" . ".join(filter(None, (*labels, doc.family_label, *attributes, *doc.keywords)))),
        description=index_text(f"{doc.description_fr} . {doc.description_en}"),
        joins=" ".join(dict.fromkeys((*joined_neighbours(doc.name_fr), *joined_neighbours(doc.name_en)))),
        sort_name_fr=natural_text(doc.name("fr")),
        sort_name_en=natural_text(doc.name("en")),
    )
