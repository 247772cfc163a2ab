"""Questions about requests, their answers, what all invited suppliers were told, and drawings, for both sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.media.attached import Download
from core.actor import Actor
from core.ids import uuid7
from integrations.api.base import KEY_HEADER, MarketplaceView, SupplierView, answers, read
from integrations.api.quotes import talk_shapes as shapes
from rfq.talk import files, questions
from rfq.talk.queries import talk_of_invitation, talk_of_request


class SupplierTalk(SupplierView):
    @extend_schema(
        operation_id="read_invitation_talk",
        summary="Your questions about a request with their answers, what all suppliers were told, drawings",
        responses=answers(http200=shapes.RequestTalk),
    )
    def get(self, request: Request, invitation_id: UUID) -> Response:
        return Response(_at_supplier(self.actor, invitation_id))


class Ask(SupplierView):
    @extend_schema(
        operation_id="ask_question",
        summary="Ask the buyer about a request or a line of it",
        description="No other supplier learns that you asked; an answer to all does not say who did.",
        parameters=[KEY_HEADER],
        request=shapes.NewQuestion,
        responses=answers(http201=shapes.RequestTalk),
    )
    def post(self, request: Request, invitation_id: UUID) -> Response:
        wanted = read(shapes.NewQuestion(data=request.data))
        said = {"invitation": invitation_id, **wanted}
        return self.answer_once(request, said, lambda: (201, self._asked(invitation_id, wanted)))

    def _asked(self, invitation_id: UUID, wanted: dict[str, Any]) -> shapes.Json:
        questions.ask(
            invitation_id=invitation_id,
            text=wanted["text"],
            token=uuid7(),
            actor=self.actor,
            line_id=wanted["line"],
        )
        return _at_supplier(self.actor, invitation_id)


class SupplierFile(SupplierView):
    @extend_schema(
        operation_id="read_invitation_file",
        summary="A drawing of a request",
        responses=answers(http200=OpenApiTypes.BINARY),
    )
    def get(self, request: Request, invitation_id: UUID, file_id: UUID) -> HttpResponse:
        return _sent(files.invited_file(self.actor, invitation_id, file_id))


class CompanyTalk(MarketplaceView):
    @extend_schema(
        operation_id="read_request_talk",
        summary="What suppliers asked about your request, what you told all of them, drawings",
        responses=answers(http200=shapes.RequestTalk),
    )
    def get(self, request: Request, rfq_id: UUID) -> Response:
        return Response(_at_company(self.actor, rfq_id))


class Answer(MarketplaceView):
    @extend_schema(
        operation_id="answer_question",
        summary="Answer a supplier's question, to it alone or to all invited",
        description="What goes to all may name no supplier. An answer is given once; one to the supplier alone may be "
        "told to all later.",
        request=shapes.NewAnswer,
        responses=answers(http200=shapes.RequestTalk),
    )
    def post(self, request: Request, rfq_id: UUID, question_id: UUID) -> Response:
        wanted = read(shapes.NewAnswer(data=request.data))
        said: dict[str, Any] = {"rfq_id": rfq_id, "question_id": question_id, "text": wanted["text"]}
        if wanted["to"] == "all":
            questions.publish(question_text=wanted["question"], actor=self.actor, **said)
        else:
            questions.answer(actor=self.actor, **said)
        return Response(_at_company(self.actor, rfq_id))


class CompanyFile(MarketplaceView):
    @extend_schema(
        operation_id="read_request_file",
        summary="A drawing of your request",
        responses=answers(http200=OpenApiTypes.BINARY),
    )
    def get(self, request: Request, rfq_id: UUID, file_id: UUID) -> HttpResponse:
        return _sent(files.request_file(self.actor, rfq_id, file_id))


def _at_supplier(actor: Actor, invitation_id: UUID) -> shapes.Json:
    def href(file_id: UUID) -> str:
        return reverse("api_supplier_file", args=[invitation_id, file_id])

    return shapes.talk(talk_of_invitation(actor, invitation_id), href)


def _at_company(actor: Actor, rfq_id: UUID) -> shapes.Json:
    def href(file_id: UUID) -> str:
        return reverse("api_request_file", args=[rfq_id, file_id])

    return shapes.talk(talk_of_request(actor, rfq_id), href)


def _sent(found: Download) -> HttpResponse:
    """A file as a download, and nothing that a browser would run."""
    return HttpResponse(
        found.content,
        content_type=found.content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=found.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        },
    )
