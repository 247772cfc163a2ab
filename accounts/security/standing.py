"""What a session makes of its user: the means that it was opened by decide for whom it may act."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from accounts.identity import (
    COMPANY_SESSION_KEY,
    Membership,
    buyer_of_membership,
    chosen_membership,
    operator_actor,
    staff_actor,
)
from accounts.models import User
from accounts.security.proofs import methods_of, provider_company, satisfies
from core.actor import ANONYMOUS, Actor


@dataclass(frozen=True, slots=True)
class Standing:
    """The actor; ``lacks_factor_for`` names the company that it would act for, had a second factor been given."""

    actor: Actor
    lacks_factor_for: str = ""


def buyer_of_session(user: User, session: SessionBase) -> Standing:
    """The user as a buyer: of the company that was chosen, or only of the one whose provider vouched for it."""
    methods, membership = methods_of(session), _membership(user, session)
    if membership is None or not membership.requires_second_factor or satisfies(methods, membership.company_id):
        return Standing(buyer_of_membership(user, membership))
    return Standing(buyer_of_membership(user, None), membership.company_name)


def company_of_session(user: User, session: SessionBase) -> UUID | None:
    """The company that the session acts for, or would with a second factor: another host is told."""
    membership = _membership(user, session)
    return membership.company_id if membership else None


def staff_of_session(user: User, session: SessionBase, tenant_id: UUID) -> Actor:
    """The user as staff of a tenant, unless a company's provider vouched for it."""
    return ANONYMOUS if provider_company(methods_of(session)) else staff_actor(user, tenant_id)


def operator_of_session(user: User, session: SessionBase) -> Actor:
    """The user as an operator, unless a company's provider vouched for it."""
    return ANONYMOUS if provider_company(methods_of(session)) else operator_actor(user)


def _membership(user: User, session: SessionBase) -> Membership | None:
    bound, chosen = provider_company(methods_of(session)), session.get(COMPANY_SESSION_KEY)
    membership = chosen_membership(user, bound or (UUID(chosen) if chosen else None))
    if bound is not None and membership is not None and membership.company_id != bound:
        return None
    return membership
