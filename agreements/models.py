"""Agreements, what they hold and what was called off (tenant's schema)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from agreements.enums import AgreementState, CallKind, ExtensionState, Side, Standing
from catalog.models import Variant
from core.fields import AmountField, CurrencyField, Keyed, QuantityField, UnitPriceField
from core.numbers import Counter
from core.states import Transition, state_check
from customers.models import Customer
from pricing.models import PriceList


class Agreement(Keyed):
    """Prices and quantities agreed with a customer from ``starts_on`` to ``ends_on``, both days included.

    It is what a version of a quote said, whose ``content_hash`` it names. ``freight_amount`` and the conditions are
    those of the offer. ``price_list`` is its own: it gives the prices, as long as something is left.
    """

    number = models.CharField(max_length=30, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="agreements")
    company_id = models.UUIDField(db_index=True)
    company_name = models.CharField(max_length=160)
    unit_id = models.UUIDField(null=True)
    state = models.CharField(max_length=12, choices=AgreementState.choices, default=AgreementState.DRAFT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    currency = CurrencyField()
    net_amount = AmountField()
    po_number = models.CharField(max_length=60, blank=True)
    freight_amount = AmountField(default=0)
    incoterm = models.CharField(max_length=3, blank=True)
    incoterm_place = models.CharField(max_length=80, blank=True)
    term_kind = models.CharField(max_length=10, blank=True)
    term_days = models.PositiveSmallIntegerField(null=True)
    rfq_id = models.UUIDField()
    quote_version_id = models.UUIDField(unique=True)
    content_hash = models.CharField(max_length=64)
    price_list = models.OneToOneField(PriceList, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    signed_by_id = models.UUIDField(null=True)
    signed_by_name = models.CharField(max_length=120)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-signed_at", "-id")
        constraints: ClassVar = [
            state_check(AgreementState, name="agreements_agreement_state"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="agreements_agreement_period"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("company_id", "-signed_at"), name="agreements_agreement_company"),
            models.Index(fields=("ends_on",), condition=Q(reminded_at=None), name="agreements_agreement_ending"),
        ]

    def __str__(self) -> str:
        return self.number

    def standing(self, today: date, *, is_used_up: bool) -> Standing:
        """Where it stands on a day."""
        if self.state != AgreementState.ACTIVE:
            return Standing(self.state)
        if today < self.starts_on:
            return Standing.UPCOMING
        if today > self.ends_on:
            return Standing.EXPIRED
        return Standing.USED_UP if is_used_up else Standing.ACTIVE


class AgreementTransition(Transition):
    subject = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="transitions")


class AgreementLine(Keyed):
    """An article at its price. Quantities and ``unit_price`` are of the base unit, ``quoted_price`` of the quoted one.

    Nothing is called off beyond what is committed, unless it ``may_overrun``. ``setup_amount`` is what the offer asked
    for once; the offer's words, it is not charged by calling off.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    sku = models.CharField(max_length=80)
    name_fr = models.CharField(max_length=240)
    name_en = models.CharField(max_length=240, blank=True)
    unit_code = models.CharField(max_length=3)
    unit_factor = QuantityField(default=1)
    base_unit_code = models.CharField(max_length=3)
    quoted_price = UnitPriceField()
    unit_price = UnitPriceField()
    setup_amount = AmountField(default=0)
    committed_quantity = QuantityField()
    called_quantity = QuantityField(default=0)
    may_overrun = models.BooleanField(default=False)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("agreement", "position"), name="agreements_line_position"),
            models.UniqueConstraint(fields=("agreement", "variant"), name="agreements_line_once"),
            models.CheckConstraint(
                condition=Q(committed_quantity__gt=0, called_quantity__gte=0, unit_price__gte=0)
                & (Q(may_overrun=True) | Q(called_quantity__lte=F("committed_quantity"))),
                name="agreements_line_quantities",
            ),
        ]

    @property
    def remaining(self) -> Decimal:
        """Base units that are committed and not called off yet."""
        return max(self.committed_quantity - self.called_quantity, Decimal(0))


class Extension(Keyed):
    """One side would have an agreement last until ``ends_on``, the other one accepts or declines; never deleted.

    ``before_on`` was its last day when that was proposed.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="extensions")
    side = models.CharField(max_length=10, choices=Side.choices)
    state = models.CharField(max_length=10, choices=ExtensionState.choices, default=ExtensionState.PROPOSED)
    before_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=500, blank=True)
    proposed_at = models.DateTimeField(default=timezone.now)
    proposed_by_id = models.UUIDField(null=True)
    proposed_by_name = models.CharField(max_length=120)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints: ClassVar = [
            state_check(ExtensionState, name="agreements_extension_state"),
            state_check(Side, name="agreements_extension_side", field="side"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("before_on")), name="agreements_extension_longer"),
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(state=ExtensionState.PROPOSED), name="agreements_extension_one"
            ),
        ]


class CallOff(Keyed):
    """A quantity that an order's line took, or gave back (negative), in base units. Append-only.

    What a line of an order holds is the sum of its entries; that of an agreement's line is its ``called_quantity``.
    """

    line = models.ForeignKey(AgreementLine, on_delete=models.PROTECT, related_name="calls")
    order_id = models.UUIDField(db_index=True)
    order_line_id = models.UUIDField(db_index=True)
    order_number = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=CallKind.choices)
    quantity = QuantityField()
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            state_check(CallKind, name="agreements_calloff_kind", field="kind"),
            models.CheckConstraint(
                condition=Q(kind=CallKind.ORDERED, quantity__gt=0) | ~Q(kind=CallKind.ORDERED) & ~Q(quantity=0),
                name="agreements_calloff_quantity",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("line", "at"), name="agreements_calloff_course")]


class AgreementCounter(Counter):
    """Counter of agreement numbers."""
