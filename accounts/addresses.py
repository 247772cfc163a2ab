"""The address book of a company: where it takes deliveries and where invoices go."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.errors import UsualAddressNeeded
from accounts.models import BusinessUnit, Company, CompanyAddress
from accounts.policies import can_change_address, can_change_addresses, can_choose_addresses
from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class AddressData:
    """An address with what the driver must know. ``country`` is ISO 3166-1 alpha-2."""

    label: str
    street: str
    postal_code: str
    city: str
    country: str = "FR"
    contact: str = ""
    phone: str = ""
    opening_hours: str = ""
    unloading: str = ""
    access_notes: str = ""


@atomic
def add_address(*, company_id: UUID, data: AddressData, actor: Actor, unit_id: UUID | None = None) -> UUID:
    """Add an address to the actor's own company or to one of its sites; its first is the usual one.

    Raises NotAllowed, NotFound.
    """
    _lock_book(company_id, actor)
    _check_unit(company_id, unit_id, actor)
    first = not CompanyAddress.objects.filter(company_id=company_id).exists()
    return CompanyAddress.objects.create(company_id=company_id, is_default=first, unit_id=unit_id, **asdict(data)).id


@atomic
def change_address(
    *, company_id: UUID, address_id: UUID, data: AddressData, actor: Actor, unit_id: UUID | None = None
) -> None:
    """Write an address anew; documents keep what they were placed with. Raises NotAllowed, NotFound."""
    address = _locked(company_id, address_id, actor)
    _check_unit(company_id, unit_id, actor)
    CompanyAddress.objects.filter(pk=address.pk).update(unit_id=unit_id, **asdict(data))


@atomic
def remove_address(*, company_id: UUID, address_id: UUID, actor: Actor) -> None:
    """Take an address out of the book. Raises NotAllowed, NotFound, UsualAddressNeeded."""
    address = _locked(company_id, address_id, actor)
    if address.is_default:
        raise UsualAddressNeeded
    address.delete()


@atomic
def make_usual(*, company_id: UUID, address_id: UUID, actor: Actor) -> None:
    """Deliver here unless another address is chosen. Raises NotAllowed, NotFound."""
    address = _chosen(company_id, address_id, actor)
    CompanyAddress.objects.filter(company_id=company_id, is_default=True).update(is_default=False)
    CompanyAddress.objects.filter(pk=address.pk).update(is_default=True)


@atomic
def bill_to(*, company_id: UUID, address_id: UUID, actor: Actor) -> None:
    """Send invoices from now on to this address. Raises NotAllowed, NotFound."""
    address = _chosen(company_id, address_id, actor)
    CompanyAddress.objects.filter(company_id=company_id, is_billing=True).update(is_billing=False)
    CompanyAddress.objects.filter(pk=address.pk).update(is_billing=True)


def seen_addresses(company_id: UUID, unit_ids: frozenset[UUID] | None) -> QuerySet[CompanyAddress]:
    """The addresses of a company that somebody sees who sees these units: theirs, and those of the whole company."""
    rows = CompanyAddress.objects.filter(company_id=company_id)
    return rows if unit_ids is None else rows.filter(Q(unit=None) | Q(unit_id__in=unit_ids))


def billing_address(company_id: UUID) -> dict[str, str]:
    """Where invoices go: the billing address, else the usual one; empty without any. One statement."""
    rows = CompanyAddress.objects.filter(company_id=company_id)
    address = rows.order_by("-is_billing", "-is_default", "label", "id").first()
    return address.as_snapshot() if address else {}


def _locked(company_id: UUID, address_id: UUID, actor: Actor) -> CompanyAddress:
    _lock_book(company_id, actor)
    address = seen_addresses(company_id, actor.unit_ids).filter(pk=address_id).first()
    if address is None:
        raise NotFound
    if actor.kind != "system" and not can_change_address(actor, address.unit_id):
        raise NotAllowed
    return address


def _chosen(company_id: UUID, address_id: UUID, actor: Actor) -> CompanyAddress:
    """The address that is to serve the whole company."""
    address = _locked(company_id, address_id, actor)
    if actor.kind != "system" and not can_choose_addresses(actor):
        raise NotAllowed
    return address


def _check_unit(company_id: UUID, unit_id: UUID | None, actor: Actor) -> None:
    if unit_id is None:
        if actor.unit_ids is not None:
            raise NotAllowed
        return
    is_near = actor.unit_ids is None or unit_id in actor.unit_ids
    if not is_near or not BusinessUnit.objects.filter(pk=unit_id, company_id=company_id).exists():
        raise NotFound


def _lock_book(company_id: UUID, actor: Actor) -> None:
    """Everybody who writes the book takes its company first. Raises NotAllowed."""
    if actor.kind != "system" and (actor.company_id != company_id or not can_change_addresses(actor)):
        raise NotAllowed
    Company.objects.select_for_update(no_key=True).get(pk=company_id)
