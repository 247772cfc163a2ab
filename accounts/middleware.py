"""Who acts: puts ``request.actor`` in place and narrows the scope to the party that the actor acts for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponseBase

from accounts.requests import Request
from accounts.security.sessions import note_use
from accounts.security.standing import Standing, buyer_of_session, operator_of_session, staff_of_session
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
        standing = _standing(request)
        request.actor, request.lacks_factor_for = standing.actor, standing.lacks_factor_for
        with use_tenant(_narrowed(current_scope(), request.actor)):
            return self.get_response(request)


def host_of(request: Request) -> str:
    """What a session is bound to: the tenant's id, or the platform."""
    return request.tenant.id.hex if request.tenant else "platform"


def _standing(request: Request) -> Standing:
    user = request.user
    if not user.is_authenticated or request.session.get(HOST_SESSION_KEY) != host_of(request):
        return Standing(ANONYMOUS)
    note_use(request.session)
    if request.tenant is not None and request.path.startswith("/portal/"):
        return Standing(staff_of_session(user, request.session, request.tenant.id))
    if request.tenant is None and request.path.startswith("/operator/"):
        return Standing(operator_of_session(user, request.session))
    return buyer_of_session(user, request.session)


def _narrowed(scope: Scope, actor: Actor) -> Scope:
    if actor.kind == "operator":
        return OPERATOR
    if actor.kind == "staff":
        return scope.as_party("tenant")
    if actor.kind == "buyer" and actor.company_id is not None:
        return scope.as_company(actor.company_id)
    return scope
