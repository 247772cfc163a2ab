"""Use cases of synonyms, and what they make of a text: other wordings of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext as _

from catalog.policies import require_manage
from core.actor import Actor
from core.db import Lock, advisory_lock, atomic
from core.errors import InvalidInput
from core.events import emit
from core.scope import current_scope
from search import fruitless
from search.errors import NoSuchSynonym, TooManySynonyms
from search.events import SynonymsChanged
from search.models import Synonym, SynonymLanguage
from search.normalise import Word, query_words
from search.port import MAX_ALTERNATIVES, Locale

MOST_SYNONYMS, MOST_WORDS, LONGEST_WORD = 2_000, 20, 80
_KEY = "search:synonyms"
_SECONDS = 60

Forms = tuple[str, ...]
"""The words of a phrase as they are compared."""


@dataclass(frozen=True, slots=True)
class SynonymData:
    """A synonym as it is to be. See :class:`search.models.Synonym`."""

    language: str
    words: tuple[str, ...]
    meant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SynonymLine:
    """A synonym in the supplier's list."""

    id: UUID
    data: SynonymData


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What each phrase may also be called, by language; no phrase is longer than ``longest`` words."""

    by_locale: Mapping[str, Mapping[Forms, tuple[str, ...]]]
    longest: int = 0

    def other_wordings(self, text: str, locale: Locale) -> tuple[str, ...]:
        """The text with its phrases replaced by what they may also be called, those with fewer replaced first."""
        known = self.by_locale.get(locale)
        if not known:
            return ()
        parts = list(self._parts(query_words(text), known))
        if all(len(choices) == 1 for choices in parts):
            return ()
        places = [range(len(choices)) for choices in parts]
        picks = sorted(islice(product(*places), 1, _MOST_PICKS), key=lambda pick: sum(place > 0 for place in pick))
        return tuple(
            " ".join(choices[place] for choices, place in zip(parts, pick, strict=True))
            for pick in picks[:MAX_ALTERNATIVES]
        )

    def _parts(self, words: Sequence[Word], known: Mapping[Forms, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """Word by word, or phrase by phrase where one is known, what may stand there; itself first."""
        place = 0
        while place < len(words):
            for length in range(min(self.longest, len(words) - place), 0, -1):
                found = words[place : place + length]
                others = known.get(tuple(word.form for word in found))
                if others or length == 1:
                    yield (" ".join(word.raw for word in found), *(others or ()))
                    place += length
                    break


_MOST_PICKS = 512


@atomic
def save_synonym(*, data: SynonymData, actor: Actor, synonym_id: UUID | None = None) -> UUID:
    """Create a synonym, or change the one named. What it explains is no longer listed as looked for in vain.

    Raises NotAllowed, InvalidInput, NoSuchSynonym, TooManySynonyms. Emits SynonymsChanged.
    """
    require_manage(actor)
    words, meant = _checked(data.words, field="words"), _checked(data.meant, field="meant")
    if data.language not in SynonymLanguage.values:
        raise InvalidInput(field="language", reason=_("Choose a language."))
    if len(words) + len(meant) < 2 or not words:
        raise InvalidInput(field="words", reason=_("Write at least two, or what is meant by the one."))
    advisory_lock(Lock.SYNONYMS, str(current_scope().tenant_id))
    synonym = _locked(synonym_id) if synonym_id else Synonym()
    if synonym_id is None and Synonym.objects.count() >= MOST_SYNONYMS:
        raise TooManySynonyms(most=MOST_SYNONYMS)
    synonym.language, synonym.words, synonym.meant = data.language, words, meant
    synonym.save()
    fruitless.explained(words, data.language)
    _changed()
    return synonym.pk


@atomic
def delete_synonym(*, synonym_id: UUID, actor: Actor) -> None:
    """Take a synonym away. Raises NotAllowed, NoSuchSynonym. Emits SynonymsChanged."""
    require_manage(actor)
    _locked(synonym_id).delete()
    _changed()


def synonym_lines() -> list[SynonymLine]:
    """All synonyms, by their first word; one statement."""
    lines = [SynonymLine(row.pk, _data(row)) for row in Synonym.objects.all()]
    return sorted(lines, key=lambda line: line.data.words[0].casefold())


def synonym_data(synonym_id: UUID) -> SynonymData:
    """A synonym as it is stored. Raises NoSuchSynonym."""
    row = Synonym.objects.filter(pk=synonym_id).first()
    if row is None:
        raise NoSuchSynonym
    return _data(row)


def dictionary() -> Dictionary:
    """The current tenant's synonyms, ready to use: from the cache, else one statement. At most a minute old."""
    known: Dictionary | None = cache.get(_KEY)
    if known is None:
        known = dictionary_of([line.data for line in synonym_lines()])
        cache.set(_KEY, known, _SECONDS)
    return known


def forget_dictionary() -> None:
    """Drop the cached synonyms of the current tenant, because they have changed."""
    cache.delete(_KEY)


def dictionary_of(synonyms: Sequence[SynonymData]) -> Dictionary:
    """Synonyms by what is looked for, in the form in which it is compared."""
    found: dict[str, dict[Forms, dict[str, None]]] = {"fr": defaultdict(dict), "en": defaultdict(dict)}
    for synonym in synonyms:
        for locale in (synonym.language,) if synonym.language else tuple(found):
            for word in synonym.words:
                forms = forms_of(word)
                others = [other for other in synonym.meant or synonym.words if forms_of(other) != forms]
                found[locale][forms] |= dict.fromkeys(others)
    by_locale = {
        locale: {forms: tuple(others) for forms, others in known.items() if forms and others}
        for locale, known in found.items()
    }
    return Dictionary(by_locale, max((len(forms) for known in by_locale.values() for forms in known), default=0))


def forms_of(text: str) -> Forms:
    """A phrase as it is compared."""
    return tuple(word.form for word in query_words(text))


def _checked(texts: Sequence[str], *, field: str) -> list[str]:
    """Without repetitions and empty lines. Raises InvalidInput."""
    cleaned = {forms_of(text): " ".join(text.split()) for text in reversed(texts) if text.strip()}
    for text in cleaned.values():
        if len(text) > LONGEST_WORD:
            raise InvalidInput(field=field, reason=_("“%(text)s…” is too long.") % {"text": text[:20]})
    if () in cleaned:
        raise InvalidInput(field=field, reason=_("“%(text)s” has no word in it.") % {"text": cleaned[()]})
    if len(cleaned) > MOST_WORDS:
        raise InvalidInput(field=field, reason=_("At most %(most)s at once.") % {"most": MOST_WORDS})
    return [*reversed(cleaned.values())]


def _locked(synonym_id: UUID) -> Synonym:
    synonym = Synonym.objects.select_for_update(of=("self",)).filter(pk=synonym_id).first()
    if synonym is None:
        raise NoSuchSynonym
    return synonym


def _data(row: Synonym) -> SynonymData:
    return SynonymData(row.language, tuple(row.words), tuple(row.meant))


def _changed() -> None:
    forget_dictionary()
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(SynonymsChanged(tenant_id=tenant_id))
