"""Values of letters that are written out in each reader's language, and kept for the centre as what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import formatting


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money."""

    amount: Decimal
    currency: str

    def __call__(self) -> str:
        return formatting.money(self.amount, self.currency)

    def kept(self) -> dict[str, list[str]]:
        return {"money": [str(self.amount), self.currency]}


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    day: date

    def __call__(self) -> str:
        return formatting.day(self.day)

    def kept(self) -> dict[str, str]:
        return {"day": self.day.isoformat()}


class _Names:
    """Notes which names a pattern asks for."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __getitem__(self, name: str) -> str:
        self.found.append(name)
        return ""


def kept_values(pattern: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry keeps of a letter's values: those that its title names."""
    names = _Names()
    _text = str(pattern) % names
    return {name: _kept(values[name]) for name in names.found}


def written_out(words: Mapping[str, Any]) -> dict[str, str]:
    """The kept values in the active language."""
    return {name: _written(value) for name, value in words.items()}


def _kept(value: Any) -> Any:
    return value.kept() if isinstance(value, Amount | Day) else str(value)


def _written(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "money" in value:
        amount, currency = value["money"]
        return formatting.money(Decimal(amount), currency)
    return formatting.day(date.fromisoformat(value["day"]))
