"""What a column's name says about what the column holds; the names are in :mod:`vocabulary`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import override

from integrations.catalog_import.cells import fold
from integrations.catalog_import.vocabulary import MAX_PACKS, MAX_TIERS, TARGETS, Target

__all__ = ["BY_KEY", "MAX_PACKS", "MAX_TIERS", "TARGETS", "Guess", "Target", "guess", "label_of", "recognised"]

BY_KEY = {target.key: target for target in TARGETS}
_NAMES = [(target, re.compile(target.names)) for target in TARGETS]
_ATTRIBUTE = re.compile(
    r"^(?:attr|attrs?|attribute?s?|attributs?|caract[ée]ristiques?|spec)(?:\s*[:_.\-]\s*|\s+)(?P<label>.+)$",
    re.IGNORECASE,
)
_TRAILING_NUMBER = re.compile(r"^(?P<name>.*\D) ?(?P<number>\d{1,2})$")
_LANGUAGE = re.compile(r"^(?P<label>.+?)[\s_:(\[-]+(?P<language>fr|en)[)\]]?$", re.IGNORECASE)
_NUMBERED_AS = {"price": "tier_price", "tiers": "tier_price", "base_unit": "pack_unit"}
_PARENTHESES = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")
_CURRENCY_WORDS = re.compile(r"\b(eur|euros?|usd|gbp|chf)\b")
_BASIS_WORDS = re.compile(
    r"\b(par|per|pour|au|le|les)? ?(100|1000|cent|mille|hundred|thousand)( (pieces|pcs|u|unites))?$"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A column's name understood: the target's key, and its number where it has one (0: none said)."""

    key: str
    number: int = 0


def attribute_name(header: str) -> tuple[str, str] | None:
    """Label and language (may be empty) of a column that calls itself an attribute."""
    match = _ATTRIBUTE.match(header.strip())
    return split_language(match["label"].strip()) if match else None


def split_language(label: str) -> tuple[str, str]:
    """``Couleur (FR)`` into its label and its language."""
    match = _LANGUAGE.match(label)
    return (match["label"].strip(), match["language"].lower()) if match else (label, "")


def guess(header: str) -> Guess | None:
    """The target that a column's name speaks of."""
    own = _own_labels().get(fold(header))
    if own is not None:
        return own
    text = " ".join(_CURRENCY_WORDS.sub(" ", fold(header)).split())
    if not text or "ttc" in text.split():
        return None
    found = _guess(text)
    without_note = _PARENTHESES.sub("", header)
    return found if found or without_note == header else _guess(fold(without_note))


@lru_cache(maxsize=1)
def _own_labels() -> dict[str, Guess]:
    """What we call targets ourselves, in every language: an export comes back as it went."""
    found: dict[str, Guess] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for target in TARGETS:
                for number in range(1, target.numbered + 1) if target.numbered else (0,):
                    found.setdefault(fold(label_of(target.key, number)), Guess(target.key, number))
    return found


def _guess(text: str) -> Guess | None:
    found = _match(text)
    if found is None or found.key == "price":
        numbered = _TRAILING_NUMBER.match(text)
        if numbered:
            return _match_numbered(numbered["name"].strip(), int(numbered["number"])) or found
    if found is None:
        without_basis = _BASIS_WORDS.sub("", text).strip()
        found = _match(without_basis) if without_basis != text else None
        return found if found and found.key == "price" else None
    return found


def _match(text: str) -> Guess | None:
    for target, names in _NAMES:
        if names.fullmatch(text):
            return Guess(target.key)
    return None


def _match_numbered(name: str, number: int) -> Guess | None:
    """``Break Qty 3``: a numbered target. Numbered prices and quantities are tiers."""
    if name in ("qty", "qte", "quantity", "quantite", "min qty", "qte min"):
        return Guess("tier_quantity", number)
    found = _match(name)
    if found is None:
        return None
    if found.key in _NUMBERED_AS:
        return Guess(_NUMBERED_AS[found.key], number)
    return Guess(found.key, number) if BY_KEY[found.key].numbered else None


def recognised(header: str) -> bool:
    """Whether a text is a column name that we know."""
    return len(header) <= 60 and (guess(header) is not None or attribute_name(header) is not None)


def label_of(key: str, number: int = 0) -> str:
    """What a target is called on the page."""
    text = str(BY_KEY[key].label)
    return text % {"number": number or 1} if BY_KEY[key].numbered else text
