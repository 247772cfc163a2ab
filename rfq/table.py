"""What lies between a buyer and one of its suppliers now, in the buyer's words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core import formatting
from rfq.answers import Answer
from rfq.enums import InvitationState, Side, VersionState
from rfq.history import INVITATION_TONES, has_expired
from rfq.models import RFQ, Invitation, QuoteVersion

_TAKEN = (VersionState.ACCEPTED, VersionState.ORDERED)


def state_of(answer: Answer) -> tuple[str, str]:
    """A supplier's state and its tone: that of the invitation, or that its offer was taken back or has expired."""
    row, own = answer.invitation, answer.own
    if row.state == InvitationState.QUOTED and own is not None:
        if own.state == VersionState.WITHDRAWN:
            return str(VersionState.WITHDRAWN.label), "mute"
        if has_expired(own):
            return str(VersionState.EXPIRED.label), "mute"
    return str(InvitationState(row.state).label), INVITATION_TONES[row.state]


def table_text(answer: Answer, rfq: RFQ) -> str:
    """Why there is nothing of a request that the buyer can answer; nothing said of an offer that it can."""
    own = answer.own
    if own is None:
        return _unanswered(answer.invitation, rfq)
    if own.state in _TAKEN:
        return _("Your company has accepted this offer.")
    if own.state == VersionState.WITHDRAWN:
        return _withdrawn(answer)
    return _offered(answer)


def _offered(answer: Answer) -> str:
    latest = answer.versions[-1]
    if latest.state == VersionState.DECLINED:
        if answer.invitation.state == InvitationState.QUOTED:
            return _("This offer had ended with the request. The supplier may make another one.")
        return _("The request has ended without this offer.")
    if latest.side == Side.BUYER:
        return _countered(latest)
    if has_expired(latest):
        until = formatting.moment(latest.valid_until)
        return _("This offer was valid until %(until)s. Ask the supplier to renew it.") % {"until": until}
    return ""


def _countered(latest: QuoteVersion) -> str:
    if not has_expired(latest):
        return _("Your counter-offer is with the supplier.")
    until = formatting.moment(latest.valid_until)
    return _("Your counter-offer was valid until %(until)s. The supplier may still make another offer.") % {
        "until": until
    }


def _withdrawn(answer: Answer) -> str:
    if answer.invitation.state == InvitationState.QUOTED:
        return _("The supplier has taken its offer back. It may make another one.")
    return _("The supplier has taken its offer back.")


def _unanswered(row: Invitation, rfq: RFQ) -> str:
    if row.state == InvitationState.QUOTED and rfq.is_sealed:
        return _("The supplier has answered. What it offers is sealed until the deadline.")
    if row.state == InvitationState.DECLINED:
        return _("The supplier makes no offer.")
    if row.state == InvitationState.EXPIRED:
        return _("The supplier has not answered in time.")
    return _("The supplier has not answered yet.")
