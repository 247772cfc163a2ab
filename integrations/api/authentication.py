"""``Authorization: Bearer cpt_live_…``: the key says which company acts, or that the supplier itself does."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.keys import find_actor
from accounts.permissions import MACHINE
from core.actor import Actor
from core.scope import current_scope
from integrations.keys import KeyHolder, find_holder


class ApiKeyAuthentication(BaseAuthentication):
    """``request.user`` becomes the Actor, ``request.auth`` the KeyHolder. Needs the scope of the host's tenant."""

    def authenticate(self, request: Request) -> tuple[Actor, KeyHolder] | None:
        clear = _bearer(request)
        if clear is None:
            return None
        holder = find_holder(clear)
        if holder is None:
            raise AuthenticationFailed(_("This API key is not valid on this host."), code="invalid_key")
        if holder.company_id is None:
            return _staff(holder), holder
        return Actor(kind="buyer", name=holder.name, company_id=holder.company_id, permissions=MACHINE), holder

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class CompanyKeyAuthentication(BaseAuthentication):
    """On the marketplace: ``request.user`` becomes the company's Actor, ``request.auth`` the KeyHolder."""

    def authenticate(self, request: Request) -> tuple[Actor, KeyHolder] | None:
        clear = _bearer(request)
        if clear is None:
            return None
        found = find_actor(clear)
        if found is None:
            raise AuthenticationFailed(_("This API key is not valid on this host."), code="invalid_key")
        key_id, actor = found
        return actor, KeyHolder(key_id, actor.company_id, actor.name)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _staff(holder: KeyHolder) -> Actor:
    tenant_id = current_scope().tenant_id
    return Actor("staff", holder.maker_id, holder.name, tenant_id=tenant_id, key_id=holder.key_id)


def _bearer(request: Request) -> str | None:
    """What stands behind the scheme, nothing where it is another one; None without the header."""
    scheme, _space, clear = get_authorization_header(request).decode("latin-1").partition(" ")
    if not scheme:
        return None
    return clear.strip() if scheme.lower() == "bearer" else ""


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it has no types
    target_class = "integrations.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of your company, or of the supplier itself: cpt_live_…",
        }


class CompanyKeyScheme(ApiKeyScheme):  # type: ignore[no-untyped-call]  # it has no types
    target_class = "integrations.api.authentication.CompanyKeyAuthentication"
    name = "CompanyKey"
