"""Legal numbers of companies, checked offline (python-stdnum)."""

from __future__ import annotations

from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number
from stdnum.fr import tva

from accounts.errors import InvalidLegalNumber


def clean_siren(text: str, *, field: str = "siren") -> str:
    """The nine digits of a SIREN, also from a SIRET. Raises InvalidLegalNumber."""
    digits = "".join(text.split())
    if not digits:
        return ""
    try:
        if len(digits) == 14:
            return str(siret_number.to_siren(siret_number.validate(digits)))
        return str(siren_number.validate(digits))
    except ValidationError as error:
        raise InvalidLegalNumber(field=field) from error


def clean_vat_number(text: str, *, siren: str = "", field: str = "vat_number") -> str:
    """A European VAT number in its compact form; a French one must belong to ``siren``. Raises InvalidLegalNumber."""
    if not text.strip():
        return ""
    try:
        number = str(vat.validate(text))
    except ValidationError as error:
        raise InvalidLegalNumber(field=field) from error
    if siren and number.startswith("FR") and number[4:] != siren:
        raise InvalidLegalNumber(field=field)
    return number


def french_vat_number(siren: str) -> str:
    """The VAT number that follows from a SIREN (key = (12 + 3 × SIREN mod 97) mod 97)."""
    key = (12 + 3 * (int(siren) % 97)) % 97
    return f"FR{tva.validate(f'{key:02d}{siren}')}"
