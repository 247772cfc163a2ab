"""Endpoints of ``/api/v1/``: read what was sent, ask the domain, answer JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound as NoSuchEndpoint
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.queries import product_detail, variants_after
from catalog.tree import path_today
from core.actor import Actor
from core.errors import NotFound
from integrations.api import cursors, inputs, outputs, representations
from integrations.api.base import KEY_HEADER, CompanyView, answers, read
from integrations.ordering import ReferenceLine, place_order_by_reference
from orders.placing import OrderDetails
from orders.records import Place, order_with_lines, orders_after
from payments.queries import invoice_of_order
from shipping.queries import parcels_of_order

#: What a request may say about an order besides its lines.
DETAILS = ("po_number", "project", "cost_centre_code", "requested_on", "note", "delivery_method", "payment_method")


class Products(CompanyView):
    @extend_schema(
        operation_id="list_products",
        summary="Products with your prices and what is in stock",
        description="Ordered by reference. Prices are net, per base unit, for one base unit, with the tiers above it.",
        parameters=[inputs.ProductsQuery],
        responses=answers(http200=outputs.ProductPage),
    )
    def get(self, request: Request) -> Response:
        query = read(inputs.ProductsQuery(data=request.query_params))
        limit = query["limit"]
        listed = variants_after(
            cursors.read_sku(query["cursor"]),
            self.customer.view,
            limit=limit + 1,
            skus=query.get("sku", ()),
            category_path=path_today(query["category"]),
        )
        page = listed[:limit]
        next_cursor = cursors.after_sku(page[-1].info.sku) if len(listed) > limit else None
        return Response({"items": representations.products(page, self.customer), "next_cursor": next_cursor})


class Product(CompanyView):
    @extend_schema(
        operation_id="read_product",
        summary="One product by its reference",
        description="With its description and the references of its other variants.",
        responses=answers(http200=outputs.ProductDetail),
    )
    def get(self, request: Request, sku: str) -> Response:
        detail = product_detail(sku, self.customer.view)
        if detail is None:
            raise NotFound
        return Response(representations.product_detail(detail, self.customer))


class Orders(CompanyView):
    @extend_schema(
        operation_id="list_orders",
        summary="Your orders at this supplier, newest first",
        description="Without lines; ask for one order to see them.",
        parameters=[inputs.OrdersQuery],
        responses=answers(http200=outputs.OrderPage),
    )
    def get(self, request: Request) -> Response:
        query = read(inputs.OrdersQuery(data=request.query_params))
        after, limit = cursors.read_moment(query.pop("cursor")), query.pop("limit")
        rows = orders_after(self.actor, Place(*after) if after else None, limit=limit + 1, **query)
        page = rows[:limit]
        next_cursor = cursors.after_moment(page[-1].placed_at, page[-1].id) if len(rows) > limit else None
        return Response({"items": [representations.order(row) for row in page], "next_cursor": next_cursor})

    @extend_schema(
        operation_id="place_order",
        summary="Place an order at your prices, on your terms",
        description="All or nothing: when a line is not possible, every such line is named and nothing is ordered.",
        parameters=[KEY_HEADER],
        request=inputs.NewOrder,
        responses=answers(http201=outputs.OrderDetail),
    )
    def post(self, request: Request) -> Response:
        wanted = read(inputs.NewOrder(data=request.data))
        return self.answer_once(
            request, wanted, lambda: (201, self._place(wanted)), lambda order: reverse("api_order", args=[order["id"]])
        )

    def _place(self, wanted: dict[str, Any]) -> representations.Json:
        order_id = place_order_by_reference(
            actor=self.actor,
            customer=self.customer,
            lines=[ReferenceLine(**line) for line in wanted["lines"]],
            details=OrderDetails(**{name: wanted[name] for name in DETAILS}),
            delivery_address=wanted["delivery_address"],
        )
        return order_of(self.actor, order_id)


class Order(CompanyView):
    @extend_schema(
        operation_id="read_order",
        summary="One order: lines, parcels, invoice",
        description="What was ordered, what has left, what has arrived, and the invoice once it is issued.",
        responses=answers(http200=outputs.OrderDetail),
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        return Response(order_of(self.actor, order_id))


@extend_schema(exclude=True)
class Nothing(APIView):
    """Every other address below ``/api/v1/``: a problem, not a page."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NoSuchEndpoint


def order_of(actor: Actor, order_id: UUID) -> representations.Json:
    """An order as it is answered. Raises NotFound."""
    order, lines = order_with_lines(actor, order_id)
    return representations.order_detail(order, lines, parcels_of_order(order_id), invoice_of_order(actor, order_id))
