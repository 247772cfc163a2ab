"""What is sent to Meilisearch, and how its answers are read. Pure: no network here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.documents import BUILT_IN_FACETS, Doc, project
from search.normalise import code_form, query_words
from search.port import MAX_WINDOW, BuyerContext, Hit, Query

Payload = dict[str, Any]

MAX_FACET_VALUES = 2_000
MAX_CODE_HITS = 100
SHORTEST_CODE = 3
MOST_CODE_PIECES = 4
FACET_PREFIX = "facets."
CARD = ("pk", "tenant_id", "sku", "label_fr", "label_en", "brand", "codes")
SEARCHED = ("name_fr", "name_en", "brand_txt", "labels", "codes", "joins", "desc")


def settings_for(facets: Iterable[str]) -> Payload:
    """Settings of an index whose documents have these facets besides the built-in ones."""
    return {
        "searchableAttributes": [*SEARCHED, "codes_rev"],
        "displayedAttributes": list(CARD),
        "filterableAttributes": filterable(facets),
        "sortableAttributes": ["rank", "in_stock", "public_price", "sort_fr", "sort_en", "pk"],
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
        "pagination": {"maxTotalHits": MAX_WINDOW},
    }


def filterable(facets: Iterable[str]) -> list[str]:
    """The whole list of filterable attributes."""
    return ["pk", "public_price", *(f"{FACET_PREFIX}{code}" for code in sorted(BUILT_IN_FACETS | set(facets)))]


def facets_in(filterable_attributes: Iterable[object]) -> frozenset[str]:
    """The facets that an index has been told of."""
    return frozenset(
        name.removeprefix(FACET_PREFIX)
        for name in filterable_attributes
        if isinstance(name, str) and name.startswith(FACET_PREFIX)
    )


def document(doc: Doc) -> Payload:
    """A document as it is stored."""
    form = project(doc)
    return {
        "pk": doc.pk,
        "tenant_id": doc.tenant_id,
        "sku": doc.sku,
        "label_fr": doc.name("fr"),
        "label_en": doc.name("en"),
        "brand": doc.brand,
        "codes": form.codes.split(),
        "codes_rev": form.codes_reversed.split(),
        "name_fr": form.name_fr,
        "name_en": form.name_en,
        "brand_txt": form.brand,
        "labels": form.labels,
        "joins": form.joins,
        "desc": form.description,
        "facets": doc.facet_values(),
        "in_stock": int(doc.in_stock),
        "rank": doc.rank,
        "public_price": doc.public_price,
        "sort_fr": form.sort_name_fr,
        "sort_en": form.sort_name_en,
    }


def hit_from(found: Mapping[str, Any], locale: str) -> Hit:
    label = found["label_fr"] if locale == "fr" else found["label_en"]
    return Hit(found["pk"], found["tenant_id"], found["sku"], label, found["brand"])


def quoted(value: str) -> str:
    """A value inside a filter: nothing in it can end the string that it stands in."""
    clean = value.encode("utf-8", "replace").decode()
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


def any_of(field: str, values: Sequence[str]) -> str:
    return f"{field} IN [{', '.join(quoted(value) for value in values)}]"


def filters(query: Query, *, without: str | None = None) -> list[str]:
    """One expression per chosen facet and one for the price; all of them must hold."""
    chosen = [any_of(f"{FACET_PREFIX}{code}", values) for code, values in query.selected.items() if code != without]
    if query.price is not None:
        lowest, highest = (min(max(bound, 0), 2**53 - 1) for bound in query.price)
        chosen.append(f"public_price {lowest} TO {highest}" if lowest <= highest else 'pk = ""')
    return chosen


def sort_rules(query: Query, buyer: BuyerContext) -> list[str]:
    name = "sort_fr:asc" if buyer.locale == "fr" else "sort_en:asc"
    if query.sort == "name":
        return [name, "pk:asc"]
    if query.sort == "price":
        return ["public_price:asc", name, "pk:asc"]
    if query.sort == "-price":
        return ["public_price:desc", name, "pk:asc"]
    return [] if query.text.strip() else ["rank:desc", name, "pk:asc"]


def words_of(text: str) -> str:
    """The text of a query as the server compares it."""
    return " ".join(word.form for word in query_words(text))


def looked_up_code(text: str) -> str:
    """The text as a code when it looks like one, else nothing."""
    code = code_form(text)
    looks = len(code) >= SHORTEST_CODE and any(character.isdigit() for character in code)
    return code if looks and len(text.split()) <= MOST_CODE_PIECES else ""


def code_queries(index: str, code: str, conditions: Sequence[str]) -> list[Payload]:
    """Products whose code starts with the text, and those whose code ends with it."""
    common: Payload = {
        "indexUid": index,
        "filter": list(conditions),
        "limit": MAX_CODE_HITS,
        "matchingStrategy": "all",
        "attributesToRetrieve": list(CARD),
    }
    return [
        {**common, "q": code, "attributesToSearchOn": ["codes"]},
        {**common, "q": code[::-1], "attributesToSearchOn": ["codes_rev"]},
    ]


def page_query(index: str, query: Query, buyer: BuyerContext, *, strategy: str, behind: Sequence[str]) -> Payload:
    """The page by words. ``behind`` are products already listed before it, by their codes."""
    offset = max(query.offset - len(behind), 0)
    return {
        "indexUid": index,
        "q": words_of(query.text),
        "filter": [*filters(query), *excluding(behind)],
        "sort": sort_rules(query, buyer),
        "offset": offset,
        "limit": max(min(query.offset + query.size, MAX_WINDOW) - max(query.offset, len(behind)), 0),
        "matchingStrategy": strategy,
        "attributesToSearchOn": list(SEARCHED),
        "attributesToRetrieve": list(CARD),
    }


def excluding(pks: Sequence[str]) -> list[str]:
    return [f"NOT {any_of('pk', pks)}"] if pks else []


def facet_queries(
    index: str, query: Query, facets: Sequence[str], *, strategy: str, leading: Sequence[str]
) -> list[tuple[tuple[str, ...], Payload]]:
    """Counting requests, each with the facets that it answers.

    One for all facets without a filter, one for each with its own filter left out; and the same again for the
    products that were found by code, which are apart.
    """
    selected = query.selected
    groups: list[tuple[str | None, tuple[str, ...]]] = [(None, tuple(code for code in facets if code not in selected))]
    groups += [(code, (code,)) for code in facets if code in selected]
    made: list[tuple[tuple[str, ...], Payload]] = []
    for without, codes in groups:
        if not codes:
            continue
        common: Payload = {
            "indexUid": index,
            "limit": 0,
            "facets": [f"{FACET_PREFIX}{code}" for code in codes],
            "matchingStrategy": strategy,
            "attributesToSearchOn": list(SEARCHED),
        }
        conditions = filters(query, without=without)
        by_words = {**common, "q": words_of(query.text), "filter": [*conditions, *excluding(leading)]}
        made.append((codes, by_words))
        if leading:
            by_code = {key: value for key, value in common.items() if key != "attributesToSearchOn"}
            made.append((codes, {**by_code, "q": "", "filter": [*conditions, any_of("pk", leading)]}))
    return made


def add_counts(counts: dict[str, dict[str, int]], codes: Sequence[str], answer: Mapping[str, Any]) -> None:
    """Add one answer's counts to those of the other disjoint sets."""
    found = answer.get("facetDistribution") or {}
    for code in codes:
        for value, number in found.get(f"{FACET_PREFIX}{code}", {}).items():
            mine = counts.setdefault(code, {})
            mine[value] = mine.get(value, 0) + number


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
