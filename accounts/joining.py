"""Asking to be let into a company that is registered already, instead of registering it a second time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.companies import lock_company
from accounts.errors import AlreadyMember
from accounts.events import JoinDecided, JoinRequested
from accounts.legal import clean_siren, clean_vat_number
from accounts.models import Company, CompanyUser, JoinRequest
from accounts.people import Position, check_position
from accounts.policies import can_manage_roles, require_manage_roles, require_own
from accounts.services import CompanyData, create_user
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.events import emit


@dataclass(frozen=True, slots=True)
class JoinRow:
    """Somebody who asks, as those who decide see it."""

    id: UUID
    name: str
    email: str
    message: str
    asked_text: str


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """What became of a request, for who made it: the company as it was called, and nothing of its people."""

    company_name: str
    asked_text: str
    is_open: bool
    is_accepted: bool
    reason: str


@atomic
def request_to_join(*, data: CompanyData, user_id: UUID, message: str = "") -> UUID:
    """Ask the company with these legal numbers to be let in; asking twice is asking once.

    Raises InvalidLegalNumber, NotFound, AlreadyMember. Emits JoinRequested.
    """
    siren = clean_siren(data.siren)
    vat_number = clean_vat_number(data.vat_number, siren=siren)
    is_it = Q(siren=siren) if siren else Q(vat_number=vat_number)
    company = Company.objects.filter(is_it | Q(vat_number=vat_number) if vat_number else is_it).first()
    if company is None or not (siren or vat_number):
        raise NotFound
    if CompanyUser.objects.filter(company=company, user_id=user_id).exists():
        raise AlreadyMember
    row, is_new = JoinRequest.objects.get_or_create(
        company=company,
        user_id=user_id,
        decided_at=None,
        defaults={"company_name": data.legal_name, "message": message},
    )
    if is_new:
        emit(JoinRequested(request_id=row.pk, company_id=company.pk))
    return row.pk


@atomic
def join_as_newcomer(
    *, email: str, password: str, name: str, data: CompanyData, language: str = "", message: str = ""
) -> UUID:
    """Create a login and ask with it; answers the user. Raises EmailTaken and what :func:`request_to_join` raises."""
    user_id = create_user(email=email, password=password, name=name, language=language)
    request_to_join(data=data, user_id=user_id, message=message)
    return user_id


@atomic
def let_in(*, request_id: UUID, position: Position, actor: Actor) -> None:
    """Make who asks a member. Raises NotAllowed, NotFound, BeyondOwnRights. Emits JoinDecided."""
    row = _locked(request_id, actor)
    require_own(actor, check_position(row.company_id, position, actor), field="role")
    CompanyUser.objects.get_or_create(
        company_id=row.company_id,
        user_id=row.user_id,
        defaults={"role": position.role, "custom_role_id": position.custom_role_id, "unit_id": position.unit_id},
    )
    _decide(row, actor, is_accepted=True)


@atomic
def decline(*, request_id: UUID, reason: str, actor: Actor) -> None:
    """Refuse with a reason that who asks is told. Raises NotAllowed, NotFound. Emits JoinDecided."""
    _decide(_locked(request_id, actor), actor, is_accepted=False, reason=reason)


def join_requests(actor: Actor) -> list[JoinRow]:
    """Those that wait for the actor's decision, the oldest first; one statement at most."""
    if not can_manage_roles(actor):
        return []
    rows = JoinRequest.objects.select_related("user").filter(company_id=actor.require_company(), decided_at=None)
    return [
        JoinRow(row.pk, row.user.name, row.user.email, row.message, formatting.moment(row.created_at))
        for row in rows.order_by("created_at", "pk")
    ]


def requests_of_user(user_id: UUID) -> list[OwnRequest]:
    """What a user asked for, the latest first; one statement."""
    return [
        OwnRequest(
            company_name=row.company_name,
            asked_text=formatting.moment(row.created_at),
            is_open=row.decided_at is None,
            is_accepted=row.is_accepted,
            reason=row.reason,
        )
        for row in JoinRequest.objects.filter(user_id=user_id).order_by("-created_at", "-pk")
    ]


def _locked(request_id: UUID, actor: Actor) -> JoinRequest:
    company_id = require_manage_roles(actor)
    lock_company(company_id, actor)
    row = JoinRequest.objects.filter(pk=request_id, company_id=company_id, decided_at=None).first()
    if row is None:
        raise NotFound
    return row


def _decide(row: JoinRequest, actor: Actor, *, is_accepted: bool, reason: str = "") -> None:
    JoinRequest.objects.filter(pk=row.pk).update(
        decided_at=timezone.now(), is_accepted=is_accepted, reason=reason, decided_by_name=actor.name
    )
    emit(JoinDecided(request_id=row.pk, company_id=row.company_id))
