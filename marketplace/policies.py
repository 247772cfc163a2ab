"""Who sees which documents, and who may write about them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from core.actor import Actor
from core.scope import current_scope
from marketplace.models import Document, DocumentKind

#: What is written about; a parcel is talked about with its order, a request with its own messages (``rfq``).
TALKED_ABOUT = (DocumentKind.ORDER, DocumentKind.INVOICE)

#: Documents about what a company owes.
_OF_ACCOUNTING = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)

#: What is the whole company's, whichever site it is for.
_OF_THE_COMPANY = (DocumentKind.QUOTE, DocumentKind.AGREEMENT)


def seen_documents(actor: Actor) -> QuerySet[Document]:
    """Those that the role shows: prices with orders and quotes, invoices, other sites' orders; the supplier's own all.

    On a supplier's host a buyer finds those with that supplier.
    """
    tenant_id = current_scope().tenant_id
    if actor.kind == "staff" and tenant_id is not None and actor.tenant_id == tenant_id:
        return Document.objects.filter(tenant_id=tenant_id)
    if actor.kind != "buyer" or actor.company_id is None:
        return Document.objects.none()
    rows = Document.objects.filter(company_id=actor.company_id)
    if tenant_id is not None:
        rows = rows.filter(tenant_id=tenant_id)
    if not actor.may(Permission.SEE_PRICES):
        rows = rows.filter(kind__in=_OF_ACCOUNTING)
    if not actor.may(Permission.SEE_INVOICES):
        rows = rows.exclude(kind__in=_OF_ACCOUNTING)
    if actor.unit_ids is not None:
        rows = rows.filter(Q(kind__in=_OF_THE_COMPANY) | Q(unit_id__in=actor.unit_ids))
    return rows


def may_write(actor: Actor) -> bool:
    """Whoever sees a document may write about it; who orders for a customer writes as the supplier only."""
    return actor.user_id is not None and actor.acting_id is None
