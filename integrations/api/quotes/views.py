"""A supplier's system reads the requests that the supplier was invited to, and answers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import Actor
from integrations.api import cursors
from integrations.api.base import KEY_HEADER, SupplierView, answer_page, answers, read
from integrations.api.quotes import inputs, outputs, representations
from integrations.api.representations import Json
from integrations.quoting import send_offer
from quoting import drafts
from quoting.queries import open_draft
from rfq import offers
from rfq.exchange import asked, invitations_after


class Invitations(SupplierView):
    @extend_schema(
        operation_id="list_invitations",
        summary="Requests for quotation that you were invited to, newest first",
        description="Without lines; ask for one to see them. For the supplier's own keys.",
        parameters=[inputs.InvitationsQuery],
        responses=answers(http200=outputs.InvitationPage),
    )
    def get(self, request: Request) -> Response:
        query = read(inputs.InvitationsQuery(data=request.query_params))
        limit = query["limit"]
        place = cursors.read_moment(query["cursor"])
        rows = invitations_after(self.actor, place, limit=limit + 1, state=query["state"])
        return answer_page(rows, limit, representations.invitation)


class Invitation(SupplierView):
    @extend_schema(
        operation_id="read_invitation",
        summary="One request: its lines, and the versions of your quote",
        description="The buyer sees that it was viewed.",
        responses=answers(http200=outputs.InvitationDetail),
    )
    def get(self, request: Request, invitation_id: UUID) -> Response:
        offers.mark_viewed(invitation_id=invitation_id, actor=self.actor)
        return Response(_detail(self.actor, invitation_id))


class Offers(SupplierView):
    @extend_schema(
        operation_id="send_offer",
        summary="Send the next version of your quote",
        description="All or nothing; what was on the table before is superseded. Lines count the unit that is asked. "
        "202: it is below the supplier's own limits, and waits for a colleague's approval, or for the next one.",
        parameters=[KEY_HEADER],
        request=inputs.NewOffer,
        responses=answers(http201=outputs.InvitationDetail, http202=outputs.InvitationDetail),
    )
    def post(self, request: Request, invitation_id: UUID) -> Response:
        wanted = read(inputs.NewOffer(data=request.data))
        return self.answer_once(
            request,
            {"invitation": invitation_id, **wanted},
            lambda: self._send(invitation_id, wanted),
            lambda _detail: reverse("api_supplier_rfq", args=[invitation_id]),
        )

    def _send(self, invitation_id: UUID, wanted: dict[str, Any]) -> tuple[int, Json]:
        is_sent = send_offer(invitation_id=invitation_id, wanted=wanted, actor=self.actor)
        return 201 if is_sent else 202, _detail(self.actor, invitation_id)


class Draft(SupplierView):
    @extend_schema(
        operation_id="drop_draft",
        summary="Throw away the offer that waits for an approval, or is being written",
        description="What somebody writes in the portal only with its `revision`.",
        parameters=[inputs.DraftRevision],
        responses=answers(http200=outputs.InvitationDetail),
    )
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        revision = read(inputs.DraftRevision(data=request.query_params))["revision"]
        drafts.drop(invitation_id=invitation_id, revision=revision, actor=self.actor)
        return Response(_detail(self.actor, invitation_id))


class Decline(SupplierView):
    @extend_schema(
        operation_id="decline_invitation",
        summary="Say that there will be no offer, and why",
        request=inputs.Reason,
        responses=answers(http200=outputs.InvitationDetail),
    )
    def post(self, request: Request, invitation_id: UUID) -> Response:
        return _ended(self, request, invitation_id, offers.decline)


class Withdraw(SupplierView):
    @extend_schema(
        operation_id="withdraw_offer",
        summary="Take back the offer that is on the table, and say why",
        request=inputs.Reason,
        responses=answers(http200=outputs.InvitationDetail),
    )
    def post(self, request: Request, invitation_id: UUID) -> Response:
        return _ended(self, request, invitation_id, offers.withdraw)


def _ended(view: SupplierView, request: Request, invitation_id: UUID, end: Callable[..., None]) -> Response:
    """An answer that ends for a reason."""
    reason = read(inputs.Reason(data=request.data))["reason"]
    end(invitation_id=invitation_id, reason=reason, actor=view.actor)
    return Response(_detail(view.actor, invitation_id))


def _detail(actor: Actor, invitation_id: UUID) -> Json:
    """The request as it is now."""
    return representations.invitation_detail(asked(actor, invitation_id), open_draft(actor, invitation_id))
