"""The normaliser: what must be the same word, what must not, and that nothing breaks it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.normalise import MAX_QUERY_WORDS, MAX_WORD, code_form, index_text, natural_text, query_words, words
from search.stemming import STOP_WORDS, stem

ANYTHING = st.text(max_size=200) | st.text(alphabet=string.printable + "éèçœØ×½°µ²«»’", max_size=200)


def forms(text: str) -> list[str]:
    return [word.form for word in words(text)]


@pytest.mark.parametrize(
    "same",
    [
        ("écrou", "ECROUS", "Écrous", "ecrou"),
        ("œillet", "oeillets", "OEILLET"),
        ("batterie", "batteries", "battery"),
        ("tuyau", "tuyaux"),
        ("métal", "métaux"),
        ("noir", "noire", "noirs", "noires"),
        ("isolé", "isolée", "isolés", "isolées"),
        ("box", "boxes"),
        ("2,5 mm²", "2.5mm2", "2,5 mm carrés", "2.5 sq mm", "2,5 MM²"),
        ("M8 x 40", "m8x40", "M8*40", "M8×40", "M8 X 40 mm"),
        ("200 x 100 x 50", "200x100x50mm", "200 mm x 100 mm x 50 mm"),
        ("3G2,5", "3g2.5", "3G 2,5 mm²"),
        ("DIN 933", "din933", "DIN-933"),
        ("IP 65", "ip65", "IP-65"),
        ("EN 388", "en388"),
        ("Ø 8,5", "ø8.5", "diamètre 8,5", "diam. 8.5", "⌀8,5"),
        ('1/2"', "½ pouce", "1/2 inch", "1/2''"),
        ("10 mètres", "10m", "10 meters"),
        ("16 A", "16 ampères", "16a"),
        ("90 °C", "90°c"),
        ("10 µm", "10 μm", "10 microns"),
        ("anti-chute", "antichute", "anti‑chute"),
        ("tournevis",),
    ],
)
def test_same_word(same: tuple[str, ...]) -> None:
    assert {tuple(forms(text)) for text in same} == {(forms(same[0])[0],)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vis", "vi"),
        ("2,5", "25"),
        ("1/2", "12"),
        ("M8x40", "M84x0"),
        ("gris", "grille"),
        ("inox", "ino"),
        ("3G2,5", "3G25"),
    ],
)
def test_different_words(one: str, other: str) -> None:
    assert forms(one) != forms(other)


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("M8 x 40 mm", {"m8", "40", "40mm"}),
        ("3G2,5", {"3g", "2p5mm2"}),
        ("DIN EN ISO 4014", {"iso4014", "din4014", "en4014", "4014"}),
        ("Ø 8,5", {"d8p5", "8p5"}),
        ("anti-chute", {"anti", "chut"}),
        ("24 V", {"24v", "24"}),
        ("câble 4 x 1,5 mm²", {"4x1p5", "1p5mm2"}),
    ],
)
def test_index_has_the_parts(text: str, also: set[str]) -> None:
    assert also <= set(index_text(text).split())


def test_little_words_are_left_out_of_a_query_unless_there_is_nothing_else() -> None:
    assert [word.form for word in query_words("la vis de l'écrou")] == ["vis", "ecrou"]
    assert [word.form for word in query_words("de la")] == ["de", "la"]


@pytest.mark.parametrize(
    ("texts", "ordered"),
    [
        (["M10", "M4", "M3"], ["M3", "M4", "M10"]),
        (["2,5 mm²", "10 mm²", "1,5 mm²", "2,25 mm²"], ["1,5 mm²", "2,25 mm²", "2,5 mm²", "10 mm²"]),
        (["Zinc", "école", "Eau", "îlot"], ["Eau", "école", "îlot", "Zinc"]),
    ],
)
def test_natural_order(texts: list[str], ordered: list[str]) -> None:
    assert sorted(texts, key=natural_text) == ordered


@pytest.mark.parametrize(
    ("text", "code"),
    [("VTH-08.040/A2", "vth08040a2"), (" 3017 6204 22003 ", "3017620422003"), ("É-1", "e1"), ("—", "")],
)
def test_code_form(text: str, code: str) -> None:
    assert code_form(text) == code


@given(ANYTHING)
def test_never_raises_and_gives_clean_words(text: str) -> None:
    for word in words(text):
        for form in (word.form, *word.parts, *word.extras):
            assert form
            assert not any(character.isspace() for character in form)
            assert len(form) <= MAX_WORD
            form.encode()
    assert len(query_words(text)) <= MAX_QUERY_WORDS
    natural_text(text).encode()
    assert code_form(text).isascii()


@given(ANYTHING)
def test_index_has_every_word_of_the_query(text: str) -> None:
    """Whoever types a name as it stands in the catalogue finds it."""
    assert {word.form for word in query_words(text)} <= set(index_text(text[:256]).split())


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèàçôû0123456789 -x,./", max_size=80))
def test_case_and_accents_do_not_count(text: str) -> None:
    assert forms(text.upper()) == forms(text) == forms(text.lower())


@given(st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=20))
def test_stem_is_never_empty_and_serves_plural(word: str) -> None:
    assert stem(word)
    assert all(stem(little) for little in STOP_WORDS)


@given(st.text(max_size=20_100))
def test_long_texts(text: str) -> None:
    index_text(text * 3)


def test_time_grows_with_length_only() -> None:
    """No pattern backtracks: hostile repetition of what patterns are made of is read in moments."""
    for piece in ("1x", "1 x ", "din ", "1.", "a-", "1/2", "m8 x 40 ", "ø 1", "1 ", "0 " * 50, 'mm "'):
        assert list(words(piece * (20_000 // len(piece)))) is not None
