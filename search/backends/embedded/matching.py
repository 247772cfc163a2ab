"""From words to a tantivy query with scores that mean something.

Every word of a query gives the best of the ways in which it matches: exactly, as a prefix, joined with its
neighbour, with one or two typing errors, by its stem. Scores are constants, not term statistics, so that the
order can be reasoned about: one word more beats any better match of the others (``PER_WORD``), one typing
error less beats any boost, and the boosts together (``ATTRIBUTE``, ``WHOLE``, ``ADJACENT``, ``BOUGHT``,
``IN_STOCK``, rank) stay below 100.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from tantivy import Occur
from tantivy import Query as Match

from search.backends.embedded.schema import STEMMERS, analyzer, schema
from search.documents import MAX_RANK
from search.normalise import Word, code_form, fold, gtin_form, query_words
from search.port import BuyerContext, Locale, Query
from search.stemming import stem

PER_WORD = 2_200
SURE, JOINED, PREFIX, ONE_TYPO, TWO_TYPOS = 200, 150, 120, 100, 0
WHOLE, ADJACENT, BOUGHT, IN_STOCK, PER_RANK = 10, 36, 40, 3, 0.1
OTHER_LANGUAGE, BRAND, LABEL, TEXT, NAME = 7, 6, 4, 0, 9
CODE_EXACT, CODE_PREFIX, CODE_SUFFIX = 90_000, 60_000, 30_000
PINNED, BETWEEN_PINS = 200_000, 200
OTHER_WORDING = 0.955
"""Another wording that matches whole counts as much as the text itself with a typing error."""

SHORTEST_PREFIX, SHORTEST_SUFFIX, SHORTEST_CODE = 3, 4, 2
ONE_TYPO_FROM, TWO_TYPOS_FROM, TYPO_IN_PREFIX_FROM = 5, 9, 6
ONE_TYPO_FROM_AT_LAST = 3
"""Where nothing was found otherwise, and all the other words of the text still have to match."""


def _term(field: str, text: str) -> Match:
    return Match.term_query(schema(), field, text, "basic")


def _prefix(field: str, text: str) -> Match:
    return Match.fuzzy_term_query(schema(), field, text, distance=0, prefix=True)


def _fuzzy(field: str, text: str, distance: int, *, prefix: bool = False) -> Match:
    return Match.fuzzy_term_query(schema(), field, text, distance=distance, prefix=prefix)


def _all(matches: Iterable[Match]) -> Match:
    return Match.boolean_query([(Occur.Must, match) for match in matches])


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a query, read once."""

    words: tuple[Word, ...]
    code: str
    stems: Mapping[str, str]
    locale: Locale

    @classmethod
    def read(cls, text: str, locale: Locale) -> Text:
        accented = {fold(word): word for word in text[:256].casefold().split() if not word.isascii()}
        return cls(tuple(query_words(text)), code_form(text), accented, locale)

    @property
    def is_empty(self) -> bool:
        return not self.words

    def matching(self, *, half: bool = False, typo_from: int = ONE_TYPO_FROM, as_code: bool = True) -> Match:
        """Documents with all of the words, or with half of them, or with the whole text as a code."""
        each = [Match.disjunction_max_query(list(self._ways(place, typo_from))) for place in range(len(self.words))]
        needed = ceil(len(each) / 2) if half else len(each)
        by_words = Match.boolean_query([(Occur.Should, match) for match in each], minimum_number_should_match=needed)
        by_code = list(self._as_code()) if as_code else []
        if not by_code:
            return by_words
        return Match.boolean_query([(Occur.Should, by_words), (Occur.Should, Match.disjunction_max_query(by_code))])

    def adjacency(self) -> list[Match]:
        """A boost for each pair of words that stand side by side in a name."""
        pairs = list(zip(self.words, self.words[1:], strict=False))
        return [
            Match.const_score_query(
                Match.disjunction_max_query(
                    [Match.phrase_query(schema(), name, [left.form, right.form]) for name in ("name_fr", "name_en")]
                ),
                ADJACENT / len(pairs),
            )
            for left, right in pairs
        ]

    def _fields(self) -> Sequence[tuple[str, int]]:
        own, other = ("name_fr", "name_en") if self.locale == "fr" else ("name_en", "name_fr")
        return ((own, NAME), (other, OTHER_LANGUAGE), ("brand_txt", BRAND), ("labels", LABEL), ("desc", TEXT))

    def _scored(self, match: Match, level: float, boost: float = 0) -> Match:
        return Match.const_score_query(match, PER_WORD + level + boost / len(self.words))

    def _ways(self, place: int, typo_from: int) -> Iterator[Match]:
        word = self.words[place]
        joined = self._joined(place)
        for field, weight in self._fields():
            yield self._scored(_term(field, word.form), SURE, WHOLE + weight)
            yield from self._in_field(field, word, weight, typo_from, last=place == len(self.words) - 1)
            for form in joined:
                yield self._scored(_term(field, form), JOINED, weight)
            if len(word.parts) > 1:
                yield self._scored(_all(_term(field, part) for part in word.parts), JOINED, weight)
            elif word.parts:
                yield self._scored(_term(field, word.parts[0]), TWO_TYPOS, weight)
        yield self._scored(_term("joins", word.form), JOINED)
        if not word.has_digit:
            yield from self._by_stem(word)
        yield from self._in_codes(place)

    def _in_field(self, field: str, word: Word, weight: int, typo_from: int, *, last: bool) -> Iterator[Match]:
        if last or len(word.form) >= SHORTEST_PREFIX:
            yield self._scored(_prefix(field, word.form), SURE if last else PREFIX, weight)
        if word.has_digit or len(word.raw) < typo_from:
            return
        open_end = last and len(word.raw) >= TYPO_IN_PREFIX_FROM
        yield self._scored(_fuzzy(field, word.form, 1, prefix=open_end), ONE_TYPO, weight)
        if len(word.raw) >= TWO_TYPOS_FROM:
            yield self._scored(_fuzzy(field, word.form, 2), TWO_TYPOS, weight)

    def _joined(self, place: int) -> list[str]:
        """The word with the one before it and with the one after it, as one word."""
        raws = [word.raw for word in self.words[max(place - 1, 0) : place + 2]]
        return [stem(f"{left}{right}") for left, right in itertools.pairwise(raws)]

    def _by_stem(self, word: Word) -> Iterator[Match]:
        written = self.stems.get(word.raw, word.raw)
        for field in STEMMERS:
            for form in dict.fromkeys(analyzer(field).analyze(written)[:1]):
                yield self._scored(_term(field, form), ONE_TYPO)

    def _in_codes(self, place: int) -> Iterator[Match]:
        codes = [word.code for word in self.words]
        alone, around = codes[place], codes[max(place - 1, 0) : place + 2]
        joined = [f"{left}{right}" for left, right in itertools.pairwise(around)]
        for code in (alone, *joined):
            if len(code) >= SHORTEST_CODE:
                yield self._scored(_term("codes", code), SURE, WHOLE + NAME)
            if len(code) >= SHORTEST_PREFIX:
                yield self._scored(_prefix("codes", code), SURE)

    def _as_code(self) -> Iterator[Match]:
        """The whole text as a code. Without a digit only an exact one: ``gants`` is a word, whatever SKUs
        start with.
        """
        if len(self.code) < SHORTEST_CODE:
            return
        yield Match.const_score_query(_term("codes", self.code), CODE_EXACT)
        if gtin := gtin_form(self.code):
            yield Match.const_score_query(_term("gtins", gtin), CODE_EXACT)
        if not any(character.isdigit() for character in self.code):
            return
        if len(self.code) >= SHORTEST_PREFIX:
            yield Match.const_score_query(_prefix("codes", self.code), CODE_PREFIX)
        if len(self.code) >= SHORTEST_SUFFIX:
            yield Match.const_score_query(_prefix("codes_rev", self.code[::-1]), CODE_SUFFIX)


@dataclass(frozen=True, slots=True)
class Asked:
    """The text with its other wordings and the products that are pinned to it."""

    text: Text
    others: tuple[Text, ...]
    pins: tuple[str, ...]

    @classmethod
    def read(cls, query: Query, locale: Locale) -> Asked:
        others = [Text.read(text, locale) for text in query.alternatives]
        pins = query.pins if query.text.strip() else ()
        return cls(Text.read(query.text, locale), tuple(text for text in others if not text.is_empty), pins)

    @property
    def is_empty(self) -> bool:
        return self.text.is_empty and not self.pins

    @property
    def has_several_words(self) -> bool:
        return len(self.text.words) > 1

    def matching(self, *, half: bool = False, typo_from: int = ONE_TYPO_FROM) -> Match:
        """Documents that any of it means, each with the best of its scores."""
        ways = [] if self.text.is_empty else [self.text.matching(half=half, typo_from=typo_from)]
        count = max(len(self.text.words), 1)
        ways += [
            Match.boost_query(other.matching(as_code=False), OTHER_WORDING * count / len(other.words))
            for other in self.others
        ]
        ways += [
            Match.const_score_query(_term("pk", pk), PINNED - place * BETWEEN_PINS)
            for place, pk in enumerate(self.pins)
        ]
        return ways[0] if len(ways) == 1 else Match.disjunction_max_query(ways)


def boosts(text: Text, buyer: BuyerContext) -> list[Match]:
    """What puts one product before its equals."""
    found = text.adjacency()
    found.append(Match.const_score_query(Match.term_query(schema(), "stock", 1, "basic"), IN_STOCK))
    found.extend(
        Match.const_score_query(Match.term_query(schema(), "rank", rank, "basic"), rank * PER_RANK)
        for rank in range(1, MAX_RANK + 1)
    )
    if buyer.bought:
        found.append(Match.const_score_query(Match.term_set_query(schema(), "pk", list(buyer.bought)), BOUGHT))
    return found
