"""Why a message is not sent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class TooManyMessages(Refused):
    code = "too_many_messages"
    status = 429
    message = _("You have sent many messages in a short time. Wait some minutes, then send this one.")
