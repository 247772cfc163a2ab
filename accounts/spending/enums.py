"""Periods, what a budget does when it is used up, and how many of a tier must approve."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CeilingPeriod(models.TextChoices):
    ORDER = "order", _("Per order")
    DAY = "day", _("Per day")
    WEEK = "week", _("Per week")
    MONTH = "month", _("Per month")


class BudgetPeriod(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class BudgetPolicy(models.TextChoices):
    """What happens to an order that is more than what is left of a budget."""

    BLOCK = "block", _("Refuse the order")
    WARN = "warn", _("Warn the buyer")
    APPROVE = "approve", _("Ask for approval")


class ChangeKind(models.TextChoices):
    """What was changed of a cost centre or of one of its budgets."""

    NAME = "name", _("Name")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Opened again")
    AMOUNT = "amount", _("Amount of the budget")
    POLICY = "policy", _("When the budget is used up")
    RENEWAL = "renewal", _("Renewed each period")
    ENDED = "ended", _("Budget ended")


class TierMode(models.TextChoices):
    ALL = "all", _("All of them")
    ANY = "any", _("Any of them")
