"""How often somebody may guess a code: counted per person over all hosts and addresses, beside axes' own count."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.core.cache import cache

from core.scope import PLATFORM
from core.tenancy import use_tenant

GUESSES, _SECONDS = 20, 15 * 60
BEGUN_PER_MINUTE = 60
#: Letters with a link to another password in a quarter of an hour: to one mailbox, and from one network address.
LINKS_PER_EMAIL, LINKS_PER_ADDRESS = 5, 40


def may_guess(user_id: UUID) -> bool:
    """Whether one more guess is allowed; it is counted. Only who knows the password comes this far."""
    return _counted(f"code-guesses:{user_id}", _SECONDS) <= GUESSES


def forget_guesses(user_id: UUID) -> None:
    """A right code was given."""
    with use_tenant(PLATFORM):
        cache.delete(f"code-guesses:{user_id}")


def may_begin(connection_id: UUID) -> bool:
    """Whether one more sign-in at a provider may begin now: each asks its server something."""
    return _counted(f"provider-sign-ins:{connection_id}", 60) <= BEGUN_PER_MINUTE


def may_ask_for_link(*, email: str, address: str) -> bool:
    """Whether one more letter with a link may be asked for; it is counted alike for addresses that nobody has."""
    mailbox = hashlib.sha256(email.encode()).hexdigest()
    from_here = _counted(f"reset-links-from:{address}", _SECONDS) <= LINKS_PER_ADDRESS
    return from_here and _counted(f"reset-links-to:{mailbox}", _SECONDS) <= LINKS_PER_EMAIL


def _counted(key: str, seconds: int) -> int:
    """How often something was done lately over all hosts, this time included."""
    with use_tenant(PLATFORM):
        cache.add(key, 0, seconds)
        try:
            return cache.incr(key)
        except ValueError:  # it ran out this moment
            return 1
