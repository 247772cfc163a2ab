"""``Authorization: Bearer cpt_live_…``: the key says which company acts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.permissions import MACHINE
from core.actor import Actor
from integrations.keys import KeyHolder, find_holder


class ApiKeyAuthentication(BaseAuthentication):
    """``request.user`` becomes the Actor, ``request.auth`` the KeyHolder. Needs the scope of the host's tenant."""

    def authenticate(self, request: Request) -> tuple[Actor, KeyHolder] | None:
        scheme, _space, clear = get_authorization_header(request).decode("latin-1").partition(" ")
        if not scheme:
            return None
        holder = find_holder(clear.strip()) if scheme.lower() == "bearer" else None
        if holder is None:
            raise AuthenticationFailed(_("This API key is not valid on this host."), code="invalid_key")
        actor = Actor(kind="buyer", name=holder.name, company_id=holder.company_id, permissions=MACHINE)
        return actor, holder

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it has no types
    target_class = "integrations.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key of your company: cpt_live_…"}
