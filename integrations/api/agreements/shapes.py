"""What is sent and answered about agreements, as the OpenAPI description tells it."""

from __future__ import annotations

from decimal import Decimal

from rest_framework import serializers

from agreements.enums import CallKind, Standing
from integrations.api import inputs
from integrations.api.inputs import StrictSerializer
from integrations.api.outputs import Serializer
from integrations.api.quotes.outputs import PaymentTerm
from orders.quick import MAX_LINES


class AgreementsQuery(inputs.PageQuery):
    current = serializers.BooleanField(
        required=False, default=False, help_text="Only those that are in force today or later."
    )


class NewCallOffLine(StrictSerializer):
    line = serializers.UUIDField(help_text="A line of the agreement.")
    quantity = serializers.DecimalField(
        max_digits=13, decimal_places=4, min_value=Decimal("0.0001"), help_text="Counts `unit`."
    )
    unit = serializers.CharField(
        max_length=3,
        required=False,
        default="",
        help_text="One of the article's units (UN/ECE Rec 20/21); the quoted one when it is left out.",
    )


class NewCallOff(inputs.NewOrder):
    """An order at the agreed prices; more than is left of a line is refused, unless the line may be exceeded."""

    lines = serializers.ListField(child=NewCallOffLine(), allow_empty=False, max_length=MAX_LINES)


class Agreement(Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    standing = serializers.ChoiceField(Standing.choices, help_text="As of today.")
    company = serializers.CharField()
    po_number = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day.")
    currency = serializers.CharField()
    net_amount = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="All that is committed.")
    signed_at = serializers.DateTimeField()
    signed_by = serializers.CharField()


class AgreementPage(Serializer):
    items = Agreement(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class AgreementLine(Serializer):
    """Quantities are of the base unit."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    sku = serializers.CharField()
    name_fr = serializers.CharField()
    name_en = serializers.CharField()
    unit = serializers.CharField(help_text="The unit that was quoted.")
    unit_factor = serializers.DecimalField(max_digits=18, decimal_places=4, help_text="Base units in one of it.")
    base_unit = serializers.CharField()
    unit_price = serializers.DecimalField(max_digits=18, decimal_places=6, help_text="Net, per base unit.")
    committed_quantity = serializers.DecimalField(max_digits=18, decimal_places=4)
    called_quantity = serializers.DecimalField(max_digits=18, decimal_places=4)
    remaining_quantity = serializers.DecimalField(max_digits=18, decimal_places=4)
    setup_amount = serializers.DecimalField(
        max_digits=18, decimal_places=2, help_text="A one-off cost of the offer: invoiced apart like its transport."
    )
    may_overrun = serializers.BooleanField(help_text="More than is committed may be called off, at the same price.")


class CallOff(Serializer):
    """What an order took from a line; negative: what came back."""

    order_id = serializers.UUIDField()
    order_number = serializers.CharField()
    line = serializers.UUIDField()
    sku = serializers.CharField()
    kind = serializers.ChoiceField(CallKind.choices)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=4, help_text="Base units.")
    at = serializers.DateTimeField()


class AgreementDetail(Agreement):
    rfq_id = serializers.UUIDField(help_text="The request that it comes from.")
    content_hash = serializers.CharField(help_text="SHA-256 of the accepted version.")
    incoterm = serializers.CharField()
    incoterm_place = serializers.CharField()
    freight_amount = serializers.DecimalField(
        max_digits=18, decimal_places=2, help_text="Of the offer: calling off does not charge it, it is invoiced apart."
    )
    payment_term = PaymentTerm(allow_null=True, help_text="Of orders that only call off; null: the usual one.")
    lines = AgreementLine(many=True)
    call_offs = CallOff(many=True, help_text="The latest first, 200 at most; of orders that you may see.")
