"""Deny by default: only the key of a company whose account is approved."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.actor import Actor
from customers.queries import require_approved


class IsApprovedCustomer(BasePermission):
    """Reads the customer once, for ``view.customer``. Raises NotACustomer where no account is open."""

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = request.user
        if not isinstance(actor, Actor):
            raise NotAuthenticated
        view.customer = require_approved(actor)
        return True
