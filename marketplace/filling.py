"""Rows of the index from before it held all that it holds now: what they lack is read in the tenant's schema."""

from __future__ import annotations

from uuid import UUID

from core.db import atomic
from marketplace.models import Document, DocumentKind
from orders.models import Order
from payments.models import Invoice
from shipping.models import Shipment

_PIECE = 1_000


@atomic
def fill_documents(*, tenant_id: UUID) -> tuple[int, int]:
    """Fill what is missing in the current tenant's rows; answers how many parcels and references are new."""
    orders = dict(Order.objects.values_list("pk", "po_number"))
    changed = _changed(tenant_id, DocumentKind.ORDER, {pk: (pk, po_number) for pk, po_number in orders.items()})
    invoices = Invoice.objects.values_list("pk", "order_id", "po_number")
    changed += _changed(tenant_id, DocumentKind.INVOICE, {pk: (order_id, text) for pk, order_id, text in invoices})
    Document.objects.bulk_update(changed, ["order_id", "po_number"], batch_size=_PIECE)
    parcels = _parcels(tenant_id, orders)
    Document.objects.bulk_create(parcels, batch_size=_PIECE, ignore_conflicts=True)
    return len(parcels), len(changed)


def _changed(tenant_id: UUID, kind: DocumentKind, known: dict[UUID, tuple[UUID, str]]) -> list[Document]:
    """Rows that say something else than the tenant's schema, with what it says."""
    found = []
    for row in Document.objects.filter(tenant_id=tenant_id, kind=kind):
        order_id, po_number = known.get(row.object_id, (row.order_id, row.po_number))
        if (row.order_id, row.po_number) != (order_id, po_number):
            row.order_id, row.po_number = order_id, po_number
            found.append(row)
    return found


def _parcels(tenant_id: UUID, orders: dict[UUID, str]) -> list[Document]:
    """Parcels that the index does not know; who sees their order sees them."""
    rows = Document.objects.filter(tenant_id=tenant_id)
    there = set(rows.filter(kind=DocumentKind.SHIPMENT).values_list("object_id", flat=True))
    documents = {row.object_id: row for row in rows.filter(kind=DocumentKind.ORDER)}
    return [
        Document(
            company_id=order.company_id,
            tenant_id=tenant_id,
            tenant_name=order.tenant_name,
            kind=DocumentKind.SHIPMENT,
            object_id=parcel.pk,
            order_id=parcel.order_id,
            unit_id=order.unit_id,
            number=parcel.number,
            po_number=orders.get(parcel.order_id, ""),
            state=parcel.state,
            currency=order.currency,
            happened_at=parcel.created_at,
        )
        for parcel in Shipment.objects.all()
        if parcel.pk not in there and (order := documents.get(parcel.order_id)) is not None
    ]
