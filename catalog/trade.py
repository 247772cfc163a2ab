"""Numbers that trade and customs give to goods, checked: GTIN, country of origin, CN code, UN number."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.formatting import locale

#: Territories of CLDR that are no countries of ISO 3166-1.
_NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
_GTIN_LENGTHS = (8, 12, 13, 14)


def gtin(text: str, *, field: str = "gtin") -> str:
    """A GTIN-8, 12, 13 or 14 with its check digit right, without spaces; "" for none. Raises InvalidInput."""
    digits = re.sub(r"[\s-]", "", text)
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit() and len(digits) in _GTIN_LENGTHS):
        raise InvalidInput(field=field, reason=_("A GTIN has 8, 12, 13 or 14 digits."))
    if not is_gtin(digits):
        raise InvalidInput(field=field, reason=_("The check digit of this GTIN is wrong: compare it with the label."))
    return digits


def is_gtin(digits: str) -> bool:
    """Whether these are a GTIN's digits: their number, and the last one computed from the others (GS1)."""
    if len(digits) not in _GTIN_LENGTHS or not (digits.isascii() and digits.isdigit()):
        return False
    return (sum(map(int, digits[::-2])) + 3 * sum(map(int, digits[-2::-2]))) % 10 == 0


def country_names() -> dict[str, str]:
    """Names of countries in the active language by ISO 3166-1 code, in alphabetical order."""
    names = locale().territories
    found = {code: str(name) for code, name in names.items() if len(code) == 2 and code not in _NOT_COUNTRIES}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def country(text: str, *, field: str = "origin_country") -> str:
    """A country's ISO 3166-1 code; "" for none. Raises InvalidInput."""
    code = text.strip().upper()
    if code and code not in country_names():
        raise InvalidInput(field=field, reason=_("This is no country of ISO 3166, such as FR."))
    return code


def country_name(code: str) -> str:
    """The country's name in the active language; the code where it has none."""
    return str(locale().territories.get(code, code))


def customs_code(text: str, *, field: str = "customs_code") -> str:
    """A code of the Combined Nomenclature: eight digits; "" for none. Raises InvalidInput."""
    digits = re.sub(r"[\s.]", "", text)
    if digits and not re.fullmatch(r"[0-9]{8}", digits):
        raise InvalidInput(field=field, reason=_("A customs code (CN) has eight digits, such as 7318 15 35."))
    return digits


def un_number(text: str, *, is_dangerous: bool, field: str = "un_number") -> str:
    """A UN number of dangerous goods: four digits; "" for none. Raises InvalidInput."""
    digits = text.strip().upper().removeprefix("UN").strip()
    if digits and not re.fullmatch(r"[0-9]{4}", digits):
        raise InvalidInput(field=field, reason=_("A UN number has four digits, such as 1263."))
    if digits and not is_dangerous:
        raise InvalidInput(field=field, reason=_("Only dangerous goods have a UN number."))
    return digits
