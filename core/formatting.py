"""Money, quantities, dates and units as people of the current language write them (CLDR, by Babel)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, dates, numbers
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_LOCALES = {"fr": "fr_FR", "en": "en_GB"}

#: Names of UN/ECE Recommendation 20 and 21 codes that we sell in.
UNIT_CODES = (
    *("H87", "C62", "SET", "PR", "CEN", "MIL"),
    *("XPK", "XBX", "XCT", "XPX", "XRO", "XSA", "XLT"),
    *("KGM", "MTR", "MTK", "LTR"),
)


@lru_cache(maxsize=8)
def _parsed(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language.partition("-")[0], "en_GB"))


def locale() -> Locale:
    """Babel locale of the active language."""
    return _parsed(translation.get_language() or "en")


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, language: str) -> str:
    return str(numbers.format_currency(amount, currency, locale=_parsed(language)))


def money(amount: Decimal, currency: str = "EUR") -> str:
    """``1234.5`` as ``1 234,50 €`` or ``€1,234.50``."""
    return _money(amount, currency, translation.get_language() or "en")


def sums(amounts: Mapping[str, Decimal]) -> str:
    """Amounts by currency, as ``1 234,50 € + 80,00 $US``: never added to one another. Empty where all are zero."""
    return " + ".join(money(amount, code) for code, amount in sorted(amounts.items()) if amount)


def total(amounts: Mapping[str, Decimal]) -> str:
    """Amounts by currency as ``sums`` writes them, zero euros where there is nothing."""
    return sums(amounts) or money(Decimal(0))


@lru_cache(maxsize=8192)
def _unit_price(amount: Decimal, currency: str, language: str) -> str:
    parsed = _parsed(language)
    exponent = -int(amount.normalize().as_tuple().exponent)  # decimals that carry something
    decimals = min(max(exponent, 2), 6)
    if amount < 1 and decimals == 2:
        decimals = 3
    pattern = str(parsed.currency_formats["standard"].pattern).replace("0.00", "0." + "0" * decimals)
    return str(numbers.format_currency(amount, currency, pattern, locale=parsed, currency_digits=False))


def unit_price(amount: Decimal, currency: str = "EUR") -> str:
    """A price per unit with the decimals it has: at least two (three below one), at most six."""
    return _unit_price(amount, currency, translation.get_language() or "en")


@lru_cache(maxsize=4096)
def _number(value: Decimal, language: str) -> str:
    return str(numbers.format_decimal(value.normalize() if value else Decimal(0), locale=_parsed(language)))


def number(value: Decimal | int) -> str:
    """A quantity or count with grouping, without useless zeros."""
    return _number(Decimal(value), translation.get_language() or "en")


def exact(value: Decimal) -> str:
    """A number with all its decimals, in the language's way of writing."""
    return str(numbers.format_decimal(value, locale=locale(), decimal_quantization=False))


def plain(value: Decimal) -> str:
    """A number for machines and form values: a point, no grouping, no useless zeros."""
    return f"{value.normalize():f}"


def currency_symbol(currency: str) -> str:
    """How a currency is written beside an amount, such as ``€``."""
    return numbers.get_currency_symbol(currency, locale())


def percent(rate: Decimal) -> str:
    """A fraction as a percentage: ``0.2`` as ``20 %``."""
    return str(
        numbers.format_percent(rate, format="#,##0.## %" if locale().language == "fr" else "#,##0.##%", locale=locale())
    )


def day(value: date) -> str:
    """A date, short and unambiguous: ``24 nov. 2026``."""
    return str(dates.format_date(value, format="medium", locale=locale()))


def moment(value: datetime) -> str:
    """A date with its time in the current time zone."""
    local = timezone.localtime(value)
    return str(dates.format_datetime(local, format="d MMM y HH:mm", locale=locale()))


def clock(value: datetime) -> str:
    """Day and time without the year, for timelines."""
    return str(dates.format_datetime(timezone.localtime(value), format="d MMM HH:mm", locale=locale()))


def unit_name(code: str, quantity: Decimal | int = 1) -> str:
    """Name of a unit of measure or package (UN/ECE Rec 20/21), in the plural where ``quantity`` asks for it."""
    count = 2 if quantity > 1 else 1
    names = {
        "H87": ngettext("piece", "pieces", count),
        "C62": ngettext("unit", "units", count),
        "XPK": ngettext("pack", "packs", count),
        "XBX": ngettext("box", "boxes", count),
        "XCT": ngettext("carton", "cartons", count),
        "XPX": ngettext("pallet", "pallets", count),
        "XRO": ngettext("roll", "rolls", count),
        "XSA": ngettext("sack", "sacks", count),
        "XLT": ngettext("lot", "lots", count),
        "SET": ngettext("set", "sets", count),
        "PR": ngettext("pair", "pairs", count),
        "CEN": ngettext("hundred", "hundreds", count),
        "MIL": ngettext("thousand", "thousands", count),
        "KGM": _("kg"),
        "MTR": _("m"),
        "MTK": _("m²"),
        "LTR": _("l"),
    }
    return names.get(code, code)


def labelled(label: str, text: str) -> str:
    """``label: text`` with the language's space before the colon; the label alone when there is no text."""
    if not text:
        return label
    space = "\N{NO-BREAK SPACE}" if locale().language == "fr" else ""
    return f"{label}{space}: {text}"


def localised(french: str, english: str) -> str:
    """The text in the active language, else the other one."""
    first, second = (french, english) if (translation.get_language() or "en").startswith("fr") else (english, french)
    return first or second
