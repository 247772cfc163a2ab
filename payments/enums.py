"""States and kinds of receivables."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    """How an entry changes the account: ``reserved`` and ``invoiced`` amounts."""

    RESERVE = "reserve", _("Reserved by an order")
    RELEASE = "release", _("Reservation released")
    INVOICE = "invoice", _("Invoiced")
    PAYMENT = "payment", _("Paid")
    CREDITED = "credited", _("Credited")
    LIMIT = "limit", _("Limit changed")


class InvoiceState(models.TextChoices):
    """*credited*: nothing was paid, and credit notes leave nothing to pay."""

    ISSUED = "issued", _("To pay")
    PAID = "paid", _("Paid")
    CREDITED = "credited", _("Credited")


class IntentState(models.TextChoices):
    CREATED = "created", _("Started")
    PENDING = "pending", _("Waiting for the bank")
    SUCCEEDED = "succeeded", _("Paid")
    FAILED = "failed", _("Refused")


class RepaymentMethod(models.TextChoices):
    """How what a credit note owes is given back."""

    CARD = "card", _("To the card")
    INVOICE = "invoice", _("Taken off another invoice")
    OUTSIDE = "outside", _("Paid back otherwise")


class RepaymentState(models.TextChoices):
    CREATED = "created", _("To be asked for")
    PENDING = "pending", _("On its way")
    DONE = "done", _("Given back")
    FAILED = "failed", _("Did not arrive")


class WebhookOutcome(models.TextChoices):
    """What a message from a gateway led to."""

    APPLIED = "applied", _("Applied")
    REPEATED = "repeated", _("Said what was known")
    IRRELEVANT = "irrelevant", _("Not about a payment")
    UNKNOWN = "unknown", _("About an unknown payment")
    MISMATCH = "mismatch", _("Another amount or currency than asked for")
