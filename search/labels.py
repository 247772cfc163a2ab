"""Values of facets that carry both languages: one value to count and filter by, two texts to show."""

from __future__ import annotations

from collections.abc import Mapping

from core import formatting

SEPARATOR = "|"
STEP = " › "
"""Between the names of a category's path in the marketplace's index."""
_LONGEST = 95  # twice this and the separator stay below documents.MAX_FACET_VALUE


def bilingual(value: object) -> str:
    """Both languages in one value, as in ``Acier zingué|Zinc-plated steel``; other texts as they are."""
    if isinstance(value, Mapping):
        french, english = _plain(value.get("fr", "")), _plain(value.get("en", ""))
        if french and english and french != english:
            return f"{french}{SEPARATOR}{english}"
        return french or english
    return _plain(value)


def shown(value: str) -> str:
    """The text of a value in the active language."""
    french, separator, english = value.partition(SEPARATOR)
    return formatting.localised(french, english) if separator else value


def _plain(text: object) -> str:
    return " ".join(str(text).replace(SEPARATOR, "/").split())[:_LONGEST]
