"""One product of a catalogue into plain values. Nothing of Django."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from integrations.bmecat.columns import ELSEWHERE
from integrations.bmecat.stream import local

_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z][a-zA-Z0-9]{1,20});")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LANGUAGES = {"fr": "fra", "fre": "fra", "en": "eng", "de": "deu", "ger": "deu"}
Texts = dict[str, str]


@dataclass
class Feature:
    """A feature: names of the groups that it stands in, its own name, unit, and value by language."""

    path: list[str]
    name: str
    unit: str
    values: Texts


@dataclass
class Price:
    """A price as it stands: for ``PRICE_QUANTITY`` order units, from a quantity of order units on."""

    kind: str
    currency: str
    territories: list[str]
    bound: str
    amount: str
    factor: str
    start: str
    end: str
    tax: str = ""


@dataclass
class Item:
    """A product. Texts by language (ISO 639-2), an empty one where the file names none."""

    sku: str = ""
    mode: str = ""
    short: Texts = field(default_factory=dict)
    long: Texts = field(default_factory=dict)
    gtin: str = ""
    mpn: str = ""
    brand: str = ""
    type_name: str = ""
    lead_time: str = ""
    keywords: dict[str, list[str]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    features: list[Feature] = field(default_factory=list)
    order_unit: str = ""
    content_unit: str = ""
    per_order_unit: str = ""
    price_quantity: str = ""
    minimum: str = ""
    interval: str = ""
    is_daily_price: bool = False
    prices: list[Price] = field(default_factory=list)
    media: list[list[str]] = field(default_factory=list)
    references: dict[str, list[str]] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def text_of(element: etree._Element) -> str:
    """An element's text on one line; entities that were escaped twice are made characters."""
    raw = "".join(str(part) for part in element.itertext())
    return " ".join((_ENTITY.sub(lambda match: html.unescape(match[0]), raw) if "&" in raw else raw).split())


def raw_text(element: etree._Element) -> str:
    """Text whose ``&`` mean what they say: an address."""
    return "".join(str(part) for part in element.itertext()).strip()


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Direct children of these names."""
    return (child for child in element if local(child) in names)


def value(element: etree._Element, *names: str) -> str:
    """Text of the first child of one of these names, or an empty text."""
    return next((text for child in children(element, *names) if (text := text_of(child))), "")


def texts(element: etree._Element, name: str, language: str) -> Texts:
    """Texts of children by language; the first of each language counts."""
    found: Texts = {}
    for child in children(element, name):
        text = text_of(child)
        if text:
            found.setdefault(language_of(child, language), text)
    return found


def language_of(element: etree._Element, default: str) -> str:
    """Code of the language that an element's ``lang`` names."""
    given = (element.get("lang") or element.get("{http://www.w3.org/XML/1998/namespace}lang") or "").lower()[:3]
    return _LANGUAGES.get(given, given) or default


def decimal(text: str) -> Decimal | None:
    """A positive number of the file; None when it is none."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None


def read_item(product: etree._Element, *, language: str, currency: str, catalogue: str = "") -> Item:
    """The product that an ``ARTICLE`` or ``PRODUCT`` of the catalogue of this identifier describes."""
    item = Item(sku=value(product, "SUPPLIER_AID", "SUPPLIER_PID"), mode=(product.get("mode") or "").lower())
    for part in product:
        name = local(part).replace("ARTICLE", "PRODUCT")
        if name == "PRODUCT_DETAILS":
            _details(part, item, language)
        elif name == "PRODUCT_FEATURES":
            _features(part, item, language)
        elif name == "PRODUCT_ORDER_DETAILS":
            _order_details(part, item)
        elif name == "PRODUCT_PRICE_DETAILS":
            _prices(part, item, currency)
        elif name == "MIME_INFO":
            item.media.extend(_media(part))
        elif name == "PRODUCT_REFERENCE":
            _reference(part, item, catalogue)
    return item


def _details(part: etree._Element, item: Item, language: str) -> None:
    item.short = texts(part, "DESCRIPTION_SHORT", language)
    item.long = texts(part, "DESCRIPTION_LONG", language)
    item.gtin = _gtin(part)
    item.mpn = value(part, "MANUFACTURER_AID", "MANUFACTURER_PID")
    item.brand = value(part, "MANUFACTURER_NAME")
    item.type_name = value(part, "MANUFACTURER_TYPE_DESCR")
    item.lead_time = value(part, "DELIVERY_TIME")
    for child in children(part, "KEYWORD"):
        if text := text_of(child):
            item.keywords.setdefault(language_of(child, language), []).append(text)


def _gtin(part: etree._Element) -> str:
    for child in children(part, "INTERNATIONAL_PID"):
        if (child.get("type") or "").lower() in ("ean", "gtin"):
            return text_of(child)
    return value(part, "EAN")


def _features(part: etree._Element, item: Item, language: str) -> None:
    system = value(part, "REFERENCE_FEATURE_SYSTEM_NAME")
    group = value(part, "REFERENCE_FEATURE_GROUP_ID")
    if system and group:
        item.classes.setdefault(system, group)
    rows = [row for row in part.iter() if local(row) == "FEATURE"]
    names = {value(row, "FID"): _feature_name(row, language) for row in rows if value(row, "FID")}
    parents = {value(row, "FID"): value(row, "FPARENT_ID") for row in rows}
    headings = set(parents.values())
    for row in rows:
        identifier = value(row, "FID")
        values = _feature_values(row, language)
        is_heading = identifier in headings and not value(row, "FVALUE")
        name = _feature_name(row, language)
        if name and values and not is_heading:
            path = _path(value(row, "FPARENT_ID"), names, parents)
            item.features.append(Feature(path, name, value(row, "FUNIT"), values))


def _path(parent: str, names: Texts, parents: Texts) -> list[str]:
    """Names of the groups around a feature, the outermost first; a circle ends the walk."""
    found: list[str] = []
    seen: set[str] = set()
    while parent in names and parent not in seen:
        seen.add(parent)
        found.append(names[parent])
        parent = parents.get(parent, "")
    return found[::-1]


def _feature_name(row: etree._Element, language: str) -> str:
    template = next(children(row, "FTEMPLATE"), row)
    named = texts(row, "FNAME", language) or texts(template, "FT_NAME", language)
    first = next(iter(named.values()), "")
    return named.get("fra") or named.get("eng") or first or value(template, "FT_ID", "FT_IDREF")


def _feature_values(row: etree._Element, language: str) -> Texts:
    found: dict[str, list[str]] = {}
    for child in children(row, "FVALUE"):
        if text := text_of(child):
            found.setdefault(language_of(child, ""), []).append(text)
    if not found:
        text = value(row, "FVALUE_DETAILS") or value(row, "VALUE_IDREF")
        return {"": text} if text else {}
    if len(found) > 1 and "" in found:
        found.setdefault(language, found.pop(""))
    return {key: ", ".join(dict.fromkeys(several)) for key, several in found.items()}


def _order_details(part: etree._Element, item: Item) -> None:
    item.order_unit = value(part, "ORDER_UNIT")
    item.content_unit = value(part, "CONTENT_UNIT")
    item.per_order_unit = value(part, "NO_CU_PER_OU")
    item.price_quantity = value(part, "PRICE_QUANTITY")
    item.minimum = value(part, "QUANTITY_MIN")
    item.interval = value(part, "QUANTITY_INTERVAL")


def _prices(part: etree._Element, item: Item, currency: str) -> None:
    start, end = _validity(part)
    item.is_daily_price = item.is_daily_price or value(part, "DAILY_PRICE").lower() == "true"
    for row in children(part, "ARTICLE_PRICE", "PRODUCT_PRICE"):
        amount = value(row, "PRICE_AMOUNT")
        if amount:
            item.prices.append(
                Price(
                    kind=(row.get("price_type") or "").strip(),
                    currency=(value(row, "PRICE_CURRENCY") or currency).upper(),
                    territories=sorted({text_of(child).upper() for child in children(row, "TERRITORY")}),
                    bound=value(row, "LOWER_BOUND"),
                    amount=amount,
                    factor=value(row, "PRICE_FACTOR"),
                    start=start,
                    end=end,
                    tax=_tax(row),
                )
            )


def _tax(row: etree._Element) -> str:
    """The rate of a price, as it stands: ``TAX`` in the price (1.2) or in its ``TAX_DETAILS`` (2005)."""
    details = (text for part in children(row, "TAX_DETAILS") if (text := value(part, "TAX")))
    return value(row, "TAX") or next(details, "")


def _validity(part: etree._Element) -> tuple[str, str]:
    """First and last day of prices (ISO dates), empty where nothing is said."""
    days = {"valid_start_date": value(part, "VALID_START_DATE"), "valid_end_date": value(part, "VALID_END_DATE")}
    for child in children(part, "DATETIME"):
        days[child.get("type") or ""] = value(child, "DATE")
    start, end = (_DATE.match(days[name]) for name in ("valid_start_date", "valid_end_date"))
    return (start[0] if start else "", end[0] if end else "")


def _media(part: etree._Element) -> Iterator[list[str]]:
    """Address or file name, type and purpose of each medium."""
    for row in children(part, "MIME"):
        source = next((text for child in children(row, "MIME_SOURCE") if (text := raw_text(child))), "")
        if source:
            yield [source, value(row, "MIME_TYPE").lower(), value(row, "MIME_PURPOSE").lower()]


def _reference(part: etree._Element, item: Item, catalogue: str) -> None:
    """What a product refers to: by type, apart what is named in another catalogue or by another number than its own."""
    named = next((child for child in children(part, "ART_ID_TO", "PROD_ID_TO") if text_of(child)), None)
    if named is None:
        return
    kind = (part.get("type") or "others").lower()
    is_own = (named.get("type") or "supplier_specific").lower() == "supplier_specific"
    is_here = value(part, "CATALOG_ID") in ("", catalogue)
    item.references.setdefault(kind if is_own and is_here else f"{kind} {ELSEWHERE}", []).append(text_of(named))
