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
from accounts.spending.enums import BudgetPeriod, BudgetPolicy, CeilingPeriod, TierMode
from core.fields import AmountField, CurrencyField, Keyed
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
    """A buying organisation."""

    legal_name = models.CharField(max_length=160)
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, default="FR")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
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
    """A one-time ticket that carries a sign-in from one host to another; only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="entry_tokens")
    audience = models.CharField(max_length=253)
    next_path = models.CharField(max_length=500, default="/")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Ceiling(Keyed):
    """How much (net) each member that it is about may order in a period without an approval.

    It is about one user, everybody with a role, or everybody of a unit and those below it.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="ceilings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=CompanyRole.choices, blank=True)
    unit = models.ForeignKey(BusinessUnit, on_delete=models.CASCADE, null=True, related_name="+")
    period = models.CharField(max_length=10, choices=CeilingPeriod.choices)
    amount = AmountField()
    currency = CurrencyField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, role="", unit__isnull=True)
                | (models.Q(user__isnull=True, unit__isnull=True) & ~models.Q(role=""))
                | models.Q(user__isnull=True, role="", unit__isnull=False),
                name="accounts_ceiling_subject",
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="accounts_ceiling_amount"),
        ]


class CostCentre(Keyed):
    """What a company books its purchases to."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="cost_centres")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("company", Lower("code"), name="accounts_costcentre_code")]


class Budget(Keyed):
    """What a cost centre may spend (net) in the period that starts on a day; used is what its entries add up to."""

    cost_centre = models.ForeignKey(CostCentre, on_delete=models.CASCADE, related_name="budgets")
    period = models.CharField(max_length=10, choices=BudgetPeriod.choices)
    starts_on = models.DateField()
    ends_before = models.DateField()
    amount = AmountField()
    currency = CurrencyField()
    policy = models.CharField(max_length=10, choices=BudgetPolicy.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("cost_centre", "period", "starts_on"), name="accounts_budget_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, ends_before__gt=models.F("starts_on")), name="accounts_budget_values"
            ),
        ]


class SpendingEntry(Keyed):
    """What an order spends (net), or, negative, gives back. Append-only; ``day`` is that of the order in both cases.

    Ceilings add up the entries of a person, budgets those of a cost centre.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    user_id = models.UUIDField(null=True)
    cost_centre = models.ForeignKey(CostCentre, on_delete=models.PROTECT, null=True, related_name="entries")
    tenant_id = models.UUIDField()
    order_id = models.UUIDField(db_index=True)
    amount = AmountField()
    currency = CurrencyField()
    day = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("company", "user_id", "day"), name="accounts_spending_person"),
            models.Index(fields=("cost_centre", "day"), name="accounts_spending_centre"),
        ]


class ApprovalRule(Keyed):
    """Which orders need an approval; of the whole company, or of a unit and those below it. Never changed: replaced.

    An empty column of the predicate fits every order.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="approval_rules")
    unit = models.ForeignKey(BusinessUnit, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    minimum_amount = AmountField(null=True)
    currency = CurrencyField()
    supplier_id = models.UUIDField(null=True)
    category = models.CharField(max_length=120, blank=True)
    cost_centre = models.ForeignKey(CostCentre, on_delete=models.PROTECT, null=True, related_name="+")
    requester_role = models.CharField(max_length=20, choices=CompanyRole.choices, blank=True)
    only_out_of_budget = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "id")


class ApprovalTier(Keyed):
    """A step of a rule: who must approve, and after how many hours those who manage spending may in their place."""

    rule = models.ForeignKey(ApprovalRule, on_delete=models.CASCADE, related_name="tiers")
    position = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=5, choices=TierMode.choices, default=TierMode.ANY)
    minimum = models.PositiveSmallIntegerField(default=1)
    escalation_hours = models.PositiveIntegerField(default=48)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("rule", "position"), name="accounts_tier_position")]


class TierMember(Keyed):
    """Who is of a tier: a person, or everybody with a role; who may not approve does not count."""

    tier = models.ForeignKey(ApprovalTier, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=CompanyRole.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, role="") | (models.Q(user__isnull=True) & ~models.Q(role="")),
                name="accounts_tiermember_who",
            ),
        ]


class Deputy(Keyed):
    """Who approves in somebody's place, from a day to a day, both included."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")) & ~models.Q(user=models.F("deputy")),
                name="accounts_deputy_values",
            ),
        ]
