"""Values of attributes: read as people type them, and held against what the attribute and the family say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.enums import AttributeKind
from catalog.outline import AttributeInfo, Outline, truth
from catalog.rows import AttributeValue
from core.formatting import localised, plain
from core.parsing import AmbiguousNumber, parse_decimal

MOST_CHARACTERS = 200
Attributes = Mapping[str, AttributeValue]


class WrongValue(ValueError):
    """The text is no value of the attribute; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class AttributeProblem:
    """What is wrong with one attribute of a variant."""

    code: str
    message: str


def read_value(info: AttributeInfo, value: AttributeValue, *, decimal_separator: str | None = None) -> AttributeValue:
    """The value as it is stored: a plain number, an option's code, ``true`` or ``false``, a text. Raises WrongValue."""
    if info.kind == AttributeKind.TEXT:
        return _text(value)
    text = (value if isinstance(value, str) else localised(value.get("fr", ""), value.get("en", ""))).strip()
    if not text:
        return ""
    match info.kind:
        case AttributeKind.NUMBER:
            return _number(info, text, decimal_separator)
        case AttributeKind.LIST:
            return _option(info, text)
    known = truth(text)
    if known is None:
        raise WrongValue(_("“%(text)s” is neither yes nor no.") % {"text": text})
    return "true" if known else "false"


def missing(attributes: Attributes, known: Outline, family: str = "") -> list[str]:
    """The attributes that the family requires and the variant does not have."""
    info = known.families.get(family)
    if info is None:
        return []
    return [member.code for member in info.attributes if member.is_required and not _filled(attributes, member.code)]


def _filled(attributes: Attributes, code: str) -> bool:
    value = attributes.get(code, "")
    return bool(value.strip()) if isinstance(value, str) else any(text.strip() for text in value.values())


def _text(value: AttributeValue) -> AttributeValue:
    texts = {"": value} if isinstance(value, str) else dict(value)
    texts = {language: text.strip() for language, text in texts.items()}
    if any(len(text) > MOST_CHARACTERS for text in texts.values()):
        raise WrongValue(_("At most %(count)s characters.") % {"count": MOST_CHARACTERS})
    french, english = texts.get("fr", ""), texts.get("en", "")
    if "" in texts:
        return texts[""]
    return {"fr": french, "en": english} if french != english and french and english else french or english


def _number(info: AttributeInfo, text: str, decimal_separator: str | None) -> str:
    bare = text.removesuffix(info.unit).strip() if info.unit else text
    try:
        return plain(parse_decimal(bare, decimal_separator=decimal_separator))
    except AmbiguousNumber as error:
        message = _("“%(text)s” can be read in two ways: write it without thousands separator.")
        raise WrongValue(message % {"text": text}) from error
    except ValueError as error:
        raise WrongValue(_("“%(text)s” is not a number.") % {"text": text}) from error


def _option(info: AttributeInfo, text: str) -> str:
    option = info.option(text)
    if option is None:
        raise WrongValue(_("“%(text)s” is not one of the values of this list.") % {"text": text})
    return option.code
