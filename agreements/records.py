"""Agreements as data, for the systems of both sides: quantities and prices are numbers, states are codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from agreements.enums import AgreementState
from agreements.models import Agreement, AgreementLine, CallOff
from agreements.policies import seen_agreements
from core.actor import Actor
from core.errors import NotFound

#: Where a page of a list begins: behind the agreement that was signed at this moment, with this key.
Place = tuple[datetime, UUID]
#: Entries of call offs that one agreement is told with, the latest first.
MOST_CALLS = 200


@dataclass(frozen=True, slots=True)
class Record:
    """One agreement with its lines, in their order, and what orders took and gave back, the latest first."""

    agreement: Agreement
    lines: Sequence[AgreementLine]
    calls: Sequence[CallOff]


def agreements_after(actor: Actor, place: Place | None, *, limit: int, only_current: bool = False) -> list[Agreement]:
    """Agreements that the actor may see with their lines, newest first; two statements."""
    rows = seen_agreements(actor)
    if only_current:
        rows = rows.filter(state=AgreementState.ACTIVE, ends_on__gte=timezone.localdate())
    if place is not None:
        moment, key = place
        rows = rows.filter(Q(signed_at__lt=moment) | Q(signed_at=moment, pk__lt=key))
    return list(rows.prefetch_related("lines").order_by("-signed_at", "-pk")[:limit])


def agreement_record(actor: Actor, agreement_id: UUID) -> Record:
    """One agreement that the actor may see; three statements. Raises NotFound."""
    row = seen_agreements(actor).filter(pk=agreement_id).first()
    if row is None:
        raise NotFound
    calls = CallOff.objects.filter(line__agreement=row).select_related("line").order_by("-at", "-pk")
    return Record(row, list(row.lines.all()), list(calls[:MOST_CALLS]))
