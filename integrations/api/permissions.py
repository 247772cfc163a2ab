"""Deny by default: only the key of a company whose account is approved; for the supplier's side, its own keys."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.actor import Actor
from core.errors import NotAllowed
from customers.queries import require_approved


class IsApprovedCustomer(BasePermission):
    """Reads the customer once, for ``view.customer``. Raises NotACustomer where no account is open."""

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = _actor_of(request)
        if actor.kind != "buyer":
            raise NotAllowed
        view.customer = require_approved(actor)
        return True


class IsCompany(BasePermission):
    """A company's key on the marketplace."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return _actor_of(request).kind == "buyer"


class IsSupplier(BasePermission):
    """One of the tenant's own keys. Raises NotAllowed for a company's."""

    def has_permission(self, request: Request, view: Any) -> bool:  # DRF's signature
        if _actor_of(request).kind != "staff":
            raise NotAllowed
        return True


def _actor_of(request: Request) -> Actor:
    if not isinstance(request.user, Actor):
        raise NotAuthenticated
    return request.user
