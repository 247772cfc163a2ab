"""Refusals about sending requests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class NotVerified(Refused):
    code = "company_not_verified"
    status = 403
    message = _(
        "Your company is not verified yet: suppliers may be asked once one of them has opened an account for it, or "
        "the marketplace has checked it."
    )


class RequestsStopped(Refused):
    code = "requests_stopped"
    status = 403
    message = _("The marketplace has stopped your company’s requests: %(reason)s")


class TooManyRequests(Refused):
    code = "too_many_requests"
    status = 429
    message = _("Your company may send, extend or reopen %(most)s requests a day. It may again from %(when)s on.")


class TooManyToSupplier(Refused):
    code = "too_many_to_supplier"
    status = 429
    message = _(
        "Your company may send, extend or reopen %(most)s requests a day to %(supplier)s. It may again from %(when)s "
        "on."
    )


class AlreadyReported(Refused):
    code = "already_reported"
    status = 409
    message = _("This request is reported already.")


class AlreadyDecided(Refused):
    code = "report_decided"
    status = 409
    message = _("This report has been decided already.")
