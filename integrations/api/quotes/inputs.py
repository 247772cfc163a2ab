"""What may be sent about requests and offers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from customers.enums import Incoterm, TermKind
from integrations.api.inputs import NewAddress, PageQuery, StrictSerializer
from rfq.asking import MOST_LINES, MOST_SUPPLIERS
from rfq.conditions import Conditions
from rfq.enums import InvitationState, LineKind, RFQState
from rfq.offers import MOST_ALTERNATIVES, MOST_TIERS


def _price(**kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=15, decimal_places=6, min_value=Decimal(0), help_text="Net, per asked unit.", **kwargs
    )


def _quantity(text: str, **kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=13, decimal_places=4, min_value=Decimal("0.0001"), help_text=text, **kwargs
    )


def _amount(text: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=11, decimal_places=2, min_value=Decimal(0), required=False, default=Decimal(0), help_text=text
    )


class InvitationsQuery(PageQuery):
    state = serializers.ChoiceField(InvitationState.values, required=False, default="")


class NewTier(StrictSerializer):
    min_quantity = _quantity("Counts the asked unit.")
    unit_price = _price()


class NewAlternative(StrictSerializer):
    """Goods that are offered besides, for the same line."""

    unit_price = _price()
    sku = serializers.CharField(
        max_length=80,
        required=False,
        allow_null=True,
        allow_blank=True,
        default=None,
        help_text="Your article; null: the one that the line's codes name; empty: none.",
    )
    name = serializers.CharField(
        max_length=240, required=False, default="", allow_blank=True, help_text="Where it is not what was asked."
    )
    quantity = _quantity("Where it is not as much as was asked.", required=False, allow_null=True, default=None)
    lead_time_days = serializers.IntegerField(min_value=0, max_value=999, required=False, allow_null=True, default=None)
    setup_amount = _amount("Due once, whatever the quantity.")
    tiers = serializers.ListField(child=NewTier(), required=False, default=list, max_length=MOST_TIERS)
    remark = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class NewOfferLine(NewAlternative):
    line = serializers.UUIDField(help_text="`id` of the line of the request.")
    unit_price = _price(allow_null=True)
    kind = serializers.ChoiceField(
        (LineKind.AS_ASKED.value, LineKind.REPLACEMENT.value), required=False, default=LineKind.AS_ASKED.value
    )
    alternatives = serializers.ListField(
        child=NewAlternative(), required=False, default=list, max_length=MOST_ALTERNATIVES
    )


class WithConditions(StrictSerializer):
    """Incoterm and term of payment of a request or an offer, as ``conditions``; left out, the usual ones."""

    incoterm = serializers.ChoiceField(Incoterm.choices, required=False, default="", allow_blank=True)
    incoterm_place = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    term_kind = serializers.ChoiceField(TermKind.choices, required=False, default="", allow_blank=True)
    term_days = serializers.IntegerField(min_value=0, max_value=365, required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        names = ("incoterm", "incoterm_place", "term_kind", "term_days")
        return attrs | {"conditions": Conditions(*(attrs.pop(name) for name in names))}


class DraftRevision(StrictSerializer):
    revision = serializers.IntegerField(
        min_value=0,
        required=False,
        allow_null=True,
        default=None,
        help_text="Of the `draft` that is meant; left out, only one that a key has sent.",
    )


class NewOffer(WithConditions, DraftRevision):
    """Lines that are left out, and those without a price, are not offered."""

    valid_until = serializers.DateTimeField()
    currency = serializers.RegexField(
        r"^([A-Z]{3})?$",
        required=False,
        default="",
        allow_blank=True,
        help_text="One that you sell in; left out, the request's. Everything in the offer counts in it.",
    )
    freight_amount = _amount("For the whole offer, on top of its lines.")
    message = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    lines = serializers.ListField(child=NewOfferLine(), allow_empty=False, max_length=MOST_LINES)


class Reason(StrictSerializer):
    reason = serializers.CharField(max_length=500, help_text="The other side reads it.")


class RequestsQuery(PageQuery):
    state = serializers.ChoiceField(RFQState.values, required=False, default="")


class NewRequestLine(StrictSerializer):
    description = serializers.CharField(max_length=240)
    quantity = _quantity("Counts `unit`.")
    unit = serializers.RegexField(r"^[A-Z0-9]{2,3}$", required=False, default="H87", help_text="UN/ECE Rec 20/21.")
    gtin = serializers.RegexField(r"^(\d{8}|\d{12,14})?$", required=False, default="", allow_blank=True)
    part_number = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    requested_on = serializers.DateField(required=False, allow_null=True, default=None)
    question = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    takes_equivalent = serializers.BooleanField(required=False, default=True)
    target_price = _price(required=False, allow_null=True, default=None)
    hides_target = serializers.BooleanField(required=False, default=True, help_text="Suppliers do not read it.")
    delivery_address = NewAddress(
        required=False, allow_null=True, default=None, help_text="Where it is not the request's."
    )


class NewRequest(WithConditions):
    """A request for quotation, and who is to answer it."""

    title = serializers.CharField(max_length=160)
    deadline_at = serializers.DateTimeField()
    suppliers = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MOST_SUPPLIERS)
    delivery_address = NewAddress(
        required=False, allow_null=True, default=None, help_text="The company's usual address when it is left out."
    )
    note = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False, default="EUR")
    validity_days = serializers.IntegerField(min_value=1, max_value=365, required=False, allow_null=True, default=None)
    may_split = serializers.BooleanField(required=False, default=True)
    is_sealed = serializers.BooleanField(required=False, default=False)
    lines = serializers.ListField(child=NewRequestLine(), allow_empty=False, max_length=MOST_LINES)


class More(Reason):
    deadline_at = serializers.DateTimeField()


class CounteredLine(StrictSerializer):
    """What one would have instead of an offered line; what is left out stays as it was offered."""

    line = serializers.UUIDField(help_text="`id` of the offered line.")
    unit_price = _price(required=False, allow_null=True, default=None)
    quantity = _quantity("Counts the asked unit.", required=False, allow_null=True, default=None)
    lead_time_days = serializers.IntegerField(min_value=0, max_value=999, required=False, allow_null=True, default=None)
    remark = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class CounterOffer(StrictSerializer):
    message = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    lines = serializers.ListField(child=CounteredLine(), required=False, default=list, max_length=MOST_LINES)


class TakenLine(StrictSerializer):
    line = serializers.UUIDField(help_text="`id` of the offered line.")
    quantity = _quantity("As much as was offered when it is left out.", required=False, allow_null=True, default=None)


class TakenVersion(StrictSerializer):
    version = serializers.UUIDField()
    lines = serializers.ListField(
        child=TakenLine(),
        required=False,
        allow_null=True,
        default=None,
        max_length=MOST_LINES,
        help_text="What is offered first for each line when it is left out.",
    )


class AgreedPeriod(StrictSerializer):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="That day included.")


class NewAward(StrictSerializer):
    """All of it or nothing: one order with each supplier, or with a period one framework agreement with each."""

    versions = serializers.ListField(child=TakenVersion(), allow_empty=False, max_length=50)
    po_number = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    cost_centre_code = serializers.CharField(
        max_length=30,
        required=False,
        default="",
        allow_blank=True,
        help_text="Needed where the company has laid out cost centres.",
    )
    closes = serializers.BooleanField(
        required=False, default=False, help_text="The request ends, also where lines are left."
    )
    period = AgreedPeriod(
        required=False, allow_null=True, default=None, help_text="For which days it is agreed; left out, it is ordered."
    )
