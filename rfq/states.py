"""Moves of requests, invitations and quote versions."""

from core.states import Machine
from rfq.enums import InvitationState as I
from rfq.enums import RFQState as R
from rfq.enums import VersionState as V

RFQ_MACHINE = Machine(
    "rfq",
    {
        R.DRAFT: frozenset({R.OPEN, R.CANCELLED}),
        R.OPEN: frozenset({R.EVALUATING, R.PART_AWARDED, R.AWARDED, R.CLOSED, R.CANCELLED, R.EXPIRED}),
        R.EVALUATING: frozenset({R.OPEN, R.PART_AWARDED, R.AWARDED, R.CLOSED, R.CANCELLED, R.EXPIRED}),
        R.PART_AWARDED: frozenset({R.AWARDED, R.CLOSED}),
        R.CLOSED: frozenset({R.OPEN}),
        R.CANCELLED: frozenset({R.OPEN}),
        R.EXPIRED: frozenset({R.OPEN, R.CLOSED, R.CANCELLED}),
    },
)

INVITATION = Machine(
    "invitation",
    {
        I.INVITED: frozenset({I.VIEWED, I.IN_PROGRESS, I.QUOTED, I.DECLINED, I.EXPIRED, I.CLOSED}),
        I.VIEWED: frozenset({I.IN_PROGRESS, I.QUOTED, I.DECLINED, I.EXPIRED, I.CLOSED}),
        I.IN_PROGRESS: frozenset({I.QUOTED, I.DECLINED, I.EXPIRED, I.CLOSED}),
        I.QUOTED: frozenset({I.DECLINED, I.WON, I.CLOSED}),
        I.DECLINED: frozenset({I.QUOTED, I.CLOSED}),
        I.EXPIRED: frozenset({I.INVITED, I.CLOSED}),
        I.CLOSED: frozenset({I.INVITED, I.QUOTED}),
    },
)

VERSION = Machine(
    "quote_version",
    {
        V.DRAFT: frozenset({V.INTERNAL_APPROVAL, V.SENT}),
        V.INTERNAL_APPROVAL: frozenset({V.DRAFT, V.SENT}),
        V.SENT: frozenset({V.COUNTERED, V.SUPERSEDED, V.ACCEPTED, V.DECLINED, V.WITHDRAWN, V.EXPIRED}),
        V.COUNTERED: frozenset({V.SUPERSEDED, V.DECLINED, V.WITHDRAWN, V.EXPIRED}),
        V.EXPIRED: frozenset({V.SUPERSEDED}),
        V.ACCEPTED: frozenset({V.ORDERED}),
    },
)
