"""Refusals about approvals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class ApprovalNeeded(Refused):
    """Nothing was ordered: :mod:`orders.approvals.asking` makes a request of it where the caller wants one."""

    code = "approval_needed"
    status = 409
    message = _("This order needs an approval: %(reasons)s. Nothing was ordered.")


class BuyerWarned(Refused):
    """There is something to be read before this is ordered; once it was, it may be."""

    code = "buyer_warned"
    status = 409
    message = _("%(warnings)s. Nothing was ordered yet: order once more if you still want it.")


class RaiseNeedsApproval(Refused):
    """An order that was placed would cost more than may be ordered without an approval."""

    code = "raise_needs_approval"
    message = _(
        "Changed like this the order needs an approval: %(reasons)s. Nothing was changed: order what is missing apart."
    )


class NothingToApprove(Refused):
    code = "nothing_to_approve"
    status = 409
    message = _("This order needs no approval any longer: send it again.")


class OwnOrder(Refused):
    code = "own_order"
    status = 403
    message = _("Nobody approves an order of their own.")


class NotYourTurn(Refused):
    code = "not_your_turn"
    status = 403
    message = _("This step waits for others, or you have decided already.")


class VatIsAnother(Refused):
    code = "vat_is_another"
    status = 409
    message = _(
        "The VAT of this order would be another today, as what is known of your company’s VAT number has changed. "
        "Nothing was decided: who ordered has to send it again."
    )


class ReasonMissing(Refused):
    code = "reason_missing"
    message = _("Say why: who ordered reads it.")


class LinkUsed(Refused):
    code = "link_used"
    status = 410
    message = _("This link has done its work: the order was decided or changed, or it is not your turn any more.")


class SignInFirst(Refused):
    code = "sign_in_first"
    status = 403
    message = _("For this amount your company wants you to sign in.")


class OtherContent(Refused):
    code = "other_content"
    status = 409
    message = _("This is no longer the order that you saw. Nothing was decided: look at it again.")


class PricesExpired(Refused):
    code = "prices_expired"
    status = 409
    message = _("Its prices were frozen until %(until)s: it must be ordered again.")
