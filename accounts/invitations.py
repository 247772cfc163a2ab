"""Inviting people to a company by e-mail: a link that works once, for a week, for the person that it was sent to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.companies import lock_company
from accounts.enums import CompanyRole
from accounts.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationExpired,
    InvitationForAnother,
    InvitationGone,
)
from accounts.events import InvitationSent
from accounts.models import CompanyUser, Invitation, User
from accounts.people import Position, check_position
from accounts.policies import require_manage_people, require_own, require_within
from accounts.services import create_user
from core import formatting
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotFound
from core.events import emit
from core.ids import uuid7

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An open invitation as those who manage people see it."""

    id: UUID
    email: str
    role_text: str
    unit_text: str
    expires_text: str
    is_expired: bool


@dataclass(frozen=True, slots=True)
class InvitationInfo:
    """What the link of an invitation shows to whoever holds it."""

    email: str
    company_name: str
    role_text: str
    invited_by_name: str
    is_expired: bool
    has_login: bool


@atomic
def invite(*, email: str, position: Position, actor: Actor, language: str = "") -> UUID:
    """Ask somebody to join the actor's company.

    Raises NotAllowed, NotFound, BeyondOwnRights, AlreadyMember, AlreadyInvited. Emits InvitationSent.
    """
    company_id, email = require_manage_people(actor), email.strip().lower()
    lock_company(company_id, actor)
    require_own(actor, check_position(company_id, position, actor), field="role")
    if CompanyUser.objects.filter(company_id=company_id, user__email=email).exists():
        raise AlreadyMember(field="email")
    key = uuid7()
    try:
        with savepoint():
            Invitation.objects.create(
                id=key,
                company_id=company_id,
                email=email,
                language=language,
                digest=_digest(token_of(key, 1)),
                role=position.role,
                custom_role_id=position.custom_role_id,
                unit_id=position.unit_id,
                invited_by_name=actor.name,
                expires_at=timezone.now() + LASTS,
            )
    except IntegrityError as error:
        raise AlreadyInvited(field="email") from error
    emit(InvitationSent(invitation_id=key, round=1))
    return key


@atomic
def send_again(*, invitation_id: UUID, actor: Actor) -> None:
    """Send a new link, good for a week; the old one is worthless. Raises NotAllowed, NotFound. Emits InvitationSent."""
    _renew(_managed(invitation_id, actor))


@atomic
def withdraw(*, invitation_id: UUID, actor: Actor) -> None:
    """Make the link worthless. Raises NotAllowed, NotFound."""
    invitation = _managed(invitation_id, actor)
    Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=timezone.now())


@atomic
def ask_again(*, token: str) -> None:
    """Who holds an expired link has a new one sent to the address that was invited.

    Raises InvitationGone. Emits InvitationSent.
    """
    invitation = _held(token)
    if invitation.expires_at > timezone.now():
        raise InvitationGone
    _renew(invitation)


@atomic
def accept(*, token: str, user_id: UUID) -> tuple[UUID, bool]:
    """Join the company as the user that was invited: its id, and whether the user belonged to it already.

    A membership that there is stays as it is. Raises InvitationGone, InvitationExpired, InvitationForAnother.
    """
    invitation = _held(token)
    if invitation.expires_at <= timezone.now():
        raise InvitationExpired
    if User.objects.get(pk=user_id).email != invitation.email:
        raise InvitationForAnother
    is_lost = invitation.role == CompanyRole.CUSTOM and invitation.custom_role_id is None
    _member, is_new = CompanyUser.objects.get_or_create(
        company_id=invitation.company_id,
        user_id=user_id,
        defaults={
            "role": CompanyRole.VIEWER if is_lost else invitation.role,
            "custom_role_id": invitation.custom_role_id,
            "unit_id": invitation.unit_id,
        },
    )
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    return invitation.company_id, not is_new


@atomic
def accept_as_newcomer(*, token: str, name: str, password: str, language: str = "") -> tuple[UUID, UUID]:
    """Create the login of who was invited, and join: the user's id and the company's.

    Raises InvitationGone, InvitationExpired, EmailTaken.
    """
    user_id = create_user(email=_held(token).email, password=password, name=name, language=language)
    company_id, _was_member = accept(token=token, user_id=user_id)
    return user_id, company_id


def find_invitation(token: str) -> InvitationInfo | None:
    """What a link stands for; None once it was used, withdrawn or replaced. Two statements."""
    rows = Invitation.objects.select_related("company", "custom_role").filter(
        digest=_digest(token), accepted_at=None, withdrawn_at=None
    )
    row = rows.first()
    if row is None:
        return None
    return InvitationInfo(
        email=row.email,
        company_name=row.company.legal_name,
        role_text=_role_text(row),
        invited_by_name=row.invited_by_name,
        is_expired=row.expires_at <= timezone.now(),
        has_login=User.objects.filter(email=row.email).exists(),
    )


def open_invitations(actor: Actor) -> list[InvitationRow]:
    """Those that the actor manages and nobody has answered, the latest first; one statement."""
    rows = Invitation.objects.select_related("custom_role", "unit").filter(
        company_id=actor.require_company(), accepted_at=None, withdrawn_at=None
    )
    if actor.unit_ids is not None:
        rows = rows.filter(unit_id__in=actor.unit_ids)
    return [
        InvitationRow(
            id=row.pk,
            email=row.email,
            role_text=_role_text(row),
            unit_text=row.unit.name if row.unit else "",
            expires_text=formatting.moment(row.expires_at),
            is_expired=row.expires_at <= timezone.now(),
        )
        for row in rows.order_by("-created_at", "-pk")
    ]


def token_of(invitation_id: UUID, round_number: int) -> str:
    """The token of a letter: it follows from the platform's secret, so that it need not be kept anywhere."""
    said = f"{invitation_id.hex}:{round_number}"
    return salted_hmac("accounts.invitation", said, algorithm="sha256").hexdigest()


def _renew(invitation: Invitation) -> None:
    number = invitation.round + 1
    Invitation.objects.filter(pk=invitation.pk).update(
        round=number, digest=_digest(token_of(invitation.pk, number)), expires_at=timezone.now() + LASTS
    )
    emit(InvitationSent(invitation_id=invitation.pk, round=number))


def _held(token: str) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).filter(digest=_digest(token))
    invitation = rows.filter(accepted_at=None, withdrawn_at=None).first()
    if invitation is None:
        raise InvitationGone
    return invitation


def _managed(invitation_id: UUID, actor: Actor) -> Invitation:
    company_id = require_manage_people(actor)
    rows = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation_id, company_id=company_id)
    invitation = rows.filter(accepted_at=None, withdrawn_at=None).first()
    if invitation is None:
        raise NotFound
    require_within(actor, invitation.unit_id)
    return invitation


def _role_text(row: Invitation) -> str:
    return row.custom_role.name if row.custom_role else str(CompanyRole(row.role).label)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
