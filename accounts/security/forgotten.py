"""A password that was forgotten: a signed link to the person's mailbox, good once, for an hour, on one host.

Nothing is kept: the link names the password that it replaces, and with that one it loses its worth. A request is
answered alike whether the address is known or not: the worker looks it up, not the page. A link proves the mailbox,
which is worth the password and no more: a second factor is asked for afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.events import PasswordForgotten
from accounts.models import User
from accounts.security.errors import ProviderInstead, ResetLinkGone
from accounts.security.passwords import change_password
from accounts.security.provider.connections import required_connection
from core.db import atomic
from core.events import emit
from core.scope import current_scope

LASTS = timedelta(hours=1)
_SALT = "accounts.security.forgotten"
_TARGET_LENGTH = 300


@dataclass(frozen=True, slots=True)
class ResetLink:
    """Whose link it is, and where they wanted to go when they asked for it."""

    user: User
    target: str


@atomic
def ask_for_link(*, email: str, target: str, language: str) -> None:
    """Have a link sent to an address, should somebody sign in with it. Emits PasswordForgotten."""
    kept = target if len(target) <= _TARGET_LENGTH else "/"
    now = timezone.now().isoformat()
    emit(PasswordForgotten(email=email.strip().lower(), target=kept, language=language, at=now))


def reset_token(user: User, *, target: str) -> str:
    """The signed text of a person's link on this host."""
    return signing.dumps([_place(), user.pk.hex, _fingerprint(user), target], salt=_SALT)


def find_reset(token: str) -> ResetLink | None:
    """Whose link it is; None for what is altered, too old, used, of another host, or of a login that is closed."""
    try:
        place, user_id, fingerprint, target = signing.loads(token, salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=UUID(user_id), is_active=True).first()
    is_good = user is not None and place == _place() and constant_time_compare(fingerprint, _fingerprint(user))
    return ResetLink(user, target) if user is not None and is_good else None


@atomic
def reset_password(*, token: str, password: str) -> ResetLink:
    """Give the holder of a link another password, checked already; the caller ends all of the person's sessions.

    Raises ResetLinkGone, ProviderInstead. Emits SignInChanged.
    """
    found = find_reset(token)
    if found is None:
        raise ResetLinkGone
    User.objects.select_for_update(of=("self",)).get(pk=found.user.pk)
    if find_reset(token) is None:  # somebody else was quicker with the same link
        raise ResetLinkGone
    if required_connection(found.user.email) is not None:
        raise ProviderInstead
    return ResetLink(change_password(user_id=found.user.pk, password=password), found.target)


def _place() -> str:
    tenant_id = current_scope().tenant_id
    return tenant_id.hex if tenant_id else "platform"


def _fingerprint(user: User) -> str:
    return salted_hmac(_SALT, f"{user.pk.hex}:{user.email}:{user.password}", algorithm="sha256").hexdigest()[:32]
