"""After commit: letters about joining a company."""

from __future__ import annotations

from django.conf import settings

from accounts.events import InvitationSent, JoinDecided, JoinRequested
from accounts.invitations import token_of
from accounts.models import Invitation, JoinRequest, User
from core import formatting
from core.events import handles
from core.scope import current_scope
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.mail import Recipient
from tenants import directory


@handles(InvitationSent)
def invitation_sent(event: InvitationSent) -> None:
    """Send the link, unless the invitation was answered, withdrawn or sent again meanwhile."""
    row = (
        Invitation.objects.select_related("company")
        .filter(pk=event.invitation_id, round=event.round, accepted_at=None, withdrawn_at=None)
        .first()
    )
    if row is None:
        return
    user = User.objects.filter(email=row.email, is_active=True).first()
    mail.send(
        "invitation",
        event=event,
        to=[Recipient(row.email, user.name if user else "", (user.language if user else "") or row.language)],
        values={
            "company": row.company.legal_name,
            "by": row.invited_by_name,
            "until": lambda: formatting.moment(row.expires_at),
            "link": f"{_origin()}/invitation/{token_of(row.pk, row.round)}/",
        },
    )


@handles(JoinRequested)
def join_requested(event: JoinRequested) -> None:
    """Tell those who manage the company's people that somebody asks to be let in."""
    row = JoinRequest.objects.select_related("company", "user").get(pk=event.request_id)
    mail.send(
        "join_requested",
        event=event,
        about=Subject(SubjectKind.COMPANY, row.company_id, row.company.legal_name, event.company_id),
        to=recipients.people_managers(event.company_id),
        values={
            "who": row.user.name,
            "email": row.user.email,
            "company": row.company.legal_name,
            "message": row.message,
            "link": f"{_origin()}/company/join-requests/{row.pk}/",
        },
    )


@handles(JoinDecided)
def join_decided(event: JoinDecided) -> None:
    """Tell who asked what became of it."""
    row = JoinRequest.objects.get(pk=event.request_id)
    mail.send(
        "join_decided",
        event=event,
        about=Subject(SubjectKind.COMPANY, row.company_id, row.company_name),
        to=recipients.user(row.user_id),
        values={
            "company": row.company_name,
            "is_accepted": row.is_accepted,
            "reason": row.reason,
            "link": f"{_origin()}/",
        },
    )


def _origin() -> str:
    """The host on which something happened, as people reach it."""
    tenant_id = current_scope().tenant_id
    tenant = directory.find_by_id(tenant_id) if tenant_id else None
    return mail.origin(tenant.primary_domain if tenant else settings.PLATFORM_DOMAIN)
