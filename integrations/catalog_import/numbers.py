"""Numbers of price lists: quantities, prices with currencies, days. What can be read in two ways is refused."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from integrations.catalog_import.cells import (
    BadCell,
    Cell,
    Oddity,
    check_formula,
    fold,
    format_number,
    printable,
    shown,
)

_PLAIN = re.compile(r"[+-]?\d+")
_SPACED = re.compile(r"[+-]?\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?")
_ONE_SEPARATOR = re.compile(r"([+-]?)(\d*)([.,])(\d+)")
_GROUPS_AND_DECIMALS = re.compile(r"[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:,\d{3})+\.\d+)")
_REPEATED_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,})")
_DIGITS_ONLY = re.compile(r"[\d\s.,'’+-]+")

_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "US$": "USD"}
CURRENCIES = frozenset(
    re.findall(
        "[A-Z]{3}",
        "EUR USD GBP CHF CAD AUD JPY CNY SEK NOK DKK PLN CZK HUF RON BGN TRY MAD TND DZD XOF XAF XPF INR BRL MXN ZAR",
    )
)
_CURRENCY = re.compile(r"(US\$|[€$£¥]|\b[A-Z]{3}\b|\beuros?\b)", re.IGNORECASE)
_NET = re.compile(r"\b(H\.?\s?T\.?|net)(?=\W|$)", re.IGNORECASE)
_GROSS = re.compile(r"\b(T\.?T\.?C\.?|incl\.?)(?=\W|$)", re.IGNORECASE)
_ON_REQUEST = re.compile(
    r"(?:prix )?(?:nous consulter|a consulter|sur (?:demande|devis|consultation)|a la demande|n ?c|"
    r"(?:price )?on (?:request|application)|p ?o ?a|(?:please )?(?:call|ask|contact us|inquire)|tbd|tba|consult(?:er)?)"
)
_NO_PRICE = frozenset({"no price", "sans prix", "aucun prix"})
_DIGITS = "0123456789"
_NOTHING = frozenset({"-", "--", "—", "–", "/", "n/a", "na", "."})


def number(cell: Cell, decimal: str, *, counts: bool = False) -> Decimal:
    """The number in a cell. ``decimal`` is the file's decimal separator, empty when the file does not show one.

    ``counts``: pieces are counted, so that ``1.000`` and ``1,000`` may be one or a thousand. Raises BadCell.
    """
    if isinstance(cell, str):
        return _from_text(cell, decimal, counts=counts)
    if isinstance(cell, Oddity):
        raise BadCell(f"cell_{cell.kind}")
    return Decimal(cell) if isinstance(cell, int) else Decimal(format_number(cell))


@lru_cache(maxsize=16_384)
def _from_text(written: str, decimal: str, *, counts: bool) -> Decimal:
    text = printable(written).strip()
    check_formula(text)
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if match := _ONE_SEPARATOR.fullmatch(text):
        if _is_ambiguous(match, decimal, counts=counts):
            raise BadCell("number_ambiguous")
        return Decimal(f"{match[1]}{match[2] or 0}.{match[4]}")
    if _SPACED.fullmatch(text):
        return Decimal(re.sub(r"[ '’]", "", text).replace(",", "."))
    if _GROUPS_AND_DECIMALS.fullmatch(text):
        last = max(text.rfind(","), text.rfind("."))
        return Decimal(re.sub(r"[.,]", "", text[:last]) + "." + text[last + 1 :])
    if _REPEATED_GROUPS.fullmatch(text):
        return Decimal(re.sub(r"[.,]", "", text))
    raise BadCell("number_ambiguous" if _DIGITS_ONLY.fullmatch(text) else "number_unreadable")


def _is_ambiguous(match: re.Match[str], decimal: str, *, counts: bool) -> bool:
    """Whether the one separator may stand before decimals or before thousands."""
    could_be_thousands = len(match[4]) == 3 and 1 <= len(match[2]) <= 3 and match[2][0] != "0"
    return could_be_thousands and (counts or match[3] != decimal)


@dataclass(frozen=True, slots=True)
class Amount:
    """A price as it stands in the file; the currency only when the cell names one."""

    value: Decimal
    currency: str = ""


def amount(cell: Cell, decimal: str) -> Amount | None:
    """The price in a cell, or None when it is on request. Raises BadCell (``price_missing`` for an empty one)."""
    return _amount(cell, decimal) if isinstance(cell, str) else Amount(number(cell, decimal))


def is_no_price(cell: Cell) -> bool:
    """Whether a cell says in words that goods have no price in this list: other than an empty one, that is meant."""
    return isinstance(cell, str) and len(cell) < 20 and cell[:1] not in _DIGITS and fold(cell) in _NO_PRICE


@lru_cache(maxsize=16_384)
def _amount(written: str, decimal: str) -> Amount | None:
    text = printable(written).strip()
    if not text or text.lower() in _NOTHING:
        raise BadCell("price_missing")
    if _PLAIN.fullmatch(text) or _ONE_SEPARATOR.fullmatch(text):
        return Amount(number(text, decimal))
    check_formula(text)
    if _ON_REQUEST.fullmatch(fold(text)):
        return None
    return _worded_amount(text, decimal)


def _worded_amount(text: str, decimal: str) -> Amount:
    """A price with its currency or ``HT`` around it."""
    if _GROSS.search(text):
        raise BadCell("price_gross")
    names = [name for name in _CURRENCY.findall(text) if currency_code(name)]
    currencies = {currency_code(name) for name in names}
    if len(currencies) > 1:
        raise BadCell("price_two_currencies")
    bare = _NET.sub(" ", text)
    for name in names:
        bare = bare.replace(name, " ")
    return Amount(number(" ".join(bare.split()), decimal), next(iter(currencies), ""))


def currency_code(text: str) -> str:
    """ISO 4217 code of what is written, or an empty text."""
    name = text.strip()
    if name.lower() in ("euro", "euros"):
        return "EUR"
    code = _SYMBOLS.get(name, name.upper())
    return code if code in CURRENCIES else ""


_DAYS = re.compile(
    r"(?P<many>\d{1,3})\s*(?P<unit>h|heures?|hours?|hrs?|j|jrs?|jours?|jours? ouvr\w*|d|days?|"
    r"(?:working|business) days?|s|sem|semaines?|w|wks?|weeks?|mois|months?)?"
)
_NOW = frozenset(
    {"stock", "en stock", "in stock", "sur stock", "ex stock", "immediat", "immediate", "immediately", "disponible"}
)


def lead_time(cell: Cell) -> int | None:
    """Days until delivery: ``2 j``, ``48h``, ``1 semaine``, ``3 weeks``, ``stock``; None when nothing is said.

    Hours count as days begun. Raises BadCell.
    """
    text = fold(shown(cell)) if not isinstance(cell, Oddity) else ""
    if isinstance(cell, Oddity):
        raise BadCell("lead_time_unclear")
    if not text:
        return None
    if text in _NOW:
        return 0
    match = _DAYS.fullmatch(text)
    if match is None:
        raise BadCell("lead_time_unclear")
    many, unit = int(match["many"]), match["unit"] or "d"
    if unit.startswith("h"):
        return -(-many // 24)
    if unit.startswith(("s", "w")) and not unit.startswith("wo"):
        return many * 7
    return many * 30 if unit.startswith("mo") else many


_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")


def day(cell: Cell) -> date:
    """A day: ``2027-03-31``, ``31/03/2027``, or a date of a workbook. Raises BadCell ``day_unreadable``."""
    is_date = isinstance(cell, Oddity) and cell.kind == "date"
    text = shown(cell)[:10] if is_date else shown(cell).strip()
    for form in _DATES[:1] if is_date else _DATES:
        with suppress(ValueError):
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
    raise BadCell("day_unreadable")


_NONE_LEFT = frozenset(
    {"rupture", "en rupture", "rupture de stock", "epuise", "out of stock", "sold out", "non", "no", "aucun", "none"}
)


def stock(cell: Cell, decimal: str) -> Decimal | None:
    """Pieces on hand; None when nothing is said. Raises BadCell: ``stock_unclear``, ``stock_negative``, ambiguous."""
    if isinstance(cell, str):
        if not cell.strip():
            return None
        if cell[0] not in _DIGITS and fold(cell) in _NONE_LEFT:
            return Decimal(0)
    try:
        count = number(cell, decimal, counts=True)
    except BadCell as error:
        raise BadCell("stock_unclear" if error.code == "number_unreadable" else error.code) from error
    if count < 0:
        raise BadCell("stock_negative")
    return count
