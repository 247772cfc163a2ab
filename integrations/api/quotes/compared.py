"""What the offers to a company's request cost in all, side by side, as its page shows it."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.formatting import plain
from core.money import round_amount
from integrations.api.base import MarketplaceView, answers
from integrations.api.outputs import Serializer
from integrations.api.representations import Json
from rfq.answers import Answer, Answers, answers_of
from rfq.comparison import Column, compare
from rfq.landed import LandedCost

_PARTS = ("goods", "setup", "freight", "own_freight", "duty", "payment", "total")


def _amount(text: str = "") -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=2, help_text=text)


class WholeCost(Serializer):
    """In the request's currency; the parts add up to the total."""

    goods = _amount()
    setup = _amount("One-off costs.")
    freight = _amount("What the supplier charges.")
    own_freight = _amount("What the company reckons with where it fetches the goods.")
    duty = _amount()
    payment = _amount("What paying later is worth, below zero.")
    total = _amount()


class ComparedOffer(Serializer):
    """A supplier's last word; what it offers first for each line."""

    invitation_id = serializers.UUIDField()
    supplier_id = serializers.UUIDField()
    supplier = serializers.CharField()
    version_id = serializers.UUIDField()
    currency = serializers.CharField()
    rate = serializers.DecimalField(
        max_digits=18,
        decimal_places=8,
        allow_null=True,
        help_text="What your company counts a unit of it as; null where it has not said so: then there is no cost.",
    )
    is_complete = serializers.BooleanField(help_text="For all lines.")
    is_expired = serializers.BooleanField()
    takes_orders = serializers.BooleanField(help_text="Its supplier does at the moment.")
    is_best = serializers.BooleanField(help_text="The cheapest that is complete, valid, and can be ordered.")
    cost = WholeCost(allow_null=True)


class SplitLine(Serializer):
    line = serializers.UUIDField(help_text="Of the request.")
    version_id = serializers.UUIDField()


class CheapestSplit(Serializer):
    total = _amount()
    lines = SplitLine(many=True)


class ComparisonResult(Serializer):
    currency = serializers.CharField()
    offers = ComparedOffer(many=True)
    cheapest_split = CheapestSplit(
        allow_null=True,
        help_text="Over several suppliers; null where they do not offer all lines, or may not share them.",
    )


class Comparison(MarketplaceView):
    @extend_schema(
        operation_id="compare_offers",
        summary="What the offers to your request cost in all, and the cheapest split",
        description="Reckoned with the rate of capital, carriage, duties and currencies that your company has stated. "
        "Offers to a sealed request are not there before its deadline.",
        responses=answers(http200=ComparisonResult),
    )
    def get(self, request: Request, rfq_id: UUID) -> Response:
        found = answers_of(self.actor, rfq_id)
        columns = compare(found, self.actor).columns
        return Response(
            {
                "currency": found.rfq.currency,
                "offers": [
                    _offer(found, answer, column)
                    for answer, column in zip(found.answers, columns, strict=True)
                    if answer.version is not None
                ],
                "cheapest_split": _split(found) if found.rfq.may_split else None,
            }
        )


def _offer(found: Answers, answer: Answer, column: Column) -> Json:
    row, version, cost = answer.invitation, answer.version, found.cost_of(answer)
    currency = version.currency if version is not None else ""
    rate = found.rate_to(currency)
    return {
        "invitation_id": str(row.pk),
        "supplier_id": str(row.tenant_id),
        "supplier": row.tenant_name,
        "version_id": str(version.pk) if version is not None else None,
        "currency": currency,
        "rate": plain(rate) if rate is not None else None,
        "is_complete": column.is_complete,
        "is_expired": column.is_expired,
        "takes_orders": not answer.is_closed,
        "is_best": column.is_best,
        "cost": _cost(cost, found.rfq.currency) if cost is not None else None,
    }


def _cost(cost: LandedCost, currency: str) -> Json:
    return {name: str(round_amount(getattr(cost, name), currency)) for name in _PARTS}


def _split(found: Answers) -> Json | None:
    split = found.cheapest_split()
    if split is None:
        return None
    versions = [str(offer.version.pk) for _answer, offer in found.comparable]
    lines = [{"line": str(line_id), "version_id": versions[place]} for line_id, place in split.by_line.items()]
    return {"total": str(round_amount(split.total, found.rfq.currency)), "lines": lines}
