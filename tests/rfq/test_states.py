"""Every state of requests, invitations and versions against every other: which moves there are."""

from __future__ import annotations

import pytest

from core.states import Machine
from rfq.enums import InvitationState, RFQState, VersionState
from rfq.states import INVITATION, RFQ_MACHINE, VERSION

#: From each state, in words, as the pages promise it; what is not here must not be possible.
_MOVES: dict[str, dict[str, str]] = {
    "rfq": {
        "draft": "open cancelled",
        "open": "evaluating part_awarded awarded closed cancelled expired",
        "evaluating": "open part_awarded awarded closed cancelled expired",
        "part_awarded": "awarded closed",
        "awarded": "",
        "closed": "open",
        "cancelled": "open",
        "expired": "open closed cancelled",
    },
    "invitation": {
        "invited": "viewed in_progress quoted declined expired closed",
        "viewed": "in_progress quoted declined expired closed",
        "in_progress": "quoted declined expired closed",
        "quoted": "declined won closed",
        "declined": "quoted closed",
        "expired": "invited closed",
        "won": "",
        "closed": "invited quoted",
    },
    "quote_version": {
        "draft": "internal_approval sent",
        "internal_approval": "draft sent",
        "sent": "countered superseded accepted declined withdrawn expired",
        "countered": "superseded declined withdrawn expired",
        "superseded": "",
        "accepted": "ordered",
        "ordered": "",
        "declined": "",
        "withdrawn": "",
        "expired": "superseded",
    },
}


@pytest.mark.parametrize(
    ("machine", "states"), [(RFQ_MACHINE, RFQState), (INVITATION, InvitationState), (VERSION, VersionState)]
)
def test_the_whole_matrix(machine: Machine, states: type[RFQState | InvitationState | VersionState]) -> None:
    table = _MOVES[machine.name]
    assert set(table) == set(states.values)
    for before in states.values:
        for to in states.values:
            assert machine.may(before, to) == (to in table[before].split()), (before, to)
