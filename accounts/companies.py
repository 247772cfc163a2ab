"""What is registered about a company, and the lock of who changes it, its people, roles or sites: facts stay true."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.errors import CompanyExists
from accounts.events import VatNumberGiven
from accounts.legal import clean_vat_number
from accounts.models import Company, CompanyUser
from accounts.policies import can_change_company
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import InvalidInput, NotAllowed
from core.events import emit


@atomic
def give_vat_number(*, number: str, actor: Actor) -> VatNumberGiven | None:
    """Set the VAT number of the actor's company; answers what has changed, nothing where it is the one that is known.

    Raises NotAllowed, InvalidInput, InvalidLegalNumber, CompanyExists, each at ``vat_number``. Emits VatNumberGiven.
    """
    if not can_change_company(actor):
        raise NotAllowed
    company_id = actor.require_company()
    lock_company(company_id, actor)
    company = Company.objects.get(pk=company_id)
    if not number.strip():
        raise InvalidInput(field="vat_number", reason=_("Give the number."))
    clean, before = clean_vat_number(number, siren=company.siren), company.vat_number
    if clean == before:
        return None
    company.vat_number = clean
    try:
        with savepoint():
            company.save(update_fields=["vat_number"])
    except IntegrityError as error:
        raise CompanyExists(field="vat_number") from error
    given = VatNumberGiven(company_id, clean, before)
    emit(given)
    return given


def lock_company(company_id: UUID, actor: Actor) -> None:
    """Wait for others who change this company. Raises NotAllowed for a member that has been taken out meanwhile."""
    Company.objects.select_for_update(no_key=True).get(pk=company_id)
    if not CompanyUser.objects.filter(company_id=company_id, user_id=actor.require_user(), role=actor.role).exists():
        raise NotAllowed
