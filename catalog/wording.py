"""Finding variants by what people call them, for many texts at once."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import TypeVar
from uuid import UUID

from django.db import connection

K = TypeVar("K", bound=Hashable)

_WORD = re.compile(r"[\w.,/×*-]+")
_MOST_WORDS = 12

# Every word of a text must be in a variant's names or reference. The whole name beats the words; two candidates of the
# same rank are no answer.
_MATCH = """
WITH goods AS MATERIALIZED (
    SELECT id, translate(lower(name_fr), '×*', 'xx') AS french, translate(lower(name_en), '×*', 'xx') AS english,
           translate(lower(concat_ws(' ', name_fr, name_en, sku)), '×*', 'xx') AS all_of_it
      FROM catalog_variant WHERE state IN ('active', 'ending')
), asked AS MATERIALIZED (
    SELECT * FROM unnest(%(places)s::int[], %(texts)s::text[], %(words)s::text[]) AS a(place, text, words)
), found AS (
    SELECT a.place, g.id, a.text IN (g.french, g.english) AS is_whole
      FROM asked a JOIN goods g ON strpos(g.all_of_it, split_part(a.words, ' ', 1)) > 0
       AND NOT EXISTS (SELECT 1 FROM unnest(string_to_array(a.words, ' ')) AS w WHERE strpos(g.all_of_it, w) = 0)
)
SELECT place, (array_agg(id) FILTER (WHERE is_whole))[1], count(*) FILTER (WHERE is_whole),
       (array_agg(id))[1], count(*)
  FROM found GROUP BY place
"""


def variants_by_words(texts: Mapping[K, str]) -> dict[K, UUID]:
    """The one active variant that a text can mean: by its whole name, else the only one that has all its words.

    One statement for all texts. Texts of a single word are not tried: they are references, or mean too much.
    """
    keys, plain, words = [], [], []
    for key, text in texts.items():
        found = _WORD.findall(_fold(text))[:_MOST_WORDS]
        if len(found) > 1:
            keys.append(key)
            plain.append(" ".join(_fold(text).split()))
            words.append(" ".join(sorted(found, key=len, reverse=True)))
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_MATCH, {"places": list(range(len(keys))), "texts": plain, "words": words})
        rows: list[tuple[int, UUID | None, int, UUID, int]] = cursor.fetchall()
    matches: dict[K, UUID] = {}
    for place, whole, whole_count, any_of_them, count in rows:
        if whole is not None and whole_count == 1:
            matches[keys[place]] = whole
        elif not whole_count and count == 1:
            matches[keys[place]] = any_of_them
    return matches


def _fold(text: str) -> str:
    return text.strip().lower().replace("×", "x").replace("*", "x")
