"""Carts that are shared with the company: listed, prepared for a buyer, made a buyer's current one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.api import cursors, inputs, outputs, representations
from integrations.api.base import KEY_HEADER, CompanyView, answers, read
from integrations.carts import company_cart, prepare_cart_by_reference, switch_company_cart
from integrations.ordering import ReferenceLine
from orders.enums import ListSharing
from orders.named_carts.queries import company_carts


class Carts(CompanyView):
    @extend_schema(
        operation_id="list_carts",
        summary="Carts that are shared with your company, newest first",
        description="Current and saved ones. What is shared with some colleagues only is not among them.",
        parameters=[inputs.PageQuery],
        responses=answers(http200=outputs.CartPage),
    )
    def get(self, request: Request) -> Response:
        query = read(inputs.PageQuery(data=request.query_params))
        limit, after = query["limit"], cursors.read_key(query["cursor"])
        rows = company_carts(self.actor, self.customer, after=after, limit=limit + 1)
        next_cursor = cursors.after_key(rows[limit - 1].id) if len(rows) > limit else None
        return Response({"items": [representations.cart(row) for row in rows[:limit]], "next_cursor": next_cursor})

    @extend_schema(
        operation_id="create_cart",
        summary="Prepare a cart for one of your buyers",
        description="All or nothing: when a line is not possible, every such line is named and there is no cart.",
        parameters=[KEY_HEADER],
        request=inputs.NewCart,
        responses=answers(http201=outputs.Cart),
    )
    def post(self, request: Request) -> Response:
        wanted = read(inputs.NewCart(data=request.data))
        return self.answer_once(request, {"cart": wanted}, lambda: (201, self._prepare(wanted)))

    def _prepare(self, wanted: dict[str, Any]) -> representations.Json:
        cart_id = prepare_cart_by_reference(
            actor=self.actor,
            customer=self.customer,
            owner=wanted["owner"],
            name=wanted["name"],
            lines=[ReferenceLine(**line) for line in wanted["lines"]],
            sharing=ListSharing(wanted["sharing"]),
            current=wanted["current"],
        )
        return representations.cart(company_cart(self.actor, self.customer, cart_id))


class CartSwitch(CompanyView):
    @extend_schema(
        operation_id="switch_cart",
        summary="Make a shared cart the current one of its owner",
        description="What the owner adds goes there from now on; the cart of before is saved. Twice does no harm.",
        request=None,
        responses=answers(http200=outputs.Cart),
    )
    def post(self, request: Request, cart_id: UUID) -> Response:
        switch_company_cart(actor=self.actor, customer=self.customer, cart_id=cart_id)
        return Response(representations.cart(company_cart(self.actor, self.customer, cart_id)))
