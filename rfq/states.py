"""Moves of requests, invitations and quote versions."""

from core.states import Machine
from rfq.enums import InvitationState as I
from rfq.enums import RFQState as R
from rfq.enums import VersionState as V

RFQ_MACHINE = Machine("rfq", {R.DRAFT: frozenset({R.OPEN}), R.OPEN: frozenset({R.AWARDED, R.CANCELLED})})

INVITATION = Machine(
    "invitation",
    {
        I.INVITED: frozenset({I.VIEWED, I.QUOTED, I.DECLINED, I.CLOSED}),
        I.VIEWED: frozenset({I.QUOTED, I.DECLINED, I.CLOSED}),
        I.QUOTED: frozenset({I.DECLINED, I.WON, I.CLOSED}),
        I.DECLINED: frozenset({I.QUOTED, I.CLOSED}),
    },
)

VERSION = Machine(
    "quote_version",
    {
        V.SENT: frozenset({V.COUNTERED, V.SUPERSEDED, V.ACCEPTED, V.DECLINED, V.WITHDRAWN}),
        V.COUNTERED: frozenset({V.SUPERSEDED, V.DECLINED, V.WITHDRAWN}),
    },
)
