"""What is sent to Meilisearch, and how its answers are read. Pure: no network here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.backends.meilisearch.filters import FACETS, NUMBERS, PRICES
from search.documents import BUILT_IN_FACETS, Doc, project
from search.normalise import code_form, query_words
from search.port import BuyerContext, Hit, Query

Payload = dict[str, Any]

SETTINGS_VERSION = 4
"""Goes up when settings change otherwise than by new fields, or documents are made another way."""
_VERSION = f"settings-version-{SETTINGS_VERSION}"
MAX_FACET_VALUES = 2_000
MAX_COUNTED = 100_000_000
"""No count goes above this; how far down pages go is limited elsewhere."""
COUNT: Mapping[str, int] = {"page": 1, "hitsPerPage": 0}
"""Asks for the numbers alone. By pages the server counts all; by ``limit`` it estimates."""
MAX_CODE_HITS = 100
SHORTEST_CODE = 3
MOST_CODE_PIECES = 4
CARD = ("pk", "tenant_id", "sku", "label_fr", "label_en", "brand", "goods", "codes")
SEARCHED = ("name_fr", "name_en", "brand_txt", "labels", "codes", "joins", "desc")
_COMPARED = ("sort_fr", "sort_en", "rank", "public_price", "prices", "numbers")
SORTED = ("rank", "in_stock", "public_price", "sort_fr", "sort_en", "pk")


@dataclass(frozen=True, slots=True)
class Fields:
    """What an index has been told of besides the built-in fields: facets, numeric attributes, price lists."""

    facets: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()

    @classmethod
    def of(cls, docs: Iterable[Doc]) -> Fields:
        facets: set[str] = set()
        numbers: set[str] = set()
        lists: set[str] = set()
        for doc in docs:
            facets.update(doc.facets)
            numbers.update(doc.numbers)
            lists.update(doc.prices)
        return cls(frozenset(facets), frozenset(numbers), frozenset(lists))

    @classmethod
    def told(cls, filterable_attributes: Iterable[object]) -> Fields:
        """What the list of filterable attributes says."""
        names = [name for name in filterable_attributes if isinstance(name, str)]

        def below(prefix: str) -> frozenset[str]:
            return frozenset(name.removeprefix(prefix) for name in names if name.startswith(prefix))

        return cls(below(FACETS), below(NUMBERS), below(PRICES))

    def __or__(self, other: Fields) -> Fields:
        return Fields(self.facets | other.facets, self.numbers | other.numbers, self.lists | other.lists)

    @property
    def filterable(self) -> list[str]:
        """The whole list of filterable attributes."""
        return [
            *("pk", "gtins", "public_price", "lead_days", "targets", _VERSION),
            *(f"{FACETS}{code}" for code in sorted(BUILT_IN_FACETS | self.facets)),
            *(f"{NUMBERS}{code}" for code in sorted(self.numbers)),
            *self._prices,
        ]

    @property
    def sortable(self) -> list[str]:
        return [*SORTED, *self._prices, *(f"{NUMBERS}{code}" for code in sorted(self.numbers))]

    @property
    def _prices(self) -> list[str]:
        return [f"{PRICES}{key}" for key in sorted(self.lists)]


def settings_for(fields: Fields) -> Payload:
    """Settings of an index whose documents have these fields."""
    return {
        "searchableAttributes": [*SEARCHED, "codes_rev"],
        "displayedAttributes": [*CARD, *_COMPARED, "digest", "facets"],
        "filterableAttributes": fields.filterable,
        "sortableAttributes": fields.sortable,
        "rankingRules": ["sort", "words", "typo", "exactness", "proximity", "attribute", "in_stock:desc", "rank:desc"],
        "typoTolerance": {
            "enabled": True,
            "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
            "disableOnAttributes": ["codes", "codes_rev"],
            "disableOnNumbers": True,
        },
        "localizedAttributes": [
            {"attributePatterns": ["*_fr"], "locales": ["fra"]},
            {"attributePatterns": ["*_en"], "locales": ["eng"]},
        ],
        "faceting": {"maxValuesPerFacet": MAX_FACET_VALUES},
        "pagination": {"maxTotalHits": MAX_COUNTED},
    }


def is_current(filterable_attributes: Iterable[object]) -> bool:
    """Whether an index has the settings that this code gives: no document has the field that says so."""
    return _VERSION in filterable_attributes


def counted(answer: Mapping[str, Any]) -> int:
    """How many documents match."""
    return int(answer["totalHits"] if "totalHits" in answer else answer["estimatedTotalHits"])


def document(doc: Doc) -> Payload:
    """A document as it is stored. Prices of lists are read back by name only, and only those of the buyer."""
    form = project(doc)
    return {
        "pk": doc.pk,
        "tenant_id": doc.tenant_id,
        "sku": doc.sku,
        "label_fr": doc.name("fr"),
        "label_en": doc.name("en"),
        "brand": doc.brand,
        "goods": doc.goods,
        "codes": form.codes.split(),
        "codes_rev": form.codes_reversed.split(),
        "gtins": form.gtins.split(),
        "name_fr": form.name_fr,
        "name_en": form.name_en,
        "brand_txt": form.brand,
        "labels": form.labels,
        "joins": form.joins,
        "desc": form.description,
        "facets": doc.facet_values(),
        "targets": doc.targets,
        "in_stock": int(doc.in_stock),
        "rank": doc.rank,
        "public_price": doc.public_price,
        "prices": dict(doc.prices),
        "numbers": dict(doc.numbers),
        "lead_days": doc.lead_days,
        "sort_fr": form.sort_name_fr,
        "sort_en": form.sort_name_en,
        "digest": str(doc.digest),  # more bits than a number keeps there
    }


def hit_from(found: Mapping[str, Any], locale: str) -> Hit:
    label = found["label_fr"] if locale == "fr" else found["label_en"]
    return Hit(found["pk"], found["tenant_id"], found["sku"], label, found["brand"], found.get("goods", ""))


def words_of(text: str) -> str:
    """The text of a query as the server compares it."""
    return " ".join(word.form for word in query_words(text))


def looked_up_code(text: str) -> str:
    """The text as a code when it looks like one, else nothing."""
    code = code_form(text)
    looks = len(code) >= SHORTEST_CODE and any(character.isdigit() for character in code)
    return code if looks and len(text.split()) <= MOST_CODE_PIECES else ""


def sort_fields(query: Query, buyer: BuyerContext) -> list[tuple[str, bool]]:
    """Fields of the order, each with whether it goes down; none is the order of the words."""
    name = [("sort_fr" if buyer.locale == "fr" else "sort_en", False), ("pk", False)]
    if query.sort == "relevance":
        return [] if query.text.strip() else [("rank", True), *name]
    return name


def rules_of(fields: Sequence[tuple[str, bool]]) -> list[str]:
    return [f"{field}:{'desc' if falls else 'asc'}" for field, falls in fields]


def batches(docs: Iterable[Doc], size: int = 1_000, most_bytes: int = 8_000_000) -> Iterable[list[Payload]]:
    """Documents in requests of bearable size."""
    batch: list[Payload] = []
    weight = 0
    for doc in docs:
        made = document(doc)
        batch.append(made)
        weight += len(json.dumps(made))
        if len(batch) >= size or weight >= most_bytes:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
