"""Cursors of lists: where the next page begins, opaque to the caller."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from integrations.errors import InvalidCursor
from orders.records import Place


def after_sku(sku: str) -> str:
    """A cursor behind a reference."""
    return _written([sku])


def read_sku(cursor: str) -> str:
    """The reference that the page comes after; "" for the first page. Raises InvalidCursor."""
    return _read(cursor, 1)[0] if cursor else ""


def after_order(place: Place) -> str:
    """A cursor behind an order."""
    return _written([place.placed_at.isoformat(), place.order_id.hex])


def read_order(cursor: str) -> Place | None:
    """The order that the page comes after; None for the first page. Raises InvalidCursor."""
    if not cursor:
        return None
    placed_at, order_id = _read(cursor, 2)
    try:
        place = Place(datetime.fromisoformat(placed_at), UUID(order_id))
    except ValueError as error:
        raise InvalidCursor(field="cursor") from error
    if place.placed_at.tzinfo is None:
        raise InvalidCursor(field="cursor")
    return place


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
