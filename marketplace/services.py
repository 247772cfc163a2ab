"""The index of documents: one row per order, quote and invoice, written in the transaction that made it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from core.db import atomic
from core.scope import Scope, current_scope
from core.tenancy import use_tenant
from marketplace.models import Document, DocumentKind
from tenants.models import Tenant


@atomic
def add_document(
    *,
    kind: DocumentKind,
    object_id: UUID,
    company_id: UUID,
    tenant_id: UUID,
    number: str,
    state: str,
    amount: Decimal | None,
    currency: str,
    due_on: date | None = None,
    unit_id: UUID | None = None,
) -> None:
    """Enter a document between a company and a tenant; one that is there already takes the new values."""
    now = timezone.now()
    with use_tenant(as_party_of(tenant_id)):
        Document.objects.update_or_create(
            tenant_id=tenant_id,
            kind=kind,
            object_id=object_id,
            defaults={
                "number": number,
                "state": state,
                "amount": amount,
                "currency": currency,
                "due_on": due_on,
                "updated_at": now,
            },
            create_defaults={
                "company_id": company_id,
                "tenant_name": Tenant.objects.values_list("name", flat=True).get(pk=tenant_id),
                "number": number,
                "state": state,
                "amount": amount,
                "currency": currency,
                "due_on": due_on,
                "unit_id": unit_id,
                "happened_at": now,
                "updated_at": now,
            },
        )


@atomic
def change_state(*, kind: DocumentKind, object_id: UUID, tenant_id: UUID, state: str) -> None:
    """Follow a document's state."""
    with use_tenant(as_party_of(tenant_id)):
        Document.objects.filter(tenant_id=tenant_id, kind=kind, object_id=object_id).update(
            state=state, updated_at=timezone.now()
        )


@atomic
def change_amount(*, kind: DocumentKind, object_id: UUID, tenant_id: UUID, amount: Decimal) -> None:
    """Follow what a document is about."""
    with use_tenant(as_party_of(tenant_id)):
        Document.objects.filter(tenant_id=tenant_id, kind=kind, object_id=object_id).update(
            amount=amount, updated_at=timezone.now()
        )


def as_party_of(tenant_id: UUID) -> Scope:
    """The scope in which a row of this tenant may be written: as the tenant in its own scope, else as the company."""
    scope = current_scope()
    return scope.as_party("tenant") if scope.tenant_id == tenant_id else scope
