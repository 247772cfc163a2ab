"""Carts and orders (tenant's schema). An order is a snapshot: it never re-reads prices, names or addresses."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Lower
from django.utils import timezone

from catalog.models import Variant
from core.fields import AmountField, CurrencyField, Keyed, QuantityField, RateField, UnitPriceField
from core.numbers import Counter
from core.states import Transition, state_check
from customers.models import Customer
from orders.enums import (
    ListSharing,
    OrderSource,
    OrderState,
    RevisionKind,
)
from orders.wishes import LONGEST_NOTE, Seen, seen_from


class Cart(Keyed):
    """What a user of a customer is about to order. ``user_id`` is whose hands it is in, ``owner_id`` who began it.

    ``is_open``: the user's current cart, of which there is one; everything that is added goes there. The others are
    saved (``saved_at``), deleted and can be restored (``deleted_at``), or were taken for an order or an approval
    (neither). ``version`` counts the changes, ``changed_by_name`` made the last one.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="carts")
    user_id = models.UUIDField()
    user_name = models.CharField(max_length=120, blank=True, db_default="")
    is_open = models.BooleanField(default=True)
    name = models.CharField(max_length=80, blank=True, db_default="")
    owner_id = models.UUIDField(null=True)
    owner_name = models.CharField(max_length=120, blank=True, db_default="")
    unit_id = models.UUIDField(null=True)
    sharing = models.CharField(
        max_length=10,
        choices=ListSharing.choices,
        default=ListSharing.PRIVATE,
        db_default=ListSharing.PRIVATE.value,
    )
    version = models.PositiveIntegerField(default=1, db_default=1)
    changed_by_name = models.CharField(max_length=120, blank=True, db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("customer", "user_id"), condition=Q(is_open=True), name="orders_cart_one_open"
            ),
            models.UniqueConstraint(
                "customer",
                "owner_id",
                Lower("name"),
                condition=~Q(name="") & Q(deleted_at=None) & (Q(is_open=True) | Q(saved_at__isnull=False)),
                name="orders_cart_name",
            ),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(saved_at=None, deleted_at=None), name="orders_cart_place"
            ),
            state_check(ListSharing, name="orders_cart_sharing", field="sharing"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=("customer", "-updated_at"), condition=Q(saved_at__isnull=False), name="orders_cart_saved"
            ),
        ]


class CartLine(Keyed):
    """A variant in a unit; quantity counts that unit. Never a price to be charged: prices are resolved when read.

    Of a pack, ``choice`` are its options (``A2-B1``) and ``pack`` what they consisted of when they were chosen
    (:meth:`catalog.packs.snapshots.PackSnapshot.unpriced`). ``seen_price`` is the one that its buyer saw, to tell when
    it has changed (:mod:`orders.seen_prices`). ``address_id`` and ``wanted_on`` are only there where they are not
    those of the whole order; goods for two addresses, or of two notes, are two lines.
    """

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    unit_code = models.CharField(max_length=3)
    quantity = QuantityField()
    choice = models.CharField(max_length=700, blank=True)
    pack = models.JSONField(null=True)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True, db_default="")
    wanted_on = models.DateField(null=True)
    address_id = models.UUIDField(null=True)
    seen_price = UnitPriceField(null=True)
    seen_currency = models.CharField(max_length=3, blank=True, db_default="")
    seen_quantity = QuantityField(null=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("added_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                *("cart", "variant", "unit_code", "choice", "address_id", "wanted_on"),
                MD5("note"),  # a note may be longer than what an index holds
                nulls_distinct=False,
                name="orders_cartline_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_cartline_quantity"),
            models.CheckConstraint(
                condition=Q(seen_price__isnull=True, seen_quantity__isnull=True)
                | Q(seen_price__isnull=False, seen_quantity__isnull=False),
                name="orders_cartline_seen",
            ),
        ]

    @property
    def seen(self) -> Seen | None:
        """The price that the buyer saw."""
        return seen_from(self.seen_price, self.seen_currency, self.seen_quantity)


class QuickOrder(Keyed):
    """What a user of a customer is typing, pasting, scanning: kept until it is in the cart; one per user."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="quick_orders")
    user_id = models.UUIDField()
    source = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("customer", "user_id"), name="orders_quickorder_one"),
        ]


class QuickLine(Keyed):
    """A line as it was given, and what became of it when it was last looked at (:class:`orders.quick.Verdict`).

    ``amount`` counts ``unit_code`` units, with those of the lines that were merged into it.
    """

    quick_order = models.ForeignKey(QuickOrder, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=120)
    quantity = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=20)
    variant_id = models.UUIDField(null=True)
    unit_code = models.CharField(max_length=20, blank=True)
    amount = QuantityField(null=True)
    merged_into = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("quick_order", "position"), name="orders_quickline_position"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("quick_order", "variant_id"), name="orders_quickline_variant"),
        ]


class PurchaseList(Keyed):
    """Goods that somebody orders again and again, with the usual quantities; its owner may share it in the company."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="purchase_lists")
    owner_id = models.UUIDField()
    owner_name = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=80)
    sharing = models.CharField(max_length=10, choices=ListSharing.choices, default=ListSharing.PRIVATE)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("customer", "owner_id", Lower("name"), name="orders_purchaselist_name"),
            state_check(ListSharing, name="orders_purchaselist_sharing", field="sharing"),
        ]


class PurchaseListLine(Keyed):
    """A variant in a unit and how many are usually ordered; of a pack, ``choice`` are its options. Never a price."""

    purchase_list = models.ForeignKey(PurchaseList, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    unit_code = models.CharField(max_length=3)
    choice = models.CharField(max_length=700, blank=True)
    quantity = QuantityField()
    note = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ("position", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("purchase_list", "variant", "unit_code", "choice"), name="orders_purchaselistline_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_purchaselistline_quantity"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("purchase_list", "position"), name="orders_purchaselistline_place"),
        ]


class Order(Keyed):
    """``vat_held``: its supplier has to look at the VAT before it confirms.

    ``quote_version_id`` is the quote version that became this order, and this one only.
    ``prices_version_id`` is the one whose prices an order of a recurring order was placed at, as many as there are.
    """

    number = models.CharField(max_length=30, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    company_id = models.UUIDField(db_index=True)
    company_name = models.CharField(max_length=160)
    unit_id = models.UUIDField(null=True, db_index=True)
    unit_name = models.CharField(max_length=80, blank=True)
    placed_by_id = models.UUIDField(null=True)
    placed_by_name = models.CharField(max_length=120)
    source = models.CharField(max_length=10, choices=OrderSource.choices, default=OrderSource.CART)
    state = models.CharField(max_length=20, choices=OrderState.choices, default=OrderState.PLACED)
    po_number = models.CharField(max_length=60, blank=True)
    project = models.CharField(max_length=80, blank=True)
    cost_centre_code = models.CharField(max_length=30, blank=True)
    requested_on = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    incoterm = models.CharField(max_length=3, blank=True)
    incoterm_place = models.CharField(max_length=80, blank=True)
    delivery_method = models.CharField(max_length=20, blank=True)
    payment_method = models.CharField(max_length=20, blank=True)
    delivery_address = models.JSONField()
    payment_term_code = models.CharField(max_length=30)
    payment_term_kind = models.CharField(max_length=10)
    payment_term_days = models.PositiveSmallIntegerField()
    currency = CurrencyField()
    net_amount = AmountField()
    tax_amount = AmountField()
    total_amount = AmountField()
    vat_doubt = models.CharField(max_length=12, blank=True)
    vat_held = models.BooleanField(default=False, db_default=False)
    quote_version_id = models.UUIDField(null=True, unique=True)
    prices_version_id = models.UUIDField(null=True)
    prices_quote_number = models.CharField(max_length=30, blank=True, db_default="")
    purchase_id = models.UUIDField(null=True)
    cart = models.OneToOneField(Cart, on_delete=models.SET_NULL, null=True, related_name="order")
    version = models.PositiveIntegerField(default=1)
    placed_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("-placed_at", "-id")
        constraints: ClassVar = [
            state_check(OrderState, name="orders_order_state"),
            models.CheckConstraint(
                condition=Q(total_amount=F("net_amount") + F("tax_amount")), name="orders_order_total"
            ),
        ]


class OrderTransition(Transition):
    subject = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="transitions")


class OrderLine(Keyed):
    """A line as ordered. ``unit_price`` is per base unit; base quantities count shipped and delivered goods.

    ``home_rate`` is what it bears in the seller's country; ``vatex`` and ``tax_mention`` say why it bears none.
    ``pack`` is a :class:`catalog.packs.snapshots.PackSnapshot`; the goods in all packs of the line are its components.
    ``address`` and ``wanted_on`` are there where the line goes elsewhere, or is wanted on another day, than the order.
    Of a service, shipped and delivered is what was performed; one without an article, such as transport, comes with
    the goods and counts as delivered at once.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    variant_id = models.UUIDField(null=True, db_index=True)
    sku = models.CharField(max_length=80, blank=True)
    name_fr = models.CharField(max_length=240)
    name_en = models.CharField(max_length=240, blank=True)
    unit_code = models.CharField(max_length=3)
    unit_factor = QuantityField(default=1)
    base_unit_code = models.CharField(max_length=3)
    quantity = QuantityField()
    base_quantity = QuantityField()
    unit_price = UnitPriceField()
    net_amount = AmountField()
    tax_category = models.CharField(max_length=2, default="S")
    tax_rate = RateField()
    home_rate = RateField(null=True)
    vatex = models.CharField(max_length=24, blank=True)
    tax_mention = models.CharField(max_length=20, blank=True)
    lead_time_days = models.PositiveSmallIntegerField(default=0)
    reserved_quantity = QuantityField(default=0)
    shipped_quantity = QuantityField(default=0)
    delivered_quantity = QuantityField(default=0)
    pack = models.JSONField(null=True)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True, db_default="")
    wanted_on = models.DateField(null=True)
    address = models.JSONField(null=True)
    is_service = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("order", "position"), name="orders_line_position"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, base_quantity__gt=0, shipped_quantity__gte=0)
                & Q(shipped_quantity__lte=F("base_quantity"))
                & Q(delivered_quantity__lte=F("shipped_quantity")),
                name="orders_line_quantities",
            ),
        ]

    @property
    def reference(self) -> str:
        """What it is called on papers: of a pack the reference of its configuration, where that is not too long."""
        longest = OrderLine._meta.get_field("sku").max_length or 0
        reference = str(self.pack["reference"]) if self.pack else self.sku
        return reference if len(reference) <= longest else self.sku

    @property
    def stocked_id(self) -> UUID | None:
        """The variant whose stock the line itself takes from: none for packs, services and what has no article."""
        return None if self.pack is not None or self.is_service else self.variant_id


class OrderComponent(Keyed):
    """Goods in the packs of a line, all of them together, in base units; the stock's ledger knows them by their key."""

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="components")
    position = models.PositiveSmallIntegerField()
    variant_id = models.UUIDField(db_index=True)
    sku = models.CharField(max_length=80)
    name_fr = models.CharField(max_length=240)
    name_en = models.CharField(max_length=240, blank=True)
    unit_code = models.CharField(max_length=3)
    quantity = QuantityField()
    reserved_quantity = QuantityField(default=0)

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("line", "variant_id"), name="orders_component_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, reserved_quantity__gte=0) & Q(reserved_quantity__lte=F("quantity")),
                name="orders_component_quantities",
            ),
        ]


class OrderRevision(Keyed):
    """What an order was before it was changed, and what changed; version 1 is what was placed. Append-only.

    ``before`` is the whole content: lines, reference, address and sums. ``changes`` are the lines that differ
    (:class:`orders.amending.plans.LineChange` as JSON).
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=RevisionKind.choices)
    reason = models.CharField(max_length=240, blank=True)
    before = models.JSONField()
    changes = models.JSONField()
    total_before = AmountField()
    total_after = AmountField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("version",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("order", "version"), name="orders_revision_once"),
            state_check(RevisionKind, name="orders_revision_kind", field="kind"),
        ]


class OrderCounter(Counter):
    """Counter of order numbers."""


import orders.approvals.models  # noqa: E402
import orders.named_carts.models  # noqa: E402
import orders.recurring.models  # noqa: E402
import orders.returns.models  # noqa: E402
import orders.together_counts  # noqa: E402, F401
