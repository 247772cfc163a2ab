"""Roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CompanyRole(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    BUYER = "buyer", _("Buyer")
    APPROVER = "approver", _("Approver")
    BILLING = "billing", _("Billing manager")
    VIEWER = "viewer", _("Viewer")
    CUSTOM = "custom", _("Own role")


class UnitKind(models.TextChoices):
    SITE = "site", _("Site")
    DEPARTMENT = "department", _("Department")


class StaffRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    SALES = "sales", _("Sales")
    LOGISTICS = "logistics", _("Logistics")
