"""Words that goods are found by besides their names: a list, kept and typed as one line."""

from __future__ import annotations

import re

MOST_LETTERS = 1000
_BETWEEN = re.compile(r"[,;|\r\n\t]")


def keyword_list(text: str) -> tuple[str, ...]:
    """The keywords of a text, each once: apart by commas, semicolons, bars or lines."""
    words = filter(None, (" ".join(part.split()) for part in _BETWEEN.split(text)))
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(word.casefold(), word)
    return tuple(found.values())


def keyword_line(text: str) -> str:
    """Keywords as they are kept: ``vis, boulon``."""
    return ", ".join(keyword_list(text))
