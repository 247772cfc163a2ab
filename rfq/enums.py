"""States of requests, invitations and quote versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RFQState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    AWARDED = "awarded", _("Awarded")
    CANCELLED = "cancelled", _("Cancelled")


class InvitationState(models.TextChoices):
    INVITED = "invited", _("Invited")
    VIEWED = "viewed", _("Viewed")
    QUOTED = "quoted", _("Quoted")
    DECLINED = "declined", _("Declined")


class Side(models.TextChoices):
    SUPPLIER = "supplier", _("Supplier")
    BUYER = "buyer", _("Buyer")


class VersionState(models.TextChoices):
    """A supplier's version is *sent*; a buyer's counter-offer too. The next version supersedes it."""

    SENT = "sent", _("Sent")
    COUNTERED = "countered", _("Countered")
    SUPERSEDED = "superseded", _("Superseded")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
