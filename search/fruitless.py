"""Searches without result: what was looked for in vain, how often, and never by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from catalog.policies import require_manage
from core.actor import Actor
from core.db import atomic
from core.ids import uuid7
from search.errors import NoSuchSearch
from search.models import LONGEST_TEXT, FruitlessSearch
from search.normalise import fold, query_words
from search.port import Query, Result

MOST_TEXTS = 2_000
"""When there are so many, the one that nobody has looked for for the longest time makes room."""

_NOTE = f"""
WITH room AS (
    DELETE FROM search_fruitlesssearch
     WHERE (SELECT count(*) FROM search_fruitlesssearch) >= {MOST_TEXTS}
       AND NOT EXISTS (SELECT FROM search_fruitlesssearch WHERE text = %(text)s AND language = %(language)s)
       AND id = (SELECT id FROM search_fruitlesssearch ORDER BY last_asked_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
)
INSERT INTO search_fruitlesssearch AS known (id, text, language, asked_count, last_asked_at)
VALUES (%(id)s, %(text)s, %(language)s, 1, %(now)s)
ON CONFLICT (text, language) DO UPDATE SET asked_count = known.asked_count + 1, last_asked_at = excluded.last_asked_at
"""  # noqa: S608  # constants only


@dataclass(frozen=True, slots=True)
class FruitlessLine:
    """A text in the supplier's list."""

    id: UUID
    text: str
    language: str
    asked_count: int
    last_asked_at: datetime


def is_fruitless(query: Query, result: Result) -> bool:
    """Whether somebody looked for words, and for nothing else, and no product has them all."""
    is_plain = not (query.selected or query.bounded or query.price or query.only_bought)
    is_first = query.offset == 0 and query.size > 0 and query.max_lead_days is None
    return is_plain and is_first and (not result.total or "partial_match" in result.degraded)


@atomic
def note(*, text: str, language: str) -> None:
    """Count a text that found nothing, for the current tenant; one statement.

    Texts with an address in them are not kept, and nothing about who asked.
    """
    folded = folded_text(text)
    if not folded or "@" in text:
        return
    values: dict[str, Any] = {"id": uuid7(), "text": folded, "language": language, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)


@atomic
def dismiss(*, search_id: UUID, actor: Actor) -> None:
    """Take a text off the list; it comes back when somebody looks for it again. Raises NotAllowed, NoSuchSearch."""
    require_manage(actor)
    gone, _by_model = FruitlessSearch.objects.filter(pk=search_id).delete()
    if not gone:
        raise NoSuchSearch


def explained(texts: Sequence[str], language: str) -> None:
    """Take texts off the list that have got a synonym. Inside a service."""
    rows = FruitlessSearch.objects.filter(text__in=[folded_text(text) for text in texts])
    (rows.filter(language=language) if language else rows).delete()


def fruitless_page(*, limit: int, offset: int = 0) -> tuple[list[FruitlessLine], int]:
    """Texts by how often they were looked for, and how many there are; two statements."""
    rows = FruitlessSearch.objects.values_list("id", "text", "language", "asked_count", "last_asked_at")
    return [FruitlessLine(*row) for row in rows[offset : offset + limit]], rows.count()


def folded_text(text: str) -> str:
    """A text without case, accents and superfluous spaces; nothing when there is no word in it."""
    return " ".join(fold(text[:LONGEST_TEXT]).split())[:LONGEST_TEXT] if query_words(text) else ""
