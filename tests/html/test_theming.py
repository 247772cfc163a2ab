"""A tenant may choose any colour: what is derived from it stays legible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st

from core import colours
from frontend import theming
from frontend.theme import views

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
INKS = ("#14181d", "#4a5561")


@given(COLOURS, COLOURS)
@example("#ffe600", "#ffd6e8")
@example("#808080", "#ffffff")
@example("#000000", "#ff0000")
@example("#0000ff", "#00ff00")
def test_every_colour_gives_a_legible_palette(primary: str, accent: str) -> None:
    tokens = theming.palette(primary, accent)
    assert all(colours.is_colour(value) for value in tokens.values())
    assert tokens["brand"] == primary
    assert colours.contrast(tokens["on-brand"], tokens["brand"]) >= 4.5
    assert colours.contrast(tokens["on-brand-hover"], tokens["brand-hover"]) >= 4.5
    grounds = (*theming.SURFACES, tokens["brand-tint"], tokens["brand-tint-2"])
    for ground in grounds:
        assert colours.contrast(tokens["brand-text"], ground) >= 4.5
        assert colours.contrast(tokens["accent-text"], ground) >= 4.5
        assert colours.contrast(tokens["brand-ui"], ground) >= 3
        assert all(colours.contrast(ink, ground) >= 4.5 for ink in INKS)


@given(COLOURS)
def test_oklch_there_and_back(colour: str) -> None:
    assert colours.to_hex(colours.to_oklch(colour)) == colour


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("value", ["", "red", "#fff", "#GG0000", "#114b5f;}", "#114b5f\n", "#114B5F", "114b5f"])
def test_nothing_but_a_colour_is_a_colour(value: str) -> None:
    assert not colours.is_colour(value)
    with pytest.raises(ValueError):
        theming.palette(value or "x")


@dataclass(frozen=True)
class Branded:
    name: str = "Visserie Nord"
    primary: str = "#ffe600"
    accent: str = ""
    radius: int = 4
    logo_url: str = ""


def _get(tenant: Branded | None, query: str = "") -> HttpResponse:
    request: Any = RequestFactory().get(f"/theme.css{query}")
    request.tenant = tenant
    return views.theme_css(request)


def test_the_style_sheet_carries_the_tenants_tokens_and_is_kept_by_its_hash() -> None:
    version = theming.Theme("#ffe600", "", 4).version
    response = _get(Branded(), f"?v={version}")
    text = response.content.decode()
    assert "--brand:#ffe600" in text
    assert "--on-brand:#000000" in text
    assert "--radius:4px" in text
    assert "immutable" in response["Cache-Control"]
    assert _get(Branded(), "?v=old")["Cache-Control"] == "no-cache"
    assert len(response.content) < 600


def test_wrong_branding_falls_back_and_never_reaches_the_style_sheet() -> None:
    response = _get(Branded(primary="#fff}body{display:none", accent="url(x)", radius=999))
    assert response.content == _get(None).content
    assert b"display" not in response.content


def test_two_tenants_have_two_hashes() -> None:
    assert theming.Theme("#114b5f").version != theming.Theme("#114b60").version
