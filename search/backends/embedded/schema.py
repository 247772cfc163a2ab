"""What a document looks like to tantivy."""

from __future__ import annotations

import json
from functools import cache
from hashlib import blake2b

from tantivy import Document, Filter, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from search.documents import Doc, project
from search.normalise import fold
from search.port import Hit, Locale
from search.segments import PUBLIC

SCHEMA_VERSION = 6
"""Raise it with every change here or in the normaliser: indexes of another version ask to be rebuilt."""

NUMBER_SCALE = 1_000_000
"""Attributes are compared as whole numbers: tantivy gives up on ranges of mixed kinds."""
CODE_FIELDS = ("codes", "codes_rev", "gtins", "joins")
TEXT_FIELDS = ("name_fr", "name_en", "brand_txt", "labels", "desc")
STEMMERS: dict[str, str] = {"stem_fr": "french", "stem_en": "english"}


@cache
def schema() -> Schema:
    """Fields that are compared (normalised words), fields that are counted and sorted (fast), and the
    card.
    """
    builder = SchemaBuilder()
    builder.add_text_field("pk", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_integer_field("goods", fast=True)
    for name in ("sort_fr", "sort_en"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in CODE_FIELDS:
        builder.add_text_field(name, tokenizer_name="words", index_option="basic")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="words", index_option="position")
    for name in STEMMERS:
        builder.add_text_field(name, tokenizer_name=name, index_option="basic")
    for name in ("facets", "prices", "numbers"):
        builder.add_json_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("targets", "listed"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("stock", indexed=True, fast=True)
    builder.add_integer_field("rank", indexed=True, fast=True)
    builder.add_integer_field("public_price", indexed=True, fast=True)
    builder.add_integer_field("lead_days", indexed=True, fast=True)
    builder.add_integer_field("digest", fast=True)
    builder.add_bytes_field("card", stored=True, indexed=False)
    return builder.build()


@cache
def analyzer(name: str) -> TextAnalyzer:
    """Our words come apart by spaces; the stems go through Snowball, which wants its accents: fold
    afterwards.
    """
    if name == "words":
        return TextAnalyzerBuilder(Tokenizer.whitespace()).build()
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(64))
        .filter(Filter.lowercase())
        .filter(Filter.stemmer(STEMMERS[name]))
        .filter(Filter.ascii_fold())
        .build()
    )


def with_tokenizers(index: Index) -> Index:
    """Tantivy forgets tokenizers when an index is closed."""
    for name in ("words", *STEMMERS):
        index.register_tokenizer(name, analyzer(name))
    return index


def to_tantivy(doc: Doc) -> Document:
    """A document for the writer."""
    form = project(doc)
    made = Document()
    texts = {
        "pk": doc.pk,
        "sort_fr": form.sort_name_fr,
        "sort_en": form.sort_name_en,
        "codes": form.codes,
        "codes_rev": form.codes_reversed,
        "gtins": form.gtins,
        "joins": form.joins,
        "name_fr": form.name_fr,
        "name_en": form.name_en,
        "brand_txt": form.brand,
        "labels": form.labels,
        "desc": form.description,
        "stem_fr": f"{doc.name_fr} {fold(doc.name_fr)}",
        "stem_en": f"{doc.name_en} {fold(doc.name_en)}",
    }
    for name, text in texts.items():
        made.add_text(name, text)
    made.add_integer("key", key_of(doc.pk))
    made.add_integer("goods", key_of(doc.goods or doc.pk))
    made.add_json("facets", doc.facet_values())
    made.add_integer("stock", int(doc.in_stock))
    made.add_integer("rank", doc.rank)
    _add_prices(made, doc)
    for token in doc.targets:
        made.add_text("targets", token)
    made.add_json("numbers", {code: scaled(number) for code, number in doc.numbers.items()})
    if doc.lead_days is not None:
        made.add_integer("lead_days", doc.lead_days)
    made.add_integer("digest", doc.digest)
    made.add_bytes("card", card(doc))
    return made


def _add_prices(made: Document, doc: Doc) -> None:
    """Prices to compare, and by ``listed`` the quick way to those that have any."""
    if doc.public_price is not None:
        made.add_integer("public_price", doc.public_price)
        made.add_text("listed", PUBLIC)
    made.add_json("prices", dict(doc.prices))
    for key in doc.prices:
        made.add_text("listed", key)


def key_of(pk: str) -> int:
    """The document's key as 63 bits: tantivy sorts by a number in a fraction of the time that a text takes."""
    return int.from_bytes(blake2b(pk.encode(), digest_size=8).digest()) >> 1


def scaled(number: float) -> int:
    """A number as the index compares it."""
    return round(number * NUMBER_SCALE)


def card(doc: Doc) -> bytes:
    """What a hit shows without a look into the database."""
    return json.dumps([doc.pk, doc.tenant_id, doc.sku, doc.name("fr"), doc.name("en"), doc.brand, doc.goods]).encode()


def hit_from(found: Document, locale: Locale) -> Hit:
    pk, tenant_id, sku, name_fr, name_en, brand, goods = json.loads(bytes(found.get_first("card") or b""))
    return Hit(pk, tenant_id, sku, name_fr if locale == "fr" else name_en, brand, goods)


def pk_of(found: Document) -> str:
    pk: str = json.loads(bytes(found.get_first("card") or b""))[0]
    return pk
