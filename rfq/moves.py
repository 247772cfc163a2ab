"""Moving exchange rows: their history rows name company and tenant too, or row-level security would hide them."""

from __future__ import annotations

from collections.abc import Iterable

from core.actor import Actor
from core.errors import IllegalMove
from rfq.models import (
    RFQ,
    Invitation,
    InvitationTransition,
    QuoteVersion,
    QuoteVersionTransition,
    RFQTransition,
)
from rfq.states import INVITATION, RFQ_MACHINE, VERSION


def move_rfq(row: RFQ, to: str, actor: Actor, note: str = "") -> None:
    """Raises IllegalMove."""
    if not RFQ_MACHINE.may(row.state, to):
        raise IllegalMove(field="state")
    RFQTransition.objects.create(
        subject=row,
        company_id=row.company_id,
        from_state=row.state,
        to_state=to,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=note,
    )
    row.state = to
    row.save(update_fields=["state"])


def move_invitation(row: Invitation, to: str, actor: Actor, note: str = "") -> None:
    """Raises IllegalMove."""
    move_invitations([row], to, actor, note)
    row.save(update_fields=["viewed_at", "decline_reason"])


def move_version(row: QuoteVersion, to: str, actor: Actor) -> None:
    """Raises IllegalMove."""
    move_versions([row], to, actor)


def move_invitations(rows: Iterable[Invitation], to: str, actor: Actor, note: str = "") -> None:
    """All of them to one state: two statements. Raises IllegalMove."""
    moved = list(rows)
    if not all(INVITATION.may(row.state, to) for row in moved):
        raise IllegalMove(field="state")
    InvitationTransition.objects.bulk_create(
        [
            InvitationTransition(
                subject=row,
                company_id=row.company_id,
                tenant_id=row.tenant_id,
                from_state=row.state,
                to_state=to,
                actor_id=actor.user_id,
                actor_name=actor.name,
                note=note,
            )
            for row in moved
        ]
    )
    Invitation.objects.filter(pk__in=[row.pk for row in moved]).update(state=to)
    for row in moved:
        row.state = to


def move_versions(rows: Iterable[QuoteVersion], to: str, actor: Actor, note: str = "") -> None:
    """All of them to one state: two statements. Raises IllegalMove."""
    moved = list(rows)
    if not all(VERSION.may(row.state, to) for row in moved):
        raise IllegalMove(field="state")
    QuoteVersionTransition.objects.bulk_create(
        [
            QuoteVersionTransition(
                subject=row,
                company_id=row.company_id,
                tenant_id=row.tenant_id,
                from_state=row.state,
                to_state=to,
                actor_id=actor.user_id,
                actor_name=actor.name,
                note=note,
            )
            for row in moved
        ]
    )
    QuoteVersion.objects.filter(pk__in=[row.pk for row in moved]).update(state=to)
    for row in moved:
        row.state = to
