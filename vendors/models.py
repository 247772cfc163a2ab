"""Applications and vendors (schema ``public``)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import User
from core.fields import Keyed
from core.states import Transition, state_check
from tenants.enums import TenantKind
from tenants.models import HEX_COLOUR, SLUG, Tenant
from vendors.enums import ApplicationState


class Application(Keyed):
    """A company that asks for a storefront."""

    kind = models.CharField(max_length=20, choices=TenantKind.choices, default=TenantKind.SUPPLIER)
    legal_name = models.CharField(max_length=160)
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, default="FR")
    street = models.CharField(max_length=160)
    postal_code = models.CharField(max_length=12)
    city = models.CharField(max_length=80)
    portal_name = models.CharField(max_length=120)
    slug = models.CharField(max_length=40, validators=[SLUG])
    primary = models.CharField(max_length=7, default="#114b5f", validators=[HEX_COLOUR])
    logo = models.FileField(upload_to="applications/", blank=True)
    activity = models.TextField(blank=True)
    applicant = models.ForeignKey(User, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=20, choices=ApplicationState.choices, default=ApplicationState.SUBMITTED)
    submitted_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    tenant = models.OneToOneField(Tenant, on_delete=models.SET_NULL, null=True, related_name="application")

    class Meta:
        constraints: ClassVar = [
            state_check(ApplicationState, name="vendors_application_state"),
            models.UniqueConstraint(
                fields=("slug",), condition=~models.Q(state="refused"), name="vendors_application_slug"
            ),
        ]


class ApplicationTransition(Transition):
    subject = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="transitions")


class Vendor(Keyed):
    """The legal seller behind a tenant."""

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, related_name="vendor")
    legal_name = models.CharField(max_length=160)
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, default="FR")
    street = models.CharField(max_length=160)
    postal_code = models.CharField(max_length=12)
    city = models.CharField(max_length=80)
    verified_at = models.DateTimeField(default=timezone.now)
