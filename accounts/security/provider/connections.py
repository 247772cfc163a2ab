"""A company's provider: set by its administrators, its domains proven before an operator."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from accounts.enums import CompanyRole
from accounts.models import BusinessUnit, CompanyUser, StaffMembership, User
from accounts.permissions import Permission, of_role
from accounts.policies import require_manage_roles, require_own
from accounts.security.errors import DomainProvenElsewhere, InvalidDomain, ProviderUnreachable
from accounts.security.models import ProviderConnection, ProviderDomain
from accounts.security.provider.protocol import Client
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotAllowed, NotFound
from core.sealing import Unreadable, seal, unseal

#: What a newcomer may be: nobody becomes an administrator by signing in.
ROLES = (CompanyRole.VIEWER, CompanyRole.BUYER, CompanyRole.APPROVER, CompanyRole.BILLING)
_PURPOSE = "client secret of a provider"
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_EVERYBODYS = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "outlook.fr",
            "hotmail.com",
            "hotmail.fr",
            "live.com",
            "live.fr",
        ),
        *(
            "yahoo.com",
            "yahoo.fr",
            "icloud.com",
            "me.com",
            "proton.me",
            "protonmail.com",
            "gmx.com",
            "gmx.fr",
            "gmx.de",
        ),
        *("orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "bbox.fr", "aol.com", "web.de", "mail.com"),
    }
)


@dataclass(frozen=True, slots=True)
class ConnectionData:
    """What an administrator types; an empty secret keeps the one that is there."""

    issuer: str
    client_id: str
    client_secret: str
    domains: Sequence[str]
    default_role: str
    default_unit_id: UUID | None = None
    is_enabled: bool = False


@dataclass(frozen=True, slots=True)
class DomainInfo:
    """A domain with the TXT record that proves it."""

    id: UUID
    domain: str
    record_name: str
    record_value: str
    proven_at: datetime | None
    company_name: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """A company's provider without its secret."""

    id: UUID
    company_id: UUID
    company_name: str
    issuer: str
    client_id: str
    default_role: str
    default_unit_id: UUID | None
    is_enabled: bool
    domains: tuple[DomainInfo, ...] = field(default=())

    @property
    def is_working(self) -> bool:
        return self.is_enabled and any(row.proven_at for row in self.domains)


def connection_of(company_id: UUID) -> ConnectionInfo | None:
    """A company's provider, if it has one; two statements."""
    row = ProviderConnection.objects.select_related("company").filter(company_id=company_id).first()
    return _info(row) if row else None


def connection_for(email: str) -> ConnectionInfo | None:
    """The provider of the company that has proven an address's domain, where single sign-on is on."""
    domain = domain_of(email)
    rows = ProviderConnection.objects.select_related("company")
    row = rows.filter(is_enabled=True, domains__domain=domain, domains__proven_at__isnull=False).first()
    return _info(row) if row else None


def required_connection(email: str) -> ConnectionInfo | None:
    """The provider that an address must sign in at.

    Not who has more than one membership of that company to sign in to, works for a supplier or for the platform, or
    runs the company: a provider vouches for its company only, and its administrators must be able to put it right.
    """
    found = connection_for(email)
    user = User.objects.filter(email=email.strip().lower()).first() if found else None
    if found is None or user is None:
        return found
    if user.is_operator or StaffMembership.objects.filter(user=user).exists():
        return None
    rows = CompanyUser.objects.select_related("custom_role").filter(user=user)
    return found if [_is_plain(row, found.company_id) for row in rows] == [True] else None


def client_of(connection_id: UUID, *, redirect_uri: str) -> Client:
    """What the provider knows us by, with the secret. Raises NotFound where it is off, ProviderUnreachable."""
    row = ProviderConnection.objects.filter(pk=connection_id, is_enabled=True).first()
    if row is None:
        raise NotFound
    try:
        secret = unseal(row.client_secret, purpose=_PURPOSE)
    except Unreadable as error:  # sealed with a SECRET_KEY that was thrown away
        raise ProviderUnreachable from error
    return Client(row.issuer, row.client_id, secret, redirect_uri)


@atomic
def save_connection(*, data: ConnectionData, actor: Actor) -> None:
    """Set the company's provider. Another issuer knows nobody yet: who is who is forgotten.

    Raises NotAllowed, InvalidDomain, DomainProvenElsewhere, BeyondOwnRights, NotFound.
    """
    company_id = require_manage_roles(actor)
    if data.default_role not in ROLES:
        raise NotAllowed
    require_own(actor, of_role(data.default_role), field="default_role")
    if data.default_unit_id and not BusinessUnit.objects.filter(pk=data.default_unit_id, company=company_id).exists():
        raise NotFound
    row = ProviderConnection.objects.select_for_update(of=("self",)).filter(company_id=company_id).first()
    row = row or ProviderConnection(company_id=company_id)
    if row.issuer != data.issuer:
        row.identities.all().delete()
    row.issuer, row.client_id, row.is_enabled = data.issuer, data.client_id, data.is_enabled
    row.default_role, row.default_unit_id = data.default_role, data.default_unit_id
    if data.client_secret:
        row.client_secret = seal(data.client_secret, purpose=_PURPOSE)
    row.save()
    _set_domains(row, clean_domains(data.domains))


def waiting_domains(actor: Actor) -> list[DomainInfo]:
    """Domains that an operator has to look at. Raises NotAllowed."""
    _require_operator(actor)
    rows = ProviderDomain.objects.select_related("connection__company").filter(proven_at=None)
    return [_domain(row, row.connection.company.legal_name) for row in rows.order_by("claimed_at", "pk")]


@atomic
def confirm_domain(*, domain_id: UUID, actor: Actor) -> None:
    """The operator has seen the record. Raises NotAllowed, NotFound, DomainProvenElsewhere."""
    _require_operator(actor)
    row = ProviderDomain.objects.select_for_update(of=("self",)).filter(pk=domain_id, proven_at=None).first()
    if row is None:
        raise NotFound
    row.proven_at, row.proven_by_name = timezone.now(), actor.name
    try:
        with savepoint():
            row.save(update_fields=["proven_at", "proven_by_name"])
    except IntegrityError as error:
        raise DomainProvenElsewhere from error


def domain_of(email: str) -> str:
    """The part after the @, in lower case; "" for what is no address."""
    _local, at, domain = email.strip().lower().rpartition("@")
    return domain if at else ""


def clean_domains(typed: Iterable[str]) -> list[str]:
    """Domains as they are kept. Raises InvalidDomain at ``domains``."""
    found = []
    for text in typed:
        domain = text.strip().lower().removeprefix("@").rstrip(".")
        if not _DOMAIN.fullmatch(domain) or domain in _EVERYBODYS:
            raise InvalidDomain(field="domains", domain=text.strip())
        found.append(domain)
    return list(dict.fromkeys(found))


def _set_domains(row: ProviderConnection, wanted: Sequence[str]) -> None:
    row.domains.exclude(domain__in=wanted).delete()
    known = set(row.domains.values_list("domain", flat=True))
    if ProviderDomain.objects.filter(domain__in=wanted, proven_at__isnull=False).exclude(connection=row).exists():
        raise DomainProvenElsewhere(field="domains")
    ProviderDomain.objects.bulk_create(
        ProviderDomain(connection=row, domain=domain, token=secrets.token_urlsafe(24))
        for domain in wanted
        if domain not in known
    )


def _is_plain(row: CompanyUser, company_id: UUID) -> bool:
    permissions = row.custom_role.permissions if row.custom_role else of_role(row.role)
    return row.company_id == company_id and Permission.MANAGE_PEOPLE not in permissions


def _require_operator(actor: Actor) -> None:
    if actor.kind != "operator":
        raise NotAllowed


def _info(row: ProviderConnection) -> ConnectionInfo:
    return ConnectionInfo(
        id=row.pk,
        company_id=row.company_id,
        company_name=row.company.legal_name,
        issuer=row.issuer,
        client_id=row.client_id,
        default_role=row.default_role,
        default_unit_id=row.default_unit_id,
        is_enabled=row.is_enabled,
        domains=tuple(_domain(domain) for domain in row.domains.order_by("domain")),
    )


def _domain(row: ProviderDomain, company_name: str = "") -> DomainInfo:
    name = f"_comptoir-sign-in.{row.domain}"
    value = f"comptoir={settings.PLATFORM_DOMAIN} {row.token}"
    return DomainInfo(row.pk, row.domain, name, value, row.proven_at, company_name)
