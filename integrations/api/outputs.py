"""What is answered, as the OpenAPI description tells it; :mod:`integrations.api.representations` writes it.

Amounts and quantities are decimal strings: they are exact, and no JSON reader makes floats of them.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from orders.enums import ListSharing, OrderState
from payments.enums import InvoiceState
from shipping.enums import ShipmentState

Serializer = serializers.Serializer[Any]


def _quantity(text: str = "") -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=4, help_text=text)


def _amount(text: str = "") -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=2, help_text=text)


def _unit_price() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=6, help_text="Net, per base unit.")


class Unit(Serializer):
    code = serializers.CharField(help_text="UN/ECE Rec 20/21.")
    factor = _quantity("Base units in one of it.")
    is_base = serializers.BooleanField()
    minimum = _quantity("Counts this unit.")
    multiple = _quantity("Counts this unit.")


class Tier(Serializer):
    min_quantity = _quantity("Base units.")
    unit_price = _unit_price()


class Price(Serializer):
    currency = serializers.CharField()
    unit_price = _unit_price()
    tiers = Tier(many=True)


class Availability(Serializer):
    available = _quantity("Base units that can leave now.")
    lead_time_days = serializers.IntegerField(help_text="For what is not there.")
    restock_on = serializers.DateField(allow_null=True)


class Product(Serializer):
    sku = serializers.CharField()
    name_fr = serializers.CharField()
    name_en = serializers.CharField()
    brand = serializers.CharField()
    manufacturer_part_number = serializers.CharField()
    gtin = serializers.CharField()
    category = serializers.CharField()
    attributes = serializers.DictField()
    tax_rate = serializers.DecimalField(max_digits=7, decimal_places=6)
    base_unit = serializers.CharField()
    units = Unit(many=True)
    price = Price(allow_null=True, help_text="Your price; null: ask for a quote, or choose the options of a pack.")
    is_service = serializers.BooleanField(help_text="Performed, not shipped; it bears the VAT of services.")
    availability = Availability(allow_null=True, help_text="null: on request, a service, or a pack with options.")


class ProductPage(Serializer):
    items = Product(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ProductDetail(Product):
    description_fr = serializers.CharField()
    description_en = serializers.CharField()
    variants = serializers.ListField(child=serializers.CharField(), help_text="References of the other variants.")


class Order(Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(OrderState.choices)
    po_number = serializers.CharField()
    placed_at = serializers.DateTimeField()
    placed_by = serializers.CharField()
    currency = serializers.CharField()
    net_amount = _amount()
    tax_amount = _amount()
    total_amount = _amount()
    payment_term = serializers.CharField()


class OrderPage(Serializer):
    items = Order(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Cart(Serializer):
    """A cart that is shared with the whole company."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    owner = serializers.CharField()
    is_current = serializers.BooleanField(help_text="Somebody is working in it.")
    sharing = serializers.ChoiceField([ListSharing.READ.value, ListSharing.EDIT.value])
    updated_at = serializers.DateTimeField()
    updated_by = serializers.CharField()
    line_count = serializers.IntegerField()
    currency = serializers.CharField()
    net_amount = serializers.DecimalField(
        max_digits=18, decimal_places=2, allow_null=True, help_text="At the prices of now; null: more than 200 lines."
    )


class CartPage(Serializer):
    items = Cart(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class PackOption(Serializer):
    code = serializers.CharField()
    name_fr = serializers.CharField()
    name_en = serializers.CharField()


class PackComponent(Serializer):
    sku = serializers.CharField()
    name_fr = serializers.CharField()
    name_en = serializers.CharField()
    unit = serializers.CharField()
    quantity = _quantity("Base units, in all packs of the line.")


class Pack(Serializer):
    """What a kit or a configured set consisted of when it was ordered; a service among its options has no component."""

    reference = serializers.CharField(help_text="Of this configuration: invoices and parcels name it.")
    options = PackOption(many=True)
    components = PackComponent(many=True)


class OrderLine(Serializer):
    position = serializers.IntegerField()
    sku = serializers.CharField()
    name_fr = serializers.CharField()
    name_en = serializers.CharField()
    unit = serializers.CharField()
    quantity = _quantity("Counts `unit`.")
    base_unit = serializers.CharField()
    base_quantity = _quantity()
    shipped_quantity = _quantity("Base units.")
    delivered_quantity = _quantity("Base units.")
    unit_price = _unit_price()
    net_amount = _amount()
    tax_rate = serializers.DecimalField(max_digits=7, decimal_places=6)
    is_service = serializers.BooleanField(help_text="Then shipped and delivered is what was performed.")
    pack = Pack(allow_null=True)


class ShippedLine(Serializer):
    sku = serializers.CharField()
    base_quantity = _quantity()


class Shipment(Serializer):
    number = serializers.CharField()
    state = serializers.ChoiceField(ShipmentState.choices)
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    promised_on = serializers.DateField(allow_null=True)
    estimated_on = serializers.DateField(allow_null=True)
    lines = ShippedLine(many=True)


class Invoice(Serializer):
    number = serializers.CharField()
    state = serializers.ChoiceField(InvoiceState.choices)
    due_on = serializers.DateField()
    total_amount = _amount()


class OrderDetail(Order):
    project = serializers.CharField()
    cost_centre_code = serializers.CharField()
    requested_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    incoterm = serializers.CharField()
    incoterm_place = serializers.CharField()
    delivery_method = serializers.CharField()
    payment_method = serializers.CharField()
    delivery_address = serializers.DictField(child=serializers.CharField(allow_blank=True))
    lines = OrderLine(many=True)
    shipments = Shipment(many=True)
    invoice = Invoice(allow_null=True)


class ProblemEntry(Serializer):
    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) to the value.")
    code = serializers.CharField()
    detail = serializers.CharField()
    nearest = serializers.ListField(child=serializers.CharField(), required=False, help_text="Quantities to take.")


class Problem(Serializer):
    """RFC 9457; `code` is stable, `detail` is in the language of Accept-Language."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = ProblemEntry(many=True, required=False)  # type: ignore[assignment]  # RFC 9457 names it so
