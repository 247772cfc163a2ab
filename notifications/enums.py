"""What letters and entries of the centre are about, and how a person wants to hear of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Group(models.TextChoices):
    """Kinds of news that a person chooses a channel for together."""

    ORDERS = "orders", _("Orders")
    APPROVALS = "approvals", _("Approvals")
    DELIVERIES = "deliveries", _("Deliveries and availability")
    INVOICES = "invoices", _("Invoices and credit notes")
    QUOTES = "quotes", _("Quotes")
    MESSAGES = "messages", _("Messages")
    ACCOUNT = "account", _("Accounts and people")
    REMINDERS = "reminders", _("Reminders to reorder")


class Channel(models.TextChoices):
    """How news reach a mailbox; the centre has them in any case."""

    NOW = "now", _("At once")
    DIGEST = "digest", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NONE = "none", _("No e-mail")


class SubjectKind(models.TextChoices):
    """The thing that entries of the centre are grouped by."""

    ORDER = "order", _("Order")
    INVOICE = "invoice", _("Invoice")
    RETURN = "return", _("Return")
    APPROVAL = "approval", _("Approval")
    CART = "cart", _("Cart")
    RECURRING = "recurring", _("Recurring order")
    REQUEST = "request", _("Request for quotes")
    AGREEMENT = "agreement", _("Agreement")
    COMPANY = "company", _("Company")
    GOODS = "goods", _("Goods")
    SIGN_IN = "sign_in", _("Sign-in and security")


class Reader(models.TextChoices):
    """As what a person is told something: as a buyer (or for itself), or as staff of a supplier."""

    BUYER = "buyer"
    STAFF = "staff"


class Place(models.TextChoices):
    """On which host the page of an entry is."""

    TENANT = "tenant"
    PLATFORM = "platform"
    ANY = "any"
