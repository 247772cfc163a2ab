"""A company's system reads its agreements with a supplier and calls off from them; the supplier's reads them all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.records import agreement_record, agreements_after
from core.actor import Actor
from integrations.api import cursors, outputs, views
from integrations.api.agreements import representations, shapes
from integrations.api.base import KEY_HEADER, CompanyView, KeyView, SupplierView, answers, read
from integrations.api.representations import Json
from integrations.ordering import call_off_by_line
from orders.calling_off import Wanted
from orders.placing import OrderDetails
from orders.policies import seen_orders

_LEFT = "With what is left of each line, and what orders took and gave back."


class Agreements(CompanyView):
    @extend_schema(
        operation_id="list_agreements",
        summary="Your framework agreements with this supplier, newest first",
        description="Without lines; ask for one to see what is left.",
        parameters=[shapes.AgreementsQuery],
        responses=answers(http200=shapes.AgreementPage),
    )
    def get(self, request: Request) -> Response:
        return _page(self, request)


class Agreement(CompanyView):
    @extend_schema(
        operation_id="read_agreement",
        summary="One agreement: prices, quantities, what is left",
        description=_LEFT,
        responses=answers(http200=shapes.AgreementDetail),
    )
    def get(self, request: Request, agreement_id: UUID) -> Response:
        return Response(_detail(self.actor, agreement_id))


class CallOffs(CompanyView):
    @extend_schema(
        operation_id="call_off",
        summary="Order from an agreement, at its prices",
        description="All or nothing. What is beyond the agreement is refused: order it apart, at your usual price.",
        parameters=[KEY_HEADER],
        request=shapes.NewCallOff,
        responses=answers(http201=outputs.OrderDetail),
    )
    def post(self, request: Request, agreement_id: UUID) -> Response:
        wanted = read(shapes.NewCallOff(data=request.data))
        return self.answer_once(
            request,
            {"agreement": agreement_id, **wanted},
            lambda: (201, self._order(agreement_id, wanted)),
            lambda order: reverse("api_order", args=[order["id"]]),
        )

    def _order(self, agreement_id: UUID, wanted: dict[str, Any]) -> Json:
        order_id = call_off_by_line(
            agreement_id=agreement_id,
            actor=self.actor,
            customer=self.customer,
            wanted=[Wanted(line["line"], line["quantity"], line["unit"]) for line in wanted["lines"]],
            details=OrderDetails(**{name: wanted[name] for name in views.DETAILS}),
            delivery_address=wanted["delivery_address"],
        )
        return views.order_of(self.actor, order_id)


class SupplierAgreements(SupplierView):
    @extend_schema(
        operation_id="list_supplier_agreements",
        summary="Framework agreements with your customers, newest first",
        description="Without lines; ask for one to see what is left.",
        parameters=[shapes.AgreementsQuery],
        responses=answers(http200=shapes.AgreementPage),
    )
    def get(self, request: Request) -> Response:
        return _page(self, request)


class SupplierAgreement(SupplierView):
    @extend_schema(
        operation_id="read_supplier_agreement",
        summary="One agreement with a customer",
        description=_LEFT,
        responses=answers(http200=shapes.AgreementDetail),
    )
    def get(self, request: Request, agreement_id: UUID) -> Response:
        return Response(_detail(self.actor, agreement_id))


def _page(view: KeyView, request: Request) -> Response:
    query = read(shapes.AgreementsQuery(data=request.query_params))
    limit, place = query["limit"], cursors.read_moment(query["cursor"])
    rows = agreements_after(view.actor, place, limit=limit + 1, only_current=query["current"])
    page = rows[:limit]
    next_cursor = cursors.after_moment(page[-1].signed_at, page[-1].pk) if len(rows) > limit else None
    return Response({"items": [representations.agreement(row) for row in page], "next_cursor": next_cursor})


def _detail(actor: Actor, agreement_id: UUID) -> Json:
    found = agreement_record(actor, agreement_id)
    seen = seen_orders(actor).filter(pk__in={call.order_id for call in found.calls})
    return representations.agreement_detail(found, set(seen.values_list("pk", flat=True)))
