"""The index of documents: one row per order, quote, parcel and invoice, written in the transaction that made it."""

from __future__ import annotations

from collections.abc import Mapping
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
    order_id: UUID | None = None,
    po_number: str = "",
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
                "order_id": order_id,
                "po_number": po_number,
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
def change_due_day(*, kind: DocumentKind, object_id: UUID, tenant_id: UUID, due_on: date) -> None:
    """Follow the day that a document lasts until."""
    with use_tenant(as_party_of(tenant_id)):
        rows = Document.objects.filter(tenant_id=tenant_id, kind=kind, object_id=object_id)
        rows.update(due_on=due_on, updated_at=timezone.now())


@atomic
def fill_quote_amounts(*, rfq_id: UUID, amounts: Mapping[UUID, Decimal]) -> None:
    """What the suppliers' offers to a request come to, by tenant. Needs the operator's scope."""
    rows = Document.objects.filter(kind=DocumentKind.QUOTE, object_id=rfq_id, tenant_id__in=list(amounts))
    for row in rows:
        row.amount, row.updated_at = amounts[row.tenant_id], timezone.now()
    Document.objects.bulk_update(rows, ["amount", "updated_at"])


@atomic
def change_order(*, order_id: UUID, tenant_id: UUID, amount: Decimal, po_number: str | None) -> None:
    """Follow what an order is about, and the buyer's reference where it is told, on its parcels as well."""
    now = timezone.now()
    with use_tenant(as_party_of(tenant_id)):
        rows = Document.objects.filter(tenant_id=tenant_id)
        rows.filter(kind=DocumentKind.ORDER, object_id=order_id).update(amount=amount, updated_at=now)
        if po_number is not None:
            rows.filter(order_id=order_id).exclude(kind=DocumentKind.INVOICE).update(po_number=po_number)


@atomic
def add_parcel(
    *, shipment_id: UUID, order_id: UUID, tenant_id: UUID, number: str, state: str, promised_on: date | None
) -> None:
    """Enter a parcel of an order; who sees the order sees it."""
    with use_tenant(as_party_of(tenant_id)):
        order = Document.objects.filter(tenant_id=tenant_id, kind=DocumentKind.ORDER, object_id=order_id).first()
        if order is None:
            return
        Document.objects.get_or_create(
            tenant_id=tenant_id,
            kind=DocumentKind.SHIPMENT,
            object_id=shipment_id,
            defaults={
                "company_id": order.company_id,
                "tenant_name": order.tenant_name,
                "unit_id": order.unit_id,
                "order_id": order_id,
                "number": number,
                "po_number": order.po_number,
                "state": state,
                "currency": order.currency,
                "promised_on": promised_on,
            },
        )


@atomic
def move_parcel(*, shipment_id: UUID, tenant_id: UUID, state: str, arrived_on: date | None) -> None:
    """Follow a parcel's state; ``arrived_on`` is the day on which it was delivered, while it is."""
    with use_tenant(as_party_of(tenant_id)):
        Document.objects.filter(tenant_id=tenant_id, kind=DocumentKind.SHIPMENT, object_id=shipment_id).update(
            state=state, arrived_on=arrived_on, updated_at=timezone.now()
        )


def as_party_of(tenant_id: UUID) -> Scope:
    """The scope in which a row of this tenant may be written: as the tenant in its own scope, else as the company."""
    scope = current_scope()
    return scope.as_party("tenant") if scope.tenant_id == tenant_id else scope
