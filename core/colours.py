"""Colours by perceived lightness (OKLCH: Ottosson, 2020) and their contrast as WCAG 2 measures it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_HEX = re.compile(r"\A#[0-9a-f]{6}\Z")


@dataclass(frozen=True, slots=True)
class Oklch:
    """A colour by perceived lightness (0–1), chroma and hue (radians)."""

    lightness: float
    chroma: float
    hue: float


def is_colour(value: str) -> bool:
    """Return whether `value` is `#rrggbb` in lower case, the only form that reaches CSS."""
    return _HEX.match(value) is not None


def on_colour(background: str) -> str:
    """Return the text colour of a coloured ground: white when it is legible, else black."""
    return "#ffffff" if contrast("#ffffff", background) >= 4.5 else "#000000"


def darkened(colour: Oklch, grounds: tuple[str, ...], wanted: float) -> str:
    """Return `colour`, no lighter than needed to reach `wanted` on each of `grounds`."""
    low, high = 0.0, colour.lightness
    if _reaches(to_hex(colour), grounds, wanted):
        return to_hex(colour)
    for _step in range(12):
        middle = (low + high) / 2
        candidate = to_hex(Oklch(middle, colour.chroma, colour.hue))
        if _reaches(candidate, grounds, wanted):
            low = middle
        else:
            high = middle
    return to_hex(Oklch(low, colour.chroma, colour.hue))


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the WCAG 2 relative luminance of `#rrggbb`."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def to_oklch(colour: str) -> Oklch:
    """Convert `#rrggbb` to OKLCH."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def to_hex(colour: Oklch) -> str:
    """Convert OKLCH to `#rrggbb`; chroma is reduced until the screen can show it."""
    low, high = 0.0, colour.chroma
    linear = _to_linear(colour)
    if not _shown(linear):
        for _step in range(10):
            middle = (low + high) / 2
            if _shown(_to_linear(Oklch(colour.lightness, middle, colour.hue))):
                low = middle
            else:
                high = middle
        linear = _to_linear(Oklch(colour.lightness, low, colour.hue))
    return "#" + "".join(f"{_encoded(channel):02x}" for channel in linear)


def _to_linear(colour: Oklch) -> tuple[float, float, float]:
    a = colour.chroma * math.cos(colour.hue)
    b = colour.chroma * math.sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _shown(linear: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in linear)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _encoded(channel: float) -> int:
    value = min(max(channel, 0.0), 1.0)
    shown = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(shown * 255)


def _reaches(colour: str, grounds: tuple[str, ...], wanted: float) -> bool:
    return all(contrast(colour, ground) >= wanted for ground in grounds)
