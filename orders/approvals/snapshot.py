"""An order that waits, as JSON and back: everything it will be written with, and its SHA-256.

The types of :class:`orders.placing.PricedLine` say how a value is read back, so that a field that is added to it is
kept without a word here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, get_args, get_type_hints
from uuid import UUID

from catalog.packs.snapshots import PackSnapshot
from orders.placing import PricedLine

_READ: Mapping[Any, Callable[[Any], Any]] = {
    Decimal: Decimal,
    UUID: UUID,
    date: date.fromisoformat,
    PackSnapshot: PackSnapshot.from_json,
}


@dataclass(frozen=True, slots=True)
class Content:
    """What will be ordered."""

    lines: tuple[PricedLine, ...]
    delivery_address: Mapping[str, str]
    po_number: str = ""
    cost_centre_code: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "lines": [{field.name: _plain(getattr(line, field.name)) for field in fields(line)} for line in self.lines],
            "delivery_address": dict(self.delivery_address),
            "po_number": self.po_number,
            "cost_centre_code": self.cost_centre_code,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Content:
        return cls(
            lines=tuple(_line(line) for line in data["lines"]),
            delivery_address=data["delivery_address"],
            po_number=data["po_number"],
            cost_centre_code=data["cost_centre_code"],
        )


def digest_of(content: Mapping[str, Any], sums: Sequence[Decimal | str]) -> str:
    """SHA-256 of a content as JSON with its totals: what an approver saw."""
    text = json.dumps([content, [_total(value) for value in sums]], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _total(value: Decimal | str) -> str:
    return value if isinstance(value, str) else f"{value:.4f}"


def _plain(value: Any) -> Any:
    if isinstance(value, PackSnapshot):
        return value.as_json()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def _line(data: Mapping[str, Any]) -> PricedLine:
    readers = _readers()
    values: dict[str, Any] = {name: None if value is None else readers[name](value) for name, value in data.items()}
    return PricedLine(**values)


@cache
def _readers() -> dict[str, Callable[[Any], Any]]:
    return {name: _READ.get(_kind(hint), lambda value: value) for name, hint in get_type_hints(PricedLine).items()}


def _kind(hint: Any) -> Any:
    """The type itself, of ``X | None`` it is X."""
    if not isinstance(hint, UnionType):
        return hint
    return next(part for part in get_args(hint) if part is not type(None))
