"""What was sent to whom (schema ``public``): an e-mail that went out is not sent again with its event."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from core.fields import Keyed


class SentMail(Keyed):
    """One e-mail about one event to one person; ``sent_at`` is set once the mail server has taken it."""

    key = models.CharField(max_length=64, unique=True)
    template = models.CharField(max_length=40)
    recipient = models.EmailField()
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
