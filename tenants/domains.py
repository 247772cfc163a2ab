"""Use cases about a tenant's own domains: add, have verified, remove.

A tenant proves a domain by a TXT record that carries its token; an operator looks it up and switches the domain on.
"""

from __future__ import annotations

import re
import secrets
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotAllowed, NotFound
from core.events import emit
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants import directory
from tenants.errors import DomainTaken, InvalidDomain, TooManyDomains
from tenants.events import TenantChanged
from tenants.models import Domain

MAX_DOMAINS = 5
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"^(?=.{{4,253}}$)(?:{_LABEL}\.)+[a-z]{{2,63}}$")


@atomic
def add_domain(*, tenant_id: UUID, domain: str, actor: Actor) -> UUID:
    """Register a domain that counts only once it is verified.

    Raises NotAllowed, InvalidDomain, DomainTaken, TooManyDomains.
    """
    _require(actor, tenant_id)
    host = clean_host(domain)
    with use_tenant(PLATFORM):
        if Domain.objects.filter(tenant_id=tenant_id).count() > MAX_DOMAINS:
            raise TooManyDomains(field="domain", maximum=MAX_DOMAINS)
        try:
            with savepoint():
                created: UUID = Domain.objects.create(
                    tenant_id=tenant_id, domain=host, is_primary=False, verification_token=secrets.token_urlsafe(24)
                ).pk
        except IntegrityError as error:
            raise DomainTaken(field="domain") from error
    return created


@atomic
def verify_domain(*, domain_id: UUID, actor: Actor) -> None:
    """Switch a domain on after its TXT record was found. Raises NotAllowed, NotFound. Emits TenantChanged."""
    if actor.kind not in ("operator", "system"):
        raise NotAllowed
    row = Domain.objects.select_for_update(of=("self",)).filter(pk=domain_id).first()
    if row is None:
        raise NotFound
    row.verified_at = timezone.now()
    row.save(update_fields=["verified_at"])
    emit(TenantChanged(tenant_id=row.tenant_id))
    directory.forget_all()


@atomic
def remove_domain(*, tenant_id: UUID, domain_id: UUID, actor: Actor) -> None:
    """Take a domain away, never the one that the platform gave. Raises NotAllowed, NotFound. Emits TenantChanged."""
    _require(actor, tenant_id)
    with use_tenant(PLATFORM):
        deleted, _by_model = Domain.objects.filter(pk=domain_id, tenant_id=tenant_id, is_primary=False).delete()
    if not deleted:
        raise NotFound
    emit(TenantChanged(tenant_id=tenant_id))
    directory.forget_all()


def clean_host(text: str) -> str:
    """A host name in small letters, in its ASCII form. Raises InvalidDomain."""
    plain = text.strip().lower().rstrip(".").removeprefix("https://").removeprefix("http://").rstrip("/")
    try:
        host = plain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise InvalidDomain(field="domain") from error
    own = settings.PLATFORM_DOMAIN
    if not _HOST.match(host) or host == own or host.endswith(f".{own}"):
        raise InvalidDomain(field="domain")
    return host


def _require(actor: Actor, tenant_id: UUID) -> None:
    if actor.kind in ("operator", "system"):
        return
    if actor.kind != "staff" or actor.tenant_id != tenant_id:
        raise NotAllowed
