"""Lines of carts as rows: read and written in as many statements for thousands of lines as for one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection
from django.utils import timezone

from catalog.keys import any_of
from core.ids import uuid7
from orders.lines import CheckedLine
from orders.models import Cart, CartLine

#: Variant, unit, choice: what makes two lines one.
Key = tuple[UUID, str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is written."""

    variant_id: UUID
    unit_code: str
    choice: str
    quantity: Decimal
    pack: dict[str, Any] | None

    @property
    def key(self) -> Key:
        return self.variant_id, self.unit_code, self.choice


def row_of(line: CheckedLine) -> Row:
    """The line as the cart keeps it."""
    content = line.pack.unpriced() if line.pack is not None else None
    return Row(
        line.wish.variant_id,
        line.unit.code if line.unit else "",
        content.choice if content is not None else line.wish.choice,
        line.wish.quantity,
        content.as_json() if content is not None else None,
    )


def quantities_of(cart: Cart, variant_ids: Iterable[UUID]) -> dict[Key, Decimal]:
    """What lines of these variants count; one statement."""
    rows = cart.lines.filter(variant_id__in=any_of(variant_ids))
    columns = rows.values_list("variant_id", "unit_code", "choice", "quantity")
    return {(variant_id, unit, choice): quantity for variant_id, unit, choice, quantity in columns}


def replace_rows(rows: Iterable[CartLine], removed: Iterable[UUID]) -> None:
    """Write lines as they are now: two statements. Lines that have come to the same unit become one."""
    gone = set(removed)
    kept: dict[Key, CartLine] = {}
    before = []
    for row in rows:
        before.append(row.pk)
        if row.pk in gone:
            continue
        first = kept.setdefault((row.variant_id, row.unit_code, row.choice), row)
        if first is not row:
            first.quantity += row.quantity
    delete("id = ANY(%s)", before)
    CartLine.objects.bulk_create(kept.values())


def delete(condition: LiteralString, value: UUID | list[UUID]) -> None:
    """One statement: a library listens to all deletions, which makes Django delete a hundred rows at a time."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM orders_cartline WHERE {condition}", [value])  # noqa: S608  # our own words


_WRITE = """
INSERT INTO orders_cartline (id, cart_id, variant_id, unit_code, choice, quantity, pack, added_at)
SELECT id, %s, variant_id, unit_code, choice, quantity, pack::jsonb, %s
  FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::numeric[], %s::text[])
    AS given (id, variant_id, unit_code, choice, quantity, pack)
    ON CONFLICT (cart_id, variant_id, unit_code, choice) DO UPDATE
   SET quantity = excluded.quantity, pack = excluded.pack
"""


def write(cart: Cart, rows: Collection[Row], added_at: datetime | None = None) -> None:
    """Set quantities by variant, unit and choice; one statement, which takes thousands of lines well."""
    values: list[Any] = [
        cart.pk,
        added_at or timezone.now(),
        [uuid7() for _each in rows],
        [row.variant_id for row in rows],
        [row.unit_code for row in rows],
        [row.choice for row in rows],
        [row.quantity for row in rows],
        [None if row.pack is None else json.dumps(row.pack) for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
