"""What the table of VAT asks about seller and buyer, read along with a customer in the same statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from stdnum.eu import vat as european
from stdnum.exceptions import ValidationError

from accounts.legal import french_vat_number
from customers.enums import DoubtfulVat, VatOutcome, VatRegime
from customers.vat.taxes import EU, NORTHERN_IRELAND, Supply, VatId
from customers.vat.territories import territory

#: How long an answer of the register counts; it is asked again long before.
COUNTS = timedelta(days=30)

#: Seller, last answer about the buyer's number, and the buyer's usual address; of ``%s``, the tenant.
FACTS = """jsonb_build_object(
    'seller', (SELECT jsonb_build_object('country', country, 'vat_number', vat_number, 'siren', siren)
                 FROM vendors_vendor WHERE tenant_id = %s),
    'own', (SELECT jsonb_build_object('regime', regime, 'vat_number', vat_number, 'ship_from', ship_from,
                                       'doubtful', doubtful)
              FROM customers_sellervat),
    'check', (SELECT jsonb_build_object('outcome', outcome, 'source', source, 'checked_at', checked_at)
                FROM customers_vatcheck k
               WHERE k.customer_id = customers_customer.id AND k.number = customers_customer.vat_number
                 AND k.outcome IN ('valid', 'invalid')
               ORDER BY k.checked_at DESC, k.id DESC LIMIT 1),
    'place', (SELECT jsonb_build_object('country', country, 'postal_code', postal_code)
                FROM accounts_companyaddress a
               WHERE a.company_id = customers_customer.company_id ORDER BY is_default DESC, label, id LIMIT 1)
)"""


@dataclass(frozen=True, slots=True)
class VatFacts:
    """Seller and buyer for VAT. Countries are ISO 3166; ``place`` is where the buyer's goods usually go."""

    seller_country: str = "FR"
    ship_from: str = "FR"
    seller_number: str = ""
    seller_is_exempt: bool = False
    buyer_country: str = "FR"
    buyer_number: str = ""
    vat_id: VatId = VatId.NONE
    place: Mapping[str, str] = field(default_factory=dict)
    doubtful: DoubtfulVat = DoubtfulVat.TAXED

    @property
    def counts_as(self) -> VatId:
        """What the buyer's number is taken for: one in doubt is what its supplier decided."""
        is_trusted = self.vat_id == VatId.UNVERIFIED and self.doubtful == DoubtfulVat.ACCEPT
        return VatId.VALID if is_trusted else self.vat_id

    @property
    def vat_country(self) -> str:
        """The country of the buyer's number, ``GR`` for Greece; empty without one."""
        return territory(self.buyer_number[:2])

    def destination(self, place: Mapping[str, str] | None) -> str:
        """Where goods go for VAT; where no address says so, to the buyer's country."""
        known = place if place and place.get("country") else self.place
        return territory(known.get("country") or self.buyer_country, known.get("postal_code", ""))

    def supply(
        self, rate: Decimal, destination: str, *, is_service: bool = False, is_collected: bool = False
    ) -> Supply:
        """One supply to this buyer as the table wants it."""
        return Supply(
            rate=rate,
            ship_to=destination,
            ship_from=self.ship_from,
            seller_country=self.seller_country,
            seller_is_exempt=self.seller_is_exempt,
            buyer_country=self.buyer_country,
            vat_id=self.counts_as,
            vat_country=self.vat_country,
            is_service=is_service,
            is_collected=is_collected,
        )


#: Seller and buyer in France.
DOMESTIC = VatFacts()


def facts_from(data: Mapping[str, Any], *, country: str, number: str, now: datetime | None = None) -> VatFacts:
    """The facts about a customer of this country with this VAT number, from what :data:`FACTS` reads."""
    seller, own = data.get("seller") or {}, data.get("own") or {}
    home = seller.get("country") or "FR"
    return VatFacts(
        seller_country=territory(home),
        ship_from=territory(own.get("ship_from") or home),
        seller_number=seller_number(seller, own),
        seller_is_exempt=own.get("regime") == VatRegime.FRANCHISE,
        buyer_country=territory(country),
        buyer_number=number,
        vat_id=state_of(number, data.get("check"), now or timezone.now()),
        place=data.get("place") or {},
        doubtful=DoubtfulVat(own.get("doubtful") or DoubtfulVat.TAXED),
    )


def seller_number(registered: Mapping[str, str], own: Mapping[str, str]) -> str:
    """The seller's VAT number: its own word, else that of its registration, else what follows from its SIREN."""
    number = own.get("vat_number") or registered.get("vat_number") or ""
    is_french = registered.get("country", "FR") == "FR" and own.get("regime") != VatRegime.FRANCHISE
    return number or (french_vat_number(registered["siren"]) if is_french and registered.get("siren") else "")


def state_of(number: str, check: Mapping[str, str] | None, now: datetime) -> VatId:
    """What is known of a VAT number, from the last answer about it; one checked by hand counts until the next."""
    if not number:
        return VatId.NONE
    if not is_well_formed(number):
        return VatId.INVALID
    if check is None:
        return VatId.UNVERIFIED
    if check["outcome"] == VatOutcome.INVALID:
        return VatId.INVALID
    is_recent = check["source"] == "manual" or datetime.fromisoformat(check["checked_at"]) > now - COUNTS
    return VatId.VALID if is_recent else VatId.UNVERIFIED


def is_well_formed(number: str) -> bool:
    """Whether this can be a European VAT number by its country's rules, check digits among them.

    Northern Ireland's are the British ones, which the library no longer knows as European: nine or twelve digits.
    """
    if number.startswith(NORTHERN_IRELAND):
        return number[2:].isdigit() and len(number) in (11, 14)
    try:
        european.validate(number)
    except ValidationError:
        return False
    return territory(number[:2]) in EU


def is_asked(seller_country: str, number: str) -> bool:
    """Whether the answer about a number decides anything: one of the seller's own country bears its tax anyway."""
    return is_well_formed(number) and territory(number[:2]) != seller_country
