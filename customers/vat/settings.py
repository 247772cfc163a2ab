"""How the tenant itself stands to VAT: its regime, its number, and where its goods leave from."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from accounts.legal import clean_vat_number
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput
from customers import policies
from customers.enums import DoubtfulVat, VatRegime
from customers.models import SellerVat


@dataclass(frozen=True, slots=True)
class SellerVatData:
    """What is empty is as in the company's registration: its number, its country."""

    regime: str = VatRegime.NORMAL.value
    vat_number: str = ""
    ship_from: str = ""
    doubtful: str = DoubtfulVat.TAXED.value


def own_vat() -> dict[str, str]:
    """The tenant's own settings; one statement."""
    return asdict(seller_vat())


def seller_vat() -> SellerVatData:
    """The tenant's own settings; one statement."""
    row = SellerVat.objects.first()
    return SellerVatData() if row is None else SellerVatData(row.regime, row.vat_number, row.ship_from, row.doubtful)


@atomic
def set_seller_vat(*, data: SellerVatData, actor: Actor) -> None:
    """Decide it, for orders from now on. Raises NotAllowed, InvalidInput, InvalidLegalNumber."""
    policies.require_decide(actor)
    if data.doubtful not in DoubtfulVat.values:
        raise InvalidInput(field="doubtful", reason=_("There is no such choice."))
    if data.regime not in VatRegime.values:
        raise InvalidInput(field="regime", reason=_("There is no such choice."))
    values = asdict(data) | {"vat_number": clean_vat_number(data.vat_number)}
    SellerVat.objects.update_or_create(only=True, defaults=values)
