"""Which VAT a supply bears: a pure table from who sells, what, from where to where, to whom.

European directive 2006/112/EC in its French form; categories and reasons are those of EN 16931 (BT-151, BT-121).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.money import ZERO

#: Member states (2020 on); Northern Ireland counts as one for goods only.
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
NORTHERN_IRELAND = "XI"
#: Overseas departments that are an export for the VAT of the mainland (CGI art. 294).
FRENCH_EXPORT = frozenset(("GP", "MQ", "RE"))


class VatId(StrEnum):
    """What is known of the buyer's VAT number. Nobody answering is not a refusal: ``UNVERIFIED``."""

    NONE = "none"
    INVALID = "invalid"
    UNVERIFIED = "unverified"
    VALID = "valid"


class Outcome(StrEnum):
    TAXED = "taxed"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Supply:
    """One supply. Countries are ISO 3166, ``XI`` for Northern Ireland; ``vat_country`` is the buyer's VAT number's.

    ``rate`` is what the goods bear in the seller's country; ``is_collected`` says that the buyer takes them there.
    """

    rate: Decimal
    ship_to: str
    ship_from: str = "FR"
    seller_country: str = "FR"
    seller_is_exempt: bool = False
    buyer_is_business: bool = True
    buyer_country: str = "FR"
    vat_id: VatId = VatId.NONE
    vat_country: str = ""
    is_service: bool = False
    is_collected: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Category, reason of an exemption (VATEX), rate, and the key of the sentence that the invoice carries."""

    row: int
    category: str
    rate: Decimal
    vatex: str = ""
    mention: str = ""
    outcome: Outcome = Outcome.TAXED


def decide(supply: Supply) -> Decision:
    """The row of the table that holds for a supply."""
    if not supply.buyer_is_business:
        return Decision(13, "", ZERO, outcome=Outcome.REFUSED)
    if supply.seller_is_exempt:
        return Decision(10, "E", ZERO, "VATEX-FR-FRANCHISE", "franchise")
    return _service(supply) if supply.is_service else _goods(supply)


def _service(supply: Supply) -> Decision:
    """Where the buyer is established (directive, article 44; CGI art. 259, 1°), wherever it is performed.

    For services the overseas departments that are an export for goods are France.
    """
    is_overseas = supply.seller_country == "FR" and supply.buyer_country in FRENCH_EXPORT
    if is_overseas or supply.buyer_country == supply.seller_country:
        return Decision(1, "S", supply.rate)
    if supply.buyer_country not in EU:
        return Decision(9, "O", ZERO, "VATEX-EU-O", "not_subject")
    if _is_valid_abroad(supply, supply.seller_country) and supply.vat_country != NORTHERN_IRELAND:
        return Decision(8, "AE", ZERO, "VATEX-EU-AE", "reverse_charge")
    return Decision(8, "S", supply.rate)


def _goods(supply: Supply) -> Decision:
    if supply.is_collected and supply.ship_to != supply.ship_from:
        return Decision(7, "S", supply.rate)
    if supply.ship_to == supply.ship_from:
        return Decision(1, "S", supply.rate)
    if supply.ship_from == "FR" and supply.ship_to in FRENCH_EXPORT:
        return Decision(5, "G", ZERO, "VATEX-EU-G", "french_export")
    if supply.ship_to not in EU and supply.ship_to != NORTHERN_IRELAND:
        return Decision(4, "G", ZERO, "VATEX-EU-G", "export")
    return _within_europe(supply)


def _within_europe(supply: Supply) -> Decision:
    row = {"FR": 11, NORTHERN_IRELAND: 6}.get(supply.ship_to, 2)
    if _is_valid_abroad(supply, supply.ship_from):
        return Decision(row, "K", ZERO, "VATEX-EU-IC", "intra_community")
    held = supply.vat_id in (VatId.NONE, VatId.INVALID)
    return Decision(3, "S", supply.rate, outcome=Outcome.HELD if held else Outcome.TAXED)


def _is_valid_abroad(supply: Supply, home: str) -> bool:
    country = "GR" if supply.vat_country == "EL" else supply.vat_country
    return supply.vat_id == VatId.VALID and country != home and (country in EU or country == NORTHERN_IRELAND)
