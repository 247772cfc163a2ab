"""States of requests, invitations and quote versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RFQState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    AWARDED = "awarded", _("Awarded")
    CANCELLED = "cancelled", _("Cancelled")


class InvitationState(models.TextChoices):
    """The request as one supplier knows it; *won* and *closed* (awarded elsewhere, cancelled) end it."""

    INVITED = "invited", _("Invited")
    VIEWED = "viewed", _("Viewed")
    QUOTED = "quoted", _("Quoted")
    DECLINED = "declined", _("Declined")
    WON = "won", _("Won")
    CLOSED = "closed", _("Closed")


class Side(models.TextChoices):
    SUPPLIER = "supplier", _("Supplier")
    BUYER = "buyer", _("Buyer")


class VersionState(models.TextChoices):
    """A supplier's version is *sent*; a buyer's counter-offer too. At most one version of a quote is on the table."""

    SENT = "sent", _("Sent")
    COUNTERED = "countered", _("Countered")
    SUPERSEDED = "superseded", _("Superseded")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
