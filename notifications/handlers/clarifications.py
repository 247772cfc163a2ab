"""After commit: questions about requests reach the buyer, answers reach who asked, news reach all invited suppliers.

Each supplier hears of its own questions and of what is told to all; that another one asked reaches none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from core.events import Event, handles
from core.live import topic
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.handlers.letters import supplier_of
from notifications.handlers.live import TODO, tell_company, tell_tenant
from rfq.models import RFQ, Invitation
from rfq.talk.events import ClarificationPublished, QuestionAnswered, QuestionAsked
from rfq.talk.models import Question


@dataclass(frozen=True)
class SupplierTold(Event):
    """What one supplier hears of a clarification: letters of the same news to several of them are told apart by it."""

    clarification_id: UUID
    company_id: UUID
    tenant_id: UUID


@handles(QuestionAsked)
def live_question_asked(event: QuestionAsked) -> None:
    _tell(event.rfq_id, event.company_id, (event.tenant_id,))


@handles(QuestionAnswered)
def live_question_answered(event: QuestionAnswered) -> None:
    _tell(event.rfq_id, event.company_id, (event.tenant_id,))


@handles(ClarificationPublished)
def live_clarification_published(event: ClarificationPublished) -> None:
    _tell(event.rfq_id, event.company_id, event.tenant_ids)


@handles(QuestionAsked)
def question_asked(event: QuestionAsked) -> None:
    """Tell whoever sent the request."""
    rfq, question = RFQ.objects.get(pk=event.rfq_id), Question.objects.get(pk=event.question_id)
    supplier, _origin = supplier_of(event.tenant_id)
    mail.send(
        "question_asked",
        event=event,
        about=Subject(SubjectKind.REQUEST, rfq.pk, rfq.number, event.company_id),
        to=recipients.user(rfq.created_by_id),
        values={
            "supplier": supplier,
            "number": rfq.number,
            "title": rfq.title,
            "text": question.text,
            "link": f"{mail.origin(settings.PLATFORM_DOMAIN)}/rfqs/{rfq.pk}/questions/",
        },
    )


@handles(QuestionAnswered)
def question_answered(event: QuestionAnswered) -> None:
    """Tell whoever asked, or all of the supplier's staff when that person is gone."""
    rfq, question = RFQ.objects.get(pk=event.rfq_id), Question.objects.get(pk=event.question_id)
    staff = recipients.staff(event.tenant_id)
    mail.send(
        "question_answered",
        event=event,
        about=Subject(SubjectKind.REQUEST, event.invitation_id, rfq.number),
        to=[person for person in staff if person.user_id == event.asked_by_id] or staff,
        values={
            "company": rfq.company_name,
            "number": rfq.number,
            "title": rfq.title,
            "text": question.answer,
            "link": _page(event.tenant_id, event.invitation_id),
        },
    )


@handles(ClarificationPublished)
def request_clarified(event: ClarificationPublished) -> None:
    """Tell every invited supplier the same, in its own letter."""
    rfq = RFQ.objects.get(pk=event.rfq_id)
    invited = Invitation.objects.filter(rfq=rfq, tenant_id__in=event.tenant_ids).order_by("pk")
    for tenant_id, invitation_id in invited.values_list("tenant_id", "pk"):
        mail.send(
            "request_clarified",
            event=SupplierTold(event.clarification_id, event.company_id, tenant_id),
            about=Subject(SubjectKind.REQUEST, invitation_id, rfq.number),
            to=recipients.staff(tenant_id),
            values={
                "company": rfq.company_name,
                "number": rfq.number,
                "title": rfq.title,
                "link": _page(tenant_id, invitation_id),
            },
        )


def _page(tenant_id: UUID, invitation_id: UUID) -> str:
    _supplier, origin = supplier_of(tenant_id)
    return f"{origin}/portal/rfqs/{invitation_id}/questions/"


def _tell(rfq_id: UUID, company_id: UUID, tenant_ids: tuple[UUID, ...]) -> None:
    tell_company(company_id, topic("rfq", rfq_id), "rfqs")
    for tenant_id in tenant_ids:
        tell_tenant(tenant_id, topic("rfq", rfq_id), "rfqs", TODO)
