"""Who of the other side looks at a request just now, or writes: kept in the cache for seconds and stored nowhere.

A supplier learns of the buyer at its own negotiation, never of another supplier. Of a sealed request nobody learns
anything before its deadline, and nothing is noted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone

from core.actor import Actor
from core.errors import NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from rfq.enums import LIVE_RFQ, InvitationState, Side
from rfq.models import RFQ, Invitation
from rfq.policies import require_supplier, seen_rfqs
from rfq.standing import goes_on_for

#: How long a sign of life lasts, in seconds; a page gives one every twelve.
LOOKING, WRITING = 28, 14
_ENDED = (InvitationState.WON, InvitationState.CLOSED)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody of the other side is there."""

    name: str
    is_writing: bool


@dataclass(frozen=True, slots=True)
class Room:
    """What one side sees, and whom its own sign of life is news for: nobody where it changes nothing."""

    rfq_id: UUID
    company_id: UUID
    others: tuple[Present, ...]
    news_for: UUID | None = None


def at_supplier(actor: Actor, invitation_id: UUID, *, is_writing: bool) -> Room:
    """Note that the tenant's staff is at a request it was invited to; answers whether the buyer is. One statement.

    Raises NotAllowed, NotFound.
    """
    row = Invitation.objects.select_related("rfq").filter(pk=invitation_id, tenant_id=require_supplier(actor)).first()
    if row is None:
        raise NotFound
    if not _is_open(row.rfq) or not goes_on_for(row):
        return Room(row.rfq_id, row.company_id, ())
    is_news = _note(row.pk, Side.SUPPLIER, is_writing=is_writing)
    found = _signs([row.pk], Side.BUYER)
    others = tuple(Present(row.rfq.company_name, found[key]) for key in found)
    return Room(row.rfq_id, row.company_id, others, row.company_id if is_news else None)


def at_buyer(actor: Actor, rfq_id: UUID, *, invitation_id: UUID | None = None, is_writing: bool = False) -> Room:
    """Which suppliers are at the company's request; with an invitation, note that the buyer is at that negotiation.

    Then only that supplier is answered. Two statements. Raises NotFound.
    """
    rfq = seen_rfqs(actor).filter(pk=rfq_id).first()
    if rfq is None:
        raise NotFound
    if not _is_open(rfq):
        return Room(rfq.pk, rfq.company_id, ())
    rows = {row.pk: row for row in Invitation.objects.filter(rfq=rfq).exclude(state__in=_ENDED).order_by("tenant_name")}
    news_for = None
    if invitation_id is not None:
        if invitation_id not in rows:
            raise NotFound
        rows = {invitation_id: rows[invitation_id]}
        if _note(invitation_id, Side.BUYER, is_writing=is_writing):
            news_for = rows[invitation_id].tenant_id
    found = _signs(rows, Side.SUPPLIER)
    others = tuple(Present(row.tenant_name, found[key]) for key, row in rows.items() if key in found)
    return Room(rfq.pk, rfq.company_id, others, news_for)


def is_shown(rfq: RFQ) -> bool:
    """Whether pages of the request have anybody to show."""
    return _is_open(rfq)


def _is_open(rfq: RFQ) -> bool:
    return rfq.state in LIVE_RFQ and not (rfq.is_sealed and rfq.deadline_at > timezone.now())


def _note(invitation_id: UUID, side: Side, *, is_writing: bool) -> bool:
    """Keep a sign of life; answers whether the other side has not known of it."""
    is_news = False
    with use_tenant(PLATFORM):  # both sides read it: keys carry the tenant
        for is_this, writing, seconds in ((True, False, LOOKING), (is_writing, True, WRITING)):
            if is_this:
                key = _key(invitation_id, side, is_writing=writing)
                is_new = cache.add(key, 1, seconds)
                is_news = is_news or is_new
                if not is_new:
                    cache.touch(key, seconds)
    return is_news


def _signs(invitation_ids: Collection[UUID], side: Side) -> dict[UUID, bool]:
    """At which of the negotiations somebody of a side is, and whether that writes."""
    keys = {_key(key, side, is_writing=writing): (key, writing) for writing in (False, True) for key in invitation_ids}
    with use_tenant(PLATFORM):
        found = cache.get_many(list(keys))
    return {keys[name][0]: keys[name][1] for name in keys if name in found}


def _key(invitation_id: UUID, side: Side, *, is_writing: bool) -> str:
    return f"presence:{invitation_id.hex}:{side}:{'writing' if is_writing else 'looking'}"
