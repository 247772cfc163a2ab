"""Use cases about tenants: request, provision, rebrand, suspend."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, connection
from django.utils import timezone

from core.actor import Actor
from core.db import Lock, advisory_lock, atomic
from core.errors import NotAllowed
from core.events import emit
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants import clone, directory, roles, template
from tenants.enums import TenantState
from tenants.errors import SlugTaken
from tenants.events import TenantActivated, TenantChanged, TenantRequested
from tenants.models import Branding, Domain, Tenant
from tenants.revision import expected_revision
from tenants.states import TENANT

RESERVED_SLUGS = frozenset({"www", "api", "admin", "operator", "static", "mail", "app", "portal", "support", "status"})


@atomic
def request_tenant(
    *, slug: str, name: str, kind: str, primary: str, actor: Actor, logo: File[bytes] | None = None
) -> UUID:
    """Reserve a tenant and its subdomain; a job provisions its schema after commit.

    Raises NotAllowed, SlugTaken. Emits TenantRequested.
    """
    if actor.kind not in ("operator", "system"):
        raise NotAllowed
    if slug in RESERVED_SLUGS or Tenant.objects.filter(slug=slug).exists():
        raise SlugTaken(field="slug")
    generated = f"t_{secrets.token_hex(8)}"
    try:
        tenant = Tenant.objects.create(
            slug=slug, name=name, kind=kind, schema_name=generated, role_name=f"{roles.group_role()[:40]}_{generated}"
        )
        Domain.objects.create(
            tenant=tenant, domain=f"{slug}.{settings.PLATFORM_DOMAIN}", is_primary=True, verified_at=timezone.now()
        )
    except IntegrityError as error:
        raise SlugTaken(field="slug") from error
    branding = Branding(tenant=tenant, primary=primary)
    if logo is not None:
        branding.logo.save(f"{tenant.id.hex}.png", logo, save=False)
    branding.save()
    emit(TenantRequested(tenant_id=tenant.id))
    tenant_id: UUID = tenant.id
    return tenant_id


@atomic
def provision_tenant(*, tenant_id: UUID, actor: Actor) -> None:
    """Build a tenant's schema and role by copying the template; *provisioning* becomes *active*.

    One transaction: afterwards everything is there or nothing is. Repeating it on an active tenant does nothing.
    Emits TenantActivated, TenantChanged.
    """
    blueprint = template.blueprint()
    advisory_lock(Lock.PROVISIONING, str(tenant_id))
    tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
    if tenant.state == TenantState.ACTIVE:
        return
    roles.create_tenant_role(tenant.role_name)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = warning")
    with use_tenant(template.schema_only(tenant.schema_name)):
        clone.build(blueprint, tenant.schema_name)
        roles.grant_schema(tenant.schema_name, tenant.role_name)
    tenant.schema_revision = expected_revision()
    tenant.save(update_fields=["schema_revision"])
    TENANT.move(tenant, to=TenantState.ACTIVE, actor=actor)
    emit(TenantActivated(tenant_id=tenant_id))
    emit(TenantChanged(tenant_id=tenant_id))
    directory.forget_all()


@atomic
def mark_provisioning_failed(*, tenant_id: UUID, actor: Actor, reason: str) -> None:
    """Put a tenant whose schema could not be built into *failed*, with the reason in its history."""
    tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
    if tenant.state == TenantState.PROVISIONING:
        TENANT.move(tenant, to=TenantState.FAILED, actor=actor, note=reason)


@atomic
def retry_provisioning(*, tenant_id: UUID, actor: Actor) -> None:
    """Give a failed tenant another try. Raises IllegalMove. Emits TenantRequested."""
    tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
    TENANT.move(tenant, to=TenantState.PROVISIONING, actor=actor)
    emit(TenantRequested(tenant_id=tenant_id))


@atomic
def change_state(*, tenant_id: UUID, to: TenantState, actor: Actor, reason: str) -> None:
    """Suspend or reopen a tenant. Raises IllegalMove. Emits TenantChanged."""
    tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
    TENANT.move(tenant, to=to, actor=actor, note=reason)
    emit(TenantChanged(tenant_id=tenant_id))
    directory.forget_all()


@atomic
def change_branding(
    *,
    tenant_id: UUID,
    primary: str,
    accent: str = "",
    radius: int = 8,
    tagline_fr: str = "",
    tagline_en: str = "",
    logo: File[bytes] | None = None,
    actor: Actor,
) -> None:
    """Change a storefront's colours, shape, tagline and (when given) logo. Raises NotAllowed. Emits TenantChanged."""
    if actor.kind not in ("operator", "system") and actor.tenant_id != tenant_id:
        raise NotAllowed
    with use_tenant(PLATFORM):
        branding = Branding.objects.select_for_update().get(tenant_id=tenant_id)
        branding.primary, branding.accent, branding.radius = primary, accent, radius
        branding.tagline_fr, branding.tagline_en = tagline_fr, tagline_en
        if logo is not None:
            branding.logo.save(f"{tenant_id.hex}-{secrets.token_hex(4)}.png", logo, save=False)
        branding.save()
    emit(TenantChanged(tenant_id=tenant_id))
    directory.forget_all()
