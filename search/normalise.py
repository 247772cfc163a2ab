"""The one normaliser: what is written in a catalogue and what is typed into a search box go through the same
function.

It folds case and accents, joins what people write in several ways (``M8 x 40``, ``M8*40``, ``M8×40``; ``2,5
mm²``; ``DIN 933``; ``Ø 8,5``), stems lightly and gives words of ``a-z0-9`` (other alphabets keep their
letters). The decimal point becomes ``p`` and the bar of a fraction ``s``, because engines split words at
signs: ``2p5mm2``, ``1s2in``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from search.stemming import STOP_WORDS, stem

MAX_TEXT = 20_000
MAX_QUERY = 256
MAX_QUERY_WORDS = 10
MAX_WORD = 64
MAX_CACHED = 160


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared.

    ``form`` is what index and query share. ``raw`` is the same before stemming: it decides how many typing
    errors are forgiven and what the word is as a code. ``parts`` match in its place, less well, when all of
    them are there. ``extras`` are further words for the index alone.
    """

    form: str
    raw: str
    parts: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return _NOT_CODE.sub("", self.raw)

    @property
    def has_digit(self) -> bool:
        return any(character.isdigit() for character in self.raw)


# --- folding ------------------------------------------------------------------------------------------------
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "μ": "u", "ω": "ohm", "×": "x", "∗": "*", "⁄": "/"}
    | dict.fromkeys("’‘`´ʼ", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("″”“„", '"')
)
_MARKS = re.compile(r"[\u0300-\u036f]+")
_DIAMETER_SIGN = re.compile(r"[ø⌀∅]\s*(?=[0-9])")
_REWRITES = (
    (re.compile(r"\bdia(?:m(?:etre|eter)?)?\b\.?\s*(?=[0-9])"), " d"),
    (re.compile(r"(?<=[0-9])\s*(?:\"|'')"), "in "),
    (re.compile(r"(?<=[0-9])\s*°\s*c\b"), "c "),
    (re.compile(r"(?<=[0-9])\s*°"), "deg "),
    (re.compile(r"(?<=[0-9])\s*%"), "pct "),
    (re.compile(r"(?<=[0-9]),(?=[0-9])"), "."),
    (re.compile(r"\b([mc]m)\^([23])\b"), r"\1\2"),
    (re.compile(r"\b(?:sq\.?\s?mm|mm\s(?:carres?|square))\b"), "mm2"),
)
_FRACTION = re.compile(r"(?<![\w./])([0-9]{1,2})/(2|3|4|8|16|32|64)(?![0-9/.])")


def _without_marks(decomposed: str) -> str:
    """Drop accents: those of Latin, Greek and Cyrillic by pattern, which is quick, the rare others one by one."""
    text = _MARKS.sub("", decomposed)
    if text.isascii():
        return text
    return "".join(c for c in text if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Lower case without accents, typographic signs as one types them, quantities in one notation."""
    text = unicodedata.normalize("NFKC", text[:MAX_TEXT]).casefold()
    text = _DIAMETER_SIGN.sub(" d", text).translate(_LETTERS)
    text = _without_marks(unicodedata.normalize("NFD", text))
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    return _FRACTION.sub(r"\1s\2", text)


# --- words --------------------------------------------------------------------------------------------------
_UNITS = {
    "mm2": ("mm2",),
    "mm": ("mm", "millimetre", "millimeter", "millimetres", "millimeters"),
    "cm": ("cm", "centimetre", "centimeter", "centimetres", "centimeters"),
    "m": ("m", "metre", "meter", "metres", "meters", "mtr"),
    "m2": ("m2",),
    "m3": ("m3",),
    "in": ("in", "inch", "inches", "pouce", "pouces"),
    "kg": ("kg", "kilo", "kilos", "kilogramme", "kilogrammes", "kilogram", "kilograms"),
    "g": ("g", "gr", "gramme", "grammes", "gram", "grams"),
    "l": ("l", "litre", "litres", "liter", "liters"),
    "ml": ("ml", "millilitre", "millilitres", "milliliter", "milliliters"),
    "v": ("v", "volt", "volts", "vac", "vdc"),
    "a": ("a", "amp", "amps", "ampere", "amperes"),
    "ma": ("ma", "milliampere", "milliamperes"),
    "w": ("w", "watt", "watts"),
    "kw": ("kw", "kilowatt", "kilowatts"),
    "hz": ("hz", "hertz"),
    "nm": ("nm",),
    "bar": ("bar", "bars"),
    "lm": ("lm", "lumen", "lumens"),
    "um": ("um", "micron", "microns"),
    "pcs": ("pcs", "pce", "pces", "piece", "pieces"),
}
_SHORT_UNIT = {name: short for short, names in _UNITS.items() for name in names}
_UNIT = "|".join(sorted(_SHORT_UNIT, key=len, reverse=True))
_NUMBER = r"[0-9]+(?:\.[0-9]+|s[0-9]+)?"
_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_LENGTH_UNIT = r"(?:\s?(?P<{0}>mm2|mm|cm|m|in)(?=\s*[x*]|(?![^\W_])))?"
_SCANNER = re.compile(
    rf"""
    (?P<size>{_START}[a-z]{{0,2}}{_NUMBER}{_LENGTH_UNIT.format("u1")}
        (?:\s*[x*]\s*{_NUMBER}{_LENGTH_UNIT.format("u2")})(?:\s*[x*]\s*{_NUMBER}{_LENGTH_UNIT.format("u3")})?{_END})
    |(?P<wire>{_START}[0-9]+g\s?{_NUMBER}(?:\s?mm2)?{_END})
    |(?P<norm>{_START}(?:(?:nf|din|en|iso)[\s-]+){{0,3}}(?:(?:nf|din|iso)[\s.-]?[0-9]{{2,6}}|en[\s-]?[0-9]{{3,6}}){_END})
    |(?P<class>{_START}(?:ip|ik|ral)[\s-]?[0-9]{{2,5}}{_END})
    |(?P<amount>{_START}{_NUMBER}\s?(?:{_UNIT}){_END})
    |(?P<word>[^\W_]+(?:[-.][^\W_]+)*)
    """,
    re.VERBOSE,
)
_NOT_CODE = re.compile(r"[^a-z0-9]")
_NUMBERS = re.compile(_NUMBER)
_DECIMAL = re.compile(r"(?<=[0-9])\.(?=[0-9])")
_BREAK = re.compile(r"-|(?<![0-9])\.|\.(?![0-9])")
_DIAMETER = re.compile(r"d([0-9]+(?:p[0-9]+)?)")
_LEADING = re.compile(r"[a-z]{0,2}")
_LAST_UNIT = re.compile(r"(?:mm2|mm|cm|m|in)$")


def _encode(text: str) -> str:
    return _DECIMAL.sub("p", text).replace(".", "")[:MAX_WORD]


def _size(text: str) -> Word:
    """``m8 x 40 mm`` → ``m8x40``; a unit at the end belongs to the last number only in the index."""
    prefix = _LEADING.match(text).group()  # type: ignore[union-attr]  # the pattern matches anything
    unit = _LAST_UNIT.search(text)
    numbers = [_encode(number) for number in _NUMBERS.findall(text.replace("mm2", ""))]
    numbers[0] = f"{prefix}{numbers[0]}"
    extras = (f"{numbers[-1]}{unit.group()}",) if unit else ()
    form = "x".join(numbers)[:MAX_WORD]
    return Word(form, form, tuple(numbers), (*numbers, *extras))


def _wire(text: str) -> Word:
    """``3g2.5``: three cores of 2.5 mm², one of them earth."""
    cores, section = (_encode(number) for number in _NUMBERS.findall(text.removesuffix("mm2"))[:2])
    parts = (f"{cores}g", f"{section}mm2")
    form = f"{cores}g{section}"[:MAX_WORD]
    return Word(form, form, parts, parts)


def _norm(text: str) -> Word:
    """``din en iso 4014`` → ``iso4014``; the index also has ``din4014`` and ``en4014``."""
    *_, number = _NUMBERS.findall(text)
    bodies = re.findall(r"nf|din|iso|en", text)
    form = f"{bodies[-1]}{number}"
    return Word(form, form, (number,), (number, *bodies, *(f"{body}{number}" for body in bodies[:-1])))


def _class(text: str) -> Word:
    form = re.sub(r"[\s-]", "", text)
    return Word(form, form, (), (_NUMBERS.findall(text)[0],))


def _amount(text: str) -> Word:
    number = _NUMBERS.match(text).group()  # type: ignore[union-attr]  # an amount starts with its number
    unit = _SHORT_UNIT[text[len(number) :].strip()]
    form = f"{_encode(number)}{unit}"[:MAX_WORD]
    return Word(form, form, (), (_encode(number),))


@lru_cache(maxsize=32_768)
def _word(text: str) -> Word:
    """A plain word; one with hyphens is joined, its pieces match too."""
    pieces = [piece for piece in _BREAK.split(text) if piece]
    joined = "".join(map(_encode, pieces))[:MAX_WORD]
    form = stem(joined)
    raw = text[:MAX_WORD]
    if len(pieces) == 1:
        diameter = _DIAMETER.fullmatch(form)
        return Word(form, raw, (), (diameter.group(1),) if diameter else ())
    parts = tuple(stem(_encode(piece)) for piece in pieces)
    return Word(form, raw, parts, parts)


_READERS: dict[str, Callable[[str], Word]] = {
    "size": _size,
    "wire": _wire,
    "norm": _norm,
    "class": _class,
    "amount": _amount,
    "word": _word,
}


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for match in _SCANNER.finditer(fold(text)):
        kind = match.lastgroup or "word"
        kind = kind if kind in _READERS else "size"
        yield _READERS[kind](match.group())


def query_words(text: str) -> list[Word]:
    """The words of a query that must match: without the little words, without repetition, not too many."""
    found = list({word.form: word for word in words(text[:MAX_QUERY])}.values())
    wanted = [word for word in found if word.raw not in STOP_WORDS]
    return list(islice(wanted or found, MAX_QUERY_WORDS))


def index_text(text: str) -> str:
    """A text for the index: its words in order, then what else they should be found by."""
    return _short_index_text(text) if len(text) <= MAX_CACHED else _index_text(text)


def _index_text(text: str) -> str:
    found = list(words(text))
    present = {word.form for word in found}
    extras = dict.fromkeys(extra for word in found for extra in word.extras if extra not in present)
    return " ".join((*(word.form for word in found), *extras))


_short_index_text = lru_cache(maxsize=8_192)(_index_text)
"""Brands, labels and values come again and again; descriptions do not, and would fill the memory."""


def joined_neighbours(text: str) -> tuple[str, ...]:
    """Every two neighbouring words as one: how ``anti chute`` is found by ``antichute``."""
    plain = [word.raw if word.raw.isalpha() else "" for word in words(text)]
    return tuple(stem(f"{left}{right}"[:MAX_WORD]) for left, right in pairwise(plain) if left and right)


def code_form(text: str) -> str:
    """A whole text as a code (SKU, maker's number, GTIN): ``a-z0-9`` only."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text[:MAX_QUERY]).casefold() if c.isascii())
    return _NOT_CODE.sub("", folded)[:MAX_WORD]


def gtin_form(text: str) -> str:
    """A GTIN-8, 12, 13 or 14 as 14 digits, for GS1 does not count zeros in front; empty for everything else."""
    code = code_form(text)
    return code.zfill(14) if code.isdigit() and len(code) in {8, 12, 13, 14} else ""


# --- order --------------------------------------------------------------------------------------------------
_QUANTITY = re.compile(r"([0-9]+)((?:\.[0-9]+)?)")


def natural_text(text: str) -> str:
    """A text whose plain order is the natural one: without accents, ``M4`` before ``M10``."""
    folded = " ".join(_plain(text[:MAX_QUERY]).replace(",", ".").split())
    return _QUANTITY.sub(lambda number: number[1].lstrip("0").zfill(12) + number[2], folded)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold().encode("utf-8", "replace").decode()
    return _without_marks(decomposed)
