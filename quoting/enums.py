"""States of a draft, and why one needs an approval or a request no answer at once."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DraftState(models.TextChoices):
    """An answer before it is sent: never in the exchange."""

    DRAFT = "draft", _("Draft")
    INTERNAL_APPROVAL = "internal_approval", _("Internal approval")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", pgettext_lazy("draft of an offer", "Thrown away")


#: A request has one of these at most.
OPEN_DRAFT = (DraftState.DRAFT, DraftState.INTERNAL_APPROVAL)


class Breach(models.TextChoices):
    """Which limit of the supplier's own an offered price does not keep."""

    BELOW_MARGIN = "below_margin", _("below the floor margin")
    BELOW_PRICE = "below_price", _("below the floor price")
    ABOVE_DISCOUNT = "above_discount", _("above the highest discount")
    COST_UNKNOWN = "cost_unknown", _("its floor cannot be checked: no cost or floor price in this currency")
    NO_ARTICLE = "no_article", _("without an article of ours")


class LeftToPeople(models.TextChoices):
    """Why a request was not answered at once."""

    TAKEN = "taken", _("somebody is at it already")
    NO_ACCOUNT = "no_account", _("the customer has no approved account")
    CURRENCY = "currency", _("another currency than the customer’s")
    CONDITIONS = "conditions", _("it asks for conditions of its own")
    QUESTION = "question", _("it asks a question")
    NOT_IN_CATALOGUE = "not_in_catalogue", _("not an article of the catalogue")
    QUANTITY = "quantity", _("not a quantity that is sold")
    NO_PRICE = "no_price", _("no price for this customer")
    NOT_IN_STOCK = "not_in_stock", _("not in stock")
    TOO_LATE = "too_late", _("not there on the wished day")
    LIMITS = "limits", _("below a floor or above the highest discount")
    AMOUNT = "amount", _("more than the highest amount")
    CREDIT = "credit", _("more than the credit that is left")
