"""Who may see and pay invoices."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.permissions import Permission
from core.actor import Actor
from core.scope import current_scope
from payments.models import Invoice


def can_see_invoices(actor: Actor) -> bool:
    """Members of a company whose role shows them what it owes."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.SEE_INVOICES)


def seen_invoices(actor: Actor) -> QuerySet[Invoice]:
    """The invoices that the actor may see: of its own units where it does not see all of its company's."""
    if actor.kind == "staff" and actor.tenant_id is not None and actor.tenant_id == current_scope().tenant_id:
        return Invoice.objects.all()
    if not can_see_invoices(actor):
        return Invoice.objects.none()
    rows = Invoice.objects.filter(company_id=actor.require_company())
    return rows if actor.unit_ids is None else rows.filter(unit_id__in=actor.unit_ids)


def can_see(actor: Actor, invoice: Invoice) -> bool:
    """Whether :func:`seen_invoices` has this invoice; our own jobs see all."""
    if actor.kind == "staff":
        return actor.tenant_id is not None and actor.tenant_id == current_scope().tenant_id
    is_near = actor.unit_ids is None or invoice.unit_id in actor.unit_ids
    return actor.kind == "system" or (can_see_invoices(actor) and actor.company_id == invoice.company_id and is_near)


def can_pay(actor: Actor, invoice: Invoice) -> bool:
    """Members of the company that owes it whose role lets them spend."""
    return actor.kind == "buyer" and can_see(actor, invoice) and actor.may(Permission.PAY_INVOICES)
