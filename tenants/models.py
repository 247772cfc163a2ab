"""Tenant, its domains and its branding (schema ``public``)."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from core.fields import Keyed
from core.ids import uuid7
from core.scope import Scope
from core.states import Transition, state_check
from tenants.enums import TenantKind, TenantState

HEX_COLOUR = RegexValidator(r"^#[0-9a-f]{6}$", _("A colour looks like #0b4f8a."))
SLUG = RegexValidator(r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$", _("3 to 40 small letters, digits and hyphens."))


class Tenant(TenantMixin):
    """A portal. Its schema and role are named by a generator, never by a person."""

    auto_create_schema = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=40, unique=True, validators=[SLUG])
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=TenantKind.choices)
    state = models.CharField(max_length=20, choices=TenantState.choices, default=TenantState.PROVISIONING)
    role_name = models.CharField(max_length=63, unique=True)
    schema_revision = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [state_check(TenantState, name="tenants_tenant_state")]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        return Scope(self.schema_name, role=self.role_name, tenant_id=self.id)


class TenantTransition(Transition):
    subject = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="transitions")


class Domain(DomainMixin):
    """A host name of a tenant; a custom one counts only once it is verified."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    verified_at = models.DateTimeField(null=True)
    verification_token = models.CharField(max_length=64, blank=True)


class Branding(Keyed):
    """What a tenant's storefront looks like."""

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="branding")
    primary = models.CharField(max_length=7, default="#114b5f", validators=[HEX_COLOUR])
    accent = models.CharField(max_length=7, blank=True, validators=[HEX_COLOUR])
    radius = models.PositiveSmallIntegerField(default=8)
    logo = models.FileField(upload_to="branding/", blank=True)
    tagline_fr = models.CharField(max_length=160, blank=True)
    tagline_en = models.CharField(max_length=160, blank=True)
