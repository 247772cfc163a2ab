"""Ceilings, cost centres, budgets, approval rules and deputies of companies (schema ``public``)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.enums import CompanyRole
from accounts.spending.enums import BudgetPeriod, BudgetPolicy, CeilingPeriod, ChangeKind, TierMode
from core.fields import AmountField, CurrencyField, Keyed


class Ceiling(Keyed):
    """How much (net) each member that it is about may order in a period without an approval.

    It is about one user, everybody with a role, or everybody of a unit and those below it.
    """

    company = models.ForeignKey("accounts.Company", on_delete=models.CASCADE, related_name="ceilings")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=CompanyRole.choices, blank=True)
    unit = models.ForeignKey("accounts.BusinessUnit", on_delete=models.CASCADE, null=True, related_name="+")
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
    """What a company books its purchases to; of the whole company, or of a unit and those below it."""

    company = models.ForeignKey("accounts.Company", on_delete=models.CASCADE, related_name="cost_centres")
    unit = models.ForeignKey("accounts.BusinessUnit", on_delete=models.PROTECT, null=True, related_name="cost_centres")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("company", Lower("code"), name="accounts_costcentre_code")]


class Budget(Keyed):
    """What a cost centre may spend (net) in the period that starts on a day; used is what its entries add up to.

    One that ``renews`` counts in each period after its first one anew; one that was ended counts no longer at all.
    """

    cost_centre = models.ForeignKey(CostCentre, on_delete=models.CASCADE, related_name="budgets")
    period = models.CharField(max_length=10, choices=BudgetPeriod.choices)
    starts_on = models.DateField()
    ends_before = models.DateField()
    amount = AmountField()
    currency = CurrencyField()
    policy = models.CharField(max_length=10, choices=BudgetPolicy.choices)
    renews = models.BooleanField(default=False, db_default=False)
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("cost_centre", "period", "starts_on"),
                condition=models.Q(is_active=True),
                name="accounts_budget_once_active",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, ends_before__gt=models.F("starts_on")), name="accounts_budget_values"
            ),
        ]


class SpendingChange(Keyed):
    """Who changed a cost centre, or its budget that ``starts_on`` a day, from what to what. Append-only."""

    cost_centre = models.ForeignKey(CostCentre, on_delete=models.CASCADE, related_name="changes")
    starts_on = models.DateField(null=True)
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    before = models.CharField(max_length=80, blank=True)
    after = models.CharField(max_length=80, blank=True)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at", "-id")


class SpendingEntry(Keyed):
    """What an order spends (net), or, negative, gives back. Append-only; ``day`` is that of the order in both cases.

    Ceilings add up the entries of a person, budgets those of a cost centre.
    """

    company = models.ForeignKey("accounts.Company", on_delete=models.CASCADE, related_name="+")
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

    company = models.ForeignKey("accounts.Company", on_delete=models.CASCADE, related_name="approval_rules")
    unit = models.ForeignKey("accounts.BusinessUnit", on_delete=models.CASCADE, null=True, related_name="+")
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
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
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

    company = models.ForeignKey("accounts.Company", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    deputy = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
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
