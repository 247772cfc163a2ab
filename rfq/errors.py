"""Refusals about requests and quotes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core import formatting
from core.errors import Refused


class NoLines(Refused):
    code = "no_lines"
    message = _("Describe at least one article with its quantity.")


class TooManyLines(Refused):
    code = "too_many_lines"
    message = _("A request has %(most)s lines at most.")


class NoSuppliers(Refused):
    code = "no_suppliers"
    message = _("Choose at least one supplier.")


class TooManySuppliers(Refused):
    code = "too_many_suppliers"
    message = _("A request goes to %(most)s suppliers at most.")


class DeadlineInThePast(Refused):
    code = "deadline_in_the_past"
    message = _("The deadline must be in the future.")


class RequestClosed(Refused):
    code = "request_closed"
    status = 409
    message = _("This request is closed: nothing more can be offered or accepted.")


class NothingOffered(Refused):
    code = "nothing_offered"
    message = _("Give a price for at least one line.")


class NothingAsked(Refused):
    code = "nothing_asked"
    message = _("Give at least one price that you would pay, or a message.")


class ValidityInThePast(Refused):
    code = "validity_in_the_past"
    message = _("The offer must be valid for some time.")


class InvalidPrice(Refused):
    code = "invalid_price"
    message = _("A price is zero or more, with at most six decimals.")


class DeadlineOver(Refused):
    code = "deadline_over"
    status = 409
    message = _("Answers were asked for until %(when)s. The buyer can ask again.")


class UnknownIncoterm(Refused):
    code = "unknown_incoterm"
    message = _("Choose one of the Incoterms of 2020.")


class TermTooLong(Refused):
    code = "term_too_long"
    message = _("The law allows at most %(most)s days for such a term of payment.")


class InvalidTiers(Refused):
    code = "invalid_tiers"
    message = _("Each quantity of a tier is given once, above zero and other than the one that is asked for.")


class InvalidSetup(Refused):
    code = "invalid_setup"
    message = _("A one-off cost is an amount of zero or more, with cents at most.")


class NothingOnTheTable(Refused):
    code = "nothing_on_the_table"
    status = 409
    message = _("There is no offer of yours that could be taken back.")


class ReasonMissing(Refused):
    code = "reason_missing"
    message = _("Say why: it is read by the other side.")


class NotADraft(Refused):
    code = "not_a_draft"
    status = 409
    message = _("This request has been sent already.")


class NothingPicked(Refused):
    code = "nothing_picked"
    message = _("Choose at least one offered line.")


class LinePickedTwice(Refused):
    code = "line_picked_twice"
    message = _("Line %(position)s is given to two offers. Choose one.")


class LineAwarded(Refused):
    code = "line_awarded"
    status = 409
    message = _("Line %(position)s is awarded already.")


class AwardWaits(Refused):
    """Another award of the same waits for its approval: who would approve it must find what was asked for."""

    code = "award_waits"
    status = 409
    message = _(
        "What %(name)s would order from %(supplier)s for %(amount)s net waits for its approval. Nothing else was "
        "awarded: withdraw it first, or wait for the decision."
    )


class NoSplitting(Refused):
    code = "no_splitting"
    message = _("You have told the suppliers that the request goes to one of them as a whole.")


class QuantityNotOffered(Refused):
    code = "quantity_not_offered"
    message = _("This offer begins at %(least)s.")


class NotYourCurrency(Refused):
    code = "not_your_currency"
    message = _("You have neither prices nor an exchange rate in %(currency)s: offer in %(own)s.")


class InvalidFreight(Refused):
    code = "invalid_freight"
    message = _("Transport is an amount of zero or more, with cents at most.")


class InvalidRate(Refused):
    code = "invalid_rate"
    message = _("A rate is between zero and one hundred percent, with at most four decimals.")


class UnknownArticle(Refused):
    code = "unknown_article"
    message = _("“%(sku)s” is none of your articles. Leave the reference empty to offer without one.")


class UnitNotSold(Refused):
    code = "unit_not_sold"
    message = _(
        "You do not sell %(sku)s in the unit that is asked for. Leave the reference empty to offer without one."
    )


class NotOnTheTable(Refused):
    """Another version has come since; ``number`` is the latest, ``changes`` say what is different in it."""

    code = "outdated_version"
    status = 409
    message = _("Version %(number)s has come since this page was shown: %(changes)s. Look at it, then decide.")


class CounterOfferPending(NotOnTheTable):
    code = "counter_offer_pending"
    message = _("Your company has asked for other prices (version %(number)s). The supplier has the next word.")


class OfferWithdrawn(NotOnTheTable):
    code = "offer_withdrawn"
    message = _("The supplier has withdrawn this offer.")


class OfferExpired(Refused):
    code = "offer_expired"
    status = 409
    message = _("This offer was valid until %(until)s. Ask the supplier to renew it.")

    @classmethod
    def of(cls, until: datetime) -> OfferExpired:
        return cls(until=formatting.moment(until))


class MayNotBuy(Refused):
    code = "may_not_buy"
    status = 403
    message = _("Your role may look, but not negotiate or accept. Ask an administrator of your company.")
