"""What a company asks of its members when they sign in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import Company, CompanyUser
from accounts.policies import require_manage_roles
from accounts.security.errors import OwnFactorFirst
from accounts.security.proofs import satisfies
from core.actor import Actor
from core.db import atomic


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked, and how many would be led to set one up."""

    requires_second_factor: bool
    member_count: int
    without_factor: int


def policy_of(company_id: UUID) -> Policy:
    """What a company asks of its members; two statements."""
    company = Company.objects.get(pk=company_id)
    has_one = Exists(
        Authenticator.objects.filter(
            user=OuterRef("user"), type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        )
    )
    counts = CompanyUser.objects.filter(company_id=company_id, user__is_active=True).aggregate(
        members=Count("pk"), without=Count("pk", filter=~Q(has_one))
    )
    return Policy(company.requires_second_factor, counts["members"], counts["without"])


@atomic
def demand_second_factor(*, is_required: bool, actor: Actor, methods: Iterable[str]) -> None:
    """Ask every member for a second factor from now on, or no longer.

    Raises NotAllowed; OwnFactorFirst when the actor's own session was opened without one.
    """
    company_id = require_manage_roles(actor)
    if is_required and not satisfies(methods, company_id):
        raise OwnFactorFirst(field="is_required")
    Company.objects.filter(pk=company_id).update(requires_second_factor=is_required)
