"""Requests with their offers as rows, for the systems of both sides; what they may not read is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from core.actor import Actor
from core.errors import NotFound
from rfq.history import Version, versions_of
from rfq.models import RFQ, Award, Invitation, RFQLine
from rfq.policies import require_supplier, seen_rfqs

_Row = TypeVar("_Row", Invitation, RFQ)
#: Where a page of a list begins: behind the row of this moment and key, newest first.
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request at one supplier, with its lines and the versions of its quote in their order."""

    invitation: Invitation
    lines: Sequence[RFQLine]
    versions: Sequence[Version]
    award: Award | None


@dataclass(frozen=True, slots=True)
class Requested:
    """A request with its lines, its invitations, and by them the versions that may be read and what was awarded."""

    rfq: RFQ
    lines: Sequence[RFQLine]
    invitations: Sequence[Invitation]
    versions: Mapping[UUID, Sequence[Version]]
    awards: Mapping[UUID, Award]


def invitations_after(actor: Actor, place: Place | None, *, limit: int, state: str = "") -> list[Invitation]:
    """Invitations of the actor's tenant with their requests, newest first; one statement. Raises NotAllowed."""
    rows = Invitation.objects.select_related("rfq").filter(tenant_id=require_supplier(actor))
    return list(_page(rows.filter(state=state) if state else rows, place)[:limit])


def asked(actor: Actor, invitation_id: UUID) -> Asked:
    """One request at the actor's tenant; six statements. Raises NotAllowed, NotFound."""
    rows = Invitation.objects.select_related("rfq").filter(tenant_id=require_supplier(actor))
    row = rows.filter(pk=invitation_id).first()
    if row is None:
        raise NotFound
    award = Award.objects.filter(rfq_id=row.rfq_id, tenant_id=row.tenant_id).first()
    return Asked(row, _lines(row.rfq_id), versions_of([row]).get(row.pk, []), award)


def rfqs_after(actor: Actor, place: Place | None, *, limit: int, state: str = "") -> list[RFQ]:
    """Requests of the actor's company, newest first; one statement."""
    rows = seen_rfqs(actor)
    return list(_page(rows.filter(state=state) if state else rows, place)[:limit])


def requested(actor: Actor, rfq_id: UUID) -> Requested:
    """One request of the actor's company with all that was answered; seven statements. Raises NotFound."""
    rfq = seen_rfqs(actor).filter(pk=rfq_id).first()
    if rfq is None:
        raise NotFound
    invitations = list(Invitation.objects.filter(rfq=rfq).order_by("tenant_name", "pk"))
    by_tenant = {row.tenant_id: row.pk for row in invitations}
    awards = {by_tenant[award.tenant_id]: award for award in Award.objects.filter(rfq=rfq)}
    return Requested(rfq, _lines(rfq.pk), invitations, versions_of(invitations), awards)


def _lines(rfq_id: UUID) -> list[RFQLine]:
    return list(RFQLine.objects.filter(rfq_id=rfq_id).order_by("position"))


def _page(rows: QuerySet[_Row], place: Place | None) -> QuerySet[_Row]:
    if place is not None:
        moment, key = place
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=key))
    return rows.order_by("-created_at", "-pk")
