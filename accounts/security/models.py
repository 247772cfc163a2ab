"""Tables of sign-in (schema ``public``)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.enums import CompanyRole
from accounts.models import BusinessUnit, Company, User
from core.fields import Keyed
from tenants.models import Tenant


class UserSession(Keyed):
    """What a person is told of a session. Whether one is open is for the session store to say: see ``sessions``."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, related_name="+")
    host = models.CharField(max_length=253)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    methods = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)


class ProviderConnection(Keyed):
    """A company's OpenID Connect provider; the client's secret is sealed."""

    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="provider")
    issuer = models.URLField(max_length=500)
    client_id = models.CharField(max_length=200)
    client_secret = models.TextField()
    is_enabled = models.BooleanField(default=False)
    default_role = models.CharField(max_length=20, choices=CompanyRole.choices, default=CompanyRole.VIEWER)
    default_unit = models.ForeignKey(BusinessUnit, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)


class ProviderDomain(Keyed):
    """A domain of e-mail addresses that a company says is its own; it counts once an operator has seen the proof."""

    connection = models.ForeignKey(ProviderConnection, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)
    token = models.CharField(max_length=64)
    claimed_at = models.DateTimeField(default=timezone.now)
    proven_at = models.DateTimeField(null=True)
    proven_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("connection", "domain"), name="accounts_providerdomain_once"),
            models.UniqueConstraint(
                fields=("domain",), condition=models.Q(proven_at__isnull=False), name="accounts_providerdomain_proven"
            ),
        ]


class ProviderIdentity(Keyed):
    """Who a person is at a company's provider: its subject there never changes, an e-mail address may."""

    connection = models.ForeignKey(ProviderConnection, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="provider_identities")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("connection", "subject"), name="accounts_provideridentity_subject"),
            models.UniqueConstraint(fields=("connection", "user"), name="accounts_provideridentity_user"),
        ]
