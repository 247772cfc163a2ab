"""What the clock means for a request as its buyer sees it: how long answers are waited for, or when that was over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from rfq.enums import LIVE_RFQ, RFQState
from rfq.history import Countdown, countdown
from rfq.models import RFQ


@dataclass(frozen=True, slots=True)
class Timing:
    """A figure with its label; ``left`` counts on while answers may still come, ``text`` stands still."""

    label: str
    text: str
    note: str
    left: Countdown | None = None


def timing_of(rfq: RFQ, moved_at: datetime | None) -> Timing:
    """Until when answers may come; after the deadline, when it was; of what has ended, since when (``moved_at``)."""
    deadline = formatting.moment(rfq.deadline_at)
    if rfq.state not in LIVE_RFQ:
        text = formatting.moment(moved_at) if moved_at is not None else "–"
        return Timing(str(RFQState(rfq.state).label), text, _("answers were due %(when)s") % {"when": deadline})
    if rfq.deadline_at > timezone.now():
        return Timing(_("Answers until"), "", deadline, countdown(rfq.deadline_at))
    return Timing(_("Answers were due"), deadline, "")
