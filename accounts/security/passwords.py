"""Changing one's own password."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from accounts.events import SignInChanged
from accounts.models import EntryToken, User
from accounts.security.enums import SecurityChange
from core.db import atomic
from core.events import emit


@atomic
def change_password(*, user_id: UUID, password: str) -> User:
    """Give the person another password, checked already; the caller ends the sessions. Tickets to other hosts end here.

    Emits SignInChanged.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    EntryToken.objects.filter(user_id=user_id, used_at=None).update(used_at=timezone.now())
    announce(user_id, SecurityChange.PASSWORD)
    return user


def announce(user_id: UUID, change: SecurityChange) -> None:
    """Have the person written to. Only inside a service's transaction."""
    emit(SignInChanged(user_id=user_id, change=change.value, at=timezone.now().isoformat()))
