"""Ordering on behalf: somebody of the supplier orders for a customer, visibly and traced, and never approves for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.enums import CompanyRole, StaffRole
from accounts.identity import staff_actor
from accounts.models import User
from accounts.permissions import Permission
from core.actor import Actor
from core.db import atomic
from core.errors import NotAllowed, NotFound
from core.scope import current_scope
from customers.enums import ActingKind, CustomerState
from customers.models import ActingEntry, ActingSession, Customer
from customers.policies import can_decide

#: A forgotten session ends by itself.
LASTS = timedelta(hours=8)
#: What may be done for a customer: nothing that decides about its people, money or approvals.
PERMISSIONS = frozenset(
    {
        Permission.SEE_PRICES,
        Permission.ORDER,
        Permission.SEE_ALL_SITES,
        Permission.SEE_INVOICES,
        Permission.KEEP_PART_NUMBERS,
    }
)
_ACTING_ROLES = frozenset({StaffRole.OWNER, StaffRole.SALES})


@dataclass(frozen=True, slots=True)
class ActingEntryInfo:
    """Something that was done: what, about what, when."""

    kind: ActingKind
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ActingInfo:
    """A session with what was done in it; without ``ended_at`` it is open until ``expires_at``."""

    staff_name: str
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    entries: tuple[ActingEntryInfo, ...]


def can_act(actor: Actor) -> bool:
    """Whether somebody may order for the current tenant's customers: its owners and salespeople."""
    return actor.kind == "staff" and can_decide(actor) and actor.role in _ACTING_ROLES


@atomic
def begin(*, customer_id: UUID, actor: Actor) -> UUID:
    """Order for an approved customer from now on; answers the session. One that is open ends.

    Raises NotAllowed, NotFound.
    """
    if not can_act(actor):
        raise NotAllowed
    customer = Customer.objects.filter(pk=customer_id, state=CustomerState.APPROVED).first()
    if customer is None:
        raise NotFound
    now = timezone.now()
    ActingSession.objects.filter(staff_id=actor.require_user(), ended_at=None).update(ended_at=now)
    session = ActingSession.objects.create(
        customer=customer, staff_id=actor.require_user(), staff_name=actor.name, started_at=now, expires_at=now + LASTS
    )
    return session.pk


@atomic
def end(*, actor: Actor) -> UUID:
    """End the session that the actor acts in; answers the customer. Raises NotAllowed outside one."""
    if actor.acting_id is None:
        raise NotAllowed
    session = ActingSession.objects.select_for_update(of=("self",)).get(pk=actor.acting_id)
    session.ended_at = session.ended_at or timezone.now()
    session.save(update_fields=["ended_at"])
    return session.customer_id


def acting_actor(user: User, session_id: UUID, *, supplier: str) -> Actor | None:
    """The buyer that somebody of the staff is in an open session; None once it, the account or the job has ended.

    Its name says for whom it works, as histories and papers show it. Its orders are judged as those of a buyer of the
    company are: by the rules and the limits of that role.
    """
    tenant_id = current_scope().tenant_id
    sessions = ActingSession.objects.select_related("customer").filter(
        pk=session_id,
        staff_id=user.pk,
        ended_at=None,
        expires_at__gt=timezone.now(),
        customer__state=CustomerState.APPROVED,
    )
    session = sessions.first()
    if session is None or tenant_id is None or staff_actor(user, tenant_id).role not in _ACTING_ROLES:
        return None
    return Actor(
        kind="buyer",
        user_id=user.pk,
        name=f"{user.name} ({supplier})",
        email=user.email,
        company_id=session.customer.company_id,
        company_name=session.customer.company_name,
        role=CompanyRole.BUYER,
        permissions=PERMISSIONS,
        acting_id=session.pk,
    )


def record(actor: Actor, kind: ActingKind, text: str) -> None:
    """Note what was done, where the actor acts for a customer; otherwise nothing."""
    if actor.acting_id is not None:
        ActingEntry.objects.create(session_id=actor.acting_id, kind=kind, text=text[:200])


def sessions_of(customer_id: UUID, *, limit: int = 20) -> list[ActingInfo]:
    """Who ordered for a customer and what was done, the latest first; two statements."""
    sessions = ActingSession.objects.filter(customer_id=customer_id).order_by("-started_at").prefetch_related("entries")
    return [
        ActingInfo(
            staff_name=session.staff_name,
            started_at=session.started_at,
            expires_at=session.expires_at,
            ended_at=session.ended_at,
            entries=tuple(ActingEntryInfo(ActingKind(row.kind), row.text, row.at) for row in session.entries.all()),
        )
        for session in sessions[:limit]
    ]
