"""How two colours come out: what is adjusted so that everything stays legible, and a small picture of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core import colours, formatting
from frontend import theming


@dataclass(frozen=True, slots=True)
class Preview:
    """The derived colours, and notes in words."""

    brand: str
    on_brand: str
    text: str
    tint: str
    soft: str
    radius: int
    notes: tuple[str, ...]


def preview(primary: str, accent: str, radius: int) -> Preview:
    """The preview of these choices; a colour that cannot be read counts as the platform's."""
    primary = primary.lower() if colours.is_colour(primary.lower()) else theming.DEFAULT_PRIMARY
    accent = accent.lower() if colours.is_colour(accent.lower()) else ""
    tokens = theming.palette(primary, accent)
    return Preview(
        brand=primary,
        on_brand=tokens["on-brand"],
        text=tokens["brand-text"],
        tint=tokens["brand-tint"],
        soft=tokens["brand-soft"],
        radius=radius,
        notes=_notes(primary, tokens["on-brand"], tokens["brand-text"]),
    )


def _notes(primary: str, on_brand: str, text: str) -> tuple[str, ...]:
    ratio = formatting.number(round(Decimal(colours.contrast(on_brand, primary)), 1))
    on_button = _("white") if on_brand == "#ffffff" else _("black")
    notes = [_("Text on your colour is %(colour)s: contrast %(ratio)s to 1.") % {"colour": on_button, "ratio": ratio}]
    if text == primary:
        notes.append(_("Links in your colour are legible as they are."))
    else:
        notes.append(
            _("Your colour is too light for links on white: they are darkened to %(colour)s.") % {"colour": text}
        )
    return tuple(notes)
