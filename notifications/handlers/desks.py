"""After commit: a supplier's own people learn what they do about a request. No buyer is told."""

from __future__ import annotations

from uuid import UUID

from core.events import handles
from core.live import topic
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.handlers.letters import supplier_of
from notifications.handlers.live import TODO, tell_tenant
from quoting.approvers import approvers
from quoting.bounds import policy_now
from quoting.events import ApprovalAsked, ApprovalRefused, DeskChanged
from quoting.models import QuoteDraft
from rfq.models import RFQ


@handles(DeskChanged)
def live_desk_changed(event: DeskChanged) -> None:
    tell_tenant(event.tenant_id, topic("rfq", event.rfq_id), "rfqs", TODO)


@handles(ApprovalAsked)
def answer_waits(event: ApprovalAsked) -> None:
    """Tell those who may approve an answer."""
    draft = QuoteDraft.objects.get(pk=event.draft_id)
    may = approvers(event.tenant_id, draft, sales_may=policy_now().sales_may_approve)
    _tell("answer_waits", event, draft, sorted(may), who=draft.author_name)


@handles(ApprovalRefused)
def answer_refused(event: ApprovalRefused) -> None:
    """Tell the author why an answer came back."""
    draft = QuoteDraft.objects.get(pk=event.draft_id)
    _tell("answer_refused", event, draft, [event.author_id], reason=draft.refusal)


def _tell(
    kind: str, event: ApprovalAsked | ApprovalRefused, draft: QuoteDraft, user_ids: list[UUID], **values: str
) -> None:
    rfq = RFQ.objects.get(pk=draft.rfq_id)
    _supplier, origin = supplier_of(event.tenant_id)
    mail.send(
        kind,
        event=event,
        about=Subject(SubjectKind.REQUEST, event.invitation_id, rfq.number),
        to=recipients.users(user_ids),
        values={
            "company": rfq.company_name,
            "number": rfq.number,
            "title": rfq.title,
            "link": f"{origin}/portal/rfqs/{event.invitation_id}/",
            **values,
        },
    )
