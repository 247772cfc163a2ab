"""What a session makes of its user: the means that it was opened by decide for whom it may act."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from accounts.identity import COMPANY_SESSION_KEY, buyer_of_membership, chosen_membership, operator_actor, staff_actor
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
    methods, chosen = methods_of(session), session.get(COMPANY_SESSION_KEY)
    bound = provider_company(methods)
    membership = chosen_membership(user, bound or (UUID(chosen) if chosen else None))
    if bound is not None and membership is not None and membership.company_id != bound:
        membership = None
    if membership is None or not membership.requires_second_factor or satisfies(methods, membership.company_id):
        return Standing(buyer_of_membership(user, membership))
    return Standing(buyer_of_membership(user, None), membership.company_name)


def staff_of_session(user: User, session: SessionBase, tenant_id: UUID) -> Actor:
    """The user as staff of a tenant, unless a company's provider vouched for it."""
    return ANONYMOUS if provider_company(methods_of(session)) else staff_actor(user, tenant_id)


def operator_of_session(user: User, session: SessionBase) -> Actor:
    """The user as an operator, unless a company's provider vouched for it."""
    return ANONYMOUS if provider_company(methods_of(session)) else operator_actor(user)
