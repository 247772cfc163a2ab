"""A company's new VAT number reaches its suppliers, and each asks the register about it."""

from __future__ import annotations

from uuid import UUID

from accounts.companies import give_vat_number
from core.actor import Actor
from core.db import atomic
from core.events import emit
from core.scope import current_scope
from customers.events import VatCheckWanted
from customers.models import Customer


@atomic
def give_number(*, number: str, actor: Actor) -> None:
    """Set the VAT number of the actor's company: at the current tenant at once, at its other suppliers in a moment.

    Raises NotAllowed, InvalidInput, InvalidLegalNumber, CompanyExists, each at ``vat_number``. Emits VatNumberGiven,
    VatCheckWanted.
    """
    given = give_vat_number(number=number, actor=actor)
    if given is not None:
        take_number(company_id=given.company_id, number=given.number, before=given.before)


@atomic
def take_number(*, company_id: UUID, number: str, before: str) -> bool:
    """Take over a company's number at the current tenant, and let the register be asked; answers whether it changed.

    A number that the supplier has put there itself stays: it was checked by hand. Emits VatCheckWanted.
    """
    tenant_id = current_scope().tenant_id
    rows = Customer.objects.select_for_update(of=("self",)).filter(company_id=company_id)
    customer = rows.filter(vat_number__in={"", before}).exclude(vat_number=number).first()
    if customer is None or tenant_id is None:
        return False
    customer.vat_number = number
    customer.save(update_fields=["vat_number"])
    emit(VatCheckWanted(tenant_id, customer.pk))
    return True
