"""The exchange of requests and quotes (schema ``public``, row-level security)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Company
from core.fields import AmountField, CurrencyField, Keyed, QuantityField, RateField, UnitPriceField
from core.numbers import Counter
from core.states import Transition, state_check
from customers.enums import Incoterm, TermKind
from rfq.enums import InvitationState, LineKind, RFQState, Side, VersionState
from tenants.models import Tenant


class RFQ(Keyed):
    """A buyer's request. Numbered per company (DV-2026-00042).

    What the buyer wishes (Incoterm 2020 and place, term of payment, days that an offer is to be valid) is read by every
    invited supplier. Offers to a sealed request are hidden from its buyer until the deadline, by row-level security.
    ``may_split``: lines may be awarded to several suppliers.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="rfqs")
    company_name = models.CharField(max_length=160)
    number = models.CharField(max_length=30)
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=20, choices=RFQState.choices, default=RFQState.DRAFT)
    currency = CurrencyField()
    deadline_at = models.DateTimeField()
    delivery_address = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    incoterm = models.CharField(max_length=3, choices=Incoterm.choices, blank=True)
    incoterm_place = models.CharField(max_length=80, blank=True)
    term_kind = models.CharField(max_length=10, choices=TermKind.choices, blank=True)
    term_days = models.PositiveSmallIntegerField(null=True)
    validity_days = models.PositiveSmallIntegerField(null=True)
    may_split = models.BooleanField(default=True)
    is_sealed = models.BooleanField(default=False)
    created_by_id = models.UUIDField()
    created_by_name = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("company", "number"), name="rfq_rfq_number"),
            state_check(RFQState, name="rfq_rfq_state"),
            models.CheckConstraint(
                condition=Q(term_kind="", term_days__isnull=True)
                | Q(term_kind__in=TermKind.values, term_days__isnull=False),
                name="rfq_rfq_term",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("company", "-created_at"), name="rfq_rfq_list")]


class RFQPrivate(models.Model):
    """What of a request only its company reads: its own note, who a draft is to be sent to, its rate of capital.

    ``capital_rate`` is what a year of money costs the company, as a fraction: what paying later is worth.
    """

    rfq = models.OneToOneField(RFQ, on_delete=models.CASCADE, primary_key=True, related_name="private")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    note = models.TextField(blank=True)
    tenant_ids = ArrayField(models.UUIDField(), default=list)
    capital_rate = RateField(default=0)

    def __str__(self) -> str:
        return str(self.rfq_id)


class RFQTransition(Transition):
    subject = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="transitions")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")


class RFQLine(Keyed):
    """What is asked for: free text, optionally a GTIN or a maker's part number; quantity in ``unit_code``.

    ``pack`` is a supplier's pack with its options (:meth:`catalog.packs.snapshots.PackSnapshot.unpriced`).
    ``target_price`` per unit is one that suppliers may read; a hidden one is an :class:`RFQTarget`.
    ``delivery_address`` is there where it is other than the request's.
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
    question = models.CharField(max_length=500, blank=True)
    takes_equivalent = models.BooleanField(default=True)
    target_price = UnitPriceField(null=True)
    delivery_address = models.JSONField(null=True)
    pack = models.JSONField(null=True)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("rfq", "position"), name="rfq_line_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="rfq_line_quantity"),
            models.CheckConstraint(
                condition=Q(target_price__isnull=True) | Q(target_price__gte=0), name="rfq_line_target"
            ),
        ]


class RFQTarget(models.Model):
    """The price per unit that a buyer aims at and does not tell: in a table that no supplier can read."""

    rfq_line = models.OneToOneField(RFQLine, on_delete=models.CASCADE, primary_key=True, related_name="hidden_target")
    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    price = UnitPriceField()

    def __str__(self) -> str:
        return str(self.rfq_line_id)


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


class Assessment(models.Model):
    """What the buyer reckons an offer costs besides: its own carriage, duties. No supplier reads it."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, primary_key=True, related_name="assessment")
    rfq = models.ForeignKey(RFQ, on_delete=models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    own_freight = AmountField(default=0)
    duty_rate = RateField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(own_freight__gte=0, duty_rate__gte=0, duty_rate__lt=1), name="rfq_assessment_amounts"
            )
        ]

    def __str__(self) -> str:
        return str(self.invitation_id)


class StatedRate(Keyed):
    """A company counts one unit of ``source`` as ``rate`` units of ``target`` from then on; without a rate, no longer.

    Added, never changed. No supplier reads it.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    source = CurrencyField()
    target = CurrencyField()
    rate = models.DecimalField(max_digits=18, decimal_places=8, null=True)
    stated_at = models.DateTimeField(default=timezone.now)
    stated_by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(rate__isnull=True) | Q(rate__gt=0)) & ~Q(source=F("target")), name="rfq_stated_rate"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=("company", "target", "source", "-stated_at"), name="rfq_stated_rate_latest")
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

    ``net_amount`` is the goods', the sum of what is offered first for each line, with one-off costs; ``freight_amount``
    comes on top. The term of payment is empty where it is the customer's usual one.
    """

    rfq = models.ForeignKey(RFQ, on_delete=models.PROTECT, related_name="+")
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
    incoterm = models.CharField(max_length=3, choices=Incoterm.choices, blank=True)
    incoterm_place = models.CharField(max_length=80, blank=True)
    term_kind = models.CharField(max_length=10, choices=TermKind.choices, blank=True)
    term_days = models.PositiveSmallIntegerField(null=True)
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
            models.UniqueConstraint(
                fields=("quote",), condition=Q(state__in=("accepted", "ordered")), name="rfq_version_one_accepted"
            ),
            state_check(VersionState, name="rfq_version_state"),
        ]

    @property
    def is_automatic(self) -> bool:
        """Whether nobody sent it: the supplier answers requests that keep its rules at once."""
        return self.side == Side.SUPPLIER and self.sent_by_id is None and not self.sent_by_name


class QuoteVersionTransition(Transition):
    subject = models.ForeignKey(QuoteVersion, on_delete=models.CASCADE, related_name="transitions")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")


class QuoteLine(Keyed):
    """An offer for one line of the request: price per ``unit_code`` unit; not offered when ``is_offered`` is false.

    The first one for a line has ``option`` 0 and is what the version's sum counts; alternatives follow. ``unit_price``
    is the one for ``quantity``; ``tiers`` are those for others, ``[["10000", "0.352"], …]``: from that quantity on.
    ``setup_amount`` is due once with the line, whatever its quantity (tooling).

    ``variant_id`` names the supplier's own variant (in its schema) where there is one, ``unit_factor`` says how many of
    its base units the quoted unit holds, ``base_unit_price`` is what the order and the invoice count with: a snapshot.
    ``pack`` is what was asked for, where it is the supplier's own pack that is offered.
    """

    version = models.ForeignKey(QuoteVersion, on_delete=models.CASCADE, related_name="lines")
    rfq_line = models.ForeignKey(RFQLine, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    rfq = models.ForeignKey(RFQ, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    option = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=15, choices=LineKind.choices, default=LineKind.AS_ASKED)
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
    setup_amount = AmountField(default=0)
    tiers = models.JSONField(default=list)
    remark = models.CharField(max_length=300, blank=True)
    tax_category = models.CharField(max_length=2, default="S")
    tax_rate = RateField(default=0)
    lead_time_days = models.PositiveSmallIntegerField(null=True)
    pack = models.JSONField(null=True)

    class Meta:
        ordering = ("position", "option")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("version", "rfq_line", "option"), name="rfq_quoteline_once"),
            models.CheckConstraint(
                condition=Q(is_offered=False)
                | Q(unit_price__isnull=False, unit_price__gte=0, base_unit_price__isnull=False),
                name="rfq_quoteline_priced",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_factor__gt=0), name="rfq_quoteline_quantity"),
            models.CheckConstraint(condition=Q(setup_amount__gte=0), name="rfq_quoteline_setup"),
            models.CheckConstraint(
                condition=Q(is_offered=False, kind="not_available") | (Q(is_offered=True) & ~Q(kind="not_available")),
                name="rfq_quoteline_kind",
            ),
        ]


class Award(Keyed):
    """The buyer's decision for one supplier: this version, or some of its lines, became an order or an agreement."""

    rfq = models.ForeignKey(RFQ, on_delete=models.PROTECT, related_name="awards")
    version = models.OneToOneField(QuoteVersion, on_delete=models.PROTECT, related_name="award")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    order_id = models.UUIDField(null=True)
    agreement_id = models.UUIDField(null=True)
    awarded_at = models.DateTimeField(default=timezone.now)
    awarded_by_name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(order_id__isnull=False, agreement_id__isnull=True)
                | Q(order_id__isnull=True, agreement_id__isnull=False),
                name="rfq_award_became",
            ),
        ]


class AwardLine(Keyed):
    """A line of the request that a supplier has won, and with which of its offers; ``quantity`` in the quoted unit."""

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="lines")
    rfq_line = models.OneToOneField(RFQLine, on_delete=models.PROTECT, related_name="award_line")
    quote_line = models.OneToOneField(QuoteLine, on_delete=models.PROTECT, related_name="award_line")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()
    unit_price = UnitPriceField()
    net_amount = AmountField()


class RFQCounter(Counter):
    """Counters of request numbers (per company) and quote numbers (per tenant)."""


# Some tables live in packages of their own; Django looks for an app's models here.
import rfq.abuse.models  # noqa: E402
import rfq.pending.models  # noqa: E402
import rfq.reuse.models  # noqa: E402
import rfq.talk.models  # noqa: E402
import rfq.trail.models  # noqa: E402, F401
