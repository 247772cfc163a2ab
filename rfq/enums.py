"""States of requests, invitations and quote versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RFQState(models.TextChoices):
    """*Evaluating* is after the deadline; *expired*, when nothing is left then that could be accepted."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    EVALUATING = "evaluating", _("Being compared")
    PART_AWARDED = "part_awarded", _("Partly awarded")
    AWARDED = "awarded", _("Awarded")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


#: Offers may be compared, negotiated and accepted.
LIVE_RFQ = (RFQState.OPEN, RFQState.EVALUATING, RFQState.PART_AWARDED)


class InvitationState(models.TextChoices):
    """The request as one supplier knows it; *won* and *closed* (awarded elsewhere, cancelled) end it."""

    INVITED = "invited", _("Invited")
    VIEWED = "viewed", _("Viewed")
    IN_PROGRESS = "in_progress", _("In progress")
    QUOTED = "quoted", _("Quoted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    WON = "won", _("Won")
    CLOSED = "closed", _("Closed")


#: The supplier has not answered yet, and still may.
UNANSWERED = (InvitationState.INVITED, InvitationState.VIEWED, InvitationState.IN_PROGRESS)


class Side(models.TextChoices):
    SUPPLIER = "supplier", _("Supplier")
    BUYER = "buyer", _("Buyer")


class VersionState(models.TextChoices):
    """A supplier's version is *sent*; a buyer's counter-offer too. At most one version of a quote is on the table.

    A *draft*, and one that waits for its *internal approval*, is the supplier's own business and not in the exchange.
    """

    DRAFT = "draft", _("Draft")
    INTERNAL_APPROVAL = "internal_approval", _("Internal approval")
    SENT = "sent", _("Sent")
    COUNTERED = "countered", _("Countered")
    SUPERSEDED = "superseded", _("Superseded")
    ACCEPTED = "accepted", _("Accepted")
    ORDERED = "ordered", _("Ordered")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


#: Versions that have an end yet to come.
UNDECIDED_VERSION = (VersionState.SENT, VersionState.COUNTERED)


class LineKind(models.TextChoices):
    """How an offered line answers the one that is asked for."""

    AS_ASKED = "as_asked", pgettext_lazy("line of an offer", "As asked")
    REPLACEMENT = "replacement", pgettext_lazy("line of an offer", "Replacement")
    ALTERNATIVE = "alternative", pgettext_lazy("line of an offer", "Alternative")
    NOT_AVAILABLE = "not_available", pgettext_lazy("line of an offer", "Not offered")


class ReportState(models.TextChoices):
    """What the operator made of a supplier's report of spam."""

    OPEN = "open", pgettext_lazy("report of spam", "Open")
    DISMISSED = "dismissed", pgettext_lazy("report of spam", "Dismissed")
    STOPPED = "stopped", pgettext_lazy("report of spam", "Requests stopped")
