"""Where a request stands for one supplier, said by its own part and the clock: never by what others have offered.

After the deadline a request is *being compared* or has *expired*, as somebody has offered or nobody has. Whoever has
not is told the same of both.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from rfq.enums import LIVE_RFQ, InvitationState, RFQState
from rfq.models import Invitation

_ENDED = (InvitationState.WON, InvitationState.CLOSED)


def goes_on() -> Q:
    """Invitations whose supplier may still answer: the first offer before the deadline, a negotiation may last."""
    in_time = Q(state=InvitationState.QUOTED) | Q(rfq__deadline_at__gt=timezone.now())
    return Q(rfq__state__in=LIVE_RFQ) & ~Q(state__in=_ENDED) & in_time


def goes_on_for(row: Invitation) -> bool:
    """The same of a row that has its request."""
    if row.rfq.state not in LIVE_RFQ or row.state in _ENDED:
        return False
    return row.state == InvitationState.QUOTED or row.rfq.deadline_at > timezone.now()


def is_too_late(row: Invitation) -> bool:
    """Whether it is the deadline that has ended the request for a supplier that has not offered."""
    if row.state in (*_ENDED, InvitationState.QUOTED) or row.rfq.state not in (*LIVE_RFQ, RFQState.EXPIRED):
        return False
    return row.rfq.deadline_at <= timezone.now()


def shown_state(row: Invitation) -> RFQState:
    """The state of the request as its supplier may know it: not whether others offered, or won a part."""
    if is_too_late(row):
        return RFQState.EXPIRED
    if row.rfq.state == RFQState.PART_AWARDED:
        return RFQState.AWARDED if row.state == InvitationState.WON else RFQState.EVALUATING
    return RFQState(row.rfq.state)
