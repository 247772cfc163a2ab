"""Refusals about requests of customers' and suppliers' systems."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class MissingIdempotencyKey(Refused):
    code = "idempotency_key_missing"
    status = 400
    message = _("Send an Idempotency-Key header: 1 to 120 visible ASCII characters, a new one for each new order.")


class IdempotencyKeyReused(Refused):
    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was used with another body. Nothing was ordered.")


class InvalidCursor(Refused):
    code = "invalid_cursor"
    status = 400
    message = _("This cursor is not one of ours. Start again without it.")


class NoSuchBuyer(Refused):
    code = "no_such_buyer"
    message = _("Nobody of your company who may order has this e-mail address.")


class NoDeliveryAddress(Refused):
    code = "delivery_address_missing"
    message = _("Your company has no address on file: send a delivery_address.")


class UnknownLine(Refused):
    code = "unknown_line"
    message = _("The request has no such line.")


class RepeatedLine(Refused):
    code = "line_repeated"
    message = _("This line is answered twice; what is offered besides belongs to its alternatives.")


class PartsRefused(Refused):
    """Some of the awarded versions cannot be ordered, so nothing is: ``refusals`` say why, by place."""

    code = "award_refused"
    status = 409
    message = _("Nothing was ordered: %(count)s of the suppliers’ offers cannot be ordered as they are.")

    def __init__(self, refusals: Mapping[int, Refused]) -> None:
        super().__init__(count=len(refusals))
        self.refusals = refusals
