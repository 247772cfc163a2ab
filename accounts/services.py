"""Use cases about accounts."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from accounts.enums import CompanyRole, StaffRole
from accounts.errors import CompanyExists, EmailTaken, InvalidEntryToken
from accounts.events import CompanyRegistered
from accounts.legal import clean_siren, clean_vat_number
from accounts.models import Company, CompanyAddress, CompanyUser, EntryToken, StaffMembership, User
from core.db import atomic, savepoint
from core.events import emit

ENTRY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class CompanyData:
    """What a company says about itself when it registers."""

    legal_name: str
    siren: str = ""
    vat_number: str = ""
    country: str = "FR"
    street: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody comes from another host: where to, by which means of signing in, acting for which company."""

    user: User
    path: str
    methods: tuple[str, ...]
    company_id: UUID | None


@atomic
def create_user(*, email: str, password: str, name: str, language: str = "") -> UUID:
    """Create a login. Raises EmailTaken."""
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise EmailTaken(field="email")
    try:
        with savepoint():
            return User.objects.create_user(email, password, name=name, language=language).id
    except IntegrityError as error:
        raise EmailTaken(field="email") from error


@atomic
def register_company(*, data: CompanyData, user_id: UUID) -> UUID:
    """Create a company with its first address; the user becomes its administrator.

    Raises InvalidLegalNumber, CompanyExists. Emits CompanyRegistered.
    """
    siren = clean_siren(data.siren)
    vat_number = clean_vat_number(data.vat_number, siren=siren)
    if siren and Company.objects.filter(siren=siren).exists():
        raise CompanyExists(field="siren")
    try:
        with savepoint():
            company = Company.objects.create(
                legal_name=data.legal_name, siren=siren, vat_number=vat_number, country=data.country
            )
    except IntegrityError as error:
        raise CompanyExists(field="vat_number" if vat_number else "siren") from error
    if data.street:
        CompanyAddress.objects.create(
            company=company,
            label=data.city,
            street=data.street,
            postal_code=data.postal_code,
            city=data.city,
            country=data.country,
            is_default=True,
        )
    CompanyUser.objects.create(user_id=user_id, company=company, role=CompanyRole.ADMINISTRATOR)
    emit(CompanyRegistered(company_id=company.id, user_id=user_id))
    return company.id


@atomic
def add_company_user(*, company_id: UUID, user_id: UUID, role: CompanyRole) -> None:
    """Make a user a member of a company; an existing membership takes the new role."""
    CompanyUser.objects.update_or_create(user_id=user_id, company_id=company_id, defaults={"role": role})


@atomic
def add_staff(*, tenant_id: UUID, user_id: UUID, role: StaffRole) -> None:
    """Make a user staff of a tenant."""
    StaffMembership.objects.update_or_create(user_id=user_id, tenant_id=tenant_id, defaults={"role": role})


@atomic
def issue_entry_token(
    *, user_id: UUID, audience: str, next_path: str, methods: Sequence[str] = (), company_id: UUID | None = None
) -> str:
    """A ticket that signs the user in on host ``audience`` within a minute, once; as here: same means, same company."""
    token = secrets.token_urlsafe(32)
    EntryToken.objects.create(
        digest=_digest(token),
        user_id=user_id,
        audience=audience,
        next_path=next_path,
        methods=list(methods),
        company_id=company_id,
        expires_at=timezone.now() + timedelta(seconds=ENTRY_SECONDS),
    )
    return token


@atomic
def redeem_entry_token(*, token: str, audience: str) -> Entry:
    """What a ticket stands for; it is used up.

    Raises InvalidEntryToken.
    """
    ticket = (
        EntryToken.objects.select_for_update(of=("self",)).select_related("user").filter(digest=_digest(token)).first()
    )
    if (
        ticket is None
        or ticket.used_at is not None
        or ticket.audience != audience
        or ticket.expires_at < timezone.now()
        or not ticket.user.is_active
    ):
        raise InvalidEntryToken
    ticket.used_at = timezone.now()
    ticket.save(update_fields=["used_at"])
    return Entry(ticket.user, ticket.next_path, tuple(ticket.methods), ticket.company_id)


@atomic
def choose_language(*, user_id: UUID, language: str) -> None:
    """Remember the language that a user chose."""
    User.objects.filter(pk=user_id).update(language=language)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
