"""An order that waits, as JSON and back: everything it will be written with, and its SHA-256.

The types of :class:`orders.placing.PricedLine` and ``OrderDetails`` say how a value is read back, so that a field that
is added to them is kept without a word here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints
from uuid import UUID

from agreements.services import Period
from catalog.packs.snapshots import PackSnapshot
from orders.placing import OrderDetails, PricedLine

Kept = TypeVar("Kept", PricedLine, OrderDetails)

_READ: Mapping[Any, Callable[[Any], Any]] = {
    Decimal: Decimal,
    UUID: UUID,
    date: date.fromisoformat,
    PackSnapshot: PackSnapshot.from_json,
}


@dataclass(frozen=True, slots=True)
class Content:
    """What will be ordered; with a ``period`` it is agreed for these days, and orders call off from it."""

    lines: tuple[PricedLine, ...]
    delivery_address: Mapping[str, str]
    details: OrderDetails
    period: Period | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "lines": [_values(line) for line in self.lines],
            "delivery_address": dict(self.delivery_address),
            "details": _values(self.details),
            **({"period": [self.period.starts_on.isoformat(), self.period.ends_on.isoformat()]} if self.period else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Content:
        return cls(
            lines=tuple(_read(PricedLine, line) for line in data["lines"]),
            delivery_address=data["delivery_address"],
            details=_read(OrderDetails, data["details"]),
            period=Period(*map(date.fromisoformat, data["period"])) if "period" in data else None,
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


def _values(kept: PricedLine | OrderDetails) -> dict[str, Any]:
    return {field.name: _plain(getattr(kept, field.name)) for field in fields(kept)}


def _read(kind: type[Kept], data: Mapping[str, Any]) -> Kept:
    readers = _LINE if kind is PricedLine else _DETAILS
    values: dict[str, Any] = {name: None if value is None else readers[name](value) for name, value in data.items()}
    return kind(**values)


def _readers(kind: type[Any]) -> dict[str, Callable[[Any], Any]]:
    return {name: _READ.get(_kind(hint), lambda value: value) for name, hint in get_type_hints(kind).items()}


def _kind(hint: Any) -> Any:
    """The type itself, of ``X | None`` it is X."""
    if not isinstance(hint, UnionType):
        return hint
    return next(part for part in get_args(hint) if part is not type(None))


_LINE, _DETAILS = _readers(PricedLine), _readers(OrderDetails)
