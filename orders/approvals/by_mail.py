"""Deciding from the e-mail: a signed link that stands for one person, one step and one content.

A link works once: who has decided a step cannot decide it again, and a step that is done, or content that has changed,
makes it worthless. It works without signing in up to the amount that the company allows, none unless it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core import signing

from accounts.identity import buyer_actor, find_active_user
from accounts.spending.queries import mail_limit_of
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.scope import current_scope
from core.tenancy import use_tenant
from orders.approvals.asking import FROZEN
from orders.approvals.errors import LinkUsed, SignInFirst
from orders.approvals.models import ApprovalRequest, ApprovalStep
from orders.approvals.policies import open_seat
from orders.approvals.queries import RequestPage, request_page
from orders.approvals.services import Decision, decide
from orders.enums import ApprovalState

_SALT = "orders.approvals.by_mail"
#: The mail limit is in this currency; what costs another one asks for signing in.
LIMIT_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class _Link:
    """What a link stands for."""

    step_id: UUID
    user_id: UUID
    digest: str


def link_token(request: ApprovalRequest, user_id: UUID) -> str:
    """The signed text of a person's link about the step that a request is at; empty where signing in is needed."""
    step = request.steps.filter(done_at=None).first()
    if step is None or not _is_within(request, mail_limit_of(request.company_id)):
        return ""
    values = [str(current_scope().tenant_id), step.pk.hex, user_id.hex, request.digest]
    return signing.dumps(values, salt=_SALT)


def opened(token: str) -> RequestPage:
    """What the link is about. Raises NotFound for what is no link of this tenant's, LinkUsed, SignInFirst."""
    request, actor = _read(token)
    with use_tenant(current_scope(), company_id=request.company_id):
        return request_page(actor, request.pk, limit=20)


@atomic
def decide_by_mail(*, token: str, approve: bool, reason: str = "") -> Decision:
    """Decide as the person whom the link was sent to.

    Raises what :func:`opened` and :func:`orders.approvals.services.decide` raise.
    """
    request, actor = _read(token)
    with use_tenant(current_scope(), company_id=request.company_id):
        return decide(
            request_id=request.pk, actor=actor, approve=approve, digest=request.digest, reason=reason, by_mail=True
        )


def _read(token: str) -> tuple[ApprovalRequest, Actor]:
    link = _link(token)
    steps = ApprovalStep.objects.select_related("request").prefetch_related("decisions")
    step = steps.filter(pk=link.step_id).first()
    if step is None:
        raise NotFound
    request = step.request
    with use_tenant(current_scope(), company_id=request.company_id):
        actor = _actor(link.user_id, request.company_id)
        is_current = step.done_at is None and request.state == ApprovalState.PENDING and request.digest == link.digest
        if not is_current or open_seat(actor, request, step) is None:
            raise LinkUsed
        if not _is_within(request, mail_limit_of(request.company_id)):
            raise SignInFirst(request_id=request.pk)
    return request, actor


def _link(token: str) -> _Link:
    try:
        tenant_id, step_id, user_id, digest = signing.loads(token, salt=_SALT, max_age=FROZEN)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    if tenant_id != str(current_scope().tenant_id):
        raise NotFound
    return _Link(UUID(step_id), UUID(user_id), digest)


def _actor(user_id: UUID, company_id: UUID) -> Actor:
    """The person, while it is still one of the company's. Raises LinkUsed."""
    user = find_active_user(user_id)
    actor = buyer_actor(user, company_id=company_id) if user is not None else None
    if actor is None or actor.company_id != company_id:
        raise LinkUsed
    return actor


def _is_within(request: ApprovalRequest, limit: Decimal) -> bool:
    return request.currency == LIMIT_CURRENCY and request.net_amount <= limit
