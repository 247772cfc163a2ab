"""Columns of a catalogue's table: their names, and what each of them holds. Nothing of Django.

Names are BMEcat's own, so that they are recognised again and can be looked up in the norm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal, InvalidOperation

SKU = "SUPPLIER_PID"
SHORT, LONG, KEYWORD, GROUP = "DESCRIPTION_SHORT", "DESCRIPTION_LONG", "KEYWORD", "CATALOG_GROUP"
GTIN, MPN, BRAND, TYPE = "EAN", "MANUFACTURER_PID", "MANUFACTURER_NAME", "MANUFACTURER_TYPE_DESCR"
LEAD_TIME = "DELIVERY_TIME"
BASE, PACK, CONTENT = "CONTENT_UNIT or ORDER_UNIT", "ORDER_UNIT", "NO_CU_PER_OU"
MINIMUM, MULTIPLE = "QUANTITY_MIN × NO_CU_PER_OU", "QUANTITY_INTERVAL × NO_CU_PER_OU"
PRICE, UNDIVIDED = "PRICE_AMOUNT", "PRICE_AMOUNT per CONTENT_UNIT"
REFERENCE, MEDIA, TAX = "REFERENCE", "MIME_SOURCE", "TAX"
CLASS = "Attribute: Class"
FEATURE = "Attribute: "
SEVERAL, ELSEWHERE = "(one of several)", "(elsewhere)"

_FIXED = {
    SKU: "sku",
    GTIN: "gtin",
    MPN: "mpn",
    BRAND: "brand",
    LEAD_TIME: "lead_time",
    BASE: "base_unit",
    PACK: "pack_unit:1",
    CONTENT: "pack_factor:1",
    MINIMUM: "minimum",
    MULTIPLE: "multiple",
}
_FIXED |= {
    f"{MEDIA} image": "image:1",
    f"{MEDIA} data_sheet": "data_sheet",
    f"{MEDIA} safety_sheet": "safety_sheet",
    f"{MEDIA} document": "document",
    TAX: "tax_rate",
}
#: What types of references say of the other product: the target of their column. Left out, because they say none of
#: this: ``base_product``, ``consists_of``, ``diff_orderunit``, ``others`` and a supplier's own types.
RELATIONS = {
    ("followup",): "replacement",
    ("similar",): "alternative",
    ("accessories", "mandatory", "select", "sparepart"): "accessory",
}
RELATED = {kind: kinds for kinds in RELATIONS for kind in kinds}
#: Rates of VAT in mainland France, Corsica and overseas (CGI art. 278 to 281 nonies, 294 to 297).
_RATES_AT_HOME = frozenset(
    map(Decimal, ("0", "0.009", "0.0105", "0.0175", "0.021", "0.055", "0.085", "0.1", "0.13", "0.2"))
)
_LANGUAGES = {"fra": "fr", "eng": "en"}
_REPEATED = re.compile(r" #\d+(?: \([^()]{1,12}\))*$")


def reference(kind: str) -> str:
    """The column of a type of references; types that say the same share one."""
    return f"{REFERENCE} {' + '.join(RELATED.get(kind, (kind,)))}"


def tax(rates: Collection[str]) -> str:
    """The column of rates of VAT, which says so when one of them is none of this country."""
    return TAX if all(_is_at_home(rate) for rate in rates) else f"{TAX} {ELSEWHERE}"


def _is_at_home(text: str) -> bool:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        return False
    return rate in _RATES_AT_HOME or (rate >= 1 and rate / 100 in _RATES_AT_HOME)


def named(name: str, language: str) -> str:
    """A column of texts in one language."""
    return f"{name} ({language})" if language else name


_REFERENCES = {reference(kinds[0]): target for kinds, target in RELATIONS.items()}


def is_bmecat(headers: Sequence[str]) -> bool:
    """Whether a table was made of a BMEcat file."""
    return bool(headers) and headers[0] == SKU


def propose(headers: Sequence[str], attribute_target: Callable[[str], str]) -> dict[int, str]:
    """Targets by position of column.

    Left out: groups after a product's first one (it stands in one category). Among several kinds of price none is
    chosen: whose it is, the file does not say. German stands in the name only when there is neither French nor English.
    What is repeated within its group is shown and not taken.
    """
    proposal: dict[int, str] = {}
    for index, header in enumerate(headers):
        target = _FIXED.get(header, "") or _REFERENCES.get(header, "")
        if header.startswith(FEATURE) and not _REPEATED.search(header):
            target = attribute_target(header)
        elif is_proposed_price(header):
            target = "tiers"
        if target:
            proposal[index] = target
    _propose_texts(headers, SHORT, "name", proposal)
    _propose_texts(headers, LONG, "description", proposal)
    _propose_texts(headers, KEYWORD, "keywords", proposal)
    groups = languages(headers, GROUP)
    best = next((language for language in ("fra", "eng", *groups) if language in groups), None)
    if best is not None:
        proposal[groups[best]] = "category"
        if best == "fra" and "eng" in groups:
            proposal[groups["eng"]] = "category_en"
    return proposal


def is_proposed_price(header: str) -> bool:
    """Whether a column holds the only net price that the file has for here."""
    return header.startswith(f"{PRICE} net") and not header.endswith((SEVERAL, ELSEWHERE))


def _propose_texts(headers: Sequence[str], name: str, target: str, proposal: dict[int, str]) -> None:
    found = languages(headers, name)
    known = {language: short for language, short in _LANGUAGES.items() if language in found}
    for language, short in known.items():
        proposal[found[language]] = f"{target}_{short}"
    if found and not known:
        proposal[next(iter(found.values()))] = f"{target}_fr"


def languages(headers: Sequence[str], name: str) -> dict[str, int]:
    """Positions of the columns of a text by language."""
    found: dict[str, int] = {}
    for index, header in enumerate(headers):
        if header == name:
            found[""] = index
        elif header.startswith(f"{name} (") and header.endswith(")"):
            found[header.removeprefix(f"{name} (").removesuffix(")")] = index
    return found
