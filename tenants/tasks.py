"""Celery entry points."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from core.actor import system
from tenants import services


@shared_task
def provision_tenant(tenant_id: str) -> None:
    """Build a requested tenant's schema."""
    actor = system("provisioning")
    try:
        services.provision_tenant(tenant_id=UUID(tenant_id), actor=actor)
    except Exception as error:
        services.mark_provisioning_failed(tenant_id=UUID(tenant_id), actor=actor, reason=str(error)[:1000])
        raise
