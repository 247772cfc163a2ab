"""A company's system asks suppliers for quotes, negotiates, and awards, on the marketplace."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import Actor
from integrations.api import cursors
from integrations.api.base import MarketplaceView, answer_page, answers, read
from integrations.api.quotes import inputs, outputs, representations
from integrations.api.representations import Json
from integrations.requesting import answer_version, award, give_time, send_request
from rfq import closing
from rfq.exchange import requested, rfqs_after
from tenants.directory import active_tenants


class Suppliers(MarketplaceView):
    @extend_schema(
        operation_id="list_suppliers",
        summary="Suppliers that may be asked",
        responses=answers(http200=outputs.SupplierList),
    )
    def get(self, request: Request) -> Response:
        rows = active_tenants()
        return Response({"items": [{"id": str(row.id), "name": row.name, "host": row.primary_domain} for row in rows]})


class Requests(MarketplaceView):
    @extend_schema(
        operation_id="list_requests",
        summary="Your requests for quotation, newest first",
        description="Without lines and answers; ask for one to see them.",
        parameters=[inputs.RequestsQuery],
        responses=answers(http200=outputs.RequestPage),
    )
    def get(self, request: Request) -> Response:
        query = read(inputs.RequestsQuery(data=request.query_params))
        limit = query["limit"]
        place = cursors.read_moment(query["cursor"])
        rows = rfqs_after(self.actor, place, limit=limit + 1, state=query["state"])
        return answer_page(rows, limit, representations.request)


class OneRequest(MarketplaceView):
    @extend_schema(
        operation_id="read_request",
        summary="One request: its lines, who was asked, and every version of their quotes",
        description="Offers to a sealed request are not there before its deadline.",
        responses=answers(http200=outputs.RequestDetail),
    )
    def get(self, request: Request, rfq_id: UUID) -> Response:
        return Response(_detail(self.actor, rfq_id))

    @extend_schema(
        operation_id="send_request",
        summary="Ask suppliers for quotes",
        description="Under a UUID that you choose: a request that is there already is answered as it is (200).",
        request=inputs.NewRequest,
        responses=answers(http200=outputs.RequestDetail, http201=outputs.RequestDetail),
    )
    def put(self, request: Request, rfq_id: UUID) -> Response:
        wanted = read(inputs.NewRequest(data=request.data))
        is_new = send_request(rfq_id=rfq_id, wanted=wanted, actor=self.actor)
        headers = {"Location": reverse("api_request", args=[rfq_id])}
        return Response(_detail(self.actor, rfq_id), status=201 if is_new else 200, headers=headers)


class Cancel(MarketplaceView):
    @extend_schema(
        operation_id="cancel_request",
        summary="Take a request back",
        request=inputs.Reason,
        responses=answers(http200=outputs.RequestDetail),
    )
    def post(self, request: Request, rfq_id: UUID) -> Response:
        return _ended(self, request, rfq_id, closing.cancel_rfq)


class Close(MarketplaceView):
    @extend_schema(
        operation_id="close_request",
        summary="Award nothing more",
        request=inputs.Reason,
        responses=answers(http200=outputs.RequestDetail),
    )
    def post(self, request: Request, rfq_id: UUID) -> Response:
        return _ended(self, request, rfq_id, closing.close_rfq)


class Extend(MarketplaceView):
    @extend_schema(
        operation_id="extend_request",
        summary="Give the suppliers more time, or ask them again",
        description="Before its deadline it lasts longer; afterwards, and once it has ended, it begins again.",
        request=inputs.More,
        responses=answers(http200=outputs.RequestDetail),
    )
    def post(self, request: Request, rfq_id: UUID) -> Response:
        wanted = read(inputs.More(data=request.data))
        give_time(rfq_id=rfq_id, deadline_at=wanted["deadline_at"], reason=wanted["reason"], actor=self.actor)
        return Response(_detail(self.actor, rfq_id))


class Counter(MarketplaceView):
    @extend_schema(
        operation_id="counter_offer",
        summary="Answer a supplier's version with what you would take",
        description="An outdated version is answered 409 with what has changed.",
        request=inputs.CounterOffer,
        responses=answers(http200=outputs.RequestDetail),
    )
    def post(self, request: Request, version_id: UUID) -> Response:
        wanted = read(inputs.CounterOffer(data=request.data))
        return Response(_detail(self.actor, answer_version(version_id=version_id, wanted=wanted, actor=self.actor)))


class Award(MarketplaceView):
    @extend_schema(
        operation_id="award_request",
        summary="Take offers: one order, or one agreement, with each supplier, or none at all",
        description="Names the versions: an outdated one is answered 409. Sent again, it answers the same.",
        request=inputs.NewAward,
        responses=answers(http200=outputs.AwardResult),
    )
    def post(self, request: Request, rfq_id: UUID) -> Response:
        wanted = read(inputs.NewAward(data=request.data))
        done = award(rfq_id=rfq_id, wanted=wanted, actor=self.actor)
        made = [_made(key, order_id=value) for key, value in done.orders.items()]
        made += [_made(key, agreement_id=value) for key, value in done.agreements.items()]
        return Response({"orders": made + [_made(key, approval_id=value) for key, value in done.requests.items()]})


def _ended(view: MarketplaceView, request: Request, rfq_id: UUID, end: Callable[..., None]) -> Response:
    """A request that ends for a reason."""
    reason = read(inputs.Reason(data=request.data))["reason"]
    end(rfq_id=rfq_id, reason=reason, actor=view.actor)
    return Response(_detail(view.actor, rfq_id))


def _made(
    supplier_id: UUID,
    *,
    order_id: UUID | None = None,
    agreement_id: UUID | None = None,
    approval_id: UUID | None = None,
) -> Json:
    return {
        "supplier_id": str(supplier_id),
        "order_id": str(order_id) if order_id else None,
        "agreement_id": str(agreement_id) if agreement_id else None,
        "approval_id": str(approval_id) if approval_id else None,
    }


def _detail(actor: Actor, rfq_id: UUID) -> Json:
    """The request as it is now."""
    return representations.request_detail(requested(actor, rfq_id))
