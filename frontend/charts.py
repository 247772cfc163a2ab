"""Geometry of the charts that are drawn on the server as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 560
HEIGHT = 160
GAP = 4


@dataclass(frozen=True, slots=True)
class BarInput:
    """One bar: its label, its text and one value per series, bottom first."""

    label: str
    text: str
    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class BarPart:
    """One coloured piece of a bar; `series` counts from 1."""

    series: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A placed bar."""

    label: str
    text: str
    x: int
    width: int
    parts: tuple[BarPart, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """What `chart.bars` draws."""

    title: str
    width: int
    height: int
    bars: tuple[Bar, ...]
    legend: tuple[str, ...] = ()


def bar_chart(title: str, bars: Sequence[BarInput], legend: Sequence[str] = ()) -> BarChart:
    """Return a stacked bar chart of `bars`, scaled to the highest."""
    top = max((sum(bar.values, Decimal(0)) for bar in bars), default=Decimal(0)) or Decimal(1)
    slot = WIDTH // max(len(bars), 1)
    placed = tuple(
        Bar(bar.label, bar.text, index * slot, max(slot - GAP, 2), _parts(bar.values, top))
        for index, bar in enumerate(bars)
    )
    return BarChart(title, WIDTH, HEIGHT, placed, tuple(legend))


def _parts(values: Sequence[Decimal], top: Decimal) -> tuple[BarPart, ...]:
    parts: list[BarPart] = []
    floor = HEIGHT
    for series, value in enumerate(values, start=1):
        height = int(value * HEIGHT / top)
        if height > 0:
            floor -= height
            parts.append(BarPart(series, floor, max(height - 1, 1)))
    return tuple(parts)
