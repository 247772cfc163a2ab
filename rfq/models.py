"""The exchange of requests and quotes (schema ``public``, row-level security)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Company
from core.fields import AmountField, CurrencyField, Keyed, QuantityField, RateField, UnitPriceField
from core.numbers import Counter
from core.states import Transition, state_check
from rfq.enums import InvitationState, RFQState, Side, VersionState
from tenants.models import Tenant


class RFQ(Keyed):
    """A buyer's request. Numbered per company (DV-2026-00042)."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="rfqs")
    company_name = models.CharField(max_length=160)
    number = models.CharField(max_length=30)
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=20, choices=RFQState.choices, default=RFQState.DRAFT)
    currency = CurrencyField()
    deadline_at = models.DateTimeField()
    delivery_address = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    created_by_id = models.UUIDField()
    created_by_name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("company", "number"), name="rfq_rfq_number"),
            state_check(RFQState, name="rfq_rfq_state"),
        ]
        indexes: ClassVar = [models.Index(fields=("company", "-created_at"), name="rfq_rfq_list")]


class RFQTransition(Transition):
    subject = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="transitions")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")


class RFQLine(Keyed):
    """What is asked for: free text, optionally a GTIN or a maker's part number; quantity in ``unit_code``.

    ``pack`` is a supplier's pack with its options (:meth:`catalog.packs.snapshots.PackSnapshot.unpriced`).
    """

    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="lines")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=240)
    gtin = models.CharField(max_length=14, blank=True)
    part_number = models.CharField(max_length=80, blank=True)
    quantity = QuantityField()
    unit_code = models.CharField(max_length=3, default="H87")
    requested_on = models.DateField(null=True)
    pack = models.JSONField(null=True)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("rfq", "position"), name="rfq_line_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="rfq_line_quantity"),
        ]


class Invitation(Keyed):
    """One supplier asked, and so one quote with its versions. Numbered per tenant."""

    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="invitations")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    tenant_name = models.CharField(max_length=120)
    state = models.CharField(max_length=20, choices=InvitationState.choices, default=InvitationState.INVITED)
    viewed_at = models.DateTimeField(null=True)
    decline_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("rfq", "tenant"), name="rfq_invitation_once"),
            state_check(InvitationState, name="rfq_invitation_state"),
        ]


class InvitationTransition(Transition):
    subject = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="transitions")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")


class Quote(Keyed):
    """A supplier's offer to one invitation; what it says is in its versions."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="quote")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=30)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("tenant", "number"), name="rfq_quote_number")]


class QuoteVersion(Keyed):
    """An immutable, numbered version: the supplier's offer or the buyer's counter-offer; only ``state`` ever changes.

    ``net_amount`` is the goods', the sum of the lines; ``freight_amount`` comes on top.
    """

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="versions")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    state = models.CharField(max_length=20, choices=VersionState.choices, default=VersionState.SENT)
    currency = CurrencyField()
    valid_until = models.DateTimeField()
    net_amount = AmountField()
    freight_amount = AmountField(default=0)
    message = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by_id = models.UUIDField(null=True)
    sent_by_name = models.CharField(max_length=120)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("quote", "number"), name="rfq_version_number"),
            models.UniqueConstraint(fields=("quote",), condition=Q(state="sent"), name="rfq_version_one_sent"),
            models.UniqueConstraint(fields=("quote",), condition=Q(state="accepted"), name="rfq_version_one_accepted"),
            state_check(VersionState, name="rfq_version_state"),
        ]


class QuoteVersionTransition(Transition):
    subject = models.ForeignKey(QuoteVersion, on_delete=models.CASCADE, related_name="transitions")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")


class QuoteLine(Keyed):
    """The offer for one line of the request: price per ``unit_code`` unit; not offered when ``is_offered`` is false.

    ``variant_id`` names the supplier's own variant (in its schema) where there is one, ``unit_factor`` says how many of
    its base units the quoted unit holds, ``base_unit_price`` is what the order and the invoice count with: a snapshot.
    ``pack`` is what was asked for, where it is the supplier's own pack that is offered.
    """

    version = models.ForeignKey(QuoteVersion, on_delete=models.CASCADE, related_name="lines")
    rfq_line = models.ForeignKey(RFQLine, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    is_offered = models.BooleanField(default=True)
    variant_id = models.UUIDField(null=True)
    sku = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=240)
    quantity = QuantityField()
    unit_code = models.CharField(max_length=3)
    unit_factor = QuantityField(default=1)
    base_unit_code = models.CharField(max_length=3)
    unit_price = UnitPriceField(null=True)
    base_unit_price = UnitPriceField(null=True)
    net_amount = AmountField(default=0)
    tax_category = models.CharField(max_length=2, default="S")
    tax_rate = RateField(default=0)
    lead_time_days = models.PositiveSmallIntegerField(null=True)
    pack = models.JSONField(null=True)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("version", "rfq_line"), name="rfq_quoteline_once"),
            models.CheckConstraint(
                condition=Q(is_offered=False)
                | Q(unit_price__isnull=False, unit_price__gte=0, base_unit_price__isnull=False),
                name="rfq_quoteline_priced",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_factor__gt=0), name="rfq_quoteline_quantity"),
        ]


class Award(Keyed):
    """The buyer's decision: this version became that order."""

    rfq = models.OneToOneField(RFQ, on_delete=models.PROTECT, related_name="award")
    version = models.OneToOneField(QuoteVersion, on_delete=models.PROTECT, related_name="award")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    order_id = models.UUIDField()
    awarded_at = models.DateTimeField(default=timezone.now)
    awarded_by_name = models.CharField(max_length=120)


class RFQCounter(Counter):
    """Counters of request numbers (per company) and quote numbers (per tenant)."""
