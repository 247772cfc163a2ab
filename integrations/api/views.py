"""Endpoints of ``/api/v1/``: read what was sent, ask the domain, answer JSON."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound as NoSuchEndpoint
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.queries import product_detail, variants_after
from core.actor import Actor
from core.errors import NotFound
from core.scope import current_scope
from core.tenancy import use_tenant
from customers.queries import CustomerInfo
from integrations.api import cursors, inputs, outputs, representations
from integrations.idempotency import once
from integrations.ordering import ReferenceLine, place_order_by_reference
from orders.placing import OrderDetails
from orders.records import Place, order_with_lines, orders_after
from payments.queries import invoice_of_order
from shipping.queries import parcels_of_order

_PROBLEMS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), outputs.Problem)
#: What a request may say about an order besides its lines.
_DETAILS = ("po_number", "project", "cost_centre_code", "requested_on", "note", "delivery_method", "payment_method")
_KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="1 to 120 visible ASCII characters, new for each order. Sent again, the first answer comes again.",
)


def _answers(**by_status: Any) -> dict[int, Any]:
    return {int(status.removeprefix("http")): body for status, body in by_status.items()} | _PROBLEMS


class CompanyView(APIView):
    """Acts for the company of the key, in the scope of that company at this supplier."""

    customer: CustomerInfo
    actor: Actor

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        with ExitStack() as self._scopes:
            return super().dispatch(*args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.actor = request.user  # type: ignore[assignment]  # the authentication makes an Actor of it
        self._scopes.enter_context(use_tenant(current_scope().as_company(self.actor.require_company())))


class Products(CompanyView):
    @extend_schema(
        operation_id="list_products",
        summary="Products with your prices and what is in stock",
        description="Ordered by reference. Prices are net, per base unit, for one base unit, with the tiers above it.",
        parameters=[inputs.ProductsQuery],
        responses=_answers(http200=outputs.ProductPage),
    )
    def get(self, request: Request) -> Response:
        query = _read(inputs.ProductsQuery(data=request.query_params))
        limit = query["limit"]
        listed = variants_after(
            cursors.read_sku(query["cursor"]),
            self.customer.view,
            limit=limit + 1,
            skus=query.get("sku", ()),
            category_path=query["category"],
        )
        page = listed[:limit]
        next_cursor = cursors.after_sku(page[-1].info.sku) if len(listed) > limit else None
        return Response({"items": representations.products(page, self.customer), "next_cursor": next_cursor})


class Product(CompanyView):
    @extend_schema(
        operation_id="read_product",
        summary="One product by its reference",
        description="With its description and the references of its other variants.",
        responses=_answers(http200=outputs.ProductDetail),
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
        responses=_answers(http200=outputs.OrderPage),
    )
    def get(self, request: Request) -> Response:
        query = _read(inputs.OrdersQuery(data=request.query_params))
        place, limit = cursors.read_order(query.pop("cursor")), query.pop("limit")
        rows = orders_after(self.actor, place, limit=limit + 1, **query)
        page = rows[:limit]
        next_cursor = cursors.after_order(Place(page[-1].placed_at, page[-1].id)) if len(rows) > limit else None
        return Response({"items": [representations.order(row) for row in page], "next_cursor": next_cursor})

    @extend_schema(
        operation_id="place_order",
        summary="Place an order at your prices, on your terms",
        description="All or nothing: when a line is not possible, every such line is named and nothing is ordered.",
        parameters=[_KEY_HEADER],
        request=inputs.NewOrder,
        responses=_answers(http201=outputs.OrderDetail),
    )
    def post(self, request: Request) -> Response:
        wanted = _read(inputs.NewOrder(data=request.data))
        answer = once(
            company_id=self.actor.require_company(),
            key=request.headers.get("Idempotency-Key", ""),
            request=wanted,
            act=lambda: (201, self._place(wanted)),
        )
        location = reverse("api_order", args=[answer.body["id"]])
        headers = {"Location": location, "Idempotency-Replayed": "true" if answer.is_replay else "false"}
        return Response(answer.body, status=answer.status, headers=headers)

    def _place(self, wanted: dict[str, Any]) -> representations.Json:
        order_id = place_order_by_reference(
            actor=self.actor,
            customer=self.customer,
            lines=[ReferenceLine(**line) for line in wanted["lines"]],
            details=OrderDetails(**{name: wanted[name] for name in _DETAILS}),
            delivery_address=wanted["delivery_address"],
        )
        return _order(self.actor, order_id)


class Order(CompanyView):
    @extend_schema(
        operation_id="read_order",
        summary="One order: lines, parcels, invoice",
        description="What was ordered, what has left, what has arrived, and the invoice once it is issued.",
        responses=_answers(http200=outputs.OrderDetail),
    )
    def get(self, request: Request, order_id: UUID) -> Response:
        return Response(_order(self.actor, order_id))


@extend_schema(exclude=True)
class Nothing(APIView):
    """Every other address below ``/api/v1/``: a problem, not a page."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NoSuchEndpoint


def _order(actor: Actor, order_id: UUID) -> representations.Json:
    order, lines = order_with_lines(actor, order_id)
    return representations.order_detail(order, lines, parcels_of_order(order_id), invoice_of_order(actor, order_id))


def _read(serializer: inputs.StrictSerializer) -> dict[str, Any]:
    """The checked values. Raises ValidationError."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
