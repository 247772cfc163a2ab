"""What screens ask about companies, their people and addresses, and about a tenant's staff."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.addresses import AddressData, seen_addresses
from accounts.enums import CompanyRole, StaffRole
from accounts.models import Company, CompanyAddress, CompanyUser, StaffMembership
from core import formatting


@dataclass(frozen=True, slots=True)
class CompanyProfile:
    """A company as its own page shows it."""

    id: UUID
    legal_name: str
    siren: str
    vat_number: str
    country: str
    created_text: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    name: str
    email: str
    role_text: str
    unit_text: str = ""


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An address; ``text`` is all of it on one line, ``driver_text`` what a driver must know."""

    id: UUID
    label: str
    text: str
    contact_text: str
    driver_text: str
    use_text: str
    is_default: bool
    country: str = ""
    postal_code: str = ""
    unit_id: UUID | None = None

    @property
    def place(self) -> dict[str, str]:
        """What VAT asks about it."""
        return {"country": self.country, "postal_code": self.postal_code}


@dataclass(frozen=True, slots=True)
class BookedAddress:
    """An address as it is written in the book, and what it is used for."""

    data: AddressData
    is_default: bool
    is_billing: bool
    unit_id: UUID | None = None

    def as_form(self) -> dict[str, str]:
        return asdict(self.data) | {"unit": self.unit_id.hex if self.unit_id else ""}


@dataclass(frozen=True, slots=True)
class StaffRow:
    user_id: UUID
    name: str
    role_text: str


def company_profile(company_id: UUID) -> CompanyProfile | None:
    """One company; one statement."""
    row = Company.objects.filter(pk=company_id).first()
    if row is None:
        return None
    return CompanyProfile(
        id=row.id,
        legal_name=row.legal_name,
        siren=row.siren,
        vat_number=row.vat_number,
        country=row.country,
        created_text=formatting.day(row.created_at.date()),
    )


def members_of(company_id: UUID) -> list[MemberRow]:
    """The people of a company by name; one statement."""
    rows = CompanyUser.objects.select_related("user", "custom_role", "unit")
    return [
        MemberRow(
            row.user.name,
            row.user.email,
            str(row.custom_role or CompanyRole(row.role).label),
            row.unit.name if row.unit else "",
        )
        for row in rows.filter(company_id=company_id, user__is_active=True).order_by("user__name", "pk")
    ]


def addresses_of(company_id: UUID, unit_ids: frozenset[UUID] | None = None) -> list[AddressRow]:
    """The addresses of a company, or those that members of units see, the usual one first; one statement."""
    return [
        AddressRow(
            id=row.id,
            label=row.label,
            text=f"{row.street}, {row.postal_code} {row.city}, {row.country}",
            contact_text=" · ".join(part for part in (row.contact, row.phone) if part),
            driver_text=" · ".join(part for part in (row.opening_hours, row.unloading, row.access_notes) if part),
            use_text=_use_text(row),
            is_default=row.is_default,
            country=row.country,
            postal_code=row.postal_code,
            unit_id=row.unit_id,
        )
        for row in seen_addresses(company_id, unit_ids).select_related("unit")
    ]


def _use_text(address: CompanyAddress) -> str:
    unit = address.unit.name if address.unit else ""
    uses = (unit, _("Usual address") if address.is_default else "", _("Billing address") if address.is_billing else "")
    return " · ".join(filter(None, uses))


def default_address(company_id: UUID) -> dict[str, str] | None:
    """The company's usual delivery address as a document keeps it; one statement."""
    row = CompanyAddress.objects.filter(company_id=company_id).first()
    return row.as_snapshot() if row else None


def staff_of(tenant_id: UUID) -> list[StaffRow]:
    """Who works for a tenant, by name; one statement."""
    rows = StaffMembership.objects.select_related("user").filter(tenant_id=tenant_id, user__is_active=True)
    return [
        StaffRow(row.user_id, row.user.name, str(StaffRole(row.role).label))
        for row in rows.order_by("user__name", "pk")
    ]


def staff_ids(tenant_id: UUID, roles: Collection[StaffRole]) -> set[UUID]:
    """Who works for a tenant in one of these roles; one statement."""
    rows = StaffMembership.objects.filter(tenant_id=tenant_id, role__in=roles, user__is_active=True)
    return set(rows.values_list("user_id", flat=True))


def address_snapshot(company_id: UUID, address_id: UUID, unit_ids: frozenset[UUID] | None = None) -> dict[str, str]:
    """A plain copy of one of the company's addresses, for a document; empty for an address that is not its own."""
    row = seen_addresses(company_id, unit_ids).filter(pk=address_id).first()
    return row.as_snapshot() if row else {}


def address_book(company_id: UUID, unit_ids: frozenset[UUID] | None = None) -> dict[UUID, dict[str, str]]:
    """Plain copies of the addresses of a company, or of those that members of units see, by key; one statement."""
    return {row.pk: row.as_snapshot() for row in seen_addresses(company_id, unit_ids)}


def address_of(company_id: UUID, address_id: UUID, unit_ids: frozenset[UUID] | None = None) -> BookedAddress | None:
    """One of the company's addresses as its form shows it; nothing for an address that is not its own."""
    row = seen_addresses(company_id, unit_ids).filter(pk=address_id).first()
    if row is None:
        return None
    return BookedAddress(AddressData(**row.as_snapshot()), row.is_default, row.is_billing, row.unit_id)
