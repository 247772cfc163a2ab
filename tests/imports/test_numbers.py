"""What cells say: numbers that can be read in two ways are refused, never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from integrations.catalog_import import numbers, units
from integrations.catalog_import.cells import BadCell, Oddity, code_of, guarded, line_of_text, unguarded


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12", "", "12"),
        ("12,5", ",", "12.5"),
        ("2.67", ",", "2.67"),  # two digits after a point are no thousands, whatever the file does elsewhere
        ("1,250", ",", "1.250"),
        ("1.250", ".", "1.250"),
        ("0.250", ",", "0.250"),
        (".5", ".", "0.5"),
        ("1 234,50", ",", "1234.50"),
        ("1\u202f234,50", ",", "1234.50"),
        ("1\u00a0234", "", "1234"),
        ("1'234.50", ".", "1234.50"),
        ("1.234,56", "", "1234.56"),
        ("1,234.56", "", "1234.56"),
        ("1.234.567", "", "1234567"),
        ("1234,567", "", "1234.567"),
        ("-3,2", ",", "-3.2"),
    ],
)
def test_numbers(text, decimal, value):
    assert numbers.number(text, decimal) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "decimal", "counts"),
    [
        ("1,250,40", ",", False),
        ("1.250", ",", False),
        ("1,250", ".", False),
        ("1.250", "", False),
        ("1.000", ",", True),
        ("1,000", ",", True),
        ("1 00", ",", False),
        ("1..2", ".", False),
    ],
)
def test_ambiguous_numbers(text, decimal, counts):
    with pytest.raises(BadCell) as refused:
        numbers.number(text, decimal, counts=counts)
    assert refused.value.code == "number_ambiguous"


@pytest.mark.parametrize("text", ["douze", "12 pcs", "1e5", "", "NaN", "Infinity"])
def test_no_numbers(text):
    with pytest.raises(BadCell) as refused:
        numbers.number(text, ",")
    assert refused.value.code == "number_unreadable"


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("119,7 €", "119.7", "EUR"),
        ("€ 12,50", "12.50", "EUR"),
        ("12,50 EUR HT", "12.50", "EUR"),
        ("12,50 € H.T.", "12.50", "EUR"),
        ("$4.20", "4.20", "USD"),
        ("US$ 4.20", "4.20", "USD"),
        ("1 234,50 euros", "1234.50", "EUR"),
        ("12,50", "12.50", ""),
    ],
)
def test_prices(text, value, currency):
    assert numbers.amount(text, ",") == numbers.Amount(Decimal(value), currency)


@pytest.mark.parametrize("text", ["nous consulter", "Sur demande", "N.C.", "price on request", "POA", "Prix sur devis"])
def test_prices_on_request(text):
    assert numbers.amount(text, ",") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "price_missing"),
        ("-", "price_missing"),
        ("12 € TTC", "price_gross"),
        ("12 € / 13 $", "price_two_currencies"),
        ("1,250,40 €", "number_ambiguous"),
        ("=B2*2", "cell_formula"),
        ("#N/A", "cell_error"),
        ("cher", "number_unreadable"),
    ],
)
def test_bad_prices(text, code):
    with pytest.raises(BadCell) as refused:
        numbers.amount(text, ",")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("48h", 2), ("2 j", 2), ("1 semaine", 7), ("3 weeks", 21), ("stock", 0), ("En stock", 0), ("5", 5), ("", None),
        ("10 jours ouvrés", 10), ("2 mois", 60), ("36 h", 2), ("5 working days", 5),
    ],
)  # fmt: skip
def test_lead_times(text, days):
    assert numbers.lead_time(text) == days


@pytest.mark.parametrize(
    "cell", ["2031-03-04", "04/03/2031", "4.3.2031", "04-03-2031", Oddity("date", "2031-03-04 00:00:00")]
)
def test_days(cell):
    assert numbers.day(cell) == date(2031, 3, 4)


@pytest.mark.parametrize("cell", ["", "mars 2031", "31/02/2031", "2031", Oddity("error", "#N/A")])
def test_what_is_no_day(cell):
    with pytest.raises(BadCell) as refused:
        numbers.day(cell)
    assert refused.value.code == "day_unreadable"


@pytest.mark.parametrize("text", ["1-2 semaines", "bientôt", "24/48h", "demain"])
def test_unclear_lead_times(text):
    with pytest.raises(BadCell) as refused:
        numbers.lead_time(text)
    assert refused.value.code == "lead_time_unclear"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pièce", "H87"), ("Boîte", "XBX"), ("m²", "MTK"), ("xpx", "XPX"), ("BX", "XBX"), ("kg", "KGM"),
        ("mètre", "MTR"), ("Metres", "MTR"), ("mètre linéaire", "MTR"), ("mètre carré", "MTK"),
    ],
)  # fmt: skip
def test_units(text, code):
    assert units.unit_code(text) == code


@pytest.mark.parametrize(
    ("text", "basis"), [("cent", 100), ("le mille", 1000), ("C", 100), ("100", 100), ("pour 100", 100), ("pièce", 1)]
)
def test_price_bases(text, basis):
    assert units.price_basis(text) == basis


def test_several_units_in_one_cell():
    assert units.unit_list("XBX:100;XPX:4 800", ",") == [("XBX", Decimal(100)), ("XPX", Decimal(4800))]
    assert units.unit_list("boîte de 100 | palette=4800", ",") == [("XBX", Decimal(100)), ("XPX", Decimal(4800))]
    with pytest.raises(BadCell):
        units.unit_list("XBX:1.000", ",")


@pytest.mark.parametrize(
    ("cell", "code"),
    [(3760123456784, "3760123456784"), (Decimal("3760123456784.0"), "3760123456784"), (" A-1 ", "A-1"), ("007", "007")],
)
def test_references_stay_text(cell, code):
    assert code_of(cell) == code


@pytest.mark.parametrize(
    ("cell", "code"),
    [("3,76012E+12", "scientific"), (Oddity("date", "2026-02-01"), "cell_date"), ("=1+1", "cell_formula")],
)
def test_spoilt_references(cell, code):
    with pytest.raises(BadCell) as refused:
        code_of(cell)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cell", "text", "mended"),
    [
        ("<b>Vis</b> M8", "Vis M8", ["markup"]),
        ("Vis &amp; écrou", "Vis & écrou", ["markup"]),
        ("Ø < 5 mm > 2", "Ø < 5 mm > 2", []),
        ("Vis\nM8", "Vis M8", ["line_break"]),
        ("  Vis   M8 \u00a0", "Vis M8", []),
        ("Vis\x00 M8", "Vis M8", []),
        ("R\ufffdsistance", "R\ufffdsistance", ["undecodable"]),
        (12, "12", []),
    ],
)
def test_texts(cell, text, mended):
    assert line_of_text(cell) == (text, tuple(mended))


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2 douze", "@SUM(1)", "\tx"])
def test_downloads_are_guarded_and_read_back(text):
    if text != "+33":
        assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)).strip("'") == text.strip("'")


def test_negative_numbers_stay_numbers():
    assert guarded("-4,00") == "-4,00"
