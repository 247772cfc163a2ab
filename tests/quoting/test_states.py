"""Every state of a draft against every other: which moves there are."""

from __future__ import annotations

from quoting.enums import DraftState
from quoting.states import DRAFT

#: From each state, in words; what is not here must not be possible.
_MOVES = {
    "draft": "internal_approval sent dropped",
    "internal_approval": "draft sent dropped",
    "sent": "",
    "dropped": "",
}


def test_the_whole_matrix() -> None:
    assert set(_MOVES) == set(DraftState.values)
    for before in DraftState.values:
        for to in DraftState.values:
            assert DRAFT.may(before, to) == (to in _MOVES[before].split()), (before, to)
