"""Lines of carts as rows: read and written in as many statements for thousands of lines as for one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection
from django.utils import timezone

from catalog.keys import any_of
from core.ids import uuid7
from orders.lines import CheckedLine
from orders.models import Cart, CartLine
from orders.seen_prices import seen_now
from orders.wishes import Key, Seen


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is written."""

    variant_id: UUID
    unit_code: str
    choice: str
    quantity: Decimal
    pack: dict[str, Any] | None
    note: str = ""
    wanted_on: date | None = None
    address_id: UUID | None = None
    seen: Seen | None = None

    @property
    def key(self) -> Key:
        return self.variant_id, self.unit_code, self.choice, self.address_id, self.wanted_on, self.note

    def grown(self, other: Row) -> Row:
        """With as many more as ``other`` says."""
        return replace(other, quantity=self.quantity + other.quantity, seen=self.seen or other.seen)


def row_of(line: CheckedLine) -> Row:
    """The line as the cart keeps it."""
    content = line.pack.unpriced() if line.pack is not None else None
    return Row(
        line.wish.variant_id,
        line.unit.code if line.unit else "",
        content.choice if content is not None else line.wish.choice,
        line.wish.quantity,
        content.as_json() if content is not None else None,
        line.wish.note,
        line.wish.wanted_on,
        line.wish.address_id,
        line.wish.seen,
    )


def rows_of(cart: Cart, variant_ids: Iterable[UUID]) -> dict[Key, Row]:
    """The lines of these variants as they are; one statement."""
    lines = cart.lines.filter(variant_id__in=any_of(variant_ids))
    rows = [_as_row(line) for line in lines]
    return {row.key: row for row in rows}


def _as_row(line: CartLine) -> Row:
    goods = (line.variant_id, line.unit_code, line.choice, line.quantity, line.pack)
    return Row(*goods, line.note, line.wanted_on, line.address_id, line.seen)


def with_seen(checked: Sequence[CheckedLine], there: Mapping[Key, Row], rows: Mapping[Key, Row]) -> list[Row]:
    """What is to be written of ``rows`` and of those that are ``there``, with the prices that are seen from now on."""
    held = list({**there, **rows}.values())
    found = [replace(row, seen=seen) for row, seen in zip(held, seen_now(checked, held), strict=True)]
    return [row for row in found if row.key in rows or row.seen != there[row.key].seen]


def key_of(line: CartLine) -> Key:
    return line.variant_id, line.unit_code, line.choice, line.address_id, line.wanted_on, line.note


def renew_seen(checked: Sequence[CheckedLine], lines: Sequence[CartLine]) -> None:
    """Let lines say the prices that are seen from now on; they are not written."""
    for line, seen in zip(lines, seen_now(checked, lines), strict=True):
        see(line, seen)


def see(line: CartLine, seen: Seen | None) -> None:
    """Let a line say which price was seen; it is not written."""
    line.seen_price, line.seen_quantity = (seen.price, seen.quantity) if seen else (None, None)
    line.seen_currency = seen.currency if seen else ""


def replace_rows(rows: Iterable[CartLine], removed: Iterable[UUID]) -> None:
    """Write lines as they are now: two statements. Lines that have come to the same unit become one."""
    gone = set(removed)
    kept: dict[Key, CartLine] = {}
    before = []
    for row in rows:
        before.append(row.pk)
        if row.pk in gone:
            continue
        first = kept.setdefault(key_of(row), row)
        if first is not row:
            first.quantity += row.quantity
    delete("id = ANY(%s)", before)
    CartLine.objects.bulk_create(kept.values())


def delete(condition: LiteralString, value: UUID | list[UUID]) -> None:
    """One statement: a library listens to all deletions, which makes Django delete a hundred rows at a time."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM orders_cartline WHERE {condition}", [value])  # noqa: S608  # our own words


_WRITE = """
INSERT INTO orders_cartline (id, cart_id, variant_id, unit_code, choice, quantity, pack, note, wanted_on, address_id,
                             seen_price, seen_currency, seen_quantity, added_at)
SELECT id, %s, variant_id, unit_code, choice, quantity, pack::jsonb, note, wanted_on, address_id,
       seen_price, seen_currency, seen_quantity, %s
  FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::numeric[], %s::text[], %s::text[], %s::date[],
              %s::uuid[], %s::numeric[], %s::text[], %s::numeric[])
    AS given (id, variant_id, unit_code, choice, quantity, pack, note, wanted_on, address_id,
              seen_price, seen_currency, seen_quantity)
    ON CONFLICT (cart_id, variant_id, unit_code, choice, address_id, wanted_on, md5(note)) DO UPDATE
   SET quantity = excluded.quantity, pack = excluded.pack, seen_price = excluded.seen_price,
       seen_currency = excluded.seen_currency, seen_quantity = excluded.seen_quantity
"""


def write(cart: Cart, rows: Collection[Row], added_at: datetime | None = None) -> None:
    """Set lines by their keys; one statement, which takes thousands of lines well."""
    values: list[Any] = [
        cart.pk,
        added_at or timezone.now(),
        [uuid7() for _each in rows],
        [row.variant_id for row in rows],
        [row.unit_code for row in rows],
        [row.choice for row in rows],
        [row.quantity for row in rows],
        [None if row.pack is None else json.dumps(row.pack) for row in rows],
        [row.note for row in rows],
        [row.wanted_on for row in rows],
        [row.address_id for row in rows],
        [row.seen.price if row.seen else None for row in rows],
        [row.seen.currency if row.seen else "" for row in rows],
        [row.seen.quantity if row.seen else None for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
