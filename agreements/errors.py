"""Refusals about agreements."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class InvalidPeriod(Refused):
    code = "invalid_agreement_period"
    message = _("An agreement ends after it begins, from today on, and lasts five years at most.")


class NotAgreeable(Refused):
    """A line without an article of the catalogue, or whose article has its price from others."""

    code = "not_agreeable"
    message = _("%(name)s is no single article of the catalogue: order it now, it cannot be put under an agreement.")


class OtherCurrency(Refused):
    code = "agreement_currency"
    message = _("This offer is in %(offered)s, your account is in %(own)s: order now instead.")


class AgreedTwice(Refused):
    code = "agreed_twice"
    message = _("%(sku)s is in this offer more than once: put one of its lines under an agreement, or order now.")


class AlreadyAgreed(Refused):
    code = "already_agreed"
    status = 409
    message = _(
        "%(sku)s is under agreement %(number)s already, until %(until)s: one agreement at a time for an article."
    )


class AgreementShort(Refused):
    """Somebody called off in the meantime, or the agreement is over: who counted on it must look again."""

    code = "agreement_short"
    status = 409
    message = _(
        "The agreement no longer holds what this order would take from it. Nothing was ordered or changed: look at the "
        "prices again."
    )


class AgreementOver(Refused):
    code = "agreement_over"
    status = 409
    message = _("This agreement is not in force: nothing can be called off from it.")


class NoLonger(Refused):
    code = "no_extension"
    message = _("The new last day is after the one that is agreed (%(until)s), and at most five years after the first.")


class ExtensionWaits(Refused):
    """A proposal is answered, or taken back, before there is another."""

    code = "extension_waits"
    status = 409
    message = _("It is proposed already that this agreement lasts until %(until)s: answer that first.")


class EndReasonMissing(Refused):
    code = "agreement_reason_missing"
    message = _("Say why the agreement ends: the buyer reads it.")
