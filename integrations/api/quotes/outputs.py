"""What is answered about requests and offers; :mod:`integrations.api.quotes.representations` writes it."""

from __future__ import annotations

from rest_framework import serializers

from integrations.api.outputs import Serializer
from quoting.enums import OPEN_DRAFT
from rfq.enums import InvitationState, LineKind, RFQState, Side, VersionState


def _decimal(places: int, text: str = "") -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=places, help_text=text)


class PaymentTerm(Serializer):
    kind = serializers.CharField()
    days = serializers.IntegerField()


class AskedLine(Serializer):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    description = serializers.CharField()
    gtin = serializers.CharField()
    part_number = serializers.CharField()
    quantity = _decimal(4, "Counts `unit`.")
    unit = serializers.CharField(help_text="UN/ECE Rec 20/21.")
    requested_on = serializers.DateField(allow_null=True)
    question = serializers.CharField()
    takes_equivalent = serializers.BooleanField()
    target_price = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    delivery_address = serializers.DictField(
        child=serializers.CharField(allow_blank=True), allow_null=True, help_text="Where it is not the request's."
    )


class OfferedTier(Serializer):
    min_quantity = _decimal(4)
    unit_price = _decimal(6)


class OfferedLine(Serializer):
    id = serializers.UUIDField()
    line = serializers.UUIDField(help_text="Of the request.")
    option = serializers.IntegerField(help_text="0 is what is offered first; alternatives follow.")
    kind = serializers.ChoiceField(LineKind.choices)
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = _decimal(4)
    unit = serializers.CharField()
    unit_price = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    net_amount = _decimal(2)
    setup_amount = _decimal(2)
    tiers = OfferedTier(many=True)
    lead_time_days = serializers.IntegerField(allow_null=True)
    tax_rate = _decimal(6)
    remark = serializers.CharField()


class QuoteVersion(Serializer):
    """Immutable; `content_hash` is that which pages show."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    side = serializers.ChoiceField(Side.choices)
    state = serializers.ChoiceField(VersionState.choices)
    currency = serializers.CharField()
    valid_until = serializers.DateTimeField()
    net_amount = _decimal(2)
    freight_amount = _decimal(2)
    incoterm = serializers.CharField()
    incoterm_place = serializers.CharField()
    payment_term = PaymentTerm(allow_null=True)
    message = serializers.CharField()
    content_hash = serializers.CharField()
    sent_at = serializers.DateTimeField()
    sent_by = serializers.CharField()
    lines = OfferedLine(many=True)


class Request(Serializer):
    """What every side of a request reads."""

    number = serializers.CharField()
    title = serializers.CharField()
    request_state = serializers.ChoiceField(RFQState.choices)
    currency = serializers.CharField()
    deadline_at = serializers.DateTimeField()
    is_sealed = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class Invitation(Request):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(InvitationState.choices)
    company = serializers.CharField()


class InvitationPage(Serializer):
    items = Invitation(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Wishes(Serializer):
    """What a request wishes beside its lines; `payment_term` null: the usual one."""

    note = serializers.CharField()
    incoterm = serializers.CharField()
    incoterm_place = serializers.CharField()
    payment_term = PaymentTerm(allow_null=True)
    validity_days = serializers.IntegerField(allow_null=True)
    may_split = serializers.BooleanField()
    delivery_address = serializers.DictField(child=serializers.CharField(allow_blank=True))
    lines = AskedLine(many=True)


class OfferDraft(Serializer):
    """An answer that is not sent yet; the buyer does not read it."""

    revision = serializers.IntegerField(help_text="Counts how often it was saved.")
    state = serializers.ChoiceField([(state.value, state.label) for state in OPEN_DRAFT])
    is_by_key = serializers.BooleanField(help_text="A key has sent all of it; otherwise somebody writes it.")
    saved_at = serializers.DateTimeField()
    saved_by = serializers.CharField()
    refusal = serializers.CharField(help_text="Why a colleague has not approved it.")


class InvitationDetail(Invitation, Wishes):
    versions = QuoteVersion(many=True)
    order_id = serializers.UUIDField(allow_null=True, help_text="The order that it was awarded with.")
    agreement_id = serializers.UUIDField(allow_null=True, help_text="The agreement that it was awarded with.")
    draft = OfferDraft(allow_null=True)


class RequestHead(Request):
    id = serializers.UUIDField()


class RequestPage(Serializer):
    items = RequestHead(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class InvitedSupplier(Serializer):
    """A supplier that was asked. Offers to a sealed request are not there before its deadline."""

    invitation_id = serializers.UUIDField()
    supplier_id = serializers.UUIDField()
    supplier = serializers.CharField()
    state = serializers.ChoiceField(InvitationState.choices)
    decline_reason = serializers.CharField()
    versions = QuoteVersion(many=True)
    order_id = serializers.UUIDField(allow_null=True)
    agreement_id = serializers.UUIDField(allow_null=True)


class RequestDetail(RequestHead, Wishes):
    suppliers = InvitedSupplier(many=True)


class Supplier(Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    host = serializers.CharField()


class SupplierList(Serializer):
    items = Supplier(many=True)


class MadeOrder(Serializer):
    supplier_id = serializers.UUIDField()
    order_id = serializers.UUIDField(allow_null=True)
    agreement_id = serializers.UUIDField(allow_null=True, help_text="Where a period was agreed.")
    approval_id = serializers.UUIDField(allow_null=True, help_text="Of what waits for its approval.")


class AwardResult(Serializer):
    orders = MadeOrder(many=True)
