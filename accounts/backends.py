"""Signing in by e-mail and password, then by a code."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.identity import find_active_user
from accounts.models import User
from accounts.security.factors import use_code
from accounts.security.throttle import forget_guesses, may_guess


class EmailBackend(BaseBackend):
    """Checks an e-mail and password; takes the same time for an unknown e-mail as for a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if username is None or password is None:
            return None
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: UUID) -> User | None:
        return find_active_user(user_id)


class CodeBackend(BaseBackend):
    """Checks the code of somebody whose password was right: as a backend, so that axes counts wrong ones."""

    def authenticate(  # type: ignore[override]  # Django asks a backend only when its parameters are those given
        self, request: HttpRequest | None, username: str | None = None, code: str | None = None
    ) -> User | None:
        if username is None or code is None:
            return None
        user = User.objects.filter(email=username, is_active=True).first()
        if user is None:
            return None
        if not may_guess(user.pk):
            raise PermissionDenied
        if use_code(user_id=user.pk, code=code) is None:
            return None
        forget_guesses(user.pk)
        return user
