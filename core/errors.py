"""Refusals: what a service says when a rule does not allow what was asked."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A rule said no. ``code`` is stable for machines, ``message`` is safe to show to a person.

    ``field`` names the input that was wrong, where there is one; ``params`` fill the message. ``status`` is the HTTP
    status that pages and the API answer with.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    message: ClassVar[str | Promise] = _("This is not possible.")

    def __init__(self, *, field: str | None = None, **params: Any) -> None:
        self.field = field
        self.params = params
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


class NotAllowed(Refused):
    code = "not_allowed"
    status = 403
    message = _("You are not allowed to do this.")


class NotFound(Refused):
    code = "not_found"
    status = 404
    message = _("This does not exist.")


class IllegalMove(Refused):
    code = "illegal_move"
    status = 409
    message = _("This is no longer possible: its state has changed in the meantime.")


class InvalidInput(Refused):
    """A value has the wrong shape or is out of range; give ``field`` and ``reason``."""

    code = "invalid"
    message = "%(reason)s"
