"""Who acts: puts ``request.actor`` in place and narrows the scope to the party that the actor acts for."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponseBase

from accounts.identity import COMPANY_SESSION_KEY, buyer_actor, operator_actor, staff_actor
from accounts.requests import Request
from core.actor import ANONYMOUS, Actor
from core.scope import OPERATOR, Scope, current_scope
from core.tenancy import use_tenant

HOST_SESSION_KEY = "host"


class ActorMiddleware:
    """Decide who acts on this host and path.

    ``/portal/`` of a tenant's host: its staff. ``/operator/`` of the platform: operators. Everywhere else: buyers.
    A session belongs to the host that it was opened on; on another one it says nothing.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.actor = _actor(request)
        with use_tenant(_narrowed(current_scope(), request.actor)):
            return self.get_response(request)


def host_of(request: Request) -> str:
    """What a session is bound to: the tenant's id, or the platform."""
    return request.tenant.id.hex if request.tenant else "platform"


def _actor(request: Request) -> Actor:
    user = request.user
    if not user.is_authenticated or request.session.get(HOST_SESSION_KEY) != host_of(request):
        return ANONYMOUS
    if request.tenant is not None and request.path.startswith("/portal/"):
        return staff_actor(user, request.tenant.id)
    if request.tenant is None and request.path.startswith("/operator/"):
        return operator_actor(user)
    chosen = request.session.get(COMPANY_SESSION_KEY)
    return buyer_actor(user, company_id=UUID(chosen) if chosen else None)


def _narrowed(scope: Scope, actor: Actor) -> Scope:
    if actor.kind == "operator":
        return OPERATOR
    if actor.kind == "staff":
        return scope.as_party("tenant")
    if actor.kind == "buyer" and actor.company_id is not None:
        return scope.as_company(actor.company_id)
    return scope
