"""States of customers and kinds of payment terms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerState(models.TextChoices):
    PENDING = "pending", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    BLOCKED = "blocked", _("Blocked")


class TermKind(models.TextChoices):
    """How a due date is computed from the invoice's date (C. com. L441-10)."""

    NET = "net", _("days after the invoice")
    DAYS_THEN_END_OF_MONTH = "days_eom", _("days, then end of month")
    END_OF_MONTH_THEN_DAYS = "eom_days", _("end of month, then days")
