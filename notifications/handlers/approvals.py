"""After commit: whoever is to decide about an order that waits, their deputies, and who ordered are written to."""

from __future__ import annotations

from uuid import UUID

from accounts.spending.people import deputies_of
from core import formatting
from core.events import handles
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.mail import Recipient
from notifications.values import Amount
from orders.approvals.by_mail import link_token
from orders.approvals.models import ApprovalRequest
from orders.enums import ApprovalState
from orders.events import ApprovalAsked, ApprovalEnded
from tenants import directory

_TOLD = {
    ApprovalState.APPROVED: "approval_approved",
    ApprovalState.REJECTED: "approval_rejected",
    ApprovalState.EXPIRED: "approval_expired",
}


@handles(ApprovalAsked)
def approval_asked(event: ApprovalAsked) -> None:
    """Ask those whose turn it is, and who stands in for them today; not for what has been decided meanwhile."""
    request = ApprovalRequest.objects.defer("content").get(pk=event.request_id)
    if request.state != ApprovalState.PENDING:
        return
    approvers = [UUID(key) for key in event.user_ids]
    people = {*approvers, *deputies_of(event.company_id, approvers)} - {request.requester_id}
    common = _common(event)

    def personal(recipient: Recipient) -> dict[str, str]:
        token = link_token(request, recipient.user_id) if recipient.user_id else ""
        return {"quick_link": f"{common['origin']}/approvals/mail/{token}/" if token else ""}

    mail.send(
        "approval_asked",
        event=event,
        about=Subject(SubjectKind.APPROVAL, request.pk, common["supplier"], event.company_id),
        to=recipients.users(people),
        values={
            "requester": request.requester_name,
            "amount": Amount(request.net_amount, request.currency),
            "until": lambda: formatting.moment(request.frozen_until),
            **common,
        },
        personal=personal,
    )


@handles(ApprovalEnded)
def approval_ended(event: ApprovalEnded) -> None:
    """Tell whoever ordered what became of it, where it was not they who ended it."""
    if event.state not in _TOLD:
        return
    state = ApprovalState(event.state)
    common = _common(event)
    mail.send(
        "approval_ended",
        event=event,
        about=Subject(SubjectKind.APPROVAL, event.request_id, common["supplier"], event.company_id),
        kind=_TOLD[state],
        to=recipients.user(event.requester_id),
        values={"state": lambda: str(state.label), "reason": event.reason, **common},
    )


def _common(event: ApprovalAsked | ApprovalEnded) -> dict[str, str]:
    """The supplier's name, and the page where the order is seen and decided, after signing in."""
    tenant = directory.find_by_id(event.tenant_id)
    origin = mail.origin(tenant.primary_domain) if tenant else ""
    link = f"{origin}/approvals/{event.request_id}/"
    return {"supplier": tenant.name if tenant else "", "origin": origin, "link": link}
