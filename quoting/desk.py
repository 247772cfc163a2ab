"""Use cases of a desk: who answers a request."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from accounts.queries import staff_of
from core.actor import Actor
from core.db import atomic
from core.events import emit
from quoting.errors import NoColleague, TakenAlready
from quoting.events import DeskChanged
from quoting.models import Assignment
from rfq.models import Invitation
from rfq.offers import held_open


@atomic
def take(*, invitation_id: UUID, actor: Actor) -> None:
    """Let the actor be who answers; again does nothing.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver, TakenAlready when a colleague is. Emits DeskChanged.
    """
    invitation = held_open(invitation_id, actor)
    current = _current(invitation_id)
    if current is not None:
        if current.assignee_id == actor.require_user():
            return
        raise TakenAlready(name=current.assignee_name)
    _assigned(invitation, actor.require_user(), actor.name, actor)


@atomic
def assign(*, invitation_id: UUID, assignee_id: UUID, actor: Actor) -> None:
    """Let somebody of the supplier's staff be who answers, in the place of whoever was.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver, NoColleague. Emits DeskChanged.
    """
    invitation = held_open(invitation_id, actor)
    names = {row.user_id: row.name for row in staff_of(invitation.tenant_id)}
    if assignee_id not in names:
        raise NoColleague(field="assignee")
    current = _current(invitation_id)
    if current is not None and current.assignee_id == assignee_id:
        return
    _end(current)
    _assigned(invitation, assignee_id, names[assignee_id], actor)


@atomic
def hand_back(*, invitation_id: UUID, actor: Actor) -> None:
    """Let nobody in particular answer; again does nothing.

    Raises NotAllowed, NotFound, RequestClosed, DeadlineOver. Emits DeskChanged.
    """
    invitation = held_open(invitation_id, actor)
    current = _current(invitation_id)
    if current is not None:
        _end(current)
        _changed(invitation)


def _current(invitation_id: UUID) -> Assignment | None:
    """Whoever answers; only under the invitation's lock may that be relied on."""
    return Assignment.objects.filter(invitation_id=invitation_id, ended_at=None).first()


def _end(current: Assignment | None) -> None:
    if current is not None:
        current.ended_at = timezone.now()
        current.save(update_fields=["ended_at"])


def _assigned(invitation: Invitation, assignee_id: UUID, name: str, actor: Actor) -> None:
    Assignment.objects.create(
        invitation_id=invitation.id,
        assignee_id=assignee_id,
        assignee_name=name,
        assigned_by_id=actor.user_id,
        assigned_by_name=actor.name,
    )
    _changed(invitation)


def _changed(invitation: Invitation) -> None:
    emit(DeskChanged(rfq_id=invitation.rfq_id, invitation_id=invitation.id, tenant_id=invitation.tenant_id))
