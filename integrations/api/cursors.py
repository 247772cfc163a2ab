"""Cursors of lists: where the next page begins, opaque to the caller."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from integrations.errors import InvalidCursor


def after_sku(sku: str) -> str:
    """A cursor behind a reference."""
    return _written([sku])


def read_sku(cursor: str) -> str:
    """The reference that the page comes after; "" for the first page. Raises InvalidCursor."""
    return _read(cursor, 1)[0] if cursor else ""


def after_moment(moment: datetime, key: UUID) -> str:
    """A cursor behind a row that is listed by a moment, then by its key."""
    return _written([moment.isoformat(), key.hex])


def read_moment(cursor: str) -> tuple[datetime, UUID] | None:
    """Moment and key of the row that the page comes after; None for the first page. Raises InvalidCursor."""
    if not cursor:
        return None
    moment, key = _read(cursor, 2)
    try:
        place = datetime.fromisoformat(moment), UUID(key)
    except ValueError as error:
        raise InvalidCursor(field="cursor") from error
    if place[0].tzinfo is None:
        raise InvalidCursor(field="cursor")
    return place


def after_key(key: UUID) -> str:
    """A cursor behind a row."""
    return _written([key.hex])


def read_key(cursor: str) -> UUID | None:
    """The row that the page comes after; None for the first page. Raises InvalidCursor."""
    if not cursor:
        return None
    try:
        return UUID(hex=_read(cursor, 1)[0])
    except ValueError as error:
        raise InvalidCursor(field="cursor") from error


def _written(parts: Sequence[str]) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, count: int) -> list[str]:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        parts = json.loads(base64.urlsafe_b64decode(padded))
    except ValueError as error:
        raise InvalidCursor(field="cursor") from error
    if not isinstance(parts, list) or len(parts) != count:
        raise InvalidCursor(field="cursor")
    if not all(isinstance(part, str) and "\0" not in part for part in parts):
        raise InvalidCursor(field="cursor")
    return parts
