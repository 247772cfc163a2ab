"""An agreement lasts longer: one side proposes a new last day, the other one accepts or declines it.

Prices and quantities stay what they are. Orders go on calling off what is left; nothing more is committed.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from agreements.enums import AgreementState, ExtensionState
from agreements.errors import AgreementOver, ExtensionWaits, NoLonger
from agreements.events import ExtensionDecided, ExtensionProposed
from agreements.models import Agreement, Extension
from agreements.policies import seen_agreements, side_of
from agreements.services import LONGEST, Period, locked, require_free, tenant_of_scope
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import IllegalMove, NotAllowed, NotFound
from core.events import emit
from customers.models import Customer
from pricing import agreed


@atomic
def propose(*, agreement_id: UUID, ends_on: date, reason: str, actor: Actor) -> UUID:
    """Ask the other side to let an agreement last until a later day; answers the proposal's id.

    Sent twice it is one. Raises NotAllowed, NotFound, AgreementOver, ExtensionWaits, NoLonger, AlreadyAgreed. Emits
    ExtensionProposed.
    """
    side, row = side_of(actor), _held(agreement_id, actor)
    _require_possible(row, ends_on)
    waiting = Extension.objects.filter(agreement=row, state=ExtensionState.PROPOSED).first()
    if waiting is not None:
        if (waiting.side, waiting.ends_on) == (side, ends_on):
            return waiting.pk
        raise ExtensionWaits(field="ends_on", until=formatting.day(waiting.ends_on))
    extension = Extension.objects.create(
        agreement=row,
        side=side,
        before_on=row.ends_on,
        ends_on=ends_on,
        reason=reason.strip()[:500],
        proposed_by_id=actor.user_id,
        proposed_by_name=actor.name[:120],
    )
    emit(ExtensionProposed(extension.pk, row.pk, row.company_id, tenant_of_scope(), side))
    return extension.pk


@atomic
def accept(*, agreement_id: UUID, extension_id: UUID, actor: Actor) -> None:
    """Let an agreement, and its prices, last as the other side has proposed.

    Raises NotAllowed, NotFound, IllegalMove, AgreementOver, NoLonger, AlreadyAgreed. Emits ExtensionDecided.
    """
    side, row = side_of(actor), _held(agreement_id, actor)
    extension = _waiting(row, extension_id)
    if extension.side == side:
        raise NotAllowed
    _require_possible(row, extension.ends_on)
    row.ends_on, row.reminded_at = extension.ends_on, None
    row.save(update_fields=["ends_on", "reminded_at"])
    agreed.extend_list(price_list_id=row.price_list_id, ends_at=Period(row.starts_on, row.ends_on).ends_at)
    _decide(row, extension, ExtensionState.ACCEPTED, actor)


@atomic
def decline(*, agreement_id: UUID, extension_id: UUID, actor: Actor, note: str = "") -> None:
    """Leave an agreement's last day as it is; who has proposed another takes it back with this.

    Raises NotAllowed, NotFound, IllegalMove. Emits ExtensionDecided.
    """
    side, row = side_of(actor), _held(agreement_id, actor)
    extension = _waiting(row, extension_id)
    state = ExtensionState.WITHDRAWN if extension.side == side else ExtensionState.DECLINED
    _decide(row, extension, state, actor, note)


def _held(agreement_id: UUID, actor: Actor) -> Agreement:
    """The agreement, locked after its customer, as signing another one locks it. Raises NotFound."""
    customer_id = seen_agreements(actor).filter(pk=agreement_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise NotFound
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer_id)
    return locked(agreement_id)


def _waiting(row: Agreement, extension_id: UUID) -> Extension:
    """Raises NotFound, IllegalMove."""
    extension = Extension.objects.filter(pk=extension_id, agreement=row).first()
    if extension is None:
        raise NotFound
    if extension.state != ExtensionState.PROPOSED:
        raise IllegalMove(field="state")
    return extension


def _require_possible(row: Agreement, ends_on: date) -> None:
    """Raises AgreementOver, NoLonger, AlreadyAgreed."""
    if row.state != AgreementState.ACTIVE or row.ends_on < timezone.localdate():
        raise AgreementOver
    if ends_on <= row.ends_on or ends_on - row.starts_on > LONGEST:
        raise NoLonger(field="ends_on", until=formatting.day(row.ends_on))
    variants = set(row.lines.values_list("variant_id", flat=True))
    require_free(row.customer_id, variants, Period(row.ends_on + timedelta(days=1), ends_on))


def _decide(row: Agreement, extension: Extension, state: ExtensionState, actor: Actor, note: str = "") -> None:
    extension.state, extension.note = state, note.strip()[:500]
    extension.decided_at, extension.decided_by_id = timezone.now(), actor.user_id
    extension.decided_by_name = actor.name[:120]
    extension.save(update_fields=["state", "note", "decided_at", "decided_by_id", "decided_by_name"])
    told = (extension.pk, row.pk, row.company_id, tenant_of_scope(), extension.side)
    emit(ExtensionDecided(*told, state=state.value, ends_on=row.ends_on))
