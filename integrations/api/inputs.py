"""What may be sent. A name that a request does not have is an error: a typing error, or a price that is ours to set."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from catalog.packs.services import MOST_ROWS
from customers.enums import DeliveryMethod, PaymentMethod
from orders.enums import ListSharing, OrderState
from orders.named_carts.names import LONGEST_NAME
from orders.quick import MAX_LINES

PAGE, MOST = 50, 200


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names that it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            error = ErrorDetail(str(_("Unknown field.")), code="unknown_field")
            raise serializers.ValidationError({str(name): [error] for name in unknown})
        return super().to_internal_value(data)


class PageQuery(StrictSerializer):
    cursor = serializers.CharField(required=False, default="", help_text="`next_cursor` of the page before.")
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=MOST)


class ProductsQuery(PageQuery):
    category = serializers.CharField(
        required=False, default="", max_length=400, help_text="Path of a category; those below it are included."
    )
    sku = serializers.ListField(
        child=serializers.CharField(max_length=80),
        required=False,
        max_length=MOST,
        help_text="Only these references; repeat the parameter.",
    )


class OrdersQuery(PageQuery):
    state = serializers.ChoiceField(OrderState.values, required=False, default="")
    number = serializers.CharField(required=False, default="", max_length=30)
    po_number = serializers.CharField(required=False, default="", max_length=60)


class NewOrderLine(StrictSerializer):
    sku = serializers.CharField(max_length=80, help_text="The supplier's reference, exactly.")
    quantity = serializers.DecimalField(
        max_digits=13, decimal_places=4, min_value=Decimal("0.0001"), help_text="Counts `unit`."
    )
    unit = serializers.CharField(
        max_length=3,
        required=False,
        default="",
        help_text="One of the product's units (UN/ECE Rec 20/21); the base unit when it is left out.",
    )
    options = serializers.ListField(
        child=serializers.RegexField(r"^[A-Z]{1,2}[1-9][0-9]{0,2}$"),
        required=False,
        default=list,
        max_length=MOST_ROWS,
        help_text="Of a set to configure: the codes of its options, in any order.",
    )


class NewCart(StrictSerializer):
    """A cart for one of your buyers; prices are those of the moment at which it is ordered."""

    owner = serializers.EmailField(max_length=254, help_text="E-mail of a buyer of your company, whose cart it is.")
    name = serializers.CharField(max_length=LONGEST_NAME)
    sharing = serializers.ChoiceField(
        [ListSharing.READ.value, ListSharing.EDIT.value],
        required=False,
        default=ListSharing.EDIT.value,
        help_text="What colleagues of the owner may do with it.",
    )
    current = serializers.BooleanField(
        required=False, default=False, help_text="The owner goes on with it at once; the present cart is saved."
    )
    lines = serializers.ListField(child=NewOrderLine(), required=False, default=list, max_length=MAX_LINES)


class NewAddress(StrictSerializer):
    label = serializers.CharField(max_length=80, required=False, default="")  # type: ignore[assignment]  # an address's own
    street = serializers.CharField(max_length=160)
    postal_code = serializers.CharField(max_length=12)
    city = serializers.CharField(max_length=80)
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166-1 alpha-2.")
    contact = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, default="", allow_blank=True)
    opening_hours = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    unloading = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    access_notes = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class NewOrder(StrictSerializer):
    """There is no price in it: an order is placed at the company's prices of the moment."""

    po_number = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    project = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    cost_centre_code = serializers.CharField(
        max_length=30,
        required=False,
        default="",
        allow_blank=True,
        help_text="Needed where the company has laid out cost centres.",
    )
    requested_on = serializers.DateField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    delivery_method = serializers.ChoiceField(
        DeliveryMethod.values, required=False, default="", help_text="The supplier's usual one when it is left out."
    )
    payment_method = serializers.ChoiceField(
        PaymentMethod.values, required=False, default="", help_text="The supplier's usual one when it is left out."
    )
    delivery_address = NewAddress(
        required=False, allow_null=True, default=None, help_text="The company's usual address when it is left out."
    )
    lines = serializers.ListField(child=NewOrderLine(), allow_empty=False, max_length=MAX_LINES)
