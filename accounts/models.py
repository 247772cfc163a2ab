"""Users, companies and memberships (schema ``public``)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import CompanyRole, StaffRole, UnitKind
from core.api_keys import ApiKeyRow
from core.fields import AmountField, Keyed
from core.ids import uuid7
from tenants.models import Tenant


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """One login for the whole platform."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(max_length=5, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_user_email_lower")
        ]

    def __str__(self) -> str:
        return self.name


class Company(Keyed):
    """A buying organisation.

    ``verified_at``: a supplier has opened an account for it, or the operator has looked at it.
    ``mail_approval_amount``: orders of up to this net amount in EUR are approved from the e-mail without signing in.
    """

    legal_name = models.CharField(max_length=160)
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, default="FR")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    verified_at = models.DateTimeField(null=True)
    mail_approval_amount = AmountField(default=0)
    requires_second_factor = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("siren",), condition=~models.Q(siren=""), name="accounts_company_siren"),
            models.UniqueConstraint(
                fields=("vat_number",), condition=~models.Q(vat_number=""), name="accounts_company_vat"
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name


class BusinessUnit(Keyed):
    """A site or a department of a company; ``path`` are the keys from the topmost unit down to it, each with a /."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=12, choices=UnitKind.choices, default=UnitKind.SITE)
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=20, blank=True)
    path = models.TextField(db_index=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("company", Lower("name"), name="accounts_unit_name")]

    def __str__(self) -> str:
        return self.name


class CustomRole(Keyed):
    """A role that a company made of named permissions (:class:`accounts.permissions.Permission`)."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(max_length=60)
    permissions = ArrayField(models.CharField(max_length=30), default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("company", Lower("name"), name="accounts_role_name")]

    def __str__(self) -> str:
        return self.name


class CompanyUser(Keyed):
    """A user's membership in a company: its role, and the unit it works in, or the company as a whole."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=CompanyRole.choices)
    custom_role = models.ForeignKey(CustomRole, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user", "company"), name="accounts_companyuser_once"),
            models.CheckConstraint(
                condition=models.Q(role=CompanyRole.CUSTOM, custom_role__isnull=False)
                | (~models.Q(role=CompanyRole.CUSTOM) & models.Q(custom_role__isnull=True)),
                name="accounts_companyuser_role",
            ),
        ]


class CompanyAddress(Keyed):
    """An address of a company, with what a driver must know; invoices go to its one billing address."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="addresses")
    unit = models.ForeignKey(BusinessUnit, on_delete=models.SET_NULL, null=True, blank=True, related_name="addresses")
    label = models.CharField(max_length=80)
    street = models.CharField(max_length=160)
    postal_code = models.CharField(max_length=12)
    city = models.CharField(max_length=80)
    country = models.CharField(max_length=2, default="FR")
    contact = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    opening_hours = models.CharField(max_length=160, blank=True)
    unloading = models.CharField(max_length=160, blank=True)
    access_notes = models.CharField(max_length=300, blank=True)
    is_default = models.BooleanField(default=False)
    is_billing = models.BooleanField(default=False)

    class Meta:
        ordering = ("-is_default", "label", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("company",), condition=models.Q(is_default=True), name="accounts_address_one_default"
            ),
            models.UniqueConstraint(
                fields=("company",), condition=models.Q(is_billing=True), name="accounts_address_one_billing"
            ),
        ]

    def as_snapshot(self) -> dict[str, str]:
        """Plain copy for a document."""
        return {
            "label": self.label,
            "street": self.street,
            "postal_code": self.postal_code,
            "city": self.city,
            "country": self.country,
            "contact": self.contact,
            "phone": self.phone,
            "opening_hours": self.opening_hours,
            "unloading": self.unloading,
            "access_notes": self.access_notes,
        }


class StaffMembership(Keyed):
    """A user who works for a tenant."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="staff")
    role = models.CharField(max_length=20, choices=StaffRole.choices)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("user", "tenant"), name="accounts_staff_once")]


class EntryToken(Keyed):
    """A one-time ticket that carries a sign-in from one host to another; only its digest is kept.

    ``company_id`` is the company that the session acted for; whether it may do so there too is decided there.
    """

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="entry_tokens")
    audience = models.CharField(max_length=253)
    next_path = models.CharField(max_length=500, default="/")
    methods = ArrayField(models.CharField(max_length=40), default=list)
    company_id = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Invitation(Keyed):
    """Somebody is asked by e-mail to join a company; only the digest of the link's token is kept.

    ``round`` counts the letters: a new one makes the links of those before it worthless.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    language = models.CharField(max_length=5, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    round = models.PositiveSmallIntegerField(default=1)
    role = models.CharField(max_length=20, choices=CompanyRole.choices)
    custom_role = models.ForeignKey(
        CustomRole, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    unit = models.ForeignKey(BusinessUnit, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations")
    invited_by_name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("company", "email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="accounts_invitation_open_once",
            ),
        ]


class JoinRequest(Keyed):
    """A user asks to be let into a company that is registered already; ``company_name`` is what the user called it."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="join_requests")
    company_name = models.CharField(max_length=160)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    is_accepted = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    decided_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("company", "user"), condition=models.Q(decided_at=None), name="accounts_join_request_open_once"
            ),
        ]


class CompanyKey(ApiKeyRow):
    """A key of a company's system on the marketplace. No tenant's role has a right on this table."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")

    class Meta(ApiKeyRow.Meta):
        db_table = "company_api_key"


import accounts.security.models  # noqa: E402
import accounts.spending.models  # noqa: E402, F401
