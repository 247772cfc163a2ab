"""Features of all products as columns: each under a name of its own. Nothing of Django."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from integrations.bmecat.columns import FEATURE
from integrations.bmecat.items import Feature, Item

MAX_COLUMNS = 300
_MAX_KNOWN = 20_000
_LANGUAGES = {"fra": "fr", "eng": "en"}
_NAME_LENGTH = 54  # a code has sixty characters
_BRACKETS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]")
_WORDS = re.compile(r"[^a-z0-9]+")
#: A feature: names of its groups and its own, and how often it stands there already.
Key = tuple[tuple[str, ...], str, int]


def keyed(item: Item) -> Iterator[tuple[Key, Feature]]:
    """Features of a product; one that is repeated in its group is counted."""
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    for feature in item.features:
        path, name = tuple(feature.path), feature.name
        seen[path, name] += 1
        yield (path, name, seen[path, name]), feature


def values(feature: Feature) -> dict[str, str]:
    """The value by language of the shop: French and English if it has them, else the one that there is."""
    known = {short: text for code, short in _LANGUAGES.items() if (text := feature.values.get(code))}
    if known and "" not in feature.values:
        return known
    return {"": next(iter(feature.values.values()))}


@dataclass
class FeatureColumns:
    """Counts features while the file is read, then gives the most frequent ones a column for each language."""

    counts: Counter[tuple[Key, str]] = field(default_factory=Counter)
    units: dict[Key, set[str]] = field(default_factory=dict)
    headers: dict[tuple[Key, str], str] = field(default_factory=dict)
    left_count: int = 0

    def see(self, item: Item) -> None:
        for key, feature in keyed(item):
            if key not in self.units and len(self.units) >= _MAX_KNOWN:
                continue
            self.units.setdefault(key, set()).add(feature.unit)
            self.counts.update((key, language) for language in values(feature))

    def finish(self) -> None:
        """Choose the columns and their names."""
        chosen = [key for key, _count in self.counts.most_common(MAX_COLUMNS)]
        self.left_count = len(self.counts) - len(chosen)
        keys = list(dict.fromkeys(key for key, _language in chosen))
        names = _names(keys)
        for key, language in chosen:
            unit = self.unit(key)
            label = f"{names[key]} ({unit})" if unit else names[key]
            suffix = f" ({language})" if language else ""
            self.headers[key, language] = f"{FEATURE}{label}{suffix}"

    def unit(self, key: Key) -> str:
        """The unit of a feature when all its values have the same."""
        units = self.units[key]
        (unit, *others) = units
        return unit if not others and 0 < len(unit) <= 12 and not set("()[]") & set(unit) else ""

    def cells(self, item: Item) -> Iterator[tuple[str, str]]:
        """Column names and values of a product; the unit stands at the value when it is not the column's."""
        for key, feature in keyed(item):
            for language, text in values(feature).items():
                header = self.headers.get((key, language))
                if header:
                    yield header, text if self.unit(key) or not feature.unit else f"{text} {feature.unit}"


def _names(keys: list[Key]) -> dict[Key, str]:
    """A readable name for each: its own, with its group's where that is needed, with a number as a last resort."""
    simple = Counter(_plain(name) for _path, name in {(path, name) for path, name, _count in keys})
    taken: set[str] = set()
    names: dict[Key, str] = {}
    for key in keys:
        path, name, count = key
        wanted = name if simple[_plain(name)] == 1 or not path else f"{path[-1]} – {name}"
        short = _BRACKETS.sub(r" – \1", wanted)[:_NAME_LENGTH].strip()
        names[key] = _free(short if count == 1 else f"{short} #{count}", taken)
    return names


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while _plain(name) in taken:
        number += 1
        name = f"{wanted} #{number}"
    taken.add(_plain(name))
    return name


def _plain(name: str) -> str:
    """A name as a code sees it: without accents, signs and case."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _WORDS.sub("_", folded).strip("_") or "attribute"
