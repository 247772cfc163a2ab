"""A tenant's two colours become tokens that keep their contrast, whatever was chosen.

Lightness is moved in OKLCH (Ottosson, 2020), contrast is measured as WCAG 2 does. Text
colours are derived against the darkest surface they can stand on, so that no page has to
check anything. `theme.css` is a file of the tenant's own host, cached for ever by its hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, reverse

from accounts.requests import Request
from core.colours import Oklch, darkened, is_colour, on_colour, to_hex, to_oklch

DEFAULT_PRIMARY = "#114b5f"
DEFAULT_RADIUS = 8
SURFACES = ("#ffffff", "#f3f5f7", "#e7ebef")
INK = "#14181d"
TEXT_CONTRAST = 4.6
UI_CONTRAST = 3.1
FORMULA = 1
"""Raise when the derivation changes: it is part of the file's hash."""

_RADII = (0, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class Theme:
    """The validated choices of a tenant; wrong values fall back to the platform's."""

    primary: str = DEFAULT_PRIMARY
    accent: str = ""
    radius: int = DEFAULT_RADIUS

    @property
    def version(self) -> str:
        """The hash that names this theme's file."""
        text = f"{FORMULA}|{self.primary}|{self.accent}|{self.radius}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def theme_of(request: Request) -> Theme:
    """Return the theme of the request's tenant, or the platform's own."""
    tenant = getattr(request, "tenant", None)
    primary = str(getattr(tenant, "primary", "") or "").lower()
    accent = str(getattr(tenant, "accent", "") or "").lower()
    radius = getattr(tenant, "radius", DEFAULT_RADIUS)
    return Theme(
        primary=primary if is_colour(primary) else DEFAULT_PRIMARY,
        accent=accent if is_colour(accent) else "",
        radius=radius if radius in _RADII else DEFAULT_RADIUS,
    )


def theme_href(request: Request) -> str:
    """Return the URL of the tenant's `theme.css`, hash included ("" where there is none)."""
    try:
        return f"{reverse('frontend:theme')}?v={theme_of(request).version}"
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=1024)
def css(theme: Theme) -> str:
    """Return the style sheet that sets the open tokens."""
    tokens = palette(theme.primary, theme.accent)
    tokens = {**tokens, "radius": f"{theme.radius}px", "radius-s": f"{max(theme.radius - 2, 0)}px"}
    body = ";".join(f"--{name}:{value}" for name, value in tokens.items())
    return f":root{{{body}}}\n"


def palette(primary: str, accent: str = "") -> Mapping[str, str]:
    """Return the brand tokens of two colours.

    Text tokens reach 4.6:1 on every surface and tint, control tokens 3.1:1, text on the
    brand colour 4.5:1 (black or white always does). Raises ValueError for a wrong colour.
    """
    for colour in (primary, accent or primary):
        if not is_colour(colour):
            message = f"not a colour of the form #rrggbb: {colour!r}"
            raise ValueError(message)
    base = to_oklch(primary)
    second = to_oklch(accent or primary)
    tint = to_hex(Oklch(0.968, min(base.chroma, 0.012), base.hue))
    tint_2 = to_hex(Oklch(0.925, min(base.chroma, 0.022), base.hue))
    grounds = (*SURFACES, tint, tint_2)
    hover = to_hex(Oklch(_shifted(base.lightness), base.chroma, base.hue))
    return {
        "brand": primary,
        "on-brand": on_colour(primary),
        "brand-hover": hover,
        "on-brand-hover": on_colour(hover),
        "brand-text": darkened(base, grounds, TEXT_CONTRAST),
        "brand-ui": darkened(base, grounds, UI_CONTRAST),
        "brand-tint": tint,
        "brand-tint-2": tint_2,
        "brand-soft": to_hex(Oklch(0.78, min(second.chroma, 0.06), second.hue)),
        "accent-text": darkened(second, grounds, TEXT_CONTRAST),
        "accent-ui": darkened(second, grounds, UI_CONTRAST),
    }


def _shifted(lightness: float) -> float:
    return lightness - 0.05 if lightness > 0.35 else lightness + 0.07
