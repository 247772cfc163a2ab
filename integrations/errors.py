"""Refusals about API keys and requests of customers' systems."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class KeyExists(Refused):
    """The form that creates this key was sent before; the key itself cannot be shown again."""

    code = "key_exists"
    status = 409
    message = _("This key was created already. It is shown once only: revoke it and create another if it is lost.")


class TooManyKeys(Refused):
    code = "too_many_keys"
    message = _("A company has %(maximum)s active keys at most. Revoke one that is no longer used.")


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


class NoDeliveryAddress(Refused):
    code = "delivery_address_missing"
    message = _("Your company has no address on file: send a delivery_address.")
